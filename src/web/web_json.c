/* SPDX-License-Identifier: MIT */
/* The model as data: columns, outputs, networks, and rows for the self-test. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/json.h"
#include "model/metadata.h"
#include "web/web.h"

enum { DIGITS = 3 }; /* of bounds and usual values */

static bool classes(const mlpi_web *web)
{
    return web->model->pipeline.task == MLP_TASK_CLASSIFICATION;
}

/* --- columns ---------------------------------------------------------------------------------- */

static const char *kind_of(const mlpi_feature *f)
{
    if (mlpi_feature_is_numeric(f))
        return f->transform->read != NULL ? "time" : "number";
    return f->transform->levels != NULL ? "category" : "text";
}

static void put_texts(mlp_json_writer *to, const char *name, char *const *texts, size_t count)
{
    mlp_json_begin_array(to, name);
    for (size_t i = 0; i < count; i++)
        mlp_json_put_text(to, NULL, texts[i]);
    mlp_json_end(to);
}

static void put_transform(mlp_json_writer *to, const mlpi_transform *transform,
                          const mlpi_fitted *fitted)
{
    size_t numbers = 0;
    while (numbers < MLPI_MOST_PARAMETERS && transform->number[numbers].name != NULL)
        numbers++;
    mlp_json_put_text(to, "transform", transform->name);
    mlp_json_put_numbers(to, "numbers", fitted->number, numbers);
    if (transform->list != NULL)
        mlp_json_put_numbers(to, "list", fitted->list, fitted->list_count);
    if (transform->levels != NULL)
        put_texts(to, "levels", fitted->levels, fitted->level_count);
}

static void put_column(mlp_json_writer *to, const mlpi_feature *f, const mlpi_web_range *range)
{
    mlp_json_begin_object(to, NULL);
    mlp_json_put_text(to, "name", f->name);
    mlp_json_put_text(to, "kind", kind_of(f));
    put_transform(to, f->transform, &f->fitted);
    mlp_json_put_whole(to, "first", f->first);
    mlp_json_put_boolean(to, "indicator", f->missing_indicator);
    if (mlpi_feature_is_numeric(f)) {
        mlp_json_put_number(to, "fill", f->fill);
        mlp_json_put_numbers(to, "range", (double[]){range->lowest, range->highest}, 2);
        mlp_json_put_boolean(to, "whole", range->whole);
        if (isfinite(range->middle))
            mlp_json_put_number(to, "middle", range->middle);
    }
    mlp_json_end(to);
}

static void put_columns(mlp_json_writer *to, const mlpi_web *web)
{
    const mlpi_pipeline *p = &web->model->pipeline;
    mlp_json_put_whole(to, "inputs", p->inputs);
    mlp_json_begin_array(to, "columns");
    for (size_t f = 0; f < p->feature_count; f++)
        put_column(to, &p->features[f], &web->ranges[f]);
    mlp_json_end(to);
}

/* --- outputs ---------------------------------------------------------------------------------- */

/* The quantile that is used as the prediction: that of the level nearest to 0.5. */
static size_t middle_of(const mlpi_coding *coding)
{
    size_t middle = 0;
    for (size_t q = 1; q < coding->levels; q++)
        if (fabs(coding->level[q] - 0.5) < fabs(coding->level[middle] - 0.5))
            middle = q;
    return middle;
}

static void put_targets(mlp_json_writer *to, const mlpi_pipeline *p)
{
    mlp_json_begin_array(to, "targets");
    for (size_t t = 0; t < p->target_count; t++) {
        mlp_json_begin_object(to, NULL);
        mlp_json_put_text(to, "name", p->targets[t].name);
        if (p->task == MLP_TASK_REGRESSION)
            put_transform(to, p->targets[t].transform, &p->targets[t].fitted);
        mlp_json_end(to);
    }
    mlp_json_end(to);
}

static void put_normal_quantile(mlp_json_writer *to)
{
    mlp_json_begin_array(to, "normalQuantile");
    for (size_t i = 0; i < 4; i++)
        mlp_json_put_numbers(to, NULL, mlpi_normal_quantile_terms[i], i % 2 == 0 ? 8 : 7);
    mlp_json_end(to);
}

static void put_outputs(mlp_json_writer *to, const mlpi_web *web)
{
    const mlp_model *model = web->model;
    const mlpi_pipeline *p = &model->pipeline;
    put_targets(to, p);
    if (classes(web))
        put_texts(to, "labels", p->labels, p->label_count);
    mlp_json_put_boolean(to, "signed", p->coding.signed_outputs);
    mlp_json_put_boolean(to, "counts", p->coding.counts);
    mlp_json_put_numbers(to, "levels", p->coding.level, p->coding.levels);
    mlp_json_put_whole(to, "middle", middle_of(&p->coding));
    mlp_json_put_number(to, "temperature", model->members.temperature);
    if (model->decision.known)
        mlp_json_put_number(to, "threshold", model->decision.threshold);
    put_normal_quantile(to);
    if (!(web->coverage > 0.0))
        return;
    mlp_json_put_number(to, "coverage", web->coverage);
    mlp_json_begin_array(to, "scores");
    for (size_t t = 0; t < (classes(web) ? 1 : p->target_count); t++)
        mlp_json_put_number(to, NULL, mlpi_conformal_quantile(&model->conformal, t, web->coverage));
    mlp_json_end(to);
}

/* --- networks --------------------------------------------------------------------------------- */

static void take_float(unsigned char *bytes, size_t *at, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < 4; i++)
        bytes[(*at)++] = (unsigned char)(bits >> (8 * i));
}

/* Layer by layer: the weights by rows, then the biases with the sign with which they are added. */
static void take_parameters(const mlp_network *network, unsigned char *bytes)
{
    const float *w = mlp_network_parameters_const(network);
    size_t inputs = mlp_network_inputs(network), at = 0;
    for (size_t l = 0; l < mlp_network_layer_count(network); l++) {
        const size_t units = mlp_network_layer(network, l).units;
        for (size_t i = 0; i < units * inputs; i++)
            take_float(bytes, &at, w[mlp_network_weights_at(network, l) + i]);
        for (size_t i = 0; i < units; i++)
            take_float(bytes, &at, -w[mlp_network_biases_at(network, l) + i]);
        inputs = units;
    }
}

static bool put_parameters(mlp_json_writer *to, const mlp_network *network)
{
    const size_t size = 4 * mlp_network_size(network);
    unsigned char *bytes = mlpi_allocate(size, 1);
    char *text = mlpi_allocate(mlpi_base64_size(size), 1);
    const bool room = bytes != NULL && text != NULL;
    if (room) {
        take_parameters(network, bytes);
        mlpi_base64(bytes, size, text);
        mlp_json_put_text(to, "parameters", text);
    }
    mlpi_free(bytes);
    mlpi_free(text);
    return room;
}

static bool put_network(mlp_json_writer *to, const mlpi_members *networks, size_t m)
{
    const mlpi_reads reads = mlpi_member_reads(networks, m);
    mlp_json_begin_object(to, NULL);
    mlp_json_put_number(to, "weight", networks->weight[m]);
    mlpi_reads_write(&reads, to);
    mlpi_layers_write(networks->network[m], to);
    const bool room = put_parameters(to, networks->network[m]);
    mlp_json_end(to);
    return room;
}

static bool put_networks(mlp_json_writer *to, const mlpi_members *members)
{
    mlpi_members narrow;
    bool room = mlpi_members_narrow(members, &narrow, NULL) == MLP_OK;
    mlp_json_begin_array(to, "networks");
    for (size_t m = 0; room && m < narrow.count; m++)
        room = put_network(to, &narrow, m);
    mlp_json_end(to);
    mlpi_members_release(&narrow);
    return room;
}

/* --- the self-test ---------------------------------------------------------------------------- */

static void put_bounds(mlp_json_writer *to, const double *bounds, size_t count)
{
    mlp_json_begin_array(to, "bounds");
    for (size_t k = 0; k < count; k++) {
        char text[32];
        double rounded = 0.0;
        mlpi_rounded(1.01 * bounds[k], DIGITS, text); /* rounding must not lower the bound */
        mlp_number_parse(text, strlen(text), &rounded);
        mlp_json_put_number(to, NULL, rounded);
    }
    mlp_json_end(to);
}

/* Whether each label is in the set; null: its probability is too close to the limit to decide. */
static void put_set(mlp_json_writer *to, const signed char *holds, size_t labels)
{
    mlp_json_begin_array(to, "set");
    for (size_t k = 0; k < labels; k++)
        if (holds[k] < 0)
            mlp_json_put_null(to, NULL);
        else
            mlp_json_put_boolean(to, NULL, holds[k] > 0);
    mlp_json_end(to);
}

static void put_row(mlp_json_writer *to, const mlpi_web *web, size_t r)
{
    const mlpi_vectors *v = &web->vectors;
    const size_t labels = web->model->pipeline.label_count;
    mlp_json_begin_object(to, NULL);
    mlp_json_put_numbers(to, "values", v->value + r * v->columns, v->columns);
    mlp_json_put_numbers(to, "numbers", v->answer + r * v->numbers, v->numbers);
    put_bounds(to, v->bound + r * v->numbers, v->numbers);
    if (classes(web) && v->label[r] != MLP_NO_LABEL)
        mlp_json_put_whole(to, "label", v->label[r]);
    if (classes(web) && web->coverage > 0.0)
        put_set(to, v->holds + r * labels, labels);
    mlp_json_end(to);
}

/* A usual value of a column, in few digits; for a time, a midnight. */
static double usual(const mlpi_feature *f)
{
    const double day = 86400.0, middle = mlpi_feature_middle(f);
    char text[32];
    double rounded = middle;
    if (f->transform->read != NULL)
        return floor(middle / day) * day;
    mlpi_rounded(middle, DIGITS, text);
    return mlp_number_parse(text, strlen(text), &rounded) ? rounded : middle;
}

/* The initial cell of a column in a form: that of the row, or without a row (NULL) a usual
 * value. */
static void put_start(mlp_json_writer *to, const mlpi_feature *f, const double *row)
{
    const double value = row != NULL ? *row : usual(f);
    if (mlpi_feature_is_numeric(f))
        mlp_json_put_number(to, NULL, value);
    else if (value >= 0.0 && value < (double)f->fitted.level_count)
        mlp_json_put_text(to, NULL, f->fitted.levels[(size_t)value]);
    else
        mlp_json_put_null(to, NULL);
}

static void put_test(mlp_json_writer *to, const mlpi_web *web)
{
    const mlpi_pipeline *p = &web->model->pipeline;
    const mlpi_vectors *v = &web->vectors;
    /* Rows of the table come after those that were made. */
    const double *last = web->table != NULL ? v->value + (v->rows - 1) * v->columns : NULL;
    mlp_json_begin_object(to, "test");
    mlp_json_begin_array(to, "start");
    for (size_t f = 0; f < p->feature_count; f++)
        put_start(to, &p->features[f], last != NULL ? last + f : NULL);
    mlp_json_end(to);
    mlp_json_begin_array(to, "rows");
    for (size_t r = 0; r < v->rows; r++)
        put_row(to, web, r);
    mlp_json_end(to);
    mlp_json_end(to);
}

/* --- the whole -------------------------------------------------------------------------------- */

/* In a page, "<" may begin the end of a script. JSON has this character only in texts, which can
 * escape it. */
static char *without_angles(const char *text)
{
    mlpi_buffer buffer;
    FILE *to = mlpi_buffer_open(&buffer);
    if (to == NULL)
        return NULL;
    for (; *text != '\0'; text++)
        if (*text == '<')
            fputs("\\u003c", to);
        else
            fputc(*text, to);
    return mlpi_buffer_close(&buffer, to);
}

/* The last name of a path: readers of a page need not know where the file was. */
static const char *last_name(const char *path)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    return slash != NULL ? slash + 1 : path;
}

mlp_status mlpi_web_json(const mlpi_web *web, char **text, mlp_error *err)
{
    mlp_json_writer *to = mlp_json_writer_create(0);
    char *plain = NULL;
    mlp_json_begin_object(to, NULL);
    mlp_json_put_text(to, "version", mlp_version());
    mlp_json_put_any(to, "data", last_name(web->model->provenance.data));
    put_columns(to, web);
    put_outputs(to, web);
    const bool room = put_networks(to, &web->model->members);
    put_test(to, web);
    mlp_json_end(to);
    MLPI_TRY(mlp_json_finish(to, &plain, NULL, err));
    *text = room ? without_angles(plain) : NULL;
    free(plain);
    return *text != NULL ? MLP_OK : mlpi_fail_memory(err, "an export");
}
