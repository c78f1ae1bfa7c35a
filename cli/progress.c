/* SPDX-License-Identifier: MIT */
/* Progress: one line that is rewritten, only when standard error is a terminal. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"

static int terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

void progress_show(const mlp_progress *now)
{
    char line[256], training[16], validation[16], metric[16];
    if (!isatty(STDERR_FILENO))
        return;
    const double each = now->seconds / (double)now->epoch;
    const double left = each * (double)(now->epochs - now->epoch);
    snprintf(line, sizeof line,
             "epoch %zu/%zu  loss %s  validation %s  metric %s%s  %.0f rows/s  at most %.0f s left",
             now->epoch, now->epochs, shown(now->training_loss, training, sizeof training),
             shown(now->validation_loss, validation, sizeof validation),
             shown(now->validation_metric, metric, sizeof metric), now->best ? " *" : "",
             (double)now->rows / fmax(each, 1e-9), left);
    fprintf(stderr, "\r\033[K%.*s", terminal_width() - 1, line);
    fflush(stderr);
}

void progress_end(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}
