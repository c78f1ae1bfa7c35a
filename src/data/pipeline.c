/* SPDX-License-Identifier: MIT */
/* A fitted pipeline as a thing: releasing and copying it. */
#include "data/pipeline.h"

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
    free_texts(feature->categories, feature->category_count);
    feature->name = NULL;
    feature->categories = NULL;
    feature->category_count = 0;
}

void mlpi_pipeline_release(mlpi_pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->feature_count; i++)
        mlpi_feature_release(&pipeline->features[i]);
    for (size_t i = 0; i < pipeline->target_count; i++)
        free(pipeline->targets[i].name);
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

/* *count are the texts that were copied, so that they can be released in any case. */
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
        feature->categories = NULL;
        feature->category_count = 0;
        if (!copy_text(source->name, &feature->name) ||
            (source->categories != NULL &&
             !copy_texts(source->categories, source->category_count, &feature->categories,
                         &feature->category_count)))
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
        if (!copy_text(from->targets[i].name, &target->name))
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
