/* SPDX-License-Identifier: MIT */
/* Networks exported in integers: the C code computes the integers of the library bit for bit, under
 * sanitizers that stop at the first overflow; hostile rows cause no overflow; an altered file fails
 * its self-test. */
#include <float.h>

#include "unit/export/exported.h"

static const char sanitized[] = "-lm -fsanitize=undefined -fno-sanitize-recover=all";

static mlp_export_options *options_of(const char *bits)
{
    mlp_export_options *options = NULL;
    mlp_error err;
    assert_int_equal(mlp_export_options_create(&options, &err), MLP_OK);
    assert_int_equal(mlp_export_options_set(options, "integer", bits, &err), MLP_OK);
    return options;
}

static void prove(const mlp_table *table, const char *const *options)
{
    static int turn = 0;
    mlp_model *model = train(table, options);
    mlp_export_options *integers = options_of(turn++ % 2 == 0 ? "8" : "16");
    mlp_export_cost cost;
    char *source = export_by(model, table, integers, &cost);
    assert_true(cost.rows >= 32);
    assert_int_equal(self_test_with(source, sanitized), 0);
    free(source);
    mlp_export_options_free(integers);
    mlp_model_free(model);
}

#define PROVE(table, ...) prove(table, (const char *const[]){__VA_ARGS__, NULL})

static void activations_come_to_the_same_integers(void **state)
{
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    mlp_table *table = data();
    for (int f = 0; f < MLP_SOFTMAX; f++)
        PROVE(table, "target", "value", "drop", "label", "activation",
              mlp_activation_describe((mlp_activation)f)->name, "hidden", "5,4,3");
    mlp_table_free(table);
}

static void kinds_of_models_come_to_the_same_integers(void **state)
{
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    mlp_table *table = data();
    /* Calibrated models with prediction sets, of several outputs and of one. */
    PROVE(table, "target", "label", "drop", "value", "folds", "3");
    PROVE(table, "target", "kind", "drop", "value", "folds", "3");
    PROVE(table, "target", "label", "loss", "hinge", "members", "2");
    PROVE(table, "target", "label", "loss", "quadratic", "output-activation", "hard-tanh");
    PROVE(table, "target", "label", "loss", "quadratic", "output-activation", "tanh");
    PROVE(table, "target", "value", "drop", "label", "loss", "poisson", "folds", "2");
    PROVE(table, "target", "value", "drop", "label", "loss", "quantile", "quantiles", "0.1,0.5,0.9",
          "folds", "2");
    PROVE(table, "target", "value", "target", "2nd", "drop", "label", "hidden", "none");
    mlp_table_free(table);
}

static void networks_that_read_parts_of_the_inputs_come_to_the_same_integers(void **state)
{
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    static const char *const options[] = {"target", "label",  "drop", "value", "members",
                                          "4",      "hidden", "9,5",  NULL};
    static const char *const bits[] = {"8", "16"};
    mlp_table *table = data();
    mlp_model *model = train(table, options);
    const size_t parameters = mlp_model_parameter_count(model);
    for (size_t i = 0; i < 2; i++) {
        mlp_export_options *integers = options_of(bits[i]);
        mlp_export_cost before, after;
        mlpi_members_read_all(&model->members);
        free(export_by(model, table, integers, &before));
        read_parts(model);
        char *source = export_by(model, table, integers, &after);
        assert_int_equal(self_test_with(source, sanitized), 0);
        assert_int_equal(before.multiply_adds - after.multiply_adds,
                         parameters - mlp_model_parameter_count(model));
        free(source);
        mlp_export_options_free(integers);
    }
    mlp_model_free(model);
    mlp_table_free(table);
}

/* --- altered files ---------------------------------------------------------------------------- */

/* A copy of the source, to be freed, in which `by` is subtracted from the number at `at`, or added
 * if the number is negative. */
static char *broken(const char *source, const char *at, const char *by)
{
    char *wrong = malloc(strlen(source) + 32);
    assert_non_null(wrong);
    sprintf(wrong, "%.*s%s%s + %s", (int)(at - source), source, *at == '-' ? "" : "-", by, at);
    return wrong;
}

static void a_broken_integer_fails_the_self_test(void **state)
{
    enum { EVERY = 11 };
    static const struct {
        const char *array, *by;
    } kinds[] = {{"weights_1_1[", "1"},
                 {"weights_1_2[", "1"},
                 {"biases_1_1[", "100000"},
                 {"biases_1_2[", "100000"},
                 {"multipliers_1_2[", "99"}};
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    mlp_table *table = NULL;
    int broke = 0;
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL), MLP_OK);
    mlp_model *model = train(table, (const char *const[]){"target", "species", "epochs", "20",
                                                          "activation", "tanh", NULL});
    mlp_export_options *options = options_of("8");
    char *source = export_by(model, table, options, NULL);
    assert_int_equal(self_test(source), 0);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        const char *at = strstr(source, kinds[k].array), *end = strchr(at, '}');
        at = strchr(at, '{') + 1;
        for (int i = 0; at != NULL && at < end; i++, at = strpbrk(at, ",}")) {
            at += strspn(at, ", \n");
            if (i % EVERY != 0 || at >= end)
                continue;
            char *wrong = broken(source, at, kinds[k].by);
            assert_int_equal(self_test_with(wrong, "-lm -Wno-conversion"), 1);
            free(wrong);
            broke++;
        }
    }
    assert_true(broke >= 7);
    free(source);
    mlp_export_options_free(options);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* --- hostile rows ----------------------------------------------------------------------------- */

static const char hostile_main[] =
    "#include <float.h>\n#include <math.h>\n#include <stdio.h>\n#include \"model.h\"\n"
    "int main(void)\n{\n"
    "    static const double odd[] = {0.0, -0.0, 1.0, NAN, INFINITY, -INFINITY, DBL_MAX, "
    "-DBL_MAX,\n"
    "        DBL_MIN, 1e-320, 1e30, -1e30, 3.5e38, -3.5e38, 32767.5, -32768.5, 2147483648.0, "
    "1e10};\n"
    "    enum { ODD = sizeof odd / sizeof odd[0] };\n"
    "    double value[4], sum;\n    model_input row;\n    model_output answer;\n"
    "    unsigned long n = 1;\n    long answered = 0;\n"
    "    for (long i = 0; i < 200000; i++) {\n"
    "        for (int k = 0; k < 4; k++) {\n"
    "            n = (n * 1103515245ul + 12345ul) & 0x7ffffffful;\n"
    "            value[k] = odd[(n >> 12) % ODD];\n        }\n"
    "        row.sepal_length = value[0];\n        row.sepal_width = value[1];\n"
    "        row.petal_length = value[2];\n        row.petal_width = value[3];\n"
    "        model_predict(&row, &answer);\n"
    "        if (answer.label == MODEL_LABEL_NONE)\n            continue;\n"
    "        answered++;\n        sum = 0.0;\n"
    "        for (int k = 0; k < 3; k++) {\n"
    "            if (!(answer.probability[k] >= 0.0 && answer.probability[k] <= 1.0))\n"
    "                return 1;\n            sum += answer.probability[k];\n        }\n"
    "        if (fabs(sum - 1.0) > 1e-6)\n            return 1;\n    }\n"
    "    return answered > 10000 ? 0 : 1;\n}\n";

static void hostile_rows_overflow_nothing(void **state)
{
    static const char *const widths[] = {"8", "16"};
    char command[512];
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    mlp_table *table = NULL;
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL), MLP_OK);
    mlp_model *model = train(table, (const char *const[]){"target", "species", "epochs", "20",
                                                          "activation", "tanh", NULL});
    for (int i = 0; i < 2; i++) {
        mlp_export_options *options = options_of(widths[i]);
        char *source = export_by(model, table, options, NULL);
        write_text("model.c", source);
        write_text("main.c", hostile_main);
        snprintf(command, sizeof command,
                 "cd %s && cc -std=c99 -O1 -Wall -Wextra -Wconversion -pedantic -Werror "
                 "-fsanitize=undefined,float-cast-overflow -fno-sanitize-recover=all -o hostile "
                 "main.c model.c -lm && ./hostile",
                 folder);
        assert_int_equal(system(command), 0);
        free(source);
        mlp_export_options_free(options);
    }
    mlp_model_free(model);
    mlp_table_free(table);
}

/* --- cost and accuracy ------------------------------------------------------------------------ */

static void weights_of_8_bits_take_about_a_quarter(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    mlp_export_cost floats, integers;
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/digits-test.csv", NULL, &table, NULL),
                     MLP_OK);
    mlp_model *model =
        train(table, (const char *const[]){"target", "digit", "hidden", "64", "epochs", "1", NULL});
    mlp_export_options *options = options_of("8");
    free(export(model, table, &floats));
    free(export_by(model, table, options, &integers));
    const size_t parameters = 4 * mlp_model_parameter_count(model);
    const size_t columns = floats.constants - parameters; /* bytes for transforms, equal in both */
    if (!((double)(integers.constants - columns) < 0.31 * (double)parameters))
        fail_msg("%zu bytes instead of %zu", integers.constants - columns, parameters);
    assert_int_equal(integers.multiply_adds, floats.multiply_adds);
    mlp_export_options_free(options);
    mlp_model_free(model);
    mlp_table_free(table);
}

static mlp_evaluation evaluated(mlp_session *session, const mlp_table *table)
{
    mlp_evaluator *evaluator = NULL;
    mlp_evaluation e;
    mlp_error err;
    size_t left_out = 0, unanswered = 0;
    assert_int_equal(mlp_evaluator_create(false, &evaluator, &err), MLP_OK);
    if (mlp_session_evaluate(session, table, evaluator, &left_out, &unanswered, &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(mlp_evaluator_finish(evaluator, &e, &err), MLP_OK);
    mlp_evaluator_free(evaluator);
    return e;
}

static void a_session_evaluates_what_is_exported(void **state)
{
    (void)state;
    mlp_table *rows = NULL, *test = NULL;
    mlp_error err;
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/digits-train.csv", NULL, &rows, NULL),
                     MLP_OK);
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/digits-test.csv", NULL, &test, NULL),
                     MLP_OK);
    mlp_model *model =
        train(rows, (const char *const[]){"target", "digit", "hidden", "32", "epochs", "20", NULL});
    mlp_export_options *options = options_of("8");
    mlp_session *session[2] = {NULL, NULL};
    assert_int_equal(mlp_session_create(model, 1, &session[0], &err), MLP_OK);
    if (mlp_export_session_create(model, rows, options, 2, &session[1], &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlp_evaluation floats = evaluated(session[0], test), integers = evaluated(session[1], test);
    assert_true(floats.accuracy > 0.9);
    assert_near(integers.accuracy, floats.accuracy, 0.01);
    assert_near(integers.loss, floats.loss, 0.01);
    assert_true(integers.log_loss != floats.log_loss);
    assert_near(integers.log_loss, integers.loss, 1e-6); /* cross-entropy is the log loss */
    mlp_evaluation_release(&floats);
    mlp_evaluation_release(&integers);
    mlp_session_free(session[0]);
    mlp_session_free(session[1]);
    mlp_export_options_free(options);
    mlp_model_free(model);
    mlp_table_free(rows);
    mlp_table_free(test);
}

static void integers_without_rows_or_of_other_bits_are_refused(void **state)
{
    char *text = NULL;
    size_t size = 0;
    mlp_table *table = NULL;
    mlp_error err;
    (void)state;
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL), MLP_OK);
    mlp_model *model = train(table, (const char *const[]){"target", "species", NULL});
    mlp_export_options *options = options_of("8");
    FILE *to = open_memstream(&text, &size);
    assert_int_equal(mlp_export_c(model, NULL, options, to, to, NULL, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "`rows`"));
    assert_int_equal(mlp_export_options_set(options, "integer", "12", &err), MLP_OK);
    assert_int_equal(mlp_export_c(model, table, options, to, to, NULL, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "`integer`"));
    fclose(to);
    assert_int_equal(size, 0);
    free(text);
    mlp_export_options_free(options);
    mlp_model_free(model);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activations_come_to_the_same_integers),
        cmocka_unit_test(kinds_of_models_come_to_the_same_integers),
        cmocka_unit_test(networks_that_read_parts_of_the_inputs_come_to_the_same_integers),
        cmocka_unit_test(a_broken_integer_fails_the_self_test),
        cmocka_unit_test(hostile_rows_overflow_nothing),
        cmocka_unit_test(weights_of_8_bits_take_about_a_quarter),
        cmocka_unit_test(a_session_evaluates_what_is_exported),
        cmocka_unit_test(integers_without_rows_or_of_other_bits_are_refused),
    };
    return cmocka_run_group_tests(tests, open_folder, drop_folder);
}
