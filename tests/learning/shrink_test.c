/* SPDX-License-Identifier: MIT */
/* Small networks that learn a model's answers: they keep the bounds, meet the requirements, are the
 * same for any number of threads, and learn from the model rather than from the targets. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "learning/problem.h"
#include "mlp/shrink.h"
#include "shrink/shrink.h"

enum { ROWS = 400 };

static mlp_table *table, *others, *values; /* others: new rows; values: y is a number */
static mlp_model *teacher, *wrong, *valued;

/* Makes rows whose y is "in" inside a circle, or with `flip` outside; with `quantity` y is a
 * number. */
static mlp_table *make_rows(uint64_t seed, bool flip, bool quantity)
{
    mlpi_random random = mlpi_random_init(seed, 0);
    char *text = malloc(ROWS * 64 + 80), *at = text;
    at += sprintf(at, "a,b,c,y\n");
    for (size_t r = 0; r < ROWS; r++) {
        const double a = 4.0 * mlpi_random_uniform(&random) - 2.0,
                     b = 4.0 * mlpi_random_uniform(&random) - 2.0;
        const char *c = mlpi_random_below(&random, 2) == 0 ? "red" : "blue";
        if (quantity)
            at += sprintf(at, "%.4f,%.4f,%s,%.5f\n", a, b, c, 100.0 * sin(a) * b);
        else
            at += sprintf(at, "%.4f,%.4f,%s,%s\n", a, b, c,
                          (hypot(a, b) < 1.4) != flip ? "in" : "out");
    }
    mlp_table *made = problem_table(text);
    free(text);
    return made;
}

static mlp_model *teach(const mlp_table *rows, size_t members)
{
    mlp_train_options o = mlpi_options_default();
    o.hidden = "24,12";
    o.members = members;
    o.epochs = 60;
    return problem_train(rows, o, NULL);
}

static int make(void **state)
{
    (void)state;
    table = make_rows(3, false, false);
    others = make_rows(4, false, false);
    values = make_rows(5, false, true);
    mlp_table *flipped = make_rows(3, true, false);
    teacher = teach(table, 3);
    wrong = teach(flipped, 1);
    valued = teach(values, 2);
    mlp_table_free(flipped);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    mlp_table_free(table);
    mlp_table_free(others);
    mlp_table_free(values);
    mlp_model_free(teacher);
    mlp_model_free(wrong);
    mlp_model_free(valued);
    return 0;
}

/* --- a call ----------------------------------------------------------------------------------- */

/* Makes options of "name", "value", ..., NULL. */
static mlp_shrink_options *options_of(const char *const *pairs)
{
    mlp_shrink_options *o = NULL;
    assert_int_equal(mlp_shrink_options_create(&o, NULL), MLP_OK);
    for (; *pairs != NULL; pairs += 2)
        assert_int_equal(mlp_shrink_options_set(o, pairs[0], pairs[1], NULL), MLP_OK);
    return o;
}

static mlp_train_options training_of(int threads)
{
    mlp_train_options o = mlpi_options_default();
    o.threads = threads;
    o.epochs = 40;
    return o;
}

static mlp_model *shrink(const mlp_model *model, const mlp_table *rows, const mlp_table *held_out,
                         int threads, const char *const *pairs, mlp_shrink_report *report)
{
    const mlp_train_options training = training_of(threads);
    mlp_shrink_options *o = options_of(pairs);
    mlp_model *student = NULL;
    mlp_error err = {0};
    if (mlp_shrink(model, rows, held_out, &training, o, &student, report, &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlp_shrink_options_free(o);
    return student;
}
#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void refused(const mlp_model *model, const mlp_table *rows, mlp_status wanted,
                    const char *says, const char *const *pairs)
{
    mlp_shrink_options *o = options_of(pairs);
    mlp_model *student = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_shrink(model, rows, NULL, NULL, o, &student, NULL, &err), wanted);
    assert_null(student);
    if (strstr(err.message, says) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, says);
    mlp_shrink_options_free(o);
}

static double metric_of(const mlp_model *model, const mlp_table *rows, const char *name)
{
    mlp_evaluation e;
    double value = (double)NAN;
    assert_int_equal(mlp_evaluate(model, rows, 1, &e, NULL), MLP_OK);
    assert_true(mlp_evaluation_metric(&e, name, &value));
    mlp_evaluation_release(&e);
    return value;
}

/* Returns the bytes of a model's constants and texts, from a separate export. */
static size_t constants_of(const mlp_model *model, const char *bits)
{
    mlp_export_cost cost;
    mlp_export_options *o = NULL;
    FILE *nowhere = fopen("/dev/null", "w");
    assert_int_equal(mlp_export_options_create(&o, NULL), MLP_OK);
    assert_int_equal(mlp_export_options_set(o, "integer", bits, NULL), MLP_OK);
    assert_int_equal(mlp_export_c(model, table, o, nowhere, nowhere, &cost, NULL), MLP_OK);
    mlp_export_options_free(o);
    fclose(nowhere);
    return cost.constants + cost.texts;
}

/* --- bounds ----------------------------------------------------------------------------------- */

static void bounds_are_kept_test(void **state)
{
    (void)state;
    mlp_shrink_report r;
    mlp_model *student = shrink(teacher, table, NULL, 2, PAIRS("max-flash", "1.5K"), &r);
    assert_int_equal(mlp_model_member_count(student), 1);
    for (size_t i = 0; i < r.student_count; i++)
        assert_true(r.students[i].flash <= 1536);
    const mlp_shrink_size *chosen = &r.students[r.chosen];
    assert_true(chosen->flash > constants_of(student, "0") + 600); /* code counts, too */
    assert_int_equal(chosen->parameters, mlp_model_parameter_count(student));
    assert_true(r.teacher.parameters == mlp_model_parameter_count(teacher));
    mlp_shrink_report_release(&r);
    mlp_model_free(student);

    student = shrink(teacher, table, NULL, 2, PAIRS("max-parameters", "33"), NULL);
    assert_true(mlp_model_parameter_count(student) <= 33);
    mlp_model_free(student);

    student = shrink(valued, values, NULL, 2, PAIRS("max-operations", "30"), &r);
    const mlp_network *n = mlp_model_network(student);
    size_t operations = 0;
    for (size_t l = 0, inputs = mlp_network_inputs(n); l < mlp_network_layer_count(n); l++) {
        operations += inputs * mlp_network_layer(n, l).units;
        inputs = mlp_network_layer(n, l).units;
    }
    assert_true(operations <= 30);
    assert_int_equal(r.students[r.chosen].operations, operations);
    mlp_shrink_report_release(&r);
    mlp_model_free(student);
}

/* With integers more neurons fit, and the network in integers is what is evaluated. */
static void integers_are_evaluated_test(void **state)
{
    (void)state;
    mlp_shrink_report r;
    mlp_evaluation e;
    mlp_evaluator *evaluator = NULL;
    mlp_session *session = NULL;
    mlp_export_options *o = NULL;
    size_t left_out = 0, unanswered = 0;
    mlp_model *student =
        shrink(teacher, table, others, 2, PAIRS("max-flash", "2100", "integer", "8"), &r);
    const mlp_shrink_size *chosen = &r.students[r.chosen];
    assert_true(chosen->flash <= 2100);
    assert_true(chosen->flash > constants_of(student, "8") + 1000);
    assert_int_equal(mlp_export_options_create(&o, NULL), MLP_OK);
    assert_int_equal(mlp_export_options_set(o, "integer", "8", NULL), MLP_OK);
    assert_int_equal(mlp_export_session_create(student, table, o, 1, &session, NULL), MLP_OK);
    assert_int_equal(mlp_evaluator_create(false, &evaluator, NULL), MLP_OK);
    assert_int_equal(mlp_session_evaluate(session, others, evaluator, &left_out, &unanswered, NULL),
                     MLP_OK);
    assert_int_equal(mlp_evaluator_finish(evaluator, &e, NULL), MLP_OK);
    assert_true(e.log_loss == chosen->figure);
    assert_true(e.log_loss != metric_of(student, others, "log_loss"));
    mlp_evaluation_release(&e);
    mlp_evaluator_free(evaluator);
    mlp_session_free(session);
    mlp_export_options_free(o);
    mlp_shrink_report_release(&r);
    mlp_model_free(student);
}

/* The smallest size that a refusal names is possible, and a size smaller by one is not. */
static void smallest_is_told_test(void **state)
{
    (void)state;
    char text[32];
    mlp_shrink_options *o = options_of(PAIRS("max-parameters", "1"));
    mlp_model *student = NULL;
    mlp_error err = {0};
    size_t least = 0;
    assert_int_equal(mlp_shrink(teacher, table, NULL, NULL, o, &student, NULL, &err),
                     MLP_ERROR_ARGUMENT);
    const char *has = strstr(err.message, " has ");
    assert_non_null(has);
    assert_int_equal(sscanf(has, " has %zu parameters", &least), 1);
    assert_true(least > 1);
    mlp_shrink_options_free(o);
    snprintf(text, sizeof text, "%zu", least - 1);
    refused(teacher, table, MLP_ERROR_ARGUMENT, "max-parameters", PAIRS("max-parameters", text));
    snprintf(text, sizeof text, "%zu", least);
    student = shrink(teacher, table, NULL, 1, PAIRS("max-parameters", text), NULL);
    assert_int_equal(mlp_model_parameter_count(student), least);
    mlp_model_free(student);
    refused(teacher, table, MLP_ERROR_ARGUMENT, "max-flash", PAIRS("max-flash", "10"));
}

/* --- what is required ------------------------------------------------------------------------- */

/* The result meets the requirement, and no smaller network that was tried does. */
static void requirement_is_held_test(void **state)
{
    (void)state;
    mlp_shrink_report r;
    mlp_model *student = shrink(teacher, table, others, 2, PAIRS("require", "accuracy=0.93"), &r);
    assert_true(metric_of(student, others, "accuracy") >= 0.93);
    assert_string_equal(r.figure, "accuracy");
    assert_true(r.students[r.chosen].holds);
    assert_true(fabs(r.students[r.chosen].figure - metric_of(student, others, "accuracy")) < 1e-12);
    assert_true(fabs(r.teacher.figure - metric_of(teacher, others, "accuracy")) < 1e-12);
    for (size_t i = 0; i < r.student_count; i++) {
        assert_true(r.students[i].holds == (r.students[i].figure >= 0.93));
        assert_true(i >= r.chosen || !r.students[i].holds);
    }
    assert_true(r.students[r.chosen].parameters < r.teacher.parameters);
    mlp_shrink_report_release(&r);
    mlp_model_free(student);

    student = shrink(teacher, table, others, 2,
                     PAIRS("require", "accuracy=1", "max-parameters", "10"), &r);
    for (size_t i = 0; i < r.student_count; i++) {
        assert_false(r.students[i].holds);
        assert_true(r.students[i].figure <= r.students[r.chosen].figure);
    }
    mlp_shrink_report_release(&r);
    mlp_model_free(student);
}

static void best_that_fits_is_kept_test(void **state)
{
    (void)state;
    mlp_shrink_report r;
    mlp_model *student = shrink(valued, values, NULL, 2, PAIRS("max-parameters", "80"), &r);
    assert_string_equal(r.figure, "rmse");
    for (size_t i = 0; i < r.student_count; i++)
        assert_true(r.students[i].figure >= r.students[r.chosen].figure);
    assert_true(r.teacher_saw == false); /* the teacher's validation rows are held out */
    assert_int_equal(r.rows_training + r.rows_held_out, ROWS);
    assert_int_equal(r.rows_made, 2 * r.rows_training);
    mlp_shrink_report_release(&r);
    mlp_model_free(student);
}

/* --- what is learnt --------------------------------------------------------------------------- */

static size_t same_labels(const mlp_model *a, const mlp_model *b, const mlp_table *rows)
{
    mlp_predictions p, q;
    size_t same = 0;
    assert_int_equal(mlp_model_predict(a, rows, 1, &p, NULL), MLP_OK);
    assert_int_equal(mlp_model_predict(b, rows, 1, &q, NULL), MLP_OK);
    for (size_t i = 0; i < p.rows; i++)
        same += p.label[i] == q.label[i];
    mlp_predictions_release(&p);
    mlp_predictions_release(&q);
    return same;
}

/* Students of a teacher that learnt the opposite answer the opposite. */
static void teacher_is_learnt_test(void **state)
{
    (void)state;
    mlp_table *contrary = make_rows(6, true, false);
    mlp_model *student =
        shrink(wrong, table, contrary, 2, PAIRS("max-parameters", "80", "teaching", "1"), NULL);
    assert_true(same_labels(student, wrong, others) > ROWS * 8 / 10);
    assert_true(metric_of(student, others, "accuracy") < 0.2);
    mlp_model_free(student);
    mlp_table_free(contrary);
    student = shrink(wrong, table, others, 2,
                     PAIRS("max-parameters", "80", "teaching", "0", "mixed", "0"), NULL);
    assert_true(metric_of(student, others, "accuracy") > 0.8);
    mlp_model_free(student);
}

/* Without teaching and mixed rows, a student is the network that plain training makes. */
static void untaught_is_training_test(void **state)
{
    (void)state;
    mlp_train_options o = training_of(1);
    static const char *const target[] = {"y"};
    mlp_shrink_report r;
    mlp_model *plain = NULL;
    mlp_model *student = shrink(teacher, table, others, 1,
                                PAIRS("max-parameters", "60", "teaching", "0", "mixed", "0"), &r);
    o.targets = (mlp_names){target, 1};
    o.hidden = r.students[r.chosen].hidden;
    assert_int_equal(mlp_train(table, others, &o, &plain, NULL, NULL), MLP_OK);
    const mlp_network *a = mlp_model_network(student), *b = mlp_model_network(plain);
    assert_int_equal(mlp_network_size(a), mlp_network_size(b));
    assert_memory_equal(mlp_network_parameters_const(a), mlp_network_parameters_const(b),
                        mlp_network_size(a) * sizeof(float));
    mlp_shrink_report_release(&r);
    mlp_model_free(plain);
    mlp_model_free(student);
}

/* --- which label is looked for ---------------------------------------------------------------- */

static size_t looked_for(const mlp_model *model, const char *wish)
{
    mlp_train_options training = training_of(2);
    mlp_shrink_options *o = options_of(PAIRS("max-parameters", "20"));
    mlp_model *student = NULL;
    training.epochs = 5;
    training.label = wish;
    training.notice = keep_notice;
    notices[0] = '\0';
    assert_int_equal(mlp_shrink(model, table, NULL, &training, o, &student, NULL, NULL), MLP_OK);
    const size_t label = mlp_model_looked_for(student);
    assert_true(isnan(mlp_model_threshold(student)));
    mlp_shrink_options_free(o);
    mlp_model_free(student);
    return label;
}

static void label_that_is_looked_for_is_inherited_test(void **state)
{
    (void)state;
    assert_int_equal(looked_for(teacher, NULL), 1); /* "out", the second, by default */
    mlp_train_options o = training_of(2);
    o.hidden = "8";
    o.folds = 3;
    o.label = "in";
    o.threshold = "f1";
    mlp_model *model = problem_train(table, o, NULL);
    assert_int_equal(looked_for(model, NULL), 0);
    const bool decides = !isnan(mlp_model_threshold(model));
    assert_true((strstr(notices, "The model predicts \"in\" at probability 0.") != NULL) ==
                decides);
    assert_int_equal(looked_for(model, "out"), 1);
    assert_int_equal(mlp_model_look_for(model, "out", NULL), MLP_OK);
    assert_int_equal(looked_for(model, NULL), 1);
    mlp_model_free(model);
}

/* --- dates ------------------------------------------------------------------------------------ */

/* Makes rows with a date in ISO 8601 or with slashes, day first. No day is beyond 12 except for
 * that of one row with `telling`. */
static mlp_table *make_days(bool iso, bool telling)
{
    char text[ROWS * 32], *at = text;
    at += sprintf(at, "day,a,y\n");
    for (int r = 0; r < 250; r++) {
        const int day = telling && r == 77 ? 25 : 1 + r * 5 % 12, month = 1 + r * 7 % 12;
        at += sprintf(at, iso ? "2023-%02d-%02d,%d,%d.5\n" : "%02d/%02d/2023,%d,%d.5\n",
                      iso ? month : day, iso ? day : month, r % 9, 10 * day + month + r % 9);
    }
    return problem_table(text);
}

/* Dates that do not show which number is the day are read in the order that the teacher learnt from
 * more rows. */
static void dates_are_read_as_the_teacher_reads_them_test(void **state)
{
    (void)state;
    double rmse[2];
    for (int iso = 0; iso < 2; iso++) {
        mlp_table *rows = make_days(iso == 1, true), *unclear = make_days(iso == 1, false);
        mlp_model *model = teach(rows, 1);
        mlp_model *student = shrink(model, unclear, NULL, 1, PAIRS("max-parameters", "40"), NULL);
        rmse[iso] = metric_of(student, rows, "rmse"); /* rows with the day beyond 12 */
        mlp_model_free(student);
        mlp_model_free(model);
        mlp_table_free(rows);
        mlp_table_free(unclear);
    }
    assert_near(rmse[0], rmse[1], 0.0);
}

/* Students learn probabilities, whatever the loss of the teacher. */
/* Where x is 1.6e38, the weighted sums of the model overflow, and it has no answer. */
static void row_without_an_answer_keeps_its_target_test(void **state)
{
    (void)state;
    enum { COUNTS = 200, FAR = 7 };
    char text[COUNTS * 32] = "x,y\n";
    for (int i = 0; i < COUNTS; i++)
        sprintf(text + strlen(text), "%s,%d\n",
                i == FAR     ? "1.6e38"
                : i % 2 == 0 ? "1"
                             : "2",
                i == FAR     ? 5
                : i % 2 == 0 ? 2
                             : 3);
    mlp_table *near = problem_table("x,y\n1,2\n2,3\n1,2\n2,3\n1,2\n2,3\n1,2\n2,3\n1,2\n2,3\n");
    mlp_table *rows = problem_table(text), *new_rows = problem_table("x,y\n1,2\n2,3\n");
    mlp_train_options o = training_of(1);
    o.activation = "relu";
    o.loss = "poisson";
    o.task = MLP_TASK_REGRESSION;
    o.quality = "fast";
    mlp_model *counts = problem_train(near, o, NULL);
    const mlp_train_options training = training_of(1);
    mlp_shrink_options *options = options_of(PAIRS("max-parameters", "100", "mixed", "0"));
    mlpi_lesson lesson;
    mlp_error err = {0};
    if (mlpi_lesson_init(&lesson, counts, rows, new_rows, &training, options, &err) != MLP_OK ||
        mlpi_lesson_encode(&lesson, &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(lesson.common.data.training.rows, COUNTS);
    assert_near(lesson.common.data.training.target[FAR], 5.0, 0.0);
    mlpi_lesson_release(&lesson);
    mlp_shrink_options_free(options);
    mlp_model_free(counts);
    mlp_table_free(near);
    mlp_table_free(rows);
    mlp_table_free(new_rows);
}

static void student_has_the_usual_loss_test(void **state)
{
    (void)state;
    mlp_train_options o = training_of(2);
    o.hidden = "8";
    o.loss = "hinge";
    mlp_model *model = problem_train(table, o, NULL);
    mlp_model *student = shrink(model, table, NULL, 2, PAIRS("max-parameters", "20"), NULL);
    assert_int_equal(mlp_network_loss(mlp_model_network(model)), MLP_HINGE);
    assert_int_equal(mlp_network_loss(mlp_model_network(student)), MLP_BINARY_CROSS_ENTROPY);
    mlp_model_free(student);
    mlp_model_free(model);
}

/* --- the rest --------------------------------------------------------------------------------- */

static void threads_change_nothing_test(void **state)
{
    (void)state;
    const mlp_model *const models[] = {teacher, valued};
    const mlp_table *const rows[] = {table, values};
    for (int i = 0; i < 2; i++) {
        mlp_model *one = shrink(models[i], rows[i], NULL, 1, PAIRS("max-parameters", "60"), NULL);
        mlp_model *four = shrink(models[i], rows[i], NULL, 4, PAIRS("max-parameters", "60"), NULL);
        problem_assert_same(one, four, "threads");
        mlp_model_free(one);
        mlp_model_free(four);
    }
}

static void model_survives_its_file_test(void **state)
{
    (void)state;
    unsigned char *bytes = NULL;
    size_t size = 0;
    mlp_model *again = NULL;
    mlp_model *student = shrink(teacher, table, NULL, 2, PAIRS("max-parameters", "40"), NULL);
    assert_int_equal(mlp_model_save_memory(student, &bytes, &size, NULL), MLP_OK);
    assert_int_equal(mlp_model_load_memory(bytes, size, "small", &again, NULL), MLP_OK);
    problem_assert_same(student, again, "file");
    assert_true(mlp_model_knows(again, table));
    free(bytes);
    mlp_model_free(again);
    mlp_model_free(student);
}

/* No row is used both for teaching and for evaluation. */
static void held_out_are_other_rows_test(void **state)
{
    (void)state;
    mlp_train_options none = training_of(1);
    mlp_shrink_options *o = options_of(PAIRS("max-parameters", "50"));
    mlp_model *student = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_shrink(teacher, table, table, NULL, o, &student, NULL, &err),
                     MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "same rows"));
    none.validation = 0.0;
    assert_int_equal(mlp_shrink(teacher, table, NULL, &none, o, &student, NULL, &err),
                     MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "`validation` is 0"));
    mlp_shrink_options_free(o);
}

static void wrong_arguments_are_refused_test(void **state)
{
    (void)state;
    mlp_shrink_options *o = NULL;
    refused(teacher, table, MLP_ERROR_ARGUMENT, "how small", PAIRS("mixed", "1"));
    refused(teacher, table, MLP_ERROR_ARGUMENT, "METRIC=VALUE", PAIRS("require", "speed=2"));
    refused(teacher, table, MLP_ERROR_ARGUMENT, "integer",
            PAIRS("max-parameters", "50", "integer", "7"));
    refused(teacher, table, MLP_ERROR_ARGUMENT, "teaching",
            PAIRS("max-parameters", "50", "teaching", "1.5"));
    refused(teacher, table, MLP_ERROR_ARGUMENT, "mixed",
            PAIRS("max-parameters", "50", "mixed", "101"));
    refused(teacher, table, MLP_ERROR_ARGUMENT, "not defined", PAIRS("require", "rmse=1"));
    mlp_table *stranger = problem_table("p,q\n1,2\n3,4\n");
    refused(teacher, stranger, MLP_ERROR_DATA, "a", PAIRS("max-parameters", "50"));
    mlp_table_free(stranger);
    assert_int_equal(mlp_shrink_options_create(&o, NULL), MLP_OK);
    assert_int_equal(mlp_shrink_options_set(o, "max-flash", "8 kB", NULL), MLP_ERROR_ARGUMENT);
    assert_int_equal(mlp_shrink_options_set(o, "max-flsh", "8K", NULL), MLP_ERROR_ARGUMENT);
    mlp_shrink_options_free(o);
}

static void stop_is_heard_test(void **state)
{
    (void)state;
    static mlp_flag stop = 1;
    mlp_train_options training = training_of(2);
    mlp_shrink_options *o = options_of(PAIRS("max-parameters", "50"));
    mlp_model *student = NULL;
    training.stop = &stop;
    assert_int_equal(mlp_shrink(teacher, table, NULL, &training, o, &student, NULL, NULL),
                     MLP_ERROR_INTERRUPTED);
    mlp_shrink_options_free(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_are_kept_test),
        cmocka_unit_test(integers_are_evaluated_test),
        cmocka_unit_test(smallest_is_told_test),
        cmocka_unit_test(requirement_is_held_test),
        cmocka_unit_test(best_that_fits_is_kept_test),
        cmocka_unit_test(teacher_is_learnt_test),
        cmocka_unit_test(untaught_is_training_test),
        cmocka_unit_test(threads_change_nothing_test),
        cmocka_unit_test(model_survives_its_file_test),
        cmocka_unit_test(held_out_are_other_rows_test),
        cmocka_unit_test(wrong_arguments_are_refused_test),
        cmocka_unit_test(stop_is_heard_test),
        cmocka_unit_test(label_that_is_looked_for_is_inherited_test),
        cmocka_unit_test(dates_are_read_as_the_teacher_reads_them_test),
        cmocka_unit_test(row_without_an_answer_keeps_its_target_test),
        cmocka_unit_test(student_has_the_usual_loss_test),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
