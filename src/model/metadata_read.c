/* SPDX-License-Identifier: MIT */
/* Reads a model's metadata from JSON. Nothing is trusted: every required member must exist, and
 * every member must be of its kind and lie in its range. */
#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "evaluate/threshold.h"
#include "model/metadata_members.h"

static void read_conformal(mlpi_meta_reader *r, mlp_json_value root, mlp_model *model)
{
    if (!mlpi_meta_has(root, "conformal") || r->defect != NULL)
        return;
    const mlp_status status = mlpi_conformal_read(mlp_json_member(root, "conformal"),
                                                  model->pipeline.target_count, &model->conformal);
    mlpi_meta_note(r, status, "conformal");
}

/* In a file without "decision" a row gets the more probable label. */
static void read_decision(mlpi_meta_reader *r, mlp_json_value root, mlp_model *model)
{
    mlpi_decision *d = &model->decision;
    if (!mlpi_meta_has(root, "decision") || r->defect != NULL)
        return;
    const mlp_json_value object = mlpi_meta_object(r, root, "decision");
    const mlp_json_value array = mlpi_meta_array(r, object, "out_of_fold", 2);
    const mlp_json_value name = mlp_json_member(object, "figure");
    const char *text = mlp_json_kind_of(name) == MLP_JSON_TEXT ? mlp_json_text(name) : "";
    d->threshold = mlpi_meta_number(r, object, "threshold");
    d->metric = mlp_threshold_figure_name(mlpi_threshold_metric_find(text));
    if (d->metric == NULL || model->pipeline.label_count != 2 || mlp_json_count(array) != 2 ||
        !mlp_json_number(mlp_json_first(array), &d->out_of_fold[0]) ||
        !mlp_json_number(mlp_json_next(mlp_json_first(array)), &d->out_of_fold[1]))
        mlpi_meta_blame(r, "decision");
    d->known = true;
    d->given = mlpi_meta_has(object, "given") && mlpi_meta_flag(r, object, "given");
}

static void read_reading(mlpi_meta_reader *r, mlp_json_value object, mlp_read_options *read)
{
    size_t count = 0;
    read->format = mlpi_meta_text_or_null(r, object, "format");
    read->separator = mlpi_meta_letter(r, object, "separator");
    read->comment = mlpi_meta_letter(r, object, "comment");
    read->no_header = mlpi_meta_flag(r, object, "no_header");
    read->label_trim = mlpi_meta_text_or_null(r, object, "label_trim");
    if (mlpi_meta_has(object, "decimal"))
        read->decimal_if_unclear = mlpi_meta_letter(r, object, "decimal");
    if (mlpi_meta_has(object, "encoding"))
        read->encoding = mlpi_meta_text_or_null(r, object, "encoding");
    char **missing = mlpi_meta_texts(r, object, "missing", MLP_MAX_COLUMNS, &count);
    read->missing = (mlp_names){(const char *const *)missing, count};
}

/* Checks that the members are consistent with each other. */
static void check_together(mlpi_meta_reader *r, const mlp_model *model)
{
    const mlpi_pipeline *p = &model->pipeline;
    if (r->defect != NULL || r->out_of_memory)
        return;
    mlpi_meta_check_pipeline(r, p);
    if (p->inputs != mlp_network_inputs(mlp_model_network(model)) ||
        p->outputs != mlp_network_outputs(mlp_model_network(model)))
        mlpi_meta_blame(r, "pipeline");
}

static mlp_status read_all(mlp_json_value root, size_t parameters, const char *name,
                           mlp_model *model, mlp_error *err)
{
    mlpi_meta_reader r = {0};
    uint64_t version = 0;
    if (!mlp_json_whole(mlp_json_member(root, "format_version"), &version) || version < 1)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0,
                            "the metadata have no format version");
    if (version > MLPI_FORMAT_VERSION)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0,
                            "model format %" PRIu64
                            ", but this mlp (%s) reads up to %d; use a newer mlp",
                            version, MLP_VERSION, MLPI_FORMAT_VERSION);
    MLPI_TRY(mlpi_meta_networks(&r, root, parameters, model, err));
    mlpi_meta_pipeline(&r, mlpi_meta_object(&r, root, "pipeline"), &model->pipeline);
    read_conformal(&r, root, model);
    read_decision(&r, root, model);
    read_reading(&r, mlpi_meta_object(&r, root, "reading"), &model->read);
    mlpi_meta_provenance(&r, mlpi_meta_object(&r, root, "training"), &model->provenance);
    check_together(&r, model);
    if (r.out_of_memory)
        return mlpi_fail_memory(err, name);
    if (r.defect != NULL)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0,
                            "the metadata are damaged: \"%s\" is missing or invalid", r.defect);
    return MLP_OK;
}

mlp_status mlpi_metadata_read(const char *text, size_t parameters, const char *name,
                              mlp_model *model, mlp_error *err)
{
    mlp_error defect = {0};
    mlp_json *document = NULL;
    mlp_status status = mlp_json_read(text, strlen(text), &document, &defect);
    if (status == MLP_ERROR_MEMORY)
        return mlpi_fail_memory(err, name);
    if (status != MLP_OK)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0, "the metadata are not JSON: %s",
                            defect.message);
    status = read_all(mlp_json_root(document), parameters, name, model, err);
    if (status == MLP_ERROR_ARGUMENT) /* here an impossible network means a damaged file */
        status = mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0,
                              "the metadata are damaged: they describe an impossible network");
    mlp_json_free(document);
    return status;
}
