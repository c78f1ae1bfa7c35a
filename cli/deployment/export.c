/* SPDX-License-Identifier: MIT */
/* mlp export: writes a model in the format that the ending of the file's name chooses. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* An export: the model, and the settings, which say where it goes. */
typedef struct job {
    const settings *s;
    const mlp_model *model;
    const mlp_table *rows; /* nullable */
    export_metrics metrics;
} job;

static void print_cost(const job *j, const char *header, const mlp_export_cost *cost)
{
    char text[32];
    say(stdout, "%s and %s", j->s->output, header);
    printf("  %-22s %s bytes of numbers, %s of texts\n", "constants",
           counted(cost->constants, (char[COUNTED]){0}), counted(cost->texts, (char[COUNTED]){0}));
    printf("  %-22s %s bytes of buffers on the stack\n", "memory",
           counted(cost->stack, (char[COUNTED]){0}));
    printf("  %-22s %s multiply-adds\n", "a prediction",
           counted(cost->multiply_adds, (char[COUNTED]){0}));
    printf("  %-22s %zu row%s%s; outputs y to within %s (1 + |y|), %.0f ULP at 1\n", "self-test",
           cost->rows, plural(cost->rows), j->s->integer > 0 ? ", the same integers" : "",
           shown(cost->bound, text, sizeof text), ceil(cost->bound / (double)FLT_EPSILON));
    export_metrics_print(&j->metrics);
}

static int tell_cost(const job *j, const char *header, const mlp_export_cost *cost)
{
    if (!j->s->json) {
        print_cost(j, header, cost);
        return finish_output();
    }
    mlp_json_writer *json = begin_json();
    mlp_json_put_text(json, "source", j->s->output);
    mlp_json_put_text(json, "header", header);
    mlp_json_put_whole(json, "constants", cost->constants);
    mlp_json_put_whole(json, "texts", cost->texts);
    mlp_json_put_whole(json, "stack", cost->stack);
    mlp_json_put_whole(json, "multiply_adds", cost->multiply_adds);
    mlp_json_put_whole(json, "rows", cost->rows);
    mlp_json_put_number(json, "bound", cost->bound);
    export_metrics_put(&j->metrics, json);
    return print_json(json);
}

/* --- C ---------------------------------------------------------------------------------------- */

/* The options of an export, from the settings. Free them on failure too. */
static mlp_status options_of(const settings *s, const char *name, mlp_export_options **options,
                             mlp_error *err)
{
    const double coverage = s->interval > 0.0 ? s->interval : s->label_set;
    mlp_status status = mlp_export_options_create(options, err);
    if (status == MLP_OK)
        status = mlp_export_options_set(*options, "name", name, err);
    if (status == MLP_OK)
        status = mlp_export_options_set_number(*options, "coverage", coverage, err);
    if (status == MLP_OK)
        status = mlp_export_options_set_number(*options, "integer", (double)s->integer, err);
    if (status == MLP_OK && s->math != NULL)
        status = mlp_export_options_set(*options, "math", s->math, err);
    if (status == MLP_OK && s->weights != NULL)
        status = mlp_export_options_set(*options, "weights", s->weights, err);
    if (status == MLP_OK && s->matrix)
        status = mlp_export_options_set(*options, "matrix", "yes", err);
    return status;
}

static mlp_status write_texts(const void *context, const char *name, FILE *source, FILE *header,
                              mlp_export_cost *cost, mlp_error *err)
{
    const job *j = context;
    mlp_export_options *options = NULL;
    mlp_status status = options_of(j->s, name, &options, err);
    if (status == MLP_OK)
        status = mlp_export_c(j->model, j->rows, options, source, header, cost, err);
    mlp_export_options_free(options);
    return status;
}

/* Evaluates the network in integers and the model, and applies --require. */
static int evaluate(job *j, const char *name)
{
    mlp_error err;
    mlp_export_options *options = NULL;
    if (j->s->integer == 0)
        return EXIT_DONE;
    const int code = options_of(j->s, name, &options, &err) == MLP_OK
                         ? export_evaluate(j->s, j->model, j->rows, options, &j->metrics)
                         : report(&err);
    mlp_export_options_free(options);
    return code;
}

/* The files get their names after all is written and, with --verify, tested. */
static int write_files(job *j, const char *name, const char *header, mlp_output *outputs[2])
{
    mlp_error err;
    mlp_export_cost cost;
    if (write_texts(j, name, mlp_output_stream(outputs[0]), mlp_output_stream(outputs[1]), &cost,
                    &err) != MLP_OK)
        return report(&err);
    FILE *to = j->s->json ? stderr : stdout; /* then stdout is for JSON alone */
    int code = evaluate(j, name);
    if (code == EXIT_DONE && j->s->verify)
        code = verify_c(name, write_texts, j, to);
    for (int i = 0; i < 2 && code == EXIT_DONE; i++) {
        mlp_output *output = outputs[i];
        outputs[i] = NULL;
        code = finish_file(output, MLP_OK, &err);
    }
    return code == EXIT_DONE ? tell_cost(j, header, &cost) : code;
}

/* Refuses a header that the export reads as an input; files_check does not know its name. */
static int check_header(const job *j, const char *header)
{
    const char *const read[] = {j->s->arguments[0], j->s->vectors};
    for (int i = 0; i < 2; i++)
        if (read[i] != NULL && mlp_same_file(header, read[i])) {
            fail("%s is read by this run and cannot be its output; give another name after -o",
                 header);
            return EXIT_USAGE;
        }
    return EXIT_DONE;
}

static int open_file(const job *j, const char *path, mlp_output **output)
{
    mlp_error err;
    return mlp_output_open(path, j->s->force, output, &err) == MLP_OK ? EXIT_DONE : report(&err);
}

static int export_c(job *j)
{
    const char *path = j->s->output, *slash = strrchr(path, '/');
    char *header = strdup(path), *name = strdup(slash != NULL ? slash + 1 : path);
    mlp_output *outputs[2] = {NULL, NULL};
    int code = EXIT_DONE;
    if (header == NULL || name == NULL) {
        code = fail("not enough memory for the export");
    } else {
        header[strlen(header) - 1] = 'h';
        name[strlen(name) - 2] = '\0';
        code = check_header(j, header);
    }
    if (code == EXIT_DONE)
        code = open_file(j, path, &outputs[0]);
    if (code == EXIT_DONE)
        code = open_file(j, header, &outputs[1]);
    if (code == EXIT_DONE)
        code = write_files(j, name, header, outputs);
    mlp_output_discard(outputs[0]);
    mlp_output_discard(outputs[1]);
    free(header);
    free(name);
    return code;
}

/* --- one file --------------------------------------------------------------------------------- */

static int tell_file(const job *j)
{
    if (!j->s->json) {
        say(stdout, "%s", j->s->output);
        return finish_output();
    }
    mlp_json_writer *json = begin_json();
    mlp_json_put_text(json, "model", j->s->output);
    return print_json(json);
}

/* `prove` writes the script that --verify tests. */
static int export_file(const job *j, export_writer *write, export_writer *prove)
{
    mlp_error err;
    mlp_output *output = NULL;
    int code = open_file(j, j->s->output, &output);
    if (code != EXIT_DONE)
        return code;
    mlp_status status = write(j, "model", mlp_output_stream(output), NULL, NULL, &err);
    if (status == MLP_OK && j->s->verify) {
        code = verify_script(prove, j, j->s->json ? stderr : stdout);
        if (code != EXIT_DONE) {
            mlp_output_discard(output);
            return code;
        }
    }
    code = finish_file(output, status, &err);
    return code == EXIT_DONE ? tell_file(j) : code;
}

/* Refuses an option that has no effect on files of this kind. */
static int refuse(const char *wrong, const char *file)
{
    fail("%s has no effect on a model as %s; leave it out, or export the model as C (-o net.c)",
         wrong, file);
    return EXIT_USAGE;
}

/* --- ONNX ------------------------------------------------------------------------------------- */

/* The first given option that is not for ONNX; NULL: there is none. */
static const char *option_of_others(const settings *s)
{
    return s->vectors != NULL ? "--rows"
           : s->verify        ? "--verify"
           : s->math != NULL  ? "--math"
           : s->integer > 0   ? "--integer"
           : s->require.count ? "--require"
                              : NULL;
}

static mlp_status write_onnx(const void *context, const char *name, FILE *to, FILE *header,
                             mlp_export_cost *cost, mlp_error *err)
{
    const job *j = context;
    mlp_export_options *options = NULL;
    mlp_status status = options_of(j->s, name, &options, err);
    (void)header;
    (void)cost;
    if (status == MLP_OK)
        status = mlp_export_onnx_with(j->model, options, to, err);
    mlp_export_options_free(options);
    return status;
}

static int export_onnx(job *j)
{
    const char *wrong = option_of_others(j->s);
    return wrong != NULL ? refuse(wrong, "ONNX") : export_file(j, write_onnx, NULL);
}

/* --- JavaScript, and a page ------------------------------------------------------------------- */

typedef mlp_status web_writer(const mlp_model *model, const mlp_table *table,
                              const mlp_export_options *options, FILE *to, mlp_error *err);

static mlp_status write_web(const job *j, web_writer *write, bool module, FILE *to, mlp_error *err)
{
    mlp_export_options *options = NULL;
    mlp_status status = options_of(j->s, "model", &options, err);
    if (status == MLP_OK && module)
        status = mlp_export_options_set(options, "module", "yes", err);
    if (status == MLP_OK)
        status = write(j->model, j->rows, options, to, err);
    mlp_export_options_free(options);
    return status;
}

#define WEB_WRITER(name_of_it, write, module)                                                      \
    static mlp_status name_of_it(const void *context, const char *name, FILE *to, FILE *header,    \
                                 mlp_export_cost *cost, mlp_error *err)                            \
    {                                                                                              \
        (void)name;                                                                                \
        (void)header;                                                                              \
        (void)cost;                                                                                \
        return write_web(context, write, module, to, err);                                         \
    }
WEB_WRITER(write_script, mlp_export_javascript, false)
WEB_WRITER(write_module, mlp_export_javascript, true)
WEB_WRITER(write_page, mlp_export_html, false)

static int export_web(const job *j, export_writer *write)
{
    const settings *s = j->s;
    const char *wrong = s->math != NULL    ? "--math"
                        : s->integer > 0   ? "--integer"
                        : s->require.count ? "--require"
                                           : NULL;
    return wrong != NULL ? refuse(wrong, write == write_page ? "a page" : "JavaScript")
                         : export_file(j, write, write_script);
}

static int export_script(job *j)
{
    return export_web(j, write_script);
}

static int export_module(job *j)
{
    return export_web(j, write_module);
}

static int export_page(job *j)
{
    return export_web(j, write_page);
}

/* --- formats ---------------------------------------------------------------------------------- */

typedef struct format {
    const char *ending;
    int (*write)(job *j);
} format;

static const format formats[] = {{".c", export_c},
                                 {".onnx", export_onnx},
                                 {".js", export_script},
                                 {".mjs", export_module},
                                 {".html", export_page}};

/* The format of a file, by the ending of its name; NULL: there is none. */
static const format *format_of(const char *path)
{
    const char *ending = strrchr(path, '.');
    for (size_t i = 0; ending != NULL && i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(ending, formats[i].ending) == 0)
            return &formats[i];
    return NULL;
}

/* Loads the model, and rows for the self-test if they are given. */
static int load(const settings *s, mlp_model **model, mlp_table **rows)
{
    mlp_error err;
    conformal wanted = {0};
    if (mlp_model_load(s->arguments[0], model, &err) != MLP_OK)
        return report(&err);
    const mlp_read_options reading = mlp_model_read_options(*model);
    if (s->vectors != NULL && read_table(s, s->vectors, &reading, rows, &err) != MLP_OK)
        return report(&err);
    const int code = conformal_begin(&wanted, s, *model); /* refuses what does not suit the model */
    conformal_release(&wanted);
    return code;
}

int run_export(settings *s)
{
    job j = {.s = s};
    mlp_model *model = NULL;
    mlp_table *rows = NULL;
    const format *as = s->output != NULL ? format_of(s->output) : NULL;
    if (as == NULL) {
        fail(s->output == NULL ? "say where to write the model: -o net.c"
                               : "%s: the name must end in .c, .onnx, .js, .mjs or .html, which "
                                 "chooses the format",
             s->output);
        return EXIT_USAGE;
    }
    if ((s->matrix || s->weights != NULL) && as->write != export_onnx) {
        fail("%s is only for a model as ONNX (-o net.onnx); leave it out",
             s->matrix ? "--matrix" : "--weights");
        return EXIT_USAGE;
    }
    if (s->require.count > 0 && s->integer == 0 && as->write == export_c) {
        fail("--require checks the model in integers: give --integer 8 or 16; mlp evaluate "
             "--require checks the model itself");
        return EXIT_USAGE;
    }
    int code = check_gates(s);
    if (code == EXIT_DONE)
        code = load(s, &model, &rows);
    j.model = model;
    j.rows = rows;
    if (code == EXIT_DONE)
        code = check_gates_suit(s, model);
    if (code == EXIT_DONE)
        code = as->write(&j);
    export_metrics_release(&j.metrics);
    mlp_table_free(rows);
    mlp_model_free(model);
    return code;
}
