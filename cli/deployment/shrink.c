/* SPDX-License-Identifier: MIT */
/* mlp shrink: trains a small network to answer as a model does. */
#include <math.h>
#include <string.h>

#include "cli/cli.h"

/* --- the result ------------------------------------------------------------------------------- */

static void print_size(const char *name, const mlp_shrink_size *size, const char *mark)
{
    char metric[32], flash[32] = "-";
    if (size->flash > 0)
        counted(size->flash, flash);
    printf("  %-10s %11s %11s %13s %12s%s\n", name, counted(size->parameters, (char[COUNTED]){0}),
           flash, counted(size->operations, (char[COUNTED]){0}),
           isnan(size->figure) ? "-" : shown(size->figure, metric, sizeof metric), mark);
}

/* Prints which of the model's columns the small network reads, unless it reads all of them. */
static void print_columns(const mlp_model *model, const mlp_model *student)
{
    const size_t all = mlp_model_column_count(model), count = mlp_model_column_count(student);
    if (count == all)
        return;
    printf("%zu of %zu columns are inputs: ", count, all);
    for (size_t c = 0; c < count; c++) {
        fputs(c > 0 ? ", " : "", stdout);
        print_name(mlp_model_column(student, c));
    }
    puts(".");
}

static void print_curve(const mlp_shrink_report *r, const mlp_model *model,
                        const mlp_model *student)
{
    printf("  %-10s %11s %11s %13s %12s\n", "hidden", "parameters", "bytes of C", "multiply-adds",
           r->figure);
    for (size_t i = 0; i < r->student_count; i++)
        print_size(r->students[i].hidden, &r->students[i], i == r->chosen ? "  <" : "");
    print_size("the model", &r->teacher, "");
    printf("\n%s rows are held out for evaluation; training used %s rows, and %s more mixed from "
           "them.\n",
           counted(r->rows_held_out, (char[COUNTED]){0}),
           counted(r->rows_training, (char[COUNTED]){0}),
           counted(r->rows_made, (char[COUNTED]){0}));
    print_columns(model, student);
    if (r->teacher_saw)
        puts("The model was trained on rows that are held out here, and looks better on them than\n"
             "it is; --validation FILE with rows that it never saw shows how good it is.");
}

/* Prints the command that exports the small model as C. */
static void print_export(const settings *s)
{
    fputs("\nmlp export ", stdout);
    print_word(stdout, s->output);
    fputs(" -o net.c --rows ", stdout);
    print_word(stdout, s->arguments[1]);
    if (s->integer > 0)
        printf(" --integer %zu", s->integer);
    puts(" --verify");
}

static void put_size(mlp_json_writer *json, const char *name, const mlp_shrink_size *size)
{
    mlp_json_begin_object(json, name);
    if (size->hidden[0] != '\0')
        mlp_json_put_text(json, "hidden", size->hidden);
    mlp_json_put_whole(json, "parameters", size->parameters);
    mlp_json_put_number(json, "flash", size->flash > 0 ? (double)size->flash : (double)NAN);
    mlp_json_put_whole(json, "multiply_adds", size->operations);
    mlp_json_put_number(json, "figure", size->figure);
    mlp_json_end(json);
}

static int print_as_json(const mlp_shrink_report *r, const mlp_model *student)
{
    mlp_json_writer *json = begin_json();
    mlp_json_put_text(json, "figure", r->figure);
    mlp_json_put_whole(json, "rows_training", r->rows_training);
    mlp_json_put_whole(json, "rows_mixed", r->rows_made);
    mlp_json_put_whole(json, "rows_held_out", r->rows_held_out);
    mlp_json_put_boolean(json, "held_out_known", r->teacher_saw);
    put_size(json, "model", &r->teacher);
    mlp_json_begin_array(json, "networks");
    for (size_t i = 0; i < r->student_count; i++)
        put_size(json, NULL, &r->students[i]);
    mlp_json_end(json);
    put_size(json, "chosen", &r->students[r->chosen]);
    mlp_json_begin_array(json, "columns");
    for (size_t c = 0; c < mlp_model_column_count(student); c++)
        mlp_json_put_text(json, NULL, mlp_model_column(student, c));
    mlp_json_end(json);
    mlp_json_put_boolean(json, "holds", r->students[r->chosen].holds);
    mlp_json_put_boolean(json, "interrupted", r->interrupted);
    return print_json(json);
}

/* Saves the small model if it is good enough, and prints the result in any case. */
static int tell(const settings *s, const mlp_model *model, const mlp_model *student,
                const mlp_shrink_report *r)
{
    const bool good = r->students[r->chosen].holds;
    int code = good ? training_save(s, student) : EXIT_DONE;
    if (code == EXIT_DONE && s->json)
        code = print_as_json(r, student);
    else if (code == EXIT_DONE) {
        print_curve(r, model, student);
        if (good)
            print_export(s);
        code = finish_output();
    }
    if (code == EXIT_DONE && !good) {
        fail("no network of these sizes meets the requirement; nothing is written; allow larger "
             "networks or require less");
        return EXIT_QUALITY;
    }
    return code == EXIT_DONE && r->interrupted ? EXIT_INTERRUPTED : code;
}

/* --- shrinking -------------------------------------------------------------------------------- */

static bool on_progress(const mlp_progress *now, void *context)
{
    const settings *s = context;
    char networks[64], epoch[64];
    snprintf(networks, sizeof networks, "%zu of %zu networks", now->finished, now->networks);
    snprintf(epoch, sizeof epoch, "network %zu, epoch %zu", now->network, now->epoch);
    if (!s->quiet)
        progress_parts((const char *const[]){networks, epoch}, 2);
    return true;
}

/* The options of shrinking, from the settings. Free them on failure too. */
static mlp_status make_options(settings *s, mlp_shrink_options **options, mlp_error *err)
{
    const struct {
        const char *name, *text;
    } given[] = {{"max-flash", s->max_flash},
                 {"max-parameters", s->max_parameters},
                 {"max-operations", s->max_operations},
                 {"max-columns", s->max_columns},
                 {"teaching", s->teaching},
                 {"mixed", s->mixed}};
    mlp_status status = mlp_shrink_options_create(options, err);
    for (size_t i = 0; status == MLP_OK && i < sizeof given / sizeof given[0]; i++)
        if (given[i].text != NULL)
            status = mlp_shrink_options_set(*options, given[i].name, given[i].text, err);
    if (status == MLP_OK)
        status = mlp_shrink_options_set_number(*options, "integer", (double)s->integer, err);
    for (size_t i = 0; status == MLP_OK && i < s->require.count; i++)
        status = mlp_shrink_options_add(*options, "require", s->require.items[i], err);
    return status == MLP_OK ? training_tell_run(s, err) : status;
}

static int shrink(settings *s, const mlp_model *model, const mlp_table *table,
                  const mlp_table *held_out)
{
    mlp_error err;
    mlp_shrink_options *options = NULL;
    mlp_shrink_report r = {0};
    mlp_model *student = NULL;
    int code = EXIT_DONE;
    mlp_train_options_listen(s->train, on_progress, say_notice, NULL, s);
    training_catch_signals(s);
    if (make_options(s, &options, &err) != MLP_OK ||
        mlp_shrink(model, table, held_out, s->train, options, &student, &r, &err) != MLP_OK)
        code = EXIT_FAILED;
    progress_end();
    code = code == EXIT_DONE ? tell(s, model, student, &r) : report(&err);
    mlp_shrink_report_release(&r);
    mlp_shrink_options_free(options);
    mlp_model_free(student);
    return code;
}

int run_shrink(settings *s)
{
    mlp_model *model = NULL;
    mlp_table *table = NULL, *held_out = NULL;
    if (s->output == NULL) {
        fail("say where to write the small model: -o small.mlp");
        return EXIT_USAGE;
    }
    int code = training_check_output(s);
    if (code == EXIT_DONE)
        code = load_model_and_data(s, &model, &table);
    if (code == EXIT_DONE) {
        const mlp_read_options reading = mlp_model_read_options(model);
        code = training_validation(s, table, &reading, &held_out);
    }
    if (code == EXIT_DONE)
        code = shrink(s, model, table, held_out);
    mlp_table_free(table);
    mlp_table_free(held_out);
    mlp_model_free(model);
    return code;
}
