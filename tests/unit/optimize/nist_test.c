/* SPDX-License-Identifier: MIT */
/* Levenberg-Marquardt reaches the certified values of NIST StRD, nonlinear least squares, to 6
 * digits in all 27 problems: from both starts, except for BoxBOD and MGH10, of higher difficulty,
 * which it solves from the near start only. Derivatives by the complex step (W. Squire, G. Trapp
 * 1998). */
#include <complex.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "optimize/minimize.h"
#include "unit/test.h"

typedef double complex number;
enum { MOST_PARAMETERS = 9, MOST_ROWS = 300 };

static const double pi = 3.141592653589793238462643383279;

#define MODEL(name, formula)                                                                       \
    static number name(const number *b, const double *at)                                          \
    {                                                                                              \
        const double x = at[0];                                                                    \
        (void)x;                                                                                   \
        return formula;                                                                            \
    }

MODEL(misra1a, b[0] * (1 - cexp(-b[1] * x)))
MODEL(misra1b, b[0] * (1 - cpow(1 + b[1] * x / 2, -2)))
MODEL(misra1c, b[0] * (1 - cpow(1 + 2 * b[1] * x, -0.5)))
MODEL(misra1d, b[0] * b[1] * x / (1 + b[1] * x))
MODEL(chwirut, cexp(-b[0] * x) / (b[1] + b[2] * x))
MODEL(lanczos, b[0] * cexp(-b[1] * x) + b[2] * cexp(-b[3] * x) + b[4] * cexp(-b[5] * x))
MODEL(gauss, b[0] * cexp(-b[1] * x) + b[2] * cexp(-(x - b[3]) * (x - b[3]) / (b[4] * b[4])) +
                 b[5] * cexp(-(x - b[6]) * (x - b[6]) / (b[7] * b[7])))
MODEL(danwood, b[0] * cpow(x, b[1]))
MODEL(kirby, (b[0] + b[1] * x + b[2] * x * x) / (1 + b[3] * x + b[4] * x * x))
MODEL(hahn, (b[0] + b[1] * x + b[2] * x * x + b[3] * x * x * x) /
                (1 + b[4] * x + b[5] * x * x + b[6] * x * x * x))
MODEL(nelson, b[0] - b[1] * x * cexp(-b[2] * at[1]))
MODEL(mgh17, b[0] + b[1] * cexp(-x * b[3]) + b[2] * cexp(-x * b[4]))
MODEL(roszman, b[0] - b[1] * x - catan(b[2] / (x - b[3])) / pi)
MODEL(enso, b[0] + b[1] * cos(2 * pi * x / 12) + b[2] * sin(2 * pi * x / 12) +
                b[4] * ccos(2 * pi * x / b[3]) + b[5] * csin(2 * pi * x / b[3]) +
                b[7] * ccos(2 * pi * x / b[6]) + b[8] * csin(2 * pi * x / b[6]))

/* Problems of higher difficulty. */
MODEL(mgh09, b[0] * (x * x + x * b[1]) / (x * x + x * b[2] + b[3]))
MODEL(thurber, (b[0] + b[1] * x + b[2] * x * x + b[3] * x * x * x) /
                   (1 + b[4] * x + b[5] * x * x + b[6] * x * x * x))
MODEL(boxbod, b[0] * (1 - cexp(-b[1] * x)))
MODEL(rat42, b[0] / (1 + cexp(b[1] - b[2] * x)))
MODEL(mgh10, b[0] * cexp(b[1] / (x + b[2])))
MODEL(eckerle, b[0] / b[1] * cexp(-0.5 * (x - b[2]) * (x - b[2]) / (b[1] * b[1])))
MODEL(rat43, b[0] / cpow(1 + cexp(b[1] - b[2] * x), 1 / b[3]))
MODEL(bennett, b[0] * cpow(b[1] + x, -1 / b[2]))

typedef struct set {
    const char *name;
    size_t n, predictors;
    number (*model)(const number *b, const double *x);
    bool logarithm; /* the model gives the logarithm of the response */
    int from;       /* the first start tried; 1: the far start, 0, leads to a plateau */
} set;

static const set sets[] = {
    {"Misra1a", 2, 1, misra1a, false, 0},  {"Chwirut2", 3, 1, chwirut, false, 0},
    {"Chwirut1", 3, 1, chwirut, false, 0}, {"Lanczos3", 6, 1, lanczos, false, 0},
    {"Gauss1", 8, 1, gauss, false, 0},     {"Gauss2", 8, 1, gauss, false, 0},
    {"DanWood", 2, 1, danwood, false, 0},  {"Misra1b", 2, 1, misra1b, false, 0},
    {"Kirby2", 5, 1, kirby, false, 0},     {"Hahn1", 7, 1, hahn, false, 0},
    {"Nelson", 3, 2, nelson, true, 0},     {"MGH17", 5, 1, mgh17, false, 0},
    {"Lanczos1", 6, 1, lanczos, false, 0}, {"Lanczos2", 6, 1, lanczos, false, 0},
    {"Gauss3", 8, 1, gauss, false, 0},     {"Misra1c", 2, 1, misra1c, false, 0},
    {"Misra1d", 2, 1, misra1d, false, 0},  {"Roszman1", 4, 1, roszman, false, 0},
    {"ENSO", 9, 1, enso, false, 0},        {"MGH09", 4, 1, mgh09, false, 0},
    {"Thurber", 7, 1, thurber, false, 0},  {"BoxBOD", 2, 1, boxbod, false, 1},
    {"Rat42", 3, 1, rat42, false, 0},      {"MGH10", 3, 1, mgh10, false, 1},
    {"Eckerle4", 3, 1, eckerle, false, 0}, {"Rat43", 4, 1, rat43, false, 0},
    {"Bennett5", 3, 1, bennett, false, 0},
};

typedef struct data {
    const set *set;
    size_t rows;
    double y[MOST_ROWS], x[MOST_ROWS][2];
    double start[2][MOST_PARAMETERS], certified[MOST_PARAMETERS];
} data;

/* Reads starts and certified values from the lines "b1 = ..", and the rows after "Data:   y". */
static void load(const set *s, data *d)
{
    char path[256], line[256];
    bool rows = false;
    snprintf(path, sizeof path, MLP_SHARED_DATA "/nist-strd/%s.dat", s->name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    *d = (data){.set = s};
    while (fgets(line, sizeof line, file) != NULL) {
        unsigned i = 0;
        double a = 0.0, b = 0.0, c = 0.0;
        if (sscanf(line, " b%u = %lf %lf %lf", &i, &a, &b, &c) == 4) {
            d->start[0][i - 1] = a;
            d->start[1][i - 1] = b;
            d->certified[i - 1] = c;
        } else if (rows && sscanf(line, "%lf %lf %lf", &a, &b, &c) == (int)(1 + s->predictors)) {
            d->y[d->rows] = s->logarithm ? log(a) : a;
            d->x[d->rows][0] = b;
            d->x[d->rows++][1] = c;
        }
        const char *head = strstr(line, "Data:");
        if (head != NULL) {
            head += strlen("Data:");
            while (isspace((unsigned char)*head))
                head++;
            rows = *head == 'y' && isspace((unsigned char)head[1]);
        }
    }
    fclose(file);
    assert_true(d->rows > 5);
}

static double normal(void *context, const double *w, double *JtJ, double *Jtr)
{
    const data *d = context;
    const size_t n = d->set->n;
    double sum = 0.0;
    memset(Jtr, 0, n * sizeof *Jtr);
    if (JtJ != NULL)
        memset(JtJ, 0, n * n * sizeof *JtJ);
    for (size_t r = 0; r < d->rows; r++) {
        double J[MOST_PARAMETERS], residual = 0.0;
        for (size_t i = 0; i < n; i++) {
            number b[MOST_PARAMETERS];
            for (size_t j = 0; j < n; j++)
                b[j] = w[j] + (i == j ? 1e-30 * I : 0.0);
            const number f = d->set->model(b, d->x[r]);
            residual = creal(f) - d->y[r];
            J[i] = cimag(f) / 1e-30;
        }
        sum += residual * residual;
        for (size_t i = 0; i < n; i++) {
            Jtr[i] += J[i] * residual;
            for (size_t j = 0; JtJ != NULL && j < n; j++)
                JtJ[i * n + j] += J[i] * J[j];
        }
    }
    return sum;
}

static double value(void *context, const double *w, double *gradient)
{
    const data *d = context;
    double Jtr[MOST_PARAMETERS];
    const double sum = normal(context, w, NULL, Jtr);
    for (size_t i = 0; gradient != NULL && i < d->set->n; i++)
        gradient[i] = 2.0 * Jtr[i];
    return sum;
}

/* The number of digits in which the worst parameter agrees with its certified value. */
static double digits(const data *d, const double *start)
{
    const mlp_objective objective = {d->set->n, (void *)(uintptr_t)d, value, normal, 1.0, d->rows};
    mlpi_minimizer m;
    assert_int_equal(mlpi_minimizer_init(&m, &mlpi_method_levenberg, &objective, start, NULL, NULL),
                     MLP_OK);
    for (int i = 0; i < 5000 && mlpi_minimizer_step(&m) == MLPI_MOVED; i++)
        continue;
    double worst = 11.0;
    for (size_t i = 0; i < d->set->n; i++) {
        const double off = fabs(m.w[i] - d->certified[i]) / fabs(d->certified[i]);
        worst = fmin(worst, off > 0.0 ? -log10(off) : 11.0);
    }
    mlpi_minimizer_release(&m);
    return worst;
}

static void certified_values_are_reached_from_both_starts(void **state)
{
    (void)state;
    static data d;
    if (access(MLP_SHARED_DATA "/nist-strd/Misra1a.dat", R_OK) != 0)
        skip_because("NIST's reference problems are not here");
    for (size_t s = 0; s < sizeof sets / sizeof sets[0]; s++) {
        load(&sets[s], &d);
        for (int from = sets[s].from; from < 2; from++) {
            const double good = digits(&d, d.start[from]);
            print_message("%-9s start %d: %4.1f digits\n", sets[s].name, from + 1, good);
            if (!(good >= 6.0))
                fail_msg("%s from start %d: %.1f digits", sets[s].name, from + 1, good);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certified_values_are_reached_from_both_starts),
    };
    return RUN(tests);
}
