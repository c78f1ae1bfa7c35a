/* SPDX-License-Identifier: MIT */
/* Exports a model as C: a header and a source, part by part. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "export/c.h"
#include "export/options.h"
#include "export/own_math.h"

/* --- checks ----------------------------------------------------------------------------------- */

static mlp_status check_name(const char *name, mlp_error *err)
{
    static const char known[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    if (name[0] != '\0' && name[strspn(name, known)] == '\0')
        return MLP_OK;
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "a C file cannot be called \"%s\": its name may have only unaccented letters, "
                     "digits, \".\", \"-\" and \"_\"",
                     name);
}

/* Whether the source contains its own functions in place of math.h. */
static mlp_status choose_math(const char *math, bool *own, mlp_error *err)
{
    *own = math != NULL && strcmp(math, "own") == 0;
    if (*own || math == NULL || strcmp(math, "library") == 0)
        return MLP_OK;
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "`math` \"%s\" is not known; give own (functions within the exported C) or "
                     "library (math.h)",
                     math);
}

static mlp_status check_texts(char *const *texts, size_t count, const char *of, mlp_error *err)
{
    enum { LONGEST = 4000 }; /* C99 compilers must accept 4095 characters */
    for (size_t i = 0; i < count; i++)
        if (strlen(texts[i]) > LONGEST)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "C cannot carry column \"%s\": one of its texts has %zu bytes; "
                             "shorten it to at most %d, and train again",
                             of, strlen(texts[i]), LONGEST);
    return MLP_OK;
}

static mlp_status check_transform(const mlpi_transform *transform, const char *code, const char *of,
                                  mlp_error *err)
{
    return code != NULL ? MLP_OK
                        : mlpi_fail(err, MLP_ERROR_ARGUMENT,
                                    "C cannot carry column \"%s\": there is no code for the "
                                    "transform %s yet; train with another transform",
                                    of, transform->name);
}

static mlp_status check_model(const mlp_model *model, mlp_error *err)
{
    const mlpi_pipeline *p = &model->pipeline;
    for (size_t f = 0; f < p->feature_count; f++) {
        const mlpi_feature *one = &p->features[f];
        MLPI_TRY(check_transform(one->transform, one->transform->carried.encode, one->name, err));
        MLPI_TRY(check_texts(one->fitted.levels, one->fitted.level_count, one->name, err));
    }
    for (size_t t = 0; p->task == MLP_TASK_REGRESSION && t < p->target_count; t++) {
        const mlpi_target *one = &p->targets[t];
        MLPI_TRY(check_transform(one->transform, one->transform->carried.decode, one->name, err));
    }
    return check_texts(p->labels, p->label_count, p->targets[0].name, err);
}

/* --- names ------------------------------------------------------------------------------------ */

static mlp_status name_columns(mlpi_c *c, mlp_error *err)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    mlpi_c_names taken = {0};
    c->column = mlpi_allocate(p->feature_count, sizeof *c->column);
    bool room = c->column != NULL && mlpi_c_names_take_words(&taken);
    for (size_t f = 0; room && f < p->feature_count; f++)
        room = mlpi_c_names_make(&taken, "", p->features[f].name, f + 1, false, c->column[f]);
    mlpi_c_names_release(&taken);
    return room ? MLP_OK : mlpi_fail_memory(err, "the names of an export");
}

/* Reserves the names of the interval's ends too, since price_lower may be another target. */
static mlp_status name_targets(mlpi_c *c, mlp_error *err)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    mlpi_c_names taken = {0};
    c->target = mlpi_allocate(p->target_count, sizeof *c->target);
    bool room = c->target != NULL && mlpi_c_names_take_words(&taken);
    for (size_t t = 0; room && t < p->target_count; t++) {
        mlpi_c_name end;
        room = mlpi_c_names_make(&taken, "", p->targets[t].name, t + 1, false, c->target[t]);
        snprintf(end, sizeof end, "%.110s_lower", c->target[t]);
        room = room && mlpi_c_names_take(&taken, end);
        snprintf(end, sizeof end, "%.110s_upper", c->target[t]);
        room = room && mlpi_c_names_take(&taken, end);
    }
    mlpi_c_names_release(&taken);
    return room ? MLP_OK : mlpi_fail_memory(err, "the names of an export");
}

/* Makes the prefix of all identifiers from the name of the files. */
static mlp_status name_prefix(mlpi_c *c, mlp_error *err)
{
    mlpi_c_names taken = {0};
    const bool room = mlpi_c_names_make(&taken, "", c->name, 1, false, c->prefix);
    mlpi_c_identifier(c->prefix, true, c->upper);
    mlpi_c_names_release(&taken);
    return room ? MLP_OK : mlpi_fail_memory(err, "the names of an export");
}

/* --- the files -------------------------------------------------------------------------------- */

static mlp_status prepare(mlpi_c *c, const mlp_table *table, mlp_error *err)
{
    mlp_conformal *conformal = NULL;
    MLPI_TRY(check_name(c->name, err));
    MLPI_TRY(check_model(c->model, err));
    MLPI_TRY(name_prefix(c, err));
    MLPI_TRY(name_columns(c, err));
    MLPI_TRY(name_targets(c, err));
    if (c->bits > 0)
        MLPI_TRY(mlpi_quantise_model(c->model, table, c->bits, &c->integers, err));
    if (c->coverage != 0.0)
        MLPI_TRY(mlp_conformal_create(c->model, c->coverage, &conformal, err));
    mlp_status status =
        mlpi_vectors_make(c->model, table, conformal, c->bits > 0 ? &c->integers : NULL,
                          c->own_math ? mlpi_own_math_places() : 0.0, &c->vectors, err);
    mlp_conformal_free(conformal);
    if (status == MLP_OK && c->bits > 0)
        status = mlpi_c_integer_rows(c, err);
    return status;
}

/* Writes the include of math.h, or in its place the functions that the code and the test call. */
static void put_math(const mlpi_c *c, FILE *to, const char *code, const char *test)
{
    if (!c->own_math) {
        fputs("#include <math.h>\n\n", to);
        return;
    }
    fputs("#include <stdint.h>\n\n"
          "#if FLT_MANT_DIG != 24 || DBL_MANT_DIG != 53\n"
          "#error \"its own mathematics is for float of 32 bits and double of 64\"\n#endif\n\n"
          "/* W. J. Cody, W. Waite: Software Manual for the Elementary Functions, 1980. */\n"
          "#define NAN (0.0f / 0.0f)\n\n",
          to);
    mlpi_own_math_write(to, code, NULL);
    fputs("#ifdef MLP_SELF_TEST\n", to);
    mlpi_own_math_write(to, test, code);
    fputs("#endif\n\n", to);
}

static void put_beginning(const mlpi_c *c, FILE *to)
{
    fprintf(to,
            "/* Generated by mlp %s; %s.h says what it is. Its self-test: compile with "
            "-DMLP_SELF_TEST and "
            "run.\n * MLP_PLACE precedes every constant and can say where it lies. */\n",
            mlp_version(), c->name);
    fprintf(to,
            "#include \"%s.h\"\n\n#include <float.h>\n#include <stddef.h>\n%s\n"
            "#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__\n"
            "#error \"compile without -ffast-math: a missing value is NAN\"\n#endif\n\n"
            "#ifndef MLP_PLACE\n#define MLP_PLACE\n#endif\n\n",
            c->name, c->bits > 0 ? "#include <stdint.h>\n" : "");
}

static void put_code(mlpi_c *c, FILE *to)
{
    mlpi_c_transforms(c, to);
    mlpi_c_inputs(c, to);
    mlpi_c_finite(c, to);
    (c->bits > 0 ? mlpi_c_integers : mlpi_c_networks)(c, to);
    mlpi_c_outputs(c, to);
}

/* The text that `put` writes; free() it. NULL: out of memory. */
static char *text_of(mlpi_c *c, void (*put)(mlpi_c *c, FILE *to))
{
    mlpi_buffer buffer;
    FILE *to = mlpi_buffer_open(&buffer);
    if (to == NULL)
        return NULL;
    put(c, to);
    return mlpi_buffer_close(&buffer, to);
}

static mlp_status put_source(mlpi_c *c, FILE *to, mlp_error *err)
{
    char *code = text_of(c, put_code), *test = text_of(c, mlpi_c_self_test);
    const bool room = code != NULL && test != NULL;
    if (room) {
        put_beginning(c, to);
        put_math(c, to, code, test);
        fputs(code, to);
        fputs(test, to);
    }
    free(code);
    free(test);
    return room ? MLP_OK : mlpi_fail_memory(err, "an export");
}

mlp_status mlp_export_c(const mlp_model *model, const mlp_table *table,
                        const mlp_export_options *options, FILE *source, FILE *header,
                        mlp_export_cost *cost, mlp_error *err)
{
    const mlp_export_options usual = {0}, *const o = options != NULL ? options : &usual;
    mlpi_c c = {.model = model,
                .name = o->name != NULL ? o->name : "model",
                .coverage = mlpi_export_coverage(model, o),
                .bits = (int)(o->integer < INT_MAX ? o->integer : INT_MAX)};
    mlp_status status = choose_math(o->math, &c.own_math, err);
    if (status == MLP_OK)
        status = mlpi_members_narrow(&model->members, &c.networks, err);
    if (status == MLP_OK)
        status = prepare(&c, table, err);
    if (status == MLP_OK)
        status = mlpi_c_header(&c, header, err);
    if (status == MLP_OK)
        status = put_source(&c, source, err);
    c.cost.rows = c.vectors.rows;
    c.cost.bound = c.vectors.unit;
    if (status == MLP_OK && cost != NULL)
        *cost = c.cost;
    mlpi_members_release(&c.networks);
    mlpi_vectors_release(&c.vectors);
    mlpi_quantised_release(&c.integers);
    mlpi_free(c.row_inputs);
    mlpi_free(c.row_outputs);
    mlpi_free(c.column);
    mlpi_free(c.target);
    return status;
}

mlp_status mlp_export_session_create(const mlp_model *model, const mlp_table *table,
                                     const mlp_export_options *options, int threads,
                                     mlp_session **session, mlp_error *err)
{
    mlpi_quantised q;
    if (options == NULL || options->integer == 0)
        return mlp_session_create(model, threads, session, err);
    const int bits = (int)(options->integer < INT_MAX ? options->integer : INT_MAX);
    mlp_status status = mlpi_quantise_model(model, table, bits, &q, err);
    if (status == MLP_OK)
        status = mlpi_quantised_session(model, &q, true, threads, session, err);
    mlpi_quantised_release(&q);
    return status;
}
