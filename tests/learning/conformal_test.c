/* SPDX-License-Identifier: MIT */
/* Intervals and sets of labels contain the truth of new rows as often as was asked for, follow from
 * the errors that networks make on rows they never saw, and survive the model's file. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "divide/folds.h"
#include "learning/problem.h"
#include "model/metadata.h"
#include "train/prepare.h"

enum { TRAINING = 2000, FRESH = 8000, FOLDS = 4 };

typedef enum kind { NUMBERS, FACTORS, COUNTS, SHARES, LABELS } kind;

/* Writes a cell of the target: a smooth function of a and b with noise, which for NUMBERS grows
 * with |a|. */
static void write_target(kind of, double a, double b, mlpi_random *random, char *to)
{
    const double middle = sin(2.0 * a) + 0.5 * b;
    const double noise = mlpi_random_normal(random);
    if (of == NUMBERS)
        sprintf(to, "%.4f", middle + (0.2 + 0.2 * fabs(a)) * noise);
    else if (of == FACTORS)
        sprintf(to, "%.4f", exp(2.0 + middle + 0.3 * noise));
    else if (of == COUNTS)
        sprintf(to, "%.0f", fabs(floor(exp(middle) + noise)));
    else if (of == SHARES)
        sprintf(to, "%.4f", 1.0 / (1.0 + exp(-3.0 * middle - noise)));
    else
        sprintf(to, "%s", middle + noise > 0.7 ? "high" : middle + noise > -0.7 ? "mid" : "low");
}

static mlp_table *draw(kind of, size_t rows, uint64_t stream)
{
    mlpi_random random = mlpi_random_init(17, stream);
    char *text = malloc(rows * 60 + 80), *at = text, cell[40];
    at += sprintf(at, "a,b,y\n");
    for (size_t r = 0; r < rows; r++) {
        const double a = mlpi_random_normal(&random), b = mlpi_random_normal(&random);
        write_target(of, a, b, &random, cell);
        at += sprintf(at, "%.4f,%.4f,%s\n", a, b, cell);
    }
    mlp_table *table = problem_table(text);
    free(text);
    return table;
}

static mlp_train_options settings(kind of)
{
    mlp_train_options o = mlpi_options_default();
    o.hidden = "16";
    o.epochs = 25;
    o.folds = FOLDS;
    o.learning_rate = 0.01;
    o.task = of == LABELS ? MLP_TASK_CLASSIFICATION : MLP_TASK_REGRESSION;
    return o;
}

static mlp_conformal *at_coverage(const mlp_model *model, double coverage)
{
    mlp_error err = {0};
    mlp_conformal *c = NULL;
    if (mlp_conformal_create(model, coverage, &c, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return c;
}

static mlp_coverage evaluated(const mlp_model *model, const mlp_table *table, double coverage)
{
    mlp_outcomes outcomes;
    mlp_conformal *c = at_coverage(model, coverage);
    assert_int_equal(mlp_model_outcomes(model, table, 1, &outcomes, NULL), MLP_OK);
    mlp_conformal_add(c, &outcomes);
    const mlp_coverage got = mlp_conformal_coverage(c, 0);
    mlp_outcomes_release(&outcomes);
    mlp_conformal_free(c);
    return got;
}

/* --- coverage --------------------------------------------------------------------------------- */

/* All rows are drawn from one distribution; the share of new rows that intervals hold varies with
 * the TRAINING rows that set the width and with the FRESH rows. The mean of several networks errs a
 * little less than the network of one fold, so that its intervals hold a little more. */
static void assert_covers(double got, double wanted)
{
    const double error = sqrt(wanted * (1.0 - wanted) * (1.0 / TRAINING + 1.0 / FRESH));
    if (!(got > wanted - 3.0 * error && got < wanted + 3.0 * error + 0.01))
        fail_msg("%g of new rows are held, not %g", got, wanted);
}

static void check_coverage(kind of, mlp_train_options o)
{
    mlp_table *table = draw(of, TRAINING, 1), *fresh = draw(of, FRESH, 2);
    mlp_model *model = problem_train(table, o, NULL);
    assert_int_equal(mlp_model_conformal_rows(model), TRAINING);
    static const double wanted[] = {0.5, 0.8, 0.9, 0.98};
    double size = 0.0;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const mlp_coverage got = evaluated(model, fresh, wanted[i]);
        assert_int_equal(got.rows, FRESH);
        if (of != LABELS || wanted[i] >= 0.8) /* sets are never empty and cover more than 0.5 */
            assert_covers(got.coverage, wanted[i]);
        assert_true(got.size > size || (of == LABELS && got.size >= 1.0));
        size = got.size;
    }
    mlp_model_free(model);
    mlp_table_free(table);
    mlp_table_free(fresh);
}

static void intervals_hold_as_many_new_rows_as_asked_for(void **state)
{
    (void)state;
    check_coverage(NUMBERS, settings(NUMBERS));
    mlp_train_options o = settings(FACTORS);
    o.target_transform = "log";
    check_coverage(FACTORS, o);
}

static void intervals_of_quantiles_hold_as_many_and_follow_the_noise(void **state)
{
    (void)state;
    mlp_train_options o = settings(NUMBERS);
    o.loss = "quantile";
    o.quantiles = "0.1,0.5,0.9";
    check_coverage(NUMBERS, o);

    mlp_table *table = draw(NUMBERS, TRAINING, 1);
    mlp_table *calm = problem_table("a,b\n0,0\n"), *wild = problem_table("a,b\n2,0\n");
    mlp_model *model = problem_train(table, o, NULL);
    mlp_conformal *c = at_coverage(model, 0.95);
    double width[2];
    for (size_t i = 0; i < 2; i++) {
        mlp_predictions p;
        double lower = 0.0, upper = 0.0;
        assert_int_equal(mlp_model_predict(model, i == 0 ? calm : wild, 1, &p, NULL), MLP_OK);
        mlp_conformal_intervals(c, &p, &lower, &upper);
        assert_true(lower < p.values[0] && upper > p.values[2]); /* quantiles 0.1 and 0.9 */
        width[i] = upper - lower;
        mlp_predictions_release(&p);
    }
    assert_true(width[1] > 1.5 * width[0]); /* `wild` has three times the noise */
    mlp_conformal_free(c);
    mlp_model_free(model);
    mlp_table_free(table);
    mlp_table_free(calm);
    mlp_table_free(wild);
}

static void sets_of_labels_hold_as_many_new_rows_as_asked_for(void **state)
{
    (void)state;
    check_coverage(LABELS, settings(LABELS));
}

/* --- what intervals and sets are made of ------------------------------------------------------ */

/* Computes the absolute residual of every row in units of the target, by the network that did not
 * see the row and with the reference implementation. */
static void residuals(const mlp_model *model, const mlp_table *table, mlp_train_options o,
                      double *residual)
{
    mlpi_schema schema;
    mlpi_folds folds;
    mlp_encoded e;
    assert_int_equal(mlp_model_encode(model, table, true, &e, NULL), MLP_OK);
    assert_int_equal(mlpi_prepare_schema(table, &o, &schema, NULL), MLP_OK);
    assert_int_equal(
        mlpi_folds_make(table, &schema, MLPI_NO_COLUMN, FOLDS, 1, o.seed, &folds, NULL), MLP_OK);
    const double scale = model->pipeline.targets[0].fitted.number[1];
    for (size_t f = 0, n = 0; f < FOLDS; f++) {
        size_t count = 0;
        const uint32_t *test = mlpi_folds_test(&folds, 0, f, &count);
        mlp_trace *trace = NULL;
        assert_int_equal(mlp_trace_create(mlp_model_member(model, f), &trace, NULL), MLP_OK);
        for (size_t i = 0; i < count; i++, n++) {
            const size_t r = test[i];
            const double x[] = {(double)e.x[2 * r], (double)e.x[2 * r + 1]};
            const double s = (double)e.target[r];
            mlp_reference_pattern(mlp_model_member(model, f), NULL, x, &s, trace);
            residual[n] = fabs(trace->y[trace->layers][0] - s) * scale;
        }
        mlp_trace_free(trace);
    }
    mlp_encoded_release(&e);
    mlpi_folds_release(&folds);
    mlpi_schema_release(&schema);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void half_the_width_is_the_residual_of_that_rank(void **state)
{
    (void)state;
    enum { ROWS = 400 };
    mlp_table *table = draw(NUMBERS, ROWS, 1), *fresh = draw(NUMBERS, 50, 2);
    mlp_train_options o = settings(NUMBERS);
    mlp_model *model = problem_train(table, o, NULL);
    mlp_predictions p;
    double residual[ROWS], lower[50], upper[50];
    o.targets = (mlp_names){(const char *const[]){"y"}, 1};
    residuals(model, table, o, residual);
    qsort(residual, ROWS, sizeof *residual, ascending);
    assert_int_equal(mlp_model_predict(model, fresh, 1, &p, NULL), MLP_OK);
    for (size_t percent = 10; percent < 100; percent += 10) {
        const size_t rank = (percent * (ROWS + 1) + 99) / 100;
        mlp_conformal *c = at_coverage(model, (double)percent / 100.0);
        mlp_conformal_intervals(c, &p, lower, upper);
        for (size_t r = 0; r < 50; r++) {
            assert_near(upper[r] - p.values[r], residual[rank - 1], 1e-5);
            assert_near(p.values[r] - lower[r], residual[rank - 1], 1e-5);
        }
        mlp_conformal_free(c);
    }
    mlp_predictions_release(&p);
    mlp_model_free(model);
    mlp_table_free(table);
    mlp_table_free(fresh);
}

/* On a logarithmic scale intervals are the same factor for every row; those of counts do not reach
 * below 0. */
static void intervals_follow_what_the_target_is(void **state)
{
    (void)state;
    mlp_train_options o = settings(FACTORS);
    o.target_transform = "log";
    mlp_table *table = draw(FACTORS, 500, 1);
    mlp_model *model = problem_train(table, o, NULL);
    mlp_conformal *c = at_coverage(model, 0.9);
    mlp_predictions p;
    double *lower = calloc(500, sizeof *lower), *upper = calloc(500, sizeof *upper);
    assert_int_equal(mlp_model_predict(model, table, 1, &p, NULL), MLP_OK);
    mlp_conformal_intervals(c, &p, lower, upper);
    const double unit = model->pipeline.targets[0].fitted.number[0];
    const double factor = (upper[0] + unit) / (p.values[0] + unit);
    assert_true(factor > 1.2);
    for (size_t r = 0; r < 500; r++) {
        assert_near((upper[r] + unit) / (p.values[r] + unit), factor, 1e-3 * factor);
        assert_near((p.values[r] + unit) / (lower[r] + unit), factor, 1e-3 * factor);
    }
    mlp_predictions_release(&p);
    mlp_conformal_free(c);
    mlp_model_free(model);
    mlp_table_free(table);

    table = draw(COUNTS, 500, 1);
    o = settings(COUNTS);
    o.loss = "poisson";
    model = problem_train(table, o, NULL);
    c = at_coverage(model, 0.99);
    assert_int_equal(mlp_model_predict(model, table, 1, &p, NULL), MLP_OK);
    mlp_conformal_intervals(c, &p, lower, upper);
    size_t at_zero = 0;
    for (size_t r = 0; r < 500; r++) {
        assert_true(lower[r] >= 0.0 && lower[r] <= p.values[r] && upper[r] > p.values[r]);
        at_zero += lower[r] == 0.0 ? 1 : 0;
    }
    assert_true(at_zero > 0);
    p.values[3] = (double)NAN; /* without a prediction there is no interval */
    mlp_conformal_intervals(c, &p, lower, upper);
    assert_true(isnan(lower[3]) && isnan(upper[3]) && !isnan(lower[4]));
    mlp_predictions_release(&p);
    mlp_conformal_free(c);
    mlp_model_free(model);
    mlp_table_free(table);
    free(lower);
    free(upper);
}

static void intervals_of_shares_stay_between_0_and_1(void **state)
{
    (void)state;
    mlp_train_options o = settings(SHARES);
    o.loss = "binary-cross-entropy";
    mlp_table *table = draw(SHARES, 500, 1);
    mlp_model *model = problem_train(table, o, NULL);
    mlp_conformal *c = at_coverage(model, 0.99);
    mlp_predictions p;
    double lower[500], upper[500];
    size_t at_zero = 0, at_one = 0;
    assert_int_equal(mlp_model_predict(model, table, 1, &p, NULL), MLP_OK);
    mlp_conformal_intervals(c, &p, lower, upper);
    for (size_t r = 0; r < 500; r++) {
        assert_true(0.0 <= lower[r] && lower[r] <= p.values[r]);
        assert_true(p.values[r] <= upper[r] && upper[r] <= 1.0);
        at_zero += lower[r] == 0.0 ? 1 : 0;
        at_one += upper[r] == 1.0 ? 1 : 0;
    }
    assert_true(at_zero > 0 && at_one > 0);
    mlp_predictions_release(&p);
    mlp_conformal_free(c);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void sets_hold_what_is_likely_enough(void **state)
{
    (void)state;
    mlp_table *table = draw(LABELS, TRAINING, 1), *fresh = draw(LABELS, 500, 2);
    mlp_model *model = problem_train(table, settings(LABELS), NULL);
    mlp_conformal *c = at_coverage(model, 0.95);
    mlp_outcomes outcomes;
    mlp_predictions p;
    bool *holds = calloc(500, 3 * sizeof *holds);
    size_t size = 0, held = 0;
    assert_int_equal(mlp_model_predict(model, fresh, 1, &p, NULL), MLP_OK);
    assert_int_equal(mlp_model_outcomes(model, fresh, 1, &outcomes, NULL), MLP_OK);
    mlp_conformal_sets(c, &p, holds);
    double least = 1.0, most = 0.0; /* probability in a set, and outside */
    for (size_t i = 0; i < 1500; i++) {
        const bool likeliest = p.label[i / 3] == i % 3;
        assert_true(!likeliest || holds[i]);
        least = holds[i] && !likeliest ? fmin(least, p.values[i]) : least;
        most = holds[i] ? most : fmax(most, p.values[i]);
        size += holds[i] ? 1 : 0;
        held += holds[i] && outcomes.label[i / 3] == i % 3 ? 1 : 0;
    }
    assert_true(least > most);
    mlp_conformal_add(c, &outcomes);
    const mlp_coverage got = mlp_conformal_coverage(c, 0);
    assert_near(got.size, (double)size / 500.0, 1e-12);
    assert_near(got.coverage, (double)held / 500.0, 1e-12);
    p.label[7] = MLP_NO_LABEL;
    mlp_conformal_sets(c, &p, holds);
    assert_false(holds[21] || holds[22] || holds[23]);
    mlp_predictions_release(&p);
    mlp_outcomes_release(&outcomes);
    mlp_conformal_free(c);
    mlp_model_free(model);
    mlp_table_free(table);
    mlp_table_free(fresh);
    free(holds);
}

static void count(const mlp_outcomes *outcomes, void *context)
{
    mlp_conformal_add(context, outcomes);
}

/* A listener of the evaluator, as the command `evaluate` has it, sees every row once. */
static void rows_that_come_in_pieces_are_counted_as_all_at_once(void **state)
{
    (void)state;
    mlp_table *table = draw(NUMBERS, 200, 1),
              *pieces[] = {draw(NUMBERS, 300, 2), draw(NUMBERS, 7, 3)};
    mlp_model *model = problem_train(table, settings(NUMBERS), NULL);
    mlp_conformal *c = at_coverage(model, 0.8);
    mlp_evaluator *evaluator = NULL;
    mlp_session *session = NULL;
    double held = 0.0, width = 0.0;
    assert_int_equal(mlp_evaluator_create(false, &evaluator, NULL), MLP_OK);
    assert_int_equal(mlp_session_create(model, 1, &session, NULL), MLP_OK);
    mlp_evaluator_listen(evaluator, count, c);
    for (size_t i = 0; i < 2; i++) {
        size_t left_out = 0, unanswered = 0;
        const mlp_coverage one = evaluated(model, pieces[i], 0.8);
        held += one.coverage * (double)one.rows;
        width += one.size * (double)one.rows;
        assert_int_equal(
            mlp_session_evaluate(session, pieces[i], evaluator, &left_out, &unanswered, NULL),
            MLP_OK);
        mlp_table_free(pieces[i]);
    }
    const mlp_coverage all = mlp_conformal_coverage(c, 0);
    assert_int_equal(all.rows, 307);
    assert_near(all.coverage, held / 307.0, 1e-12);
    assert_near(all.size, width / 307.0, 1e-9);
    mlp_session_free(session);
    mlp_evaluator_free(evaluator);
    mlp_conformal_free(c);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* --- files, and what is refused --------------------------------------------------------------- */

static mlp_status read_with(const mlp_model *model, const char *from, const char *to)
{
    const char *text = mlp_model_metadata(model), *at = strstr(text, from);
    assert_non_null(at);
    char *altered = calloc(strlen(text) + strlen(to) + 1, 1);
    sprintf(altered, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    mlp_model *read = mlpi_allocate(1, sizeof *read);
    const mlp_status status =
        mlpi_metadata_read(altered, mlp_model_parameter_count(model), "m.mlp", read, NULL);
    mlp_model_free(read);
    free(altered);
    return status;
}

static void scores_survive_the_file_and_are_not_believed_unseen(void **state)
{
    (void)state;
    static const char *const changes[][2] = {
        {"\"conformal\":{", "\"conformal\":7,\"c\":{"},
        {"\"conformal\":{", "\"conformal\":[],\"c\":{"},
        {"\"conformal\":{\"rows\":40", "\"conformal\":{\"rows\":0"},
        {"\"conformal\":{\"rows\":40", "\"conformal\":{\"rows\":-40"},
        {"\"conformal\":{\"rows\":40", "\"conformal\":{\"rows\":41"}, /* there are 40 scores */
        {"\"conformal\":{\"rows\":40", "\"conformal\":{\"rows\":1000000"},
        {"\"conformal\":{\"rows\":40", "\"conformal\":{\"rows\":18446744073709551615"},
        {"\"conformal\":{\"rows\":40", "\"conformal\":{\"row\":40"},
        {"\"scores\":[[", "\"scores\":[[9e9,"},
        {"\"scores\":[[", "\"scores\":[[],["},
        {"\"scores\":[[", "\"scores\":[[1],["},
        {"\"scores\":[[", "\"score\":[["},
        {"\"scores\":[[0", "\"scores\":[[\"0\",0"},
        {"\"scores\":[[0", "\"scores\":[[90"}, /* then the scores do not ascend */
        {"\"scores\":[[0", "\"scores\":[[null,0"},
    };
    mlp_table *table = draw(NUMBERS, 40, 1);
    mlp_model *model = problem_train(table, settings(NUMBERS), NULL), *loaded = NULL;
    unsigned char *bytes = NULL;
    size_t size = 0;
    assert_int_equal(mlp_model_save_memory(model, &bytes, &size, NULL), MLP_OK);
    assert_int_equal(mlp_model_load_memory(bytes, size, "m.mlp", &loaded, NULL), MLP_OK);
    assert_int_equal(mlp_model_conformal_rows(loaded), 40);
    assert_memory_equal(loaded->conformal.score, model->conformal.score, 40 * sizeof(double));
    assert_int_equal(read_with(model, "problem.csv", "others.csv"), MLP_OK);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        if (read_with(model, changes[i][0], changes[i][1]) != MLP_ERROR_MODEL)
            fail_msg("%s is believed", changes[i][1]);
    mlp_model_free(model);
    mlp_model_free(loaded);
    mlp_table_free(table);
    free(bytes);
}

static void what_cannot_be_promised_is_said(void **state)
{
    (void)state;
    mlp_table *table = draw(NUMBERS, 40, 1);
    mlp_train_options o = settings(NUMBERS);
    mlp_model *model = problem_train(table, o, NULL);
    o.folds = 0;
    mlp_model *plain = problem_train(table, o, NULL);
    mlp_conformal *c = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_model_conformal_rows(plain), 0);
    assert_int_equal(mlp_conformal_create(plain, 0.9, &c, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "train with `folds`"));
    static const double impossible[] = {0.0, 1.0, -0.5, 1.5, (double)NAN};
    for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++) {
        assert_int_equal(mlp_conformal_create(model, impossible[i], &c, &err), MLP_ERROR_ARGUMENT);
        assert_non_null(strstr(err.message, "lies between 0 and 1"));
    }
    assert_int_equal(mlp_conformal_create(model, 0.99, &c, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "40 rows out of fold are too few for a coverage of 0.99; "
                                        "ask for at most 0.9756"));
    assert_null(c);
    c = at_coverage(model, 0.9756);
    assert_true(isnan(mlp_conformal_coverage(c, 0).coverage)); /* no row was evaluated */
    mlp_conformal_free(c);
    mlp_conformal_free(NULL);
    mlp_model_free(model);
    mlp_model_free(plain);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_hold_as_many_new_rows_as_asked_for),
        cmocka_unit_test(intervals_of_quantiles_hold_as_many_and_follow_the_noise),
        cmocka_unit_test(sets_of_labels_hold_as_many_new_rows_as_asked_for),
        cmocka_unit_test(half_the_width_is_the_residual_of_that_rank),
        cmocka_unit_test(intervals_follow_what_the_target_is),
        cmocka_unit_test(intervals_of_shares_stay_between_0_and_1),
        cmocka_unit_test(sets_hold_what_is_likely_enough),
        cmocka_unit_test(rows_that_come_in_pieces_are_counted_as_all_at_once),
        cmocka_unit_test(scores_survive_the_file_and_are_not_believed_unseen),
        cmocka_unit_test(what_cannot_be_promised_is_said),
    };
    return RUN(tests);
}
