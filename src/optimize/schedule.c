/* SPDX-License-Identifier: MIT */
/* The table of schedules. */
#include "optimize/schedule.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

static double constant(const mlpi_schedule_settings *s, double t)
{
    (void)s;
    (void)t;
    return 1.0;
}

static double step(const mlpi_schedule_settings *s, double t)
{
    return pow(s->factor, floor(t / s->period));
}

static double exponential(const mlpi_schedule_settings *s, double t)
{
    return pow(s->factor, t);
}

/* Moves from one share to another along half a cosine while u goes from 0 to 1. */
static double ease(double from, double to, double u)
{
    return to + (from - to) * 0.5 * (1.0 + cos(pi * fmin(u, 1.0)));
}

static double cosine(const mlpi_schedule_settings *s, double t)
{
    return ease(1.0, s->factor, fmod(t, s->period) / s->period);
}

/* Four cycles, each twice as long as the one before: the j-th ends at t = (2^j - 1) period / 15. At
 * the end of cycle j, the network has been trained with a complete schedule of j cycles. */
static double coslog(const mlpi_schedule_settings *s, double t)
{
    const double u = fmod(t, s->period) / s->period;
    return 0.5 * (1.0 - cos(2.0 * pi * log2(1.0 + 15.0 * u)));
}

/* The full rate in the first half of the epochs, then a decrease to 0. */
static double flat_cos(const mlpi_schedule_settings *s, double t)
{
    return ease(1.0, 0.0, fmax(2.0 * t / s->period - 1.0, 0.0));
}

/* A rise from `factor` to 1 in the first three tenths, then a decrease to `factor` / 10^4. */
static double one_cycle(const mlpi_schedule_settings *s, double t)
{
    const double rise = 0.3 * s->period;
    return t < rise ? ease(s->factor, 1.0, t / rise)
                    : ease(1.0, 1e-4 * s->factor, (t - rise) / (s->period - rise));
}

static const mlpi_schedule schedules[] = {
    {"constant", "1", "", 1.0, 1.0, false, false, constant},
    {"step", "factor^floor(t / period)", "", 0.5, 30.0, false, false, step},
    {"exponential", "factor^t", "", 0.97, 1.0, false, false, exponential},
    {"cosine", "factor + (1 - factor) (1 + cos(pi (t mod period) / period)) / 2",
     "I. Loshchilov, F. Hutter 2017", 0.0, 0.0, true, false, cosine},
    {"one-cycle",
     "factor to 1 in the first 3/10 of the epochs, then to factor / 10^4, along cosines",
     "L. N. Smith, N. Topin 2018", 0.04, 0.0, true, false, one_cycle},
    {"coslog", "(1 - cos(2 pi log2(1 + 15 (t mod period) / period))) / 2",
     "D. Holzmueller, L. Grinsztajn, I. Steinwart 2024", 1.0, 0.0, true, false, coslog},
    {"flat-cos", "1 in the first half of the epochs, then (1 + cos(pi (2 t / period - 1))) / 2",
     "D. Holzmueller, L. Grinsztajn, I. Steinwart 2024", 1.0, 0.0, true, false, flat_cos},
    {"plateau", "times factor after period epochs without improvement on validation", "", 0.5, 5.0,
     false, true, constant},
};
enum { SCHEDULES = sizeof schedules / sizeof schedules[0] };

const mlpi_schedule *mlpi_schedule_at(size_t i)
{
    return i < SCHEDULES ? &schedules[i] : NULL;
}

const mlpi_schedule *mlpi_schedule_find(const char *name)
{
    for (size_t i = 0; i < SCHEDULES; i++)
        if (strcmp(schedules[i].name, name) == 0)
            return &schedules[i];
    return NULL;
}

double mlpi_schedule_share(const mlpi_schedule *schedule, const mlpi_schedule_settings *settings,
                           double t, double step)
{
    const double risen = settings->warm_up > 0.0 ? fmin((t + step) / settings->warm_up, 1.0) : 1.0;
    return risen * schedule->share(settings, t);
}

void mlpi_plateau_see(mlpi_plateau *plateau, const mlpi_schedule_settings *settings, double metric)
{
    plateau->waited++;
    if (metric < plateau->best) {
        plateau->best = metric;
        plateau->waited = 0;
    } else if ((double)plateau->waited >= settings->period) {
        plateau->share *= settings->factor;
        plateau->waited = 0;
    }
}
