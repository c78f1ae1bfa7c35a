/* SPDX-License-Identifier: MIT */
/* Exports a model as ONNX: checks that ONNX can carry it, and builds the graph. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "export/options.h"
#include "mlp/conformal.h"
#include "mlp/json.h"
#include "onnx/onnx.h"

/* --- checks ----------------------------------------------------------------------------------- */

static mlp_status refuse(const char *column, const mlpi_transform *transform, mlp_error *err)
{
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "ONNX cannot carry column \"%s\": there are no nodes for the transform %s "
                     "yet; train with another transform, or export the model as C",
                     column, transform->name);
}

static mlp_status check_model(const mlpi_pipeline *p, mlp_error *err)
{
    for (size_t f = 0; f < p->feature_count; f++) {
        const mlpi_feature *one = &p->features[f];
        const mlpi_onnx_transform *as = mlpi_onnx_transform_of(one->transform);
        if (as == NULL || (as->encode == NULL && as->lookup == NULL))
            return refuse(one->name, one->transform, err);
        if (one->name[0] == '\0')
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "ONNX cannot carry column %zu: it has no name, and inputs need one; "
                             "name it, and train again",
                             one->position + 1);
    }
    for (size_t t = 0; p->task == MLP_TASK_REGRESSION && t < p->target_count; t++) {
        const mlpi_target *one = &p->targets[t];
        const mlpi_onnx_transform *as = mlpi_onnx_transform_of(one->transform);
        if (as == NULL || as->decode == NULL)
            return refuse(one->name, one->transform, err);
    }
    return MLP_OK;
}

/* A matrix can hold only columns of numbers for which float suffices. */
static mlp_status check_matrix(const mlpi_pipeline *p, mlp_error *err)
{
    for (size_t f = 0; f < p->feature_count; f++) {
        const mlpi_feature *one = &p->features[f];
        if (!mlpi_feature_is_numeric(one))
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "a matrix of float cannot hold the texts of column \"%s\"; export the "
                             "model without `matrix`",
                             one->name);
        if (mlpi_onnx_transform_of(one->transform)->wide)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "a matrix of float cannot hold column \"%s\", since the transform %s "
                             "needs double; export the model without `matrix`",
                             one->name, one->transform->name);
    }
    return MLP_OK;
}

static mlp_status check_coverage(const mlp_model *model, double coverage, mlp_error *err)
{
    mlp_conformal *conformal = NULL;
    if (coverage != 0.0)
        MLPI_TRY(mlp_conformal_create(model, coverage, &conformal, err));
    mlp_conformal_free(conformal);
    return MLP_OK;
}

/* --- weights of 16 bits ----------------------------------------------------------------------- */

static mlp_status choose_weights(const char *weights, bool *halves, mlp_error *err)
{
    *halves = weights != NULL && strcmp(weights, "float16") == 0;
    if (*halves || weights == NULL || strcmp(weights, "float32") == 0)
        return MLP_OK;
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "`weights` \"%s\" is not known; give float32 or float16", weights);
}

static mlp_status check_layer(const mlp_network *network, size_t l, size_t inputs, mlp_error *err)
{
    const float *const w =
        mlp_network_parameters_const(network) + mlp_network_weights_at(network, l);
    for (size_t i = 0; i < inputs * mlp_network_layer(network, l).units; i++)
        if (!isfinite(mlpi_half_number(mlpi_half_bits(w[i])))) {
            char number[32];
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "a weight of layer %zu is %s, but float16 ends at 65504; export the "
                             "model with `weights` float32",
                             l + 1, mlpi_rounded((double)w[i], 6, number));
        }
    return MLP_OK;
}

static mlp_status check_halves(const mlpi_members *members, mlp_error *err)
{
    for (size_t m = 0; m < members->count; m++) {
        const mlp_network *network = members->network[m];
        size_t inputs = mlp_network_inputs(network);
        for (size_t l = 0; l < mlp_network_layer_count(network); l++) {
            MLPI_TRY(check_layer(network, l, inputs, err));
            inputs = mlp_network_layer(network, l).units;
        }
    }
    return MLP_OK;
}

/* --- names ------------------------------------------------------------------------------------ */

enum { MOST_PREFIX = 32 };

/* A prefix of one colon more than any column's name begins with. false: the prefix would be too
 * long. */
static bool find_prefix(const mlpi_pipeline *p, char prefix[MOST_PREFIX])
{
    size_t most = 0;
    for (size_t f = 0; f < p->feature_count; f++) {
        const size_t colons = strspn(p->features[f].name, ":");
        most = colons > most ? colons : most;
    }
    if (most + 1 >= MOST_PREFIX)
        return false;
    memset(prefix, ':', most + 1);
    prefix[most + 1] = '\0';
    return true;
}

/* --- properties ------------------------------------------------------------------------------- */

static void write_texts(mlp_json_writer *to, const char *name, char *const *texts, size_t count)
{
    mlp_json_begin_array(to, name);
    for (size_t i = 0; i < count; i++)
        mlp_json_put_text(to, NULL, texts[i]);
    mlp_json_end(to);
}

/* Writes the property "mlp" of the model: {"targets": [...], "labels": [...], "levels": [...],
 * "coverage": 0.9, "columns": [...]}. Only classification has labels, only quantiles have levels,
 * only intervals and sets have a coverage, and only a matrix has columns. */
static mlp_status put_properties(const mlpi_pipeline *p, double coverage, bool matrix,
                                 mlpi_proto *properties, mlp_error *err)
{
    mlpi_proto one = {0};
    char *text = NULL;
    mlp_json_writer *to = mlp_json_writer_create(0);
    mlp_json_begin_object(to, NULL);
    mlp_json_begin_array(to, "targets");
    for (size_t t = 0; t < p->target_count; t++)
        mlp_json_put_text(to, NULL, p->targets[t].name);
    mlp_json_end(to);
    if (p->task == MLP_TASK_CLASSIFICATION)
        write_texts(to, "labels", p->labels, p->label_count);
    if (p->coding.levels > 0)
        mlp_json_put_numbers(to, "levels", p->coding.level, p->coding.levels);
    if (coverage > 0.0)
        mlp_json_put_number(to, "coverage", coverage);
    if (matrix)
        mlp_json_begin_array(to, "columns");
    for (size_t f = 0; matrix && f < p->feature_count; f++)
        mlp_json_put_text(to, NULL, p->features[f].name);
    if (matrix)
        mlp_json_end(to);
    mlp_json_end(to);
    MLPI_TRY(mlp_json_finish(to, &text, NULL, err));
    mlpi_proto_text(&one, MLPI_PROPERTY_KEY, "mlp");
    mlpi_proto_text(&one, MLPI_PROPERTY_VALUE, text);
    mlpi_proto_message(properties, MLPI_MODEL_PROPERTY, &one);
    free(text);
    return MLP_OK;
}

/* --- the export ------------------------------------------------------------------------------- */

mlp_status mlp_export_onnx_with(const mlp_model *model, const mlp_export_options *options, FILE *to,
                                mlp_error *err)
{
    const mlp_export_options usual = {0}, *const o = options != NULL ? options : &usual;
    const mlpi_pipeline *p = &model->pipeline;
    const double coverage = mlpi_export_coverage(model, o);
    char prefix[MOST_PREFIX];
    mlpi_graph graph = {.prefix = prefix};
    mlpi_proto properties = {0};
    bool halves = false;
    MLPI_TRY(check_model(p, err));
    if (o->matrix)
        MLPI_TRY(check_matrix(p, err));
    MLPI_TRY(check_coverage(model, coverage, err));
    MLPI_TRY(choose_weights(o->weights, &halves, err));
    if (halves)
        MLPI_TRY(check_halves(&model->members, err));
    if (!find_prefix(p, prefix))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "ONNX cannot carry a column whose name begins with %d colons; rename it, "
                         "and train again",
                         MOST_PREFIX - 1);
    mlpi_members networks = {0};
    mlp_status status = put_properties(p, coverage, o->matrix, &properties, err);
    if (status == MLP_OK)
        status = mlpi_members_narrow(&model->members, &networks, err);
    if (status == MLP_OK) {
        const mlpi_value x = mlpi_onnx_columns(&graph, p, o->matrix);
        const mlpi_value y = mlpi_onnx_networks(&graph, &networks, halves, x);
        mlpi_onnx_outputs(&graph, model, coverage, x, y);
        status = mlpi_graph_write(&graph, "mlp", &properties, to, err);
    }
    mlpi_members_release(&networks);
    mlpi_graph_release(&graph);
    mlpi_proto_release(&properties);
    return status;
}

mlp_status mlp_export_onnx(const mlp_model *model, FILE *to, mlp_error *err)
{
    return mlp_export_onnx_with(model, NULL, to, err);
}

mlp_status mlp_export_onnx_matrix(const mlp_model *model, FILE *to, mlp_error *err)
{
    const mlp_export_options matrix = {.matrix = true};
    return mlp_export_onnx_with(model, &matrix, to, err);
}
