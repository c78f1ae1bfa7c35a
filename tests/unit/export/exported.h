/* SPDX-License-Identifier: MIT */
/* Shared by the tests of exported C: data, models, and a folder in which C is compiled. */
#ifndef TESTS_EXPORTED_H
#define TESTS_EXPORTED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mlp/mlp.h"
#include "model/model.h"
#include "unit/test.h"

static char folder[] = "/tmp/mlp-export-test-XXXXXX";

static inline int open_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL ? 0 : 1;
}

static inline int drop_folder(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static inline bool has_compiler(void)
{
    return system("cc --version >/dev/null 2>&1") == 0;
}

/* --- data and models -------------------------------------------------------------------------- */

/* Numbers of several kinds, categories and a date; some numbers and colours are missing. Names and
 * texts are those of a hostile user. */
static inline char *make_data(void)
{
    static const char *const colours[] = {"red", "Red",      "\"\"q?\?/", "*/ int x;",
                                          "//",  "\xc3\xa4", "r\xc3\xb6t"};
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    uint32_t n = 1;
    fputs("int,\"INT\",\"*/ c\",d?\?/,linux,2nd,\"colour, \"\"x\"\"\",kind,when,value,label\n", to);
    for (int i = 0; i < 240; i++) {
        double u[6];
        for (int k = 0; k < 6; k++) {
            n = n * 1664525u + 1013904223u;
            u[k] = (double)(n >> 8) / (double)(1 << 24);
        }
        const double value = u[0] * 2.0 + u[1] * u[2] * 3.0;
        for (int k = 0; k < 6; k++)
            if (i % 11 == k)
                fputs(",", to);
            else
                fprintf(to, "%.9g,", k == 1 ? exp(8.0 * u[k]) : k == 2 ? u[k] - 0.5 : u[k]);
        fprintf(to, "\"%s\",%s,", i % 13 == 0 ? "" : colours[i % 7], i % 3 == 0 ? "a" : "b");
        fprintf(to, "20%02d-%02d-%02d 1%d:30,", i % 40, i % 12 + 1, i % 28 + 1, i % 10);
        fprintf(to, "%.9g,%s\n", value, value < 1.2 ? "lo\"w" : value < 2.0 ? "*/" : "NONE");
    }
    fclose(to);
    return text;
}

static inline mlp_table *table_of_text(const char *text)
{
    mlp_table *table = NULL;
    mlp_error err;
    if (mlp_table_read_memory(text, strlen(text), "data.csv", NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

static inline mlp_table *data(void)
{
    char *text = make_data();
    mlp_table *table = table_of_text(text);
    free(text);
    return table;
}

/* `options`: names and values in turn, ended by NULL. */
static inline mlp_model *train(const mlp_table *table, const char *const *options)
{
    mlp_train_options *all = NULL;
    mlp_model *model = NULL;
    mlp_error err;
    assert_int_equal(mlp_train_options_create(&all, &err), MLP_OK);
    assert_int_equal(mlp_train_options_set(all, "epochs", "4", &err), MLP_OK);
    assert_int_equal(mlp_train_options_set(all, "hidden", "5", &err), MLP_OK);
    for (; options[0] != NULL; options += 2) {
        const bool more = strcmp(options[0], "transform") == 0 || strcmp(options[0], "drop") == 0 ||
                          strcmp(options[0], "fill") == 0 || strcmp(options[0], "target") == 0;
        if ((more ? mlp_train_options_add : mlp_train_options_set)(all, options[0], options[1],
                                                                   &err) != MLP_OK)
            fail_msg("%s", err.message);
    }
    if (mlp_train(table, NULL, all, &model, NULL, &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlp_train_options_free(all);
    return model;
}

/* Sets the weights of some inputs to 0 in some networks of the model, which then do not read these
 * inputs. */
static inline void read_parts(mlp_model *model)
{
    mlpi_members *members = &model->members;
    for (size_t m = 0; m < members->count; m++) {
        const size_t inputs = mlp_network_inputs(members->network[m]);
        float *w = mlp_network_parameters(members->network[m]);
        for (size_t i = 0; m % 3 < 2 && i < mlp_network_weights_at(members->network[m], 1); i++)
            w[i] = i % inputs % 5 < 2 + m % 3 ? 0.0f : w[i];
    }
    assert_int_equal(mlpi_members_find_reads(members, NULL), MLP_OK);
    assert_non_null(members->reads);
}

/* --- compiling -------------------------------------------------------------------------------- */

static inline void path_of(const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", folder, name);
}

static inline void write_text(const char *name, const char *text)
{
    char path[128];
    path_of(name, path);
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    fputs(text, to);
    fclose(to);
}

/* Returns the source, to be freed, and writes the header to model.h. `options` NULL: the
 * defaults. */
static inline char *export_by(const mlp_model *model, const mlp_table *rows,
                              const mlp_export_options *options, mlp_export_cost *cost)
{
    char *source = NULL, *header = NULL;
    size_t size = 0;
    mlp_error err;
    FILE *to_source = open_memstream(&source, &size), *to_header = open_memstream(&header, &size);
    if (mlp_export_c(model, rows, options, to_source, to_header, cost, &err) != MLP_OK)
        fail_msg("%s", err.message);
    fclose(to_source);
    fclose(to_header);
    write_text("model.h", header);
    free(header);
    return source;
}

static inline char *export(const mlp_model *model, const mlp_table *rows, mlp_export_cost *cost)
{
    return export_by(model, rows, NULL, cost);
}

/* Compiles the source with its self-test, links it with `libraries` and runs it; 0: it passed. */
static inline int self_test_with(const char *source, const char *libraries)
{
    char command[512];
    write_text("model.c", source);
    snprintf(command, sizeof command,
             "cc -std=c99 -O1 -Wall -Wextra -Wconversion -pedantic -Werror -DMLP_SELF_TEST -o "
             "%s/test %s/model.c %s",
             folder, folder, libraries);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "%s/test >%s/out", folder, folder);
    return system(command) == 0 ? 0 : 1;
}

static inline int self_test(const char *source)
{
    return self_test_with(source, "-lm");
}

#endif
