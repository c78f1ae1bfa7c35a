/* SPDX-License-Identifier: MIT */
/* The fitted temperature minimises the log loss; a temperature sharpens or softens probabilities
 * without changing their order. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "golden/temperature.h"
#include "network/temperature.h"
#include "unit/test.h"

enum { MOST_ROWS = 4000, MOST_LABELS = 7 };

/* The rows that tests/golden/temperature.py makes. */
typedef struct rows {
    size_t count;
    float y[MOST_ROWS * MOST_LABELS], weight[MOST_ROWS];
    uint16_t group[MOST_ROWS];
    uint32_t row[MOST_ROWS];
    size_t label[MOST_ROWS];
    double room[MOST_LABELS];
} rows;

static void probabilities(size_t i, size_t labels, double *p, size_t *largest)
{
    double sum = 0.0;
    *largest = 0;
    for (size_t k = 0; k < labels; k++) {
        p[k] = exp(3.0 * sin((double)(i + 7 * k)) + 2.0 * cos((double)(i * k)));
        *largest = p[k] > p[*largest] ? k : *largest;
        sum += p[k];
    }
    for (size_t k = 0; k < labels; k++)
        p[k] /= sum;
}

static mlpi_tempering make(rows *r, size_t labels, size_t outputs, size_t count, bool weighted)
{
    double p[MOST_LABELS];
    for (size_t i = 0; i < count; i++) {
        size_t largest = 0;
        probabilities(i, labels, p, &largest);
        for (size_t k = 0; k < outputs; k++)
            r->y[i * outputs + k] = (float)p[outputs == 1 ? 1 : k];
        r->label[i] = i % 3 == 0 ? i * (i + 3) % labels : largest;
        r->weight[i] = 1.0F + (float)(i % 4);
        r->group[i] = (uint16_t)(i % 5);
        r->row[i] = (uint32_t)i;
    }
    return (mlpi_tempering){.outputs = outputs,
                            .rows = count,
                            .y = r->y,
                            .group = r->group,
                            .row = r->row,
                            .label = r->label,
                            .weight = weighted ? r->weight : NULL,
                            .room = r->room};
}

static void temperatures_equal_scipy(void **state)
{
    (void)state;
    rows *r = calloc(1, sizeof *r);
    for (size_t i = 0; i < sizeof golden_temperatures / sizeof golden_temperatures[0]; i++) {
        const mlpi_tempering t =
            make(r, golden_temperatures[i].labels, golden_temperatures[i].outputs,
                 golden_temperatures[i].rows, golden_temperatures[i].weighted);
        const uint16_t none = golden_temperatures[i].left_out;
        assert_near(mlpi_temperature_fit(&t, none == 5 ? MLPI_NO_GROUP : none),
                    golden_temperatures[i].temperature, 1e-6 * golden_temperatures[i].temperature);
    }
    free(r);
}

/* The loss at a temperature is that of the tempered probabilities; it is nearly the least at the
 * fitted temperature, whose prior has little weight here. */
static void the_loss_at_a_temperature_is_that_of_tempered_rows(void **state)
{
    (void)state;
    rows *r = calloc(1, sizeof *r);
    for (size_t labels = 2; labels <= MOST_LABELS; labels += 5) {
        const size_t outputs = labels == 2 ? 1 : labels;
        for (int i = 0; i < 3; i++) {
            const double temperature = (const double[]){0.5, 1.0, 2.5}[i];
            const mlpi_tempering t = make(r, labels, outputs, 500, i > 0);
            const double loss = mlpi_tempered_loss(&t, temperature),
                         best = mlpi_temperature_fit(&t, MLPI_NO_GROUP);
            assert_true(mlpi_tempered_loss(&t, best) < mlpi_tempered_loss(&t, 0.8 * best));
            assert_true(mlpi_tempered_loss(&t, best) < mlpi_tempered_loss(&t, 1.25 * best));
            double sum = 0.0;
            mlpi_temper(temperature, outputs, r->y, 500);
            for (size_t j = 0; j < 500; j++) {
                const float *y = r->y + j * outputs;
                const double p = outputs > 1        ? (double)y[r->label[j]]
                                 : r->label[j] == 1 ? (double)y[0]
                                                    : 1.0 - (double)y[0];
                sum -= (i > 0 ? (double)r->weight[j] : 1.0) * log(p);
            }
            assert_near(loss, sum, 1e-4 * sum);
        }
    }
    free(r);
}

/* Labels are drawn from the probabilities, which are then sharpened or softened; the fitted
 * temperature undoes that. */
static void probabilities_that_are_too_sure_become_true_again(void **state)
{
    (void)state;
    static const double too_sure[] = {0.6, 1.0, 2.5};
    rows *r = calloc(1, sizeof *r);
    for (size_t c = 0; c < 3; c++)
        for (size_t outputs = 1; outputs <= 3; outputs += 2) {
            const size_t labels = outputs == 1 ? 2 : outputs;
            const mlpi_tempering t = make(r, labels, outputs, MOST_ROWS, false);
            mlpi_random random = mlpi_random_init(11, c);
            for (size_t i = 0; i < MOST_ROWS; i++) {
                double p[MOST_LABELS], u = mlpi_random_uniform(&random);
                size_t k = 0, largest = 0;
                probabilities(i, labels, p, &largest);
                while (k + 1 < labels && u >= p[k])
                    u -= p[k++];
                r->label[i] = k;
            }
            mlpi_temper(1.0 / too_sure[c], outputs, r->y, MOST_ROWS);
            assert_near(mlpi_temperature_fit(&t, MLPI_NO_GROUP), too_sure[c], 0.1 * too_sure[c]);
        }
    free(r);
}

/* If all predictions are certain, and all right or all wrong, the temperature stays in its
 * bounds. */
static void temperatures_stay_in_reach(void **state)
{
    (void)state;
    rows *r = calloc(1, sizeof *r);
    const mlpi_tempering t = make(r, 2, 1, 20, false);
    for (size_t i = 0; i < 20; i++) {
        r->y[i] = i % 2 == 0 ? 0.0F : 1.0F;
        r->label[i] = i % 2;
    }
    const double right = mlpi_temperature_fit(&t, MLPI_NO_GROUP);
    assert_true(right > 0.3 && right <= 1.0);
    for (size_t i = 0; i < 20; i++)
        r->label[i] = 1 - i % 2;
    assert_near(mlpi_temperature_fit(&t, MLPI_NO_GROUP), MLPI_MOST_TEMPERATURE, 1e-6);
    r->y[0] = NAN; /* a row without a prediction does not count */
    assert_near(mlpi_temperature_fit(&t, MLPI_NO_GROUP), MLPI_MOST_TEMPERATURE, 1e-6);
    free(r);
}

static void softened_rows_keep_their_order_and_their_sum(void **state)
{
    (void)state;
    for (size_t i = 0; i < 200; i++) {
        double p[MOST_LABELS];
        float y[MOST_LABELS];
        size_t largest = 0;
        const double temperature = 0.25 * (double)(1 + i % 12);
        probabilities(i, MOST_LABELS, p, &largest);
        double sum = 0.0, powers = 0.0;
        for (size_t k = 0; k < MOST_LABELS; k++) {
            y[k] = (float)p[k];
            powers += pow((double)y[k], 1.0 / temperature);
        }
        mlpi_temper(temperature, MOST_LABELS, y, 1);
        for (size_t k = 0; k < MOST_LABELS; k++) {
            assert_near((double)y[k], pow((double)(float)p[k], 1.0 / temperature) / powers, 1e-6);
            assert_true(y[k] <= y[largest]);
            sum += (double)y[k];
        }
        assert_near(sum, 1.0, 1e-6);
    }
}

static void what_is_certain_or_no_number_is_taken_as_it_is(void **state)
{
    (void)state;
    float one[] = {0.0F, 0.5F, 1.0F, NAN}, several[] = {1.0F, 0.0F, 0.0F, NAN, 0.5F, 0.5F};
    mlpi_temper(2.0, 1, one, 4);
    assert_near((double)one[0], 0.0, 1e-15);
    assert_true(one[1] == 0.5F);
    /* 1 - p counts as at least 2^-25. */
    assert_near((double)one[2], 1.0 - 0x1p-12 / sqrt(2.0), 1e-6);
    assert_true(isnan(one[3]));
    mlpi_temper(2.0, 3, several, 2);
    assert_near((double)several[0], 1.0, 1e-15);
    assert_true(isnan(several[3]) && several[4] == 0.5F); /* the row is unchanged */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(temperatures_equal_scipy),
        cmocka_unit_test(the_loss_at_a_temperature_is_that_of_tempered_rows),
        cmocka_unit_test(probabilities_that_are_too_sure_become_true_again),
        cmocka_unit_test(temperatures_stay_in_reach),
        cmocka_unit_test(softened_rows_keep_their_order_and_their_sum),
        cmocka_unit_test(what_is_certain_or_no_number_is_taken_as_it_is),
    };
    return RUN(tests);
}
