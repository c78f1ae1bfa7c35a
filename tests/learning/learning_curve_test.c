/* SPDX-License-Identifier: MIT */
/* The last size of a learning curve is cross-validation; the rows of smaller sizes are among those
 * of larger ones and divided in the same way; the curve of least squares is that of theory, and the
 * outlook follows from the curve. */
#include "divide/folds.h"
#include "learning/problem.h"
#include "search/cross_validate.h"
#include "search/part.h"
#include "train/prepare.h"

static mlp_train_options training;

static mlp_cross_validation_options settings(const char *target)
{
    static const char *name[1];
    mlp_cross_validation_options o = mlpi_cross_validation_options_default();
    name[0] = target;
    training = mlpi_options_default();
    training.targets = (mlp_names){name, 1};
    training.hidden = "4";
    training.epochs = 5;
    o.train = &training;
    o.folds = 3;
    return o;
}

static mlp_learning_curve make(const mlp_table *table, const mlp_cross_validation_options *o,
                               size_t sizes)
{
    mlp_learning_curve curve;
    mlp_error err = {0};
    if (mlp_learning_curve_make(table, o, sizes, &curve, &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(curve.count, sizes);
    return curve;
}

static mlp_table *read_iris(void)
{
    mlp_table *table = NULL;
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL), MLP_OK);
    return table;
}

static void the_last_size_is_cross_validation(void **state)
{
    (void)state;
    mlp_table *iris = read_iris();
    const mlp_cross_validation_options o = settings("species");
    mlp_learning_curve curve = make(iris, &o, 3);
    mlp_cross_validation whole;
    assert_int_equal(mlp_cross_validate(iris, &o, &whole, NULL), MLP_OK);
    for (size_t i = 0; i < whole.count; i++) {
        const mlp_fold *a = &whole.folds[i], *b = &curve.steps[2].folds.folds[i];
        assert_true(a->figures.log_loss == b->figures.log_loss);
        assert_int_equal(a->rows_training, b->rows_training);
    }
    for (size_t s = 0; s < 3; s++) {
        assert_near(curve.steps[s].share, 0.25 * (double)(1 << s), 0.0);
        assert_near(curve.steps[s].rows, 100.0 * curve.steps[s].share, 1.0);
    }
    mlp_cross_validation_release(&whole);
    mlp_learning_curve_release(&curve);
    mlp_table_free(iris);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    mlp_table *iris = read_iris();
    const mlp_cross_validation_options o = settings("species");
    training.threads = 1;
    mlp_learning_curve one = make(iris, &o, 2);
    training.threads = 3;
    mlp_learning_curve more = make(iris, &o, 2);
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < o.folds; i++)
            assert_true(one.steps[s].folds.folds[i].figures.log_loss ==
                        more.steps[s].folds.folds[i].figures.log_loss);
    mlp_learning_curve_release(&one);
    mlp_learning_curve_release(&more);
    mlp_table_free(iris);
}

/* --- which rows ------------------------------------------------------------------------------- */

enum { ROWS = 300, GROUPS = 60 };

static mlp_table *numbered(void)
{
    char text[ROWS * 40 + 40], *at = text;
    at += sprintf(at, "number,group,y\n");
    for (int r = 0; r < ROWS; r++)
        at += sprintf(at, "%d,g%d,%s\n", r, r % GROUPS, r % 10 == 0 ? "rare" : "usual");
    return problem_table(text);
}

/* Marks the training rows of fold 0 if `taken` eighths of the rows are used, and sets their
 * `count`; returns how many are rare. */
static size_t mark(const mlp_table *table, mlpi_schema *schema, size_t taken, bool *trains,
                   size_t *count)
{
    mlpi_rows rows;
    mlpi_folds folds;
    mlpi_part part;
    size_t rare = 0;
    const mlpi_share share = {.schema = schema, .parts = 8, .taken = taken, .seed = 5};
    memset(trains, 0, ROWS * sizeof *trains);
    assert_int_equal(mlpi_rows_collect(table, schema, MLPI_NO_COLUMN, &rows, NULL), MLP_OK);
    assert_int_equal(mlpi_folds_make(table, schema, schema->group, 3, 1, 5, &folds, NULL), MLP_OK);
    assert_int_equal(mlpi_part_of_fold(table, &rows, &folds, 0, 0, &share, &part, NULL), MLP_OK);
    *count = mlp_table_rows(part.training);
    for (size_t i = 0; i < *count; i++) {
        char number[32], label[32];
        mlp_table_cell(part.training, i, 0, number, sizeof number);
        mlp_table_cell(part.training, i, 2, label, sizeof label);
        trains[strtoul(number, NULL, 10)] = true;
        rare += strcmp(label, "rare") == 0;
    }
    mlpi_part_release(&part);
    mlpi_folds_release(&folds);
    mlpi_rows_release(&rows);
    return rare;
}

static void check_shares(bool by_group)
{
    static const char *const group[] = {"group"};
    bool trains[ROWS], before[ROWS] = {false};
    mlp_table *table = numbered();
    mlpi_schema schema;
    (void)settings("y");
    if (by_group)
        training.validation_group = group[0];
    assert_int_equal(mlpi_prepare_schema(table, &training, &schema, NULL), MLP_OK);
    for (size_t taken = 1; taken <= 8; taken *= 2) {
        size_t count = 0;
        const size_t rare = mark(table, &schema, taken, trains, &count);
        assert_in_range(count, 200 * taken / 8 - 5, 200 * taken / 8 + 5);
        if (!by_group)
            assert_in_range(rare, 20 * taken / 8 - 1, 20 * taken / 8 + 1);
        for (size_t r = 0; r < ROWS; r++) {
            assert_true(trains[r] || !before[r]);
            assert_true(!by_group || trains[r] == trains[r % GROUPS]);
        }
        memcpy(before, trains, sizeof before);
    }
    mlpi_schema_release(&schema);
    mlp_table_free(table);
}

static void smaller_sizes_are_within_larger_ones(void **state)
{
    (void)state;
    check_shares(false);
}

static void groups_stay_together(void **state)
{
    (void)state;
    check_shares(true);
}

/* --- theory ----------------------------------------------------------------------------------- */

enum { INPUTS = 10, MANY = 4000 };

static mlp_table *linear(void)
{
    mlpi_random random = mlpi_random_init(11, 0);
    char *text = malloc(MANY * (INPUTS + 1) * 24 + 200), *at = text;
    for (int j = 0; j < INPUTS; j++)
        at += sprintf(at, "x%d,", j);
    at += sprintf(at, "y\n");
    for (int r = 0; r < MANY; r++) {
        double y = mlpi_random_normal(&random);
        for (int j = 0; j < INPUTS; j++) {
            const double x = mlpi_random_normal(&random);
            y += x * (j - 4);
            at += sprintf(at, "%.9g,", x);
        }
        at += sprintf(at, "%.9g\n", y);
    }
    mlp_table *table = problem_table(text);
    free(text);
    return table;
}

/* Least squares with p normal inputs and n rows, noise of variance 1: the expected squared error of a new
 * row is (1 + 1/n) (1 + p / (n - p - 2)) (L. Breiman, D. Freedman 1983). */
static void the_curve_of_least_squares_is_that_of_theory(void **state)
{
    (void)state;
    mlp_table *table = linear();
    mlp_cross_validation_options o = settings("y");
    training.hidden = "none";
    training.optimizer = "lbfgs";
    training.validation = 0.0;
    training.epochs = 200;
    o.folds = 2;
    o.repeats = 12;
    mlp_learning_curve curve = make(table, &o, 7);
    for (size_t s = 0; s < curve.count; s++) {
        const double n = curve.steps[s].rows;
        const double theory = (1.0 + 1.0 / n) * (1.0 + INPUTS / (n - INPUTS - 2.0));
        double mean = 0.0;
        for (size_t i = 0; i < curve.steps[s].folds.count; i++) {
            const double rmse = curve.steps[s].folds.folds[i].figures.rmse;
            mean += rmse * rmse / (double)curve.steps[s].folds.count;
        }
        assert_near(mean, theory, 0.03 + 0.2 * (theory - 1.0));
    }
    mlp_outlook outlook;
    assert_true(mlp_learning_curve_outlook(&curve, "rmse", &outlook));
    assert_true(outlook.gain > 0.0 && outlook.next < outlook.now && outlook.next > 0.98);
    mlp_learning_curve_release(&curve);
    mlp_table_free(table);
}

/* --- more rows -------------------------------------------------------------------------------- */

enum { STEPS = 4, FOLDS = 3 };

/* Makes a curve whose folds have the RMSE that `rmse` returns. */
static mlp_learning_curve made_of(mlp_learning_step *steps, mlp_fold folds[STEPS][FOLDS],
                                  double (*rmse)(size_t step, size_t fold))
{
    for (size_t s = 0; s < STEPS; s++) {
        for (size_t i = 0; i < FOLDS; i++)
            folds[s][i].figures =
                (mlp_evaluation){.rmse = rmse(s, i), .accuracy = 1.0 - rmse(s, i) / 100.0};
        steps[s] = (mlp_learning_step){.rows = 100.0 * (double)(1 << s),
                                       .folds = {.count = FOLDS, .folds = folds[s]}};
    }
    return (mlp_learning_curve){.count = STEPS, .steps = steps};
}

static double power_law(size_t step, size_t fold)
{
    return 3.0 + (double)fold + 20.0 * pow(100.0 * (double)(1 << step), -0.4);
}

static double flat(size_t step, size_t fold)
{
    return (step + fold) % 2 == 0 ? 5.0 : 5.1;
}

static double worse(size_t step, size_t fold)
{
    return 5.0 + (double)step + 0.01 * (double)fold;
}

static void a_power_law_goes_on(void **state)
{
    (void)state;
    static mlp_fold folds[STEPS][FOLDS];
    mlp_learning_step steps[STEPS];
    mlp_outlook o;
    mlp_learning_curve curve = made_of(steps, folds, power_law);
    assert_true(mlp_learning_curve_outlook(&curve, "rmse", &o));
    assert_near(o.now, power_law(3, 1), 1e-12);
    assert_near(o.gain, power_law(2, 1) - power_law(3, 1), 1e-12);
    assert_near(o.next, power_law(4, 1), 1e-12);
    assert_near(o.error, 0.0, 1e-7);
    assert_true(o.certain);
    assert_true(mlp_learning_curve_outlook(&curve, "accuracy", &o));
    assert_near(o.next, 1.0 - power_law(4, 1) / 100.0, 1e-12);
    assert_true(o.gain > 0.0 && o.certain);
    assert_false(mlp_learning_curve_outlook(&curve, "beauty", &o));
    curve.count = 1;
    assert_false(mlp_learning_curve_outlook(&curve, "rmse", &o));
}

static void what_folds_disagree_about_is_not_certain(void **state)
{
    (void)state;
    static mlp_fold folds[STEPS][FOLDS];
    mlp_learning_step steps[STEPS];
    mlp_outlook o;
    mlp_learning_curve curve = made_of(steps, folds, flat);
    assert_true(mlp_learning_curve_outlook(&curve, "rmse", &o));
    assert_false(o.certain);
    /* Gains of 0.1, -0.1, 0.1 have the standard deviation 0.1154..., which is divided by
     * sqrt(3). */
    assert_near(o.error, sqrt(0.04 / 3.0) / sqrt(3.0), 1e-12);
    curve = made_of(steps, folds, worse);
    assert_true(mlp_learning_curve_outlook(&curve, "rmse", &o));
    assert_true(o.certain && o.gain < 0.0 && isnan(o.next));
}

static void impossible_sizes_are_errors(void **state)
{
    (void)state;
    mlp_table *iris = read_iris();
    const mlp_cross_validation_options o = settings("species");
    mlp_learning_curve curve;
    mlp_error err;
    assert_int_equal(mlp_learning_curve_make(iris, &o, 1, &curve, &err), MLP_ERROR_ARGUMENT);
    assert_int_equal(mlp_learning_curve_make(iris, &o, 17, &curve, &err), MLP_ERROR_ARGUMENT);
    assert_int_equal(mlp_learning_curve_make(iris, &o, 9, &curve, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "sizes"));
    mlp_table_free(iris);
}

static void a_job_is_refused(void **state)
{
    (void)state;
    mlp_table *iris = read_iris();
    const mlp_cross_validation_options o = settings("species");
    mlp_learning_curve curve;
    mlp_error err;
    training.job = "folder";
    assert_int_equal(mlp_learning_curve_make(iris, &o, 3, &curve, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "`job`"));
    mlp_table_free(iris);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_size_is_cross_validation),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(smaller_sizes_are_within_larger_ones),
        cmocka_unit_test(groups_stay_together),
        cmocka_unit_test(the_curve_of_least_squares_is_that_of_theory),
        cmocka_unit_test(a_power_law_goes_on),
        cmocka_unit_test(what_folds_disagree_about_is_not_certain),
        cmocka_unit_test(impossible_sizes_are_errors),
        cmocka_unit_test(a_job_is_refused),
    };
    return RUN(tests);
}
