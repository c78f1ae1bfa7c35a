/* SPDX-License-Identifier: MIT */
/* Exported C gives the answers of the library: it is compiled with all warnings as errors, and its
 * self-test is run. Altered files must fail, or the self-test would prove nothing. */
#include "model/model.h"
#include "transforms/transform.h"
#include "unit/export/exported.h"

/* Proves a file that contains the functions of math.h itself and needs no library. */
static void prove_alone(const mlp_table *table, const char *const *options)
{
    mlp_model *model = train(table, options);
    mlp_export_options *own = NULL;
    mlp_error err;
    assert_int_equal(mlp_export_options_create(&own, &err), MLP_OK);
    assert_int_equal(mlp_export_options_set(own, "math", "own", &err), MLP_OK);
    char *source = export_by(model, table, own, NULL);
    assert_null(strstr(source, "math.h>"));
    assert_int_equal(self_test_with(source, ""), 0);
    free(source);
    mlp_export_options_free(own);
    mlp_model_free(model);
}

static void prove(const mlp_table *table, const char *const *options)
{
    mlp_model *model = train(table, options);
    mlp_export_cost cost;
    char *source = export(model, table, &cost);
    assert_true(cost.rows >= 32);
    assert_true(cost.bound < 1e-4);
    assert_int_equal(self_test(source), 0);
    free(source);
    mlp_model_free(model);
}

#define PROVE_ALONE(table, ...) prove_alone(table, (const char *const[]){__VA_ARGS__, NULL})
#define PROVE(table, ...) prove(table, (const char *const[]){__VA_ARGS__, NULL})

/* --- tests ------------------------------------------------------------------------------------ */

static void every_transform_has_its_formula_as_text(void **state)
{
    (void)state;
    const mlpi_transform *t = NULL;
    for (size_t i = 0; (t = mlpi_transform_at(i)) != NULL; i++) {
        assert_non_null(t->carried.encode);
        if (t->invert != NULL && t->read == NULL) /* it can transform a target */
            assert_non_null(t->carried.decode);
    }
}

static void transforms_of_columns_answer_alike(void **state)
{
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    mlp_table *table = data();
    PROVE(table, "target", "value", "drop", "label", "transform", "int=min-max", "transform",
          "INT=robust", "transform", "*/ c=quantile-normal", "transform", "d?\?/=log", "transform",
          "linux=yeo-johnson", "transform", "2nd=piecewise-linear");
    PROVE(table, "target", "value", "drop", "label", "transform", "numeric=quantile-normal",
          "transform", "int=periodic", "transform", "2nd=periodic:3");
    PROVE(table, "target", "value", "drop", "label", "transform", "int=combined:5", "transform",
          "2nd=combined", "transform", "linux=piecewise-linear");
    PROVE(table, "target", "value", "drop", "label", "transform", "int=combined");
    PROVE(table, "target", "label", "drop", "value", "transform", "colour, \"x\"=target",
          "transform", "kind=hashing");
    PROVE(table, "target", "label", "drop", "value", "transform", "colour, \"x\"=pooled:3",
          "transform", "kind=ordinal");
    mlp_table_free(table);
}

/* Two runs of columns of numbers, with a column of texts between them. */
static mlp_table *whole_data(void)
{
    enum { ROWS = 120, NUMBERS = 9, BREAK = 4 };
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    uint32_t n = 7;
    fputs("a,b,c,d,k,e,f,g,h,i,y\n", to);
    for (int r = 0; r < ROWS; r++) {
        double sum = 0.0;
        for (int c = 0; c < NUMBERS; c++) {
            n = n * 1664525u + 1013904223u;
            const double u = (double)(n >> 8) / (double)(1 << 24);
            sum += c % 2 == 0 ? u : -u * u;
            if (c == BREAK)
                fputs(r % 3 == 0 ? "red," : "blue,", to);
            fprintf(to, "%.9g,", (c + 1) * exp(2.0 * u));
        }
        fprintf(to, "%.9g\n", sum);
    }
    fclose(to);
    mlp_table *table = table_of_text(text);
    free(text);
    return table;
}

/* A run of columns with one transform is encoded in a loop over a table of numbers, whatever the
 * transform and the value for missing cells. */
static void columns_beside_each_other_answer_alike(void **state)
{
    (void)state;
    static const char *const transforms[] = {"numeric=standard", "numeric=min-max",
                                             "numeric=robust", "numeric=log",
                                             "numeric=yeo-johnson"};
    if (!has_compiler())
        skip_because("there is no C compiler");
    mlp_table *table = whole_data();
    for (size_t i = 0; i < sizeof transforms / sizeof transforms[0]; i++)
        for (int middle = 0; middle < 2; middle++)
            PROVE(table, "target", "y", "transform", transforms[i], "fill",
                  middle == 0 ? "numeric=mean" : "numeric=median");
    mlp_model *model = train(table, (const char *const[]){"target", "y", NULL});
    char *source = export(model, table, NULL);
    char *number = strstr(source, "columns_6[10] = {");
    assert_non_null(strstr(source, "columns_1[8] = {"));
    assert_non_null(number);
    number = strchr(number, '{');
    number += strcspn(number, "0123456789");
    number[0] = number[0] == '9' ? '1' : '9'; /* alters a mean */
    assert_int_equal(self_test(source), 1);
    free(source);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* Makes a text of comment signs, quotes, escapes, trigraphs, control characters and harmless
 * pieces. */
static void hostile_text(uint32_t *n, char text[32])
{
    static const char *const pieces[] = {
        "*/", "/*",       "//",           "?\?/", "?\?'", "\"", "\\", "\n", "\r", "%s", "#",
        "'",  "\xc3\xa4", "\xe2\x80\xae", "\t",   "A",    "a",  "1",  "_",  " ",  "if", "NAN"};
    text[0] = '\0';
    for (int i = 0; i < 4; i++) {
        *n = *n * 1664525u + 1013904223u;
        strcat(text, pieces[(*n >> 16) % (sizeof pieces / sizeof pieces[0])]);
    }
}

static void hostile_names_and_texts_stay_names_and_texts(void **state)
{
    enum { ROWS = 120, NUMBERS = 40, TEXTS = 10, LEVELS = 12 };
    static double numbers[ROWS];
    static char name[32], level[LEVELS][32];
    const char *texts[ROWS];
    uint32_t n = 1;
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    mlp_table_builder *builder = mlp_table_builder_create("hostile \"*/ data", ROWS);
    for (int c = 0; c < NUMBERS + TEXTS; c++) {
        hostile_text(&n, name);
        snprintf(name + strlen(name), 4, "%d", c % 3 == 0 ? c : 10 * c); /* the names differ */
        for (int k = 0; k < LEVELS; k++)
            hostile_text(&n, level[k]);
        for (int r = 0; r < ROWS; r++) {
            numbers[r] = (double)((r * (c + 3)) % 17);
            texts[r] = level[(r * 7 + c) % LEVELS];
        }
        if (c < NUMBERS)
            mlp_table_add_numbers(builder, name, MLP_NUMBER_DOUBLE, numbers, 0, NULL);
        else
            mlp_table_add_texts(builder, name, texts);
    }
    mlp_table_add_texts(builder, "target */ \" ?\?/", texts);
    mlp_table *table = NULL;
    mlp_error err;
    if (mlp_table_builder_finish(builder, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    PROVE(table, "target", "target */ \" ?\?/");
    mlp_table_free(table);
}

static void transforms_of_targets_and_their_intervals_answer_alike(void **state)
{
    static const char *const transforms[] = {"standard",        "min-max", "robust",
                                             "quantile-normal", "log",     "yeo-johnson"};
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    mlp_table *table = data();
    for (size_t i = 0; i < sizeof transforms / sizeof transforms[0]; i++)
        PROVE(table, "target", "value", "drop", "label", "folds", "2", "target-transform",
              transforms[i]);
    mlp_table_free(table);
}

static void activations_answer_alike(void **state)
{
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    mlp_table *table = data();
    for (int f = 0; f < MLP_SOFTMAX; f++)
        if (f != MLP_EXPONENTIAL)
            PROVE(table, "target", "value", "drop", "label", "activation",
                  mlp_activation_describe((mlp_activation)f)->name, "hidden", "5,4,3");
    mlp_table_free(table);
}

static void kinds_of_models_answer_alike(void **state)
{
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    mlp_table *table = data();
    /* Calibrated models with prediction sets, of several outputs and of one. */
    PROVE(table, "target", "label", "drop", "value", "folds", "3");
    PROVE(table, "target", "kind", "drop", "value", "folds", "3");
    PROVE(table, "target", "kind", "loss", "hinge");
    PROVE(table, "target", "label", "loss", "hinge", "members", "2");
    PROVE(table, "target", "label", "loss", "quadratic", "output-activation", "linear");
    PROVE(table, "target", "value", "drop", "label", "loss", "poisson", "folds", "2");
    PROVE(table, "target", "int", "drop", "label", "loss", "binary-cross-entropy", "folds", "2");
    PROVE(table, "target", "value", "drop", "label", "loss", "quantile", "quantiles", "0.1,0.5,0.9",
          "folds", "2");
    PROVE(table, "target", "value", "target", "2nd", "drop", "label", "hidden", "none");
    mlp_table_free(table);
}

/* Networks like those of several recipes: two of the four read the same part of the inputs, one
 * reads all inputs. */
static void networks_that_read_parts_of_the_inputs_answer_alike(void **state)
{
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    static const char *const options[] = {"target", "label",  "drop", "value", "members",
                                          "4",      "hidden", "9,5",  NULL};
    mlp_table *table = data();
    mlp_model *model = train(table, options);
    mlp_export_cost before, after;
    free(export(model, table, &before));
    const size_t parameters = mlp_model_parameter_count(model);
    read_parts(model);
    const size_t left_out = parameters - mlp_model_parameter_count(model);
    char *source = export(model, table, &after);
    assert_int_equal(self_test(source), 0);
    assert_int_equal(before.multiply_adds - after.multiply_adds, left_out);
    assert_true(before.constants - after.constants >
                3 * left_out); /* 4 bytes each, less the lists of inputs */
    assert_non_null(strstr(source, "pick(reads_1, "));
    assert_non_null(strstr(source, "pick(reads_2, "));
    assert_null(strstr(source, "reads_3"));
    assert_null(strstr(source, "reads_4"));
    free(source);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void mathematics_of_its_own_answers_alike(void **state)
{
    static const char *const targets[] = {"quantile-normal", "log", "yeo-johnson", "robust"};
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    mlp_table *table = data();
    for (int f = 0; f < MLP_SOFTMAX; f++)
        if (f != MLP_EXPONENTIAL)
            PROVE_ALONE(table, "target", "value", "drop", "label", "activation",
                        mlp_activation_describe((mlp_activation)f)->name, "hidden", "5,4,3");
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++)
        PROVE_ALONE(table, "target", "value", "drop", "label", "folds", "2", "target-transform",
                    targets[i], "transform", "numeric=yeo-johnson", "transform",
                    "*/ c=quantile-normal", "transform", "d?\?/=log");
    PROVE_ALONE(table, "target", "label", "drop", "value", "folds", "3");
    PROVE_ALONE(table, "target", "value", "drop", "label", "loss", "poisson", "transform",
                "numeric=periodic");
    mlp_table_free(table);
}

static void columns_may_be_called_like_functions(void **state)
{
    char text[4096] = "log,fabs,tanhf,value\n";
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    for (int i = 1; i <= 60; i++)
        sprintf(text + strlen(text), "%d,%d,%d,%d\n", i * 3 % 61, i * i % 37, i % 5, i * 7 % 41);
    mlp_table *table = table_of_text(text);
    PROVE_ALONE(table, "target", "value", "transform", "log=log", "transform", "fabs=log");
    mlp_table_free(table);
}

static void a_threshold_that_the_model_keeps_decides(void **state)
{
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    mlp_table *table = data();
    mlp_model *model = train(table, (const char *const[]){"target", "kind", "drop", "value", NULL});
    char *likeliest = export(model, table, NULL);
    model->decision = (mlpi_decision){.known = true, .threshold = 0.7, .metric = "f1"};
    char *decided = export(model, table, NULL);
    assert_int_equal(self_test(decided), 0);
    /* The self-test rows of the two files have different labels, so a mix of both must fail. */
    char *const rows = strstr(decided, "#ifdef MLP_SELF_TEST"), *const others =
                                                                    strstr(likeliest,
                                                                           "#ifdef MLP_SELF_TEST");
    assert_string_not_equal(rows, others);
    char *const mixed = malloc(strlen(likeliest) + strlen(rows) + 1);
    assert_non_null(mixed);
    sprintf(mixed, "%.*s%s", (int)(others - likeliest), likeliest, rows);
    assert_int_equal(self_test(mixed), 1);
    free(mixed);
    free(likeliest);
    free(decided);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* A copy of the source, to be freed, in which the number at `at` is 0.01 larger. */
static char *broken(const char *source, const char *at)
{
    static const char more[] = "0.01f + ";
    char *wrong = malloc(strlen(source) + sizeof more);
    assert_non_null(wrong);
    sprintf(wrong, "%.*s%s%s", (int)(at - source), source, more, at);
    return wrong;
}

static void a_broken_parameter_fails_the_self_test(void **state)
{
    enum { EVERY = 7 };
    static const char *const arrays[] = {"weights_1_1[", "biases_1_1[", "weights_1_2[",
                                         "biases_1_2["};
    (void)state;
    if (!has_compiler())
        skip_because("there is no C compiler");
    mlp_table *table = NULL;
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL), MLP_OK);
    mlp_model *model =
        train(table, (const char *const[]){"target", "species", "epochs", "20", NULL});
    char *source = export(model, table, NULL);
    int broke = 0;
    assert_int_equal(self_test(source), 0);
    for (size_t a = 0; a < sizeof arrays / sizeof arrays[0]; a++) {
        const char *at = strstr(source, arrays[a]), *end = strchr(at, '}');
        at = strchr(at, '{') + 1;
        for (int i = 0; at != NULL && at < end; i++, at = strpbrk(at, ",}")) {
            at += strspn(at, ", \n");
            if (i % EVERY != 0 || at >= end)
                continue;
            char *wrong = broken(source, at);
            assert_int_equal(self_test(wrong), 1);
            free(wrong);
            broke++;
        }
    }
    assert_true(broke >= 7);
    free(source);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void assert_refused(const mlp_model *model, const mlp_export_options *options,
                           const char *word)
{
    char *text = NULL;
    size_t size = 0;
    mlp_error err;
    FILE *to = open_memstream(&text, &size);
    assert_int_equal(mlp_export_c(model, NULL, options, to, to, NULL, &err), MLP_ERROR_ARGUMENT);
    fclose(to);
    assert_int_equal(size, 0);
    if (strstr(err.message, word) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, word);
    free(text);
}

static void what_c_cannot_carry_is_refused_by_name(void **state)
{
    enum { LONG = 4001 };
    static char text[2 * LONG + 400];
    mlp_export_options *options = NULL;
    mlp_error err;
    (void)state;
    size_t at = (size_t)sprintf(text, "a long one,y\n");
    memset(text + at, 'x', LONG);
    at += LONG;
    for (int i = 0; i < 40; i++)
        at += (size_t)sprintf(text + at, "%s,%d\n", i == 0 ? "" : i % 2 == 0 ? "b" : "c", i);
    mlp_table *table = table_of_text(text);
    mlp_model *model = train(table, (const char *const[]){"target", "y", NULL});
    assert_refused(model, NULL, "a long one");
    mlp_model_free(model);
    mlp_table_free(table);
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL), MLP_OK);
    model = train(table, (const char *const[]){"target", "species", NULL});
    assert_int_equal(mlp_export_options_create(&options, &err), MLP_OK);
    assert_int_equal(mlp_export_options_set(options, "name", "net\".c", &err), MLP_OK);
    assert_refused(model, options, "net\".c");
    assert_int_equal(mlp_export_options_set(options, "name", "net", &err), MLP_OK);
    assert_int_equal(mlp_export_options_set(options, "coverage", "0.9", &err), MLP_OK);
    assert_refused(model, options, "folds");
    mlp_export_options_free(options);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void the_cost_is_that_of_the_network(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    mlp_export_cost cost;
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL), MLP_OK);
    mlp_model *model =
        train(table, (const char *const[]){"target", "species", "hidden", "16", NULL});
    free(export(model, NULL, &cost));
    assert_int_equal(cost.constants, /* parameters, and mean and deviation of each column */
                     4 * (4 * 16 + 16 + 16 * 3 + 3) + 8 * (2 * 4));
    assert_int_equal(cost.multiply_adds, 4 * 16 + 16 * 3);
    assert_int_equal(cost.stack, 4 * (4 + 16 + 3));
    assert_int_equal(cost.texts, sizeof "setosa" + sizeof "versicolor" + sizeof "virginica");
    mlp_model_free(model);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_transform_has_its_formula_as_text),
        cmocka_unit_test(transforms_of_columns_answer_alike),
        cmocka_unit_test(columns_beside_each_other_answer_alike),
        cmocka_unit_test(hostile_names_and_texts_stay_names_and_texts),
        cmocka_unit_test(transforms_of_targets_and_their_intervals_answer_alike),
        cmocka_unit_test(activations_answer_alike),
        cmocka_unit_test(kinds_of_models_answer_alike),
        cmocka_unit_test(networks_that_read_parts_of_the_inputs_answer_alike),
        cmocka_unit_test(mathematics_of_its_own_answers_alike),
        cmocka_unit_test(columns_may_be_called_like_functions),
        cmocka_unit_test(a_threshold_that_the_model_keeps_decides),
        cmocka_unit_test(a_broken_parameter_fails_the_self_test),
        cmocka_unit_test(what_c_cannot_carry_is_refused_by_name),
        cmocka_unit_test(the_cost_is_that_of_the_network),
    };
    return cmocka_run_group_tests(tests, open_folder, drop_folder);
}
