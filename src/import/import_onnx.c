/* SPDX-License-Identifier: MIT */
/* Imports an ONNX file: reads it, follows its graph, and makes a model from the graph. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "base/settings.h"
#include "import/import.h"
#include "mlp/import.h"
#include "model/model.h"

struct mlp_import_options {
    const char *task;
    mlp_names columns, targets, labels;
};

static const mlpi_setting list[] = {
    {"task", MLPI_SETTING_TEXT, offsetof(mlp_import_options, task)},
    {"columns", MLPI_SETTING_LIST, offsetof(mlp_import_options, columns)},
    {"target", MLPI_SETTING_LIST, offsetof(mlp_import_options, targets)},
    {"label-names", MLPI_SETTING_LIST, offsetof(mlp_import_options, labels)},
};
static const mlpi_settings settings = {"importing", sizeof(mlp_import_options), list,
                                       sizeof list / sizeof list[0]};
MLPI_SETTINGS_FUNCTIONS(mlp_import_options, &settings, (mlp_import_options){0})

mlp_status mlp_import_options_add(mlp_import_options *options, const char *name, const char *text,
                                  mlp_error *err)
{
    return mlpi_settings_add(&settings, options, name, text, err);
}

static mlp_status take_wishes(const mlp_import_options *options, mlpi_import_wishes *wishes,
                              mlp_error *err)
{
    static const char *const names[] = {[MLP_TASK_AUTO] = "auto",
                                        [MLP_TASK_CLASSIFICATION] = "classification",
                                        [MLP_TASK_REGRESSION] = "regression"};
    *wishes = (mlpi_import_wishes){0};
    if (options == NULL)
        return MLP_OK;
    *wishes = (mlpi_import_wishes){
        .columns = options->columns, .targets = options->targets, .labels = options->labels};
    if (options->task == NULL)
        return MLP_OK;
    for (int task = MLP_TASK_AUTO; task <= MLP_TASK_REGRESSION; task++)
        if (strcmp(options->task, names[task]) == 0) {
            wishes->task = (mlp_task)task;
            return MLP_OK;
        }
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "`task` \"%s\" is not known; give auto, classification or regression",
                     options->task);
}

/* --- a model ---------------------------------------------------------------------------------- */

/* Records where the model came from; nothing is known of its training. */
static mlp_status tell_origin(const mlpi_importer *im, const mlpi_onnx_answer *answer,
                              mlpi_provenance *p, mlp_error *err)
{
    char producer[MLPI_SHOWN], version[MLPI_SHOWN], origin[3 * MLPI_SHOWN];
    const double unknown = (double)NAN;
    snprintf(origin, sizeof origin, "imported from ONNX written by %s %s",
             mlpi_bytes_shown(im->graph.producer, producer),
             mlpi_bytes_shown(im->graph.producer_version, version));
    *p = (mlpi_provenance){.version = mlpi_copy_text(MLP_VERSION, strlen(MLP_VERSION)),
                           .data = mlpi_utf8_copy(im->graph.source),
                           .task_reason = mlpi_copy_text(answer->reason, strlen(answer->reason)),
                           .stop_reason = mlpi_utf8_copy(origin),
                           .learning_rate = unknown,
                           .momentum = unknown,
                           .l2 = unknown,
                           .validation_fraction = unknown,
                           .training_loss = unknown,
                           .validation_loss = unknown,
                           .training_metric = unknown,
                           .validation_metric = unknown,
                           .baseline_metric = unknown};
    return p->version != NULL && p->data != NULL && p->task_reason != NULL && p->stop_reason != NULL
               ? MLP_OK
               : mlpi_fail_memory(err, "the model");
}

static mlp_status assemble(mlpi_importer *im, const mlpi_onnx_answer *answer,
                           const mlpi_members *members, const mlpi_pipeline *pipeline,
                           mlp_model **model, mlp_error *err)
{
    const mlp_read_options read = mlp_read_options_default();
    const mlpi_conformal no_scores = {0};
    const mlpi_decision no_decision = {0};
    mlpi_provenance provenance = {0};
    const mlp_status status = tell_origin(im, answer, &provenance, err);
    if (status != MLP_OK) {
        mlpi_provenance_release(&provenance);
        return status;
    }
    return mlpi_model_assemble(members, pipeline, &no_scores, &no_decision, &read, &provenance,
                               model, err);
}

static mlp_status build(mlpi_importer *im, const mlpi_import_wishes *wishes, mlp_model **model,
                        mlp_error *err)
{
    enum {
        BYTES_OF_COLUMN = 512
    }; /* in the pipeline, in the model's copy of the pipeline, and in the model's metadata */
    mlpi_onnx_answer answer;
    mlpi_onnx_columns columns;
    mlpi_pipeline pipeline = {0};
    mlpi_members members = {0};
    MLPI_TRY(mlpi_import_answer(im, wishes->task, &answer));
    MLPI_TRY(mlpi_import_columns(im, &answer, &columns));
    if (!mlpi_arena_count(&im->arena, columns.count + answer.flow.width, BYTES_OF_COLUMN))
        return mlpi_import_no_memory(im);
    mlp_status status = mlpi_import_pipeline(im, &answer, &columns, wishes, &pipeline);
    if (status == MLP_OK)
        status = mlpi_members_init(&members, 1, err);
    if (status == MLP_OK)
        status = mlpi_import_network(im, &answer, &columns, &members.network[0]);
    if (status == MLP_OK)
        status = assemble(im, &answer, &members, &pipeline, model, err);
    mlpi_members_release(&members);
    mlpi_pipeline_release(&pipeline);
    return status;
}

/* --- a file ----------------------------------------------------------------------------------- */

static mlp_status import(mlpi_importer *im, mlpi_bytes file, const mlpi_import_wishes *wishes,
                         mlp_model **model, mlp_error *err)
{
    MLPI_TRY(mlpi_onnx_read(file, im->graph.source, &im->arena, &im->graph, err));
    if (im->graph.own)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, im->graph.source, 0, 0,
                            "was exported from a model of mlp, and cannot be imported again: use "
                            "that model (.mlp)");
    MLPI_TRY(mlpi_import_follow(im));
    return build(im, wishes, model, err);
}

mlp_status mlp_import_onnx_memory(const void *bytes, size_t size, const char *name,
                                  const mlp_import_options *options, mlp_model **model,
                                  mlp_error *err)
{
    enum { TIMES = 32, FREE_OF_CHARGE = 1 << 20 };
    mlpi_importer im = {.graph = {.source = name}, .err = err};
    mlpi_import_wishes wishes;
    size_t allowed = 0;
    MLPI_TRY(take_wishes(options, &wishes, err));
    if (!mlpi_multiply(size, TIMES, &allowed) || !mlpi_add(allowed, FREE_OF_CHARGE, &allowed))
        allowed = SIZE_MAX;
    im.arena.left = allowed;
    const mlp_status status = import(&im, (mlpi_bytes){bytes, size}, &wishes, model, err);
    mlpi_arena_release(&im.arena);
    return status;
}

mlp_status mlp_import_onnx(const char *path, const mlp_import_options *options, mlp_model **model,
                           mlp_error *err)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    MLPI_TRY(mlpi_read_file(path, MLP_ERROR_MODEL, "export a network as ONNX, and give its file",
                            &bytes, &size, err));
    const mlp_status status = mlp_import_onnx_memory(bytes, size, path, options, model, err);
    mlpi_free(bytes);
    return status;
}
