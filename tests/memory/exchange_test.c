/* SPDX-License-Identifier: MIT */
/* Imports and exports withstand failed allocations, too: several files, arrays, tables larger than
 * memory, networks of other libraries, exported programs, smaller models. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory/withstands.h"
#include "options/options.h"

enum { ROWS = 24 };

static char folder[] = "/tmp/mlp-exchange-XXXXXX";
static FILE *nowhere;
static mlp_table *flowers, *others;
static mlp_model *classifier, *regressor;

static const char *in_folder(const char *name)
{
    static char paths[6][80];
    static size_t next;
    char *path = paths[next++ % 6];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *text)
{
    FILE *to = fopen(in_folder(name), "wb");
    assert_non_null(to);
    assert_true(fputs(text, to) >= 0);
    fclose(to);
}

/* --- what comes in ---------------------------------------------------------------------------- */

static int read_several(void *context)
{
    const char *const *paths = context;
    mlp_table *table = NULL, *large = NULL;
    mlp_read_options options = mlp_read_options_default();
    options.further = (mlp_names){paths + 1, 3};
    mlp_status status = mlp_table_read(paths[0], &options, &table, &why);
    STEP(mlp_table_read_large(paths[0], &options, folder, &large, &why));
    mlp_table_free(table);
    mlp_table_free(large);
    return (int)status;
}

/* The first file does not show its decimal mark, the second has its columns in another order, the
 * third has another encoding, the fourth another format. */
static void several_files_withstand(void **state)
{
    (void)state;
    const char *paths[4];
    write_file("first.csv", "v;y;w\n1.638;a;2\n7;b;3\n");
    write_file("second.csv", "w;v;y\n1;0,5;b\n");
    write_file("third.csv", "v;y;w\n2;b\xE9;1\n");
    write_file("fourth.jsonl", "{\"v\": 1.5, \"y\": \"a\", \"w\": 1}\n");
    paths[0] = in_folder("first.csv");
    paths[1] = in_folder("sec*.csv");
    paths[2] = in_folder("third.csv");
    paths[3] = in_folder("fourth.jsonl");
    withstands(read_several, paths);
}

static int build(void *context)
{
    const float *numbers = context;
    static const uint8_t valid[] = {0xF7, 0xFF, 0x7F};
    static const char *const levels[] = {"low", "high"};
    mlp_table *table = NULL;
    mlp_table_builder *builder = mlp_table_builder_create("arrays", ROWS);
    const char *texts[ROWS];
    int64_t offsets[ROWS + 1] = {0};
    int8_t codes[ROWS];
    bool truths[ROWS];
    for (int r = 0; r < ROWS; r++) {
        texts[r] = r % 5 == 0 ? NULL : r % 2 == 0 ? "even" : "odd";
        offsets[r + 1] = offsets[r] + 1;
        codes[r] = (int8_t)(r % 3 - 1);
        truths[r] = r % 4 == 1;
    }
    mlp_table_add_numbers(builder, "number", MLP_NUMBER_FLOAT, numbers, sizeof *numbers, valid);
    mlp_table_borrow_numbers(builder, "borrowed", MLP_NUMBER_FLOAT, numbers, sizeof *numbers, NULL,
                             NULL, NULL);
    mlp_table_add_texts(builder, "text", texts);
    mlp_table_add_joined_texts(builder, "letter", "abcabcabcabcabcabcabcabc", offsets, valid);
    mlp_table_add_categories(builder, "level", levels, 2, MLP_NUMBER_INT8, codes, 1, NULL);
    mlp_table_add_booleans(builder, "truth", truths, NULL);
    if (builder == NULL)
        return MLP_ERROR_MEMORY;
    const mlp_status status = mlp_table_builder_finish(builder, &table, &why);
    mlp_table_free(table);
    return (int)status;
}

static void arrays_withstand(void **state)
{
    (void)state;
    float numbers[ROWS];
    snprintf(why.message, sizeof why.message, "no builder");
    for (int r = 0; r < ROWS; r++)
        numbers[r] = (float)(r * r) / 3.0f;
    withstands(build, numbers);
}

static int import_network(void *context)
{
    const char *name = context;
    char path[512];
    mlp_model *model = NULL;
    mlp_import_options *options = NULL;
    mlp_status status = mlp_import_options_create(&options, &why);
    snprintf(path, sizeof path, "%s/networks/%s.onnx", MLP_GOLDEN, name);
    if (strstr(name, "logits") != NULL)
        STEP(mlp_import_options_set(options, "task", "classification", &why));
    STEP(mlp_import_onnx(path, options, &model, &why));
    mlp_import_options_free(options);
    mlp_model_free(model);
    return (int)status;
}

static void networks_of_others_withstand(void **state)
{
    (void)state;
    static const char *const names[] = {"skl-two", "skl-columns", "torch-pieces-old",
                                        "keras-picture"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s", names[i]);
        withstands(import_network, name);
    }
}

/* --- tables larger than memory ---------------------------------------------------------------- */

static int train_in_pieces(void *context)
{
    static const char *const targets[] = {"kind"};
    const char *path = context;
    mlp_table *table = NULL;
    mlp_model *model = NULL;
    mlp_train_options options = mlpi_options_default();
    options.targets = (mlp_names){targets, 1};
    options.hidden = "3";
    options.epochs = 1;
    options.threads = 1;
    options.memory = MLPI_ANY;
    mlp_status status = mlp_table_read_large(path, NULL, folder, &table, &why);
    STEP(mlp_train(table, NULL, &options, &model, NULL, &why));
    mlp_table_free(table);
    mlp_model_free(model);
    return (int)status;
}

static void training_in_pieces_withstands(void **state)
{
    (void)state;
    char path[] = MLP_EXAMPLES "/../tests/faults/data/flowers.csv";
    withstands(train_in_pieces, path);
}

/* --- what goes out ---------------------------------------------------------------------------- */

typedef struct out {
    const mlp_model *model;
    const mlp_table *rows;
    const char *name, *value; /* an option; NULL: none */
} out;

static int export_all(void *context)
{
    const out *o = context;
    mlp_export_options *options = NULL;
    mlp_export_cost cost;
    mlp_status status = mlp_export_options_create(&options, &why);
    if (o->name != NULL)
        STEP(mlp_export_options_set(options, o->name, o->value, &why));
    STEP(mlp_export_c(o->model, o->rows, options, nowhere, nowhere, &cost, &why));
    if (o->name == NULL) {
        STEP(mlp_export_javascript(o->model, o->rows, options, nowhere, &why));
        STEP(mlp_export_html(o->model, o->rows, options, nowhere, &why));
        STEP(mlp_export_onnx_with(o->model, options, nowhere, &why));
        if (o->model == regressor) /* all its inputs are numbers */
            STEP(mlp_export_onnx_matrix(o->model, nowhere, &why));
    }
    mlp_export_options_free(options);
    return (int)status;
}

static void exports_withstand(void **state)
{
    (void)state;
    out outs[] = {{classifier, flowers, NULL, NULL},
                  {regressor, others, NULL, NULL},
                  {classifier, flowers, "integer", "8"},
                  {regressor, others, "math", "own"}};
    for (size_t i = 0; i < sizeof outs / sizeof outs[0]; i++)
        withstands(export_all, &outs[i]);
}

static int shrink(void *context)
{
    const out *o = context;
    mlp_shrink_options *options = NULL;
    mlp_model *student = NULL;
    mlp_shrink_report report = {0};
    mlp_train_options training = mlpi_options_default();
    mlp_table *some = NULL;
    const size_t rows[] = {0, 3, 5, 1, 7, 2, 9, 11};
    training.epochs = 1;
    training.threads = 1;
    mlp_status status = mlp_shrink_options_create(&options, &why);
    STEP(mlp_table_subset(o->rows, rows, sizeof rows / sizeof rows[0], &some, &why));
    STEP(mlp_shrink_options_set(options, "max-parameters", "30", &why));
    STEP(mlp_shrink_options_set(options, o->name, o->value, &why));
    STEP(mlp_shrink(o->model, o->rows, some, &training, options, &student, &report, &why));
    mlp_shrink_report_release(&report);
    mlp_table_free(some);
    mlp_shrink_options_free(options);
    mlp_model_free(student);
    return (int)status;
}

static void shrinking_withstands(void **state)
{
    (void)state;
    out columns = {classifier, flowers, "max-columns", "2"};
    withstands(shrink, &columns);
}

/* --- the fixture ------------------------------------------------------------------------------ */

static mlp_table *read_data(const char *name)
{
    char path[512];
    mlp_table *table = NULL;
    snprintf(path, sizeof path, "%s/../tests/faults/data/%s", MLP_EXAMPLES, name);
    if (mlp_table_read(path, NULL, &table, &why) != MLP_OK)
        fail_msg("%s", why.message);
    return table;
}

static mlp_model *train_small(const mlp_table *table, const char *target)
{
    mlp_model *model = NULL;
    mlp_train_options options = mlpi_options_default();
    options.targets = (mlp_names){&target, 1};
    options.hidden = "3";
    options.epochs = 2;
    options.threads = 1;
    if (mlp_train(table, NULL, &options, &model, NULL, &why) != MLP_OK)
        fail_msg("%s", why.message);
    return model;
}

static int begin(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    nowhere = fopen("/dev/null", "w");
    flowers = read_data("flowers.csv");
    others = read_data("houses.csv");
    classifier = train_small(flowers, "kind");
    regressor = train_small(others, "price");
    return 0;
}

static int end(void **state)
{
    (void)state;
    static const char *const files[] = {"first.csv", "second.csv", "third.csv", "fourth.jsonl"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        remove(in_folder(files[i]));
    mlp_model_free(classifier);
    mlp_model_free(regressor);
    mlp_table_free(flowers);
    mlp_table_free(others);
    fclose(nowhere);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_files_withstand),
        cmocka_unit_test(arrays_withstand),
        cmocka_unit_test(networks_of_others_withstand),
        cmocka_unit_test(training_in_pieces_withstands),
        cmocka_unit_test(exports_withstand),
        cmocka_unit_test(shrinking_withstands),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
