/* SPDX-License-Identifier: MIT */
/* The size of a model: its parameters, multiply-adds, and bytes of flash as C. */
#include <stdio.h>
#include <stdlib.h>

#include "export/c.h"
#include "network/layout.h"
#include "shrink/shrink.h"

mlp_status mlpi_export_as(size_t bits, mlp_export_options **options, mlp_error *err)
{
    MLPI_TRY(mlp_export_options_create(options, err));
    return mlp_export_options_set_number(*options, "integer", (double)bits, err);
}

/* --- code ------------------------------------------------------------------------------------- */

/* Bytes of code, never fewer than compilers made for a Cortex-M4 (docs/shrink.md). */
enum {
    OF_FLOATS = 900,             /* a network in float */
    OF_SECOND_LAYER = 90,        /* a second hidden layer in float */
    OF_INTEGERS = 1400,          /* a network in integers */
    OF_SECOND_OF_INTEGERS = 190, /* a second hidden layer in integers */
    OF_COLUMN = 90,              /* a column outside of the loops over similar columns */
    OF_TEXT = 4,                 /* the pointer to a text */
    OF_TARGET = 60               /* each target after the first */
};

/* Bytes of the functions that all columns with a transform share. */
static const struct {
    const mlpi_transform *transform;
    size_t bytes;
} shared[] = {{&mlpi_date, 600},
              {&mlpi_yeo_johnson, 200},
              {&mlpi_quantile_normal, 1100},
              {&mlpi_periodic, 900},
              {&mlpi_target_means, 200}};

static size_t code_of_columns(const mlpi_pipeline *p)
{
    size_t bytes = 0;
    for (size_t f = 0, run = 0; f < p->feature_count; f += run) {
        run = mlpi_c_run_from(p, f);
        if (run == 1)
            bytes += OF_COLUMN + OF_TEXT * p->features[f].fitted.level_count;
    }
    for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++) {
        bool used = false;
        for (size_t f = 0; f < p->feature_count; f++)
            used = used || mlpi_transform_has(p->features[f].transform, shared[i].transform);
        bytes += used ? shared[i].bytes : 0;
    }
    return bytes;
}

static size_t code_of(const mlp_model *model, size_t bits)
{
    const mlpi_pipeline *p = &model->pipeline;
    size_t bytes = (bits == 0 ? OF_FLOATS : OF_INTEGERS) + code_of_columns(p);
    if (mlp_network_layer_count(model->members.network[0]) > 2)
        bytes += bits == 0 ? OF_SECOND_LAYER : OF_SECOND_OF_INTEGERS;
    if (p->target_count > 1)
        bytes += OF_TARGET * (p->target_count - 1);
    return bytes + OF_TEXT * p->label_count;
}

/* --- sizes ------------------------------------------------------------------------------------ */

/* Writes the export into memory and discards it: only its cost is needed. */
static mlp_status write_c(const mlp_model *model, const mlp_table *rows,
                          const mlp_export_options *options, mlp_export_cost *cost, mlp_error *err)
{
    char *text[2] = {NULL, NULL};
    size_t size[2];
    FILE *to[2];
    for (int i = 0; i < 2; i++)
        to[i] = open_memstream(&text[i], &size[i]);
    mlp_status status = to[0] != NULL && to[1] != NULL
                            ? mlp_export_c(model, rows, options, to[0], to[1], cost, err)
                            : mlpi_fail_memory(err, "the size of a network");
    for (int i = 0; i < 2; i++) {
        if (to[i] != NULL)
            fclose(to[i]);
        free(text[i]);
    }
    return status;
}

static mlp_status bytes_of(const mlp_model *model, const mlp_table *rows, size_t bits,
                           mlp_shrink_size *size, mlp_error *err)
{
    mlp_export_options *options = NULL;
    mlp_export_cost cost = {0};
    mlp_error failure;
    mlp_status status = mlpi_export_as(bits, &options, &failure);
    if (status == MLP_OK)
        status = write_c(model, rows, options, &cost, &failure);
    mlp_export_options_free(options);
    if (status == MLP_ERROR_MEMORY)
        return mlpi_fail_memory(err, "the size of a network");
    size->flash = status == MLP_OK ? cost.constants + cost.texts + code_of(model, bits) : 0;
    return MLP_OK;
}

static void count(const mlp_model *model, mlp_shrink_size *size)
{
    size->parameters = mlp_model_parameter_count(model);
    size->operations = size->parameters;
    for (size_t m = 0; m < model->members.count; m++) { /* biases need no multiply-add */
        const mlp_network *network = model->members.network[m];
        size->operations -= mlp_network_size(network) - mlp_network_biases_at(network, 0);
    }
}

mlp_status mlpi_size_of_teacher(const mlpi_lesson *lesson, mlp_shrink_size *size, mlp_error *err)
{
    count(lesson->teacher, size);
    return bytes_of(lesson->teacher, lesson->sample, 0, size, err);
}

mlp_status mlpi_size_of_student(const mlpi_lesson *lesson, bool as_c, mlp_shrink_size *size,
                                mlp_error *err)
{
    mlp_train_options own = lesson->options;
    mlp_network *network = NULL;
    mlpi_plan plan;
    MLPI_TRY(mlpi_student_plan(lesson, size->hidden, &own, &plan, err));
    MLPI_TRY(mlp_network_create(lesson->common.data.pipeline.inputs, plan.layers, plan.layer_count,
                                plan.loss, &network, err));
    mlp_status status = mlp_network_set_loss_settings(network, &plan.loss_settings, err);
    if (status == MLP_OK) { /* a model only for measuring, which owns nothing */
        const mlp_model model = {
            .members = {.count = 1, .network = &network, .weight = (double[]){1.0}},
            .pipeline = lesson->common.data.pipeline,
            .provenance = {.data = lesson->table->source}};
        count(&model, size);
        if (as_c) {
            mlp_network_initialize(network, 1);
            status = bytes_of(&model, lesson->sample, lesson->bits, size, err);
        }
    }
    mlp_network_free(network);
    return status;
}
