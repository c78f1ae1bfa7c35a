/* SPDX-License-Identifier: MIT */
/* Releases and copies pipelines, and describes their features. */
#include "encode/pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    mlpi_free(texts);
}

void mlpi_feature_release(mlpi_feature *feature)
{
    free(feature->name);
    mlpi_fitted_release(&feature->fitted);
    feature->name = NULL;
}

void mlpi_pipeline_release(mlpi_pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->feature_count; i++)
        mlpi_feature_release(&pipeline->features[i]);
    for (size_t i = 0; i < pipeline->target_count; i++) {
        free(pipeline->targets[i].name);
        mlpi_fitted_release(&pipeline->targets[i].fitted);
    }
    free_texts(pipeline->labels, pipeline->label_count);
    mlpi_free(pipeline->features);
    mlpi_free(pipeline->targets);
    *pipeline = (mlpi_pipeline){0};
}

static bool copy_text(const char *from, char **to)
{
    *to = mlpi_copy_text(from, strlen(from));
    return *to != NULL;
}

/* Copies texts. *count is the number of texts copied, so that these can be released even after a
 * failure. */
static bool copy_texts(char *const *from, size_t wanted, char ***to, size_t *count)
{
    *count = 0;
    *to = mlpi_allocate(wanted, sizeof **to);
    while (*to != NULL && *count < wanted && copy_text(from[*count], &(*to)[*count]))
        ++*count;
    return *to != NULL && *count == wanted;
}

static bool copy_features(const mlpi_pipeline *from, mlpi_pipeline *to)
{
    to->features = mlpi_allocate(from->feature_count, sizeof *to->features);
    for (size_t i = 0; to->features != NULL && i < from->feature_count; i++) {
        const mlpi_feature *source = &from->features[i];
        mlpi_feature *feature = &to->features[to->feature_count++];
        *feature = *source;
        feature->name = NULL;
        if (!mlpi_fitted_copy(&source->fitted, &feature->fitted) ||
            !copy_text(source->name, &feature->name))
            return false;
    }
    return to->features != NULL;
}

static bool copy_targets(const mlpi_pipeline *from, mlpi_pipeline *to)
{
    to->targets = mlpi_allocate(from->target_count, sizeof *to->targets);
    for (size_t i = 0; to->targets != NULL && i < from->target_count; i++) {
        mlpi_target *target = &to->targets[to->target_count++];
        *target = from->targets[i];
        target->name = NULL;
        if (!mlpi_fitted_copy(&from->targets[i].fitted, &target->fitted) ||
            !copy_text(from->targets[i].name, &target->name))
            return false;
    }
    return to->targets != NULL;
}

mlp_status mlpi_pipeline_copy(const mlpi_pipeline *from, mlpi_pipeline *to, mlp_error *err)
{
    mlpi_pipeline made = *from;
    made.features = NULL;
    made.targets = NULL;
    made.labels = NULL;
    made.feature_count = made.target_count = made.label_count = 0;
    if (!copy_features(from, &made) || !copy_targets(from, &made) ||
        !copy_texts(from->labels, from->label_count, &made.labels, &made.label_count)) {
        mlpi_pipeline_release(&made);
        return mlpi_fail_memory(err, "the columns of the model");
    }
    *to = made;
    return MLP_OK;
}

/* --- what features are ------------------------------------------------------------------------ */

bool mlpi_feature_is_numeric(const mlpi_feature *feature)
{
    return feature->transform->find == NULL;
}

double mlpi_feature_middle(const mlpi_feature *feature)
{
    double range[3] = {0};
    if (mlpi_feature_is_numeric(feature))
        mlpi_transform_range(feature->transform, &feature->fitted, range);
    return range[1];
}

void mlpi_feature_name_input(const mlpi_feature *feature, size_t input, char *text, size_t size)
{
    const mlpi_transform *transform = feature->transform;
    const bool missing = feature->missing_indicator && input + 1 == feature->width;
    const int used = snprintf(text, size, "%s%s", feature->name, missing ? " missing" : "");
    if (!missing && transform->name_input != NULL && used >= 0 && (size_t)used < size)
        transform->name_input(&feature->fitted, input, text + used, size - (size_t)used);
}
