/* SPDX-License-Identifier: MIT */
/* Notices to the user before and during training. */
#include <stdarg.h>
#include <stdio.h>

#include "base/print.h"
#include "train/prepare.h"

void mlpi_notice(const mlp_train_options *options, const char *format, ...)
{
    char sentence[1024];
    if (options->notice == NULL)
        return;
    va_list values;
    va_start(values, format);
    mlpi_print_values(sentence, sizeof sentence, format, values);
    va_end(values);
    options->notice(sentence, options->context);
}
