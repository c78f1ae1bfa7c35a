/* SPDX-License-Identifier: MIT */
/* Seconds as a date or a time of day. */
#include <math.h>
#include <time.h>

#include "base/base.h"

void mlpi_moment_text(double seconds, const char *format, char *text, size_t size)
{
    const double LAST = 253402300799.0; /* the last second of the year 9999 */
    struct tm parts;
    const time_t whole = (time_t)floor(fmin(fmax(seconds, -LAST), LAST));
    text[0] = '\0';
    if (!isnan(seconds) && gmtime_r(&whole, &parts) != NULL &&
        strftime(text, size, format, &parts) == 0)
        text[0] = '\0';
}
