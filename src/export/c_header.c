/* SPDX-License-Identifier: MIT */
/* Writes the header: the types and functions of the exported model. */
#include <string.h>

#include "base/print.h"
#include "export/c.h"

/* --- categories and labels -------------------------------------------------------------------- */

/* Writes the enumerators that stand for texts, numbered from 0. The caller writes all others. */
static bool put_enum(mlpi_c_names *taken, FILE *to, const char *prefix, char *const *texts,
                     size_t count)
{
    mlpi_c_name name;
    for (size_t i = 0; i < count; i++) {
        if (!mlpi_c_names_make(taken, prefix, texts[i], i + 1, true, name))
            return false;
        fprintf(to, "    %s = %zu, /* ", name, i);
        mlpi_c_comment(to, texts[i]);
        fputs(" */\n", to);
    }
    return true;
}

static bool put_labels(const mlpi_c *c, mlpi_c_names *taken, FILE *to)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    mlpi_c_name prefix, none;
    if (p->task != MLP_TASK_CLASSIFICATION)
        return true;
    snprintf(prefix, sizeof prefix, "%.60s_LABEL_", c->upper);
    snprintf(none, sizeof none, "%.60s_LABEL_NONE", c->upper);
    fprintf(to, "#define %s_LABELS %zu\n\ntypedef enum %s_label {\n", c->upper, p->label_count,
            c->prefix);
    fprintf(to, "    %s = -1, /* there is no answer */\n", none);
    const bool room =
        mlpi_c_names_take(taken, none) && put_enum(taken, to, prefix, p->labels, p->label_count);
    fprintf(to, "} %s_label;\n\n", c->prefix);
    return room;
}

static bool put_categories(const mlpi_c *c, mlpi_c_names *taken, FILE *to, size_t f)
{
    const mlpi_feature *feature = &c->model->pipeline.features[f];
    mlpi_c_name column, prefix, missing, unknown;
    if (mlpi_feature_is_numeric(feature) || feature->transform->levels == NULL)
        return true;
    mlpi_c_identifier(c->column[f], true, column);
    snprintf(prefix, sizeof prefix, "%.31s_%.60s_", c->upper, column);
    if (!mlpi_c_names_make(taken, prefix, "MISSING", f + 1, true, missing) ||
        !mlpi_c_names_make(taken, prefix, "UNKNOWN", f + 1, true, unknown))
        return false;
    fputs("/* ", to);
    mlpi_c_comment(to, feature->name);
    fprintf(to, " */\ntypedef enum %s_%s_category {\n", c->prefix, c->column[f]);
    fprintf(to, "    %s = -2, /* no value */\n    %s = -1, /* one that training did not see */\n",
            missing, unknown);
    const bool room =
        put_enum(taken, to, prefix, feature->fitted.levels, feature->fitted.level_count);
    fprintf(to, "} %s_%s_category;\n\n", c->prefix, c->column[f]);
    return room;
}

/* --- input ------------------------------------------------------------------------------------ */

static void put_member(const mlpi_c *c, FILE *to, size_t f)
{
    const mlpi_feature *feature = &c->model->pipeline.features[f];
    const char *what = "a number; NAN: no value";
    if (feature->transform->read != NULL)
        what = "seconds since 1970-01-01 00:00, or midnight; NAN: no value";
    else if (!mlpi_feature_is_numeric(feature))
        what = feature->transform->levels != NULL ? "a category" : "from its text; -2: no value";
    if (mlpi_feature_is_numeric(feature))
        fprintf(to, "    double %s; /* ", c->column[f]);
    else if (feature->transform->levels == NULL)
        fprintf(to, "    long %s; /* ", c->column[f]);
    else
        fprintf(to, "    %s_%s_category %s; /* ", c->prefix, c->column[f], c->column[f]);
    mlpi_c_comment(to, feature->name);
    fprintf(to, ": %s */\n", what);
}

static void put_input(const mlpi_c *c, FILE *to)
{
    fprintf(to, "/* A row of the data. */\ntypedef struct %s_input {\n", c->prefix);
    for (size_t f = 0; f < c->model->pipeline.feature_count; f++)
        put_member(c, to, f);
    fprintf(to, "} %s_input;\n\n", c->prefix);
}

static void put_readers(const mlpi_c *c, FILE *to)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    bool texts = false, times = false;
    for (size_t f = 0; f < p->feature_count; f++) {
        texts = texts || !mlpi_feature_is_numeric(&p->features[f]);
        times = times || p->features[f].transform->read != NULL;
    }
    if (texts)
        fputs("/* The code of a text; NULL and \"\" mean no value. */\n", to);
    for (size_t f = 0; f < p->feature_count; f++) {
        if (mlpi_feature_is_numeric(&p->features[f]))
            continue;
        if (p->features[f].transform->levels == NULL)
            fprintf(to, "long %s_%s_from_text(const char *text);\n", c->prefix, c->column[f]);
        else
            fprintf(to, "%s_%s_category %s_%s_from_text(const char *text);\n", c->prefix,
                    c->column[f], c->prefix, c->column[f]);
    }
    if (times)
        fprintf(
            to,
            "/* Seconds since 1970-01-01 00:00 in the Gregorian calendar; NAN: no such month. */\n"
            "double %s_time(int year, int month, int day, int hour, int minute, double "
            "second);\n",
            c->prefix);
    if (texts || times)
        fputc('\n', to);
}

/* --- output ----------------------------------------------------------------------------------- */

static void put_share(FILE *to, double share)
{
    mlpi_print(to, "%.4g %%", 100.0 * share);
}

static void put_probabilities(const mlpi_c *c, FILE *to)
{
    fprintf(to, "    %s_label label; /* %s */\n", c->prefix,
            c->model->decision.known ? "by the threshold of the model" : "the likeliest");
    fprintf(to, "    double probability[%s_LABELS]; /* of each label; NAN: no answer */\n",
            c->upper);
    if (!(c->coverage > 0.0))
        return;
    fprintf(to,
            "    unsigned char in_set[%s_LABELS]; /* 1: in the set that holds the true label of ",
            c->upper);
    put_share(to, c->coverage);
    fputs(" of new rows */\n", to);
}

static void put_values(const mlpi_c *c, FILE *to)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    for (size_t t = 0; t < p->target_count; t++) {
        fprintf(to, "    double %s", c->target[t]);
        if (p->coding.levels > 0)
            fprintf(to, "[%zu]", p->coding.levels);
        fputs("; /* ", to);
        mlpi_c_comment(to, p->targets[t].name);
        for (size_t q = 0; q < p->coding.levels; q++) {
            fputs(q == 0 ? ": quantiles " : ", ", to);
            mlpi_c_double(to, p->coding.level[q]);
        }
        fputs("; NAN: no answer */\n", to);
        if (!(c->coverage > 0.0))
            continue;
        fprintf(to, "    double %s_lower, %s_upper; /* hold it in ", c->target[t], c->target[t]);
        put_share(to, c->coverage);
        fputs(" of new rows */\n", to);
    }
}

static void put_output(const mlpi_c *c, FILE *to)
{
    const bool classes = c->model->pipeline.task == MLP_TASK_CLASSIFICATION;
    fprintf(to, "/* A prediction. */\ntypedef struct %s_output {\n", c->prefix);
    if (classes)
        put_probabilities(c, to);
    else
        put_values(c, to);
    fprintf(to, "} %s_output;\n\n", c->prefix);
    fprintf(to, "void %s_predict(const %s_input *input, %s_output *output);\n", c->prefix,
            c->prefix, c->prefix);
    if (classes)
        fprintf(to,
                "/* NULL: there is no such label. */\nconst char *%s_label_text(%s_label label);\n",
                c->prefix, c->prefix);
}

mlp_status mlpi_c_header(mlpi_c *c, FILE *to, mlp_error *err)
{
    mlpi_c_names taken = {0};
    fputs("/* Predicts ", to);
    for (size_t t = 0; t < c->model->pipeline.target_count; t++) {
        fputs(t > 0 ? ", " : "", to);
        mlpi_c_comment(to, c->model->pipeline.targets[t].name);
    }
    fprintf(to, ". Generated by mlp %s from a model trained on ", mlp_version());
    mlpi_c_comment(to, c->model->provenance.data);
    fprintf(
        to,
        ".\n * %s.c is C99 without allocation or state; it needs %s. Compiled with "
        "-DMLP_SELF_TEST it is a\n * program that checks that it answers as the model does. */\n",
        c->name,
        c->own_math   ? "no library (NAN is 0.0 / 0.0)"
        : c->bits > 0 ? "math.h and stdint.h"
                      : "math.h");
    fprintf(to, "#ifndef %s_H\n#define %s_H\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n",
            c->upper, c->upper);
    bool room = mlpi_c_names_take(&taken, "MLP_SELF_TEST") && put_labels(c, &taken, to);
    for (size_t f = 0; room && f < c->model->pipeline.feature_count; f++)
        room = put_categories(c, &taken, to, f);
    put_input(c, to);
    put_readers(c, to);
    put_output(c, to);
    fputs("\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n", to);
    mlpi_c_names_release(&taken);
    return room ? MLP_OK : mlpi_fail_memory(err, "the names of an export");
}
