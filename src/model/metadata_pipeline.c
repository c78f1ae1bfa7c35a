/* SPDX-License-Identifier: MIT */
/* Reads the pipeline from a model's metadata. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "model/metadata_members.h"

static void read_fitted(mlpi_meta_reader *r, mlp_json_value object, const mlpi_transform *transform,
                        mlpi_fitted *fitted)
{
    const char *defect = NULL;
    const mlp_status status = mlpi_fitted_read(transform, object, fitted, &defect);
    mlpi_meta_note(r, status, defect);
}

static void read_feature(mlpi_meta_reader *r, mlp_json_value object, mlpi_feature *f)
{
    const char *kind = mlp_json_text(mlp_json_member(object, "kind"));
    f->name = mlpi_meta_text(r, object, "name");
    f->position = mlpi_meta_size(r, object, "position", MLP_MAX_COLUMNS - 1);
    f->missing_indicator = mlpi_meta_flag(r, object, "missing_indicator");
    f->transform = kind != NULL ? mlpi_transform_of_kind(kind) : NULL;
    if (f->transform == NULL) {
        mlpi_meta_blame(r, "kind");
        return;
    }
    read_fitted(r, object, f->transform, &f->fitted);
    if (r->defect != NULL || r->out_of_memory)
        return;
    f->fill = mlpi_meta_has(object, "fill") ? mlpi_meta_number(r, object, "fill")
                                            : mlpi_feature_middle(f);
    f->width = mlpi_transform_width(f->transform, &f->fitted) + (f->missing_indicator ? 1 : 0);
}

static void read_features(mlpi_meta_reader *r, mlp_json_value object, mlpi_pipeline *p)
{
    const mlp_json_value array = mlpi_meta_array(r, object, "features", MLP_MAX_COLUMNS);
    const size_t count = mlp_json_count(array);
    mlp_json_value member = mlp_json_first(array);
    p->features = mlpi_meta_room(r, count, sizeof *p->features);
    for (size_t i = 0; p->features != NULL && i < count; i++, member = mlp_json_next(member)) {
        mlpi_feature *feature = &p->features[p->feature_count++];
        read_feature(r, member, feature);
        feature->first = p->inputs;
        if (feature->width > MLP_MAX_UNITS || p->inputs > MLP_MAX_UNITS)
            mlpi_meta_blame(r, "features");
        else
            p->inputs += feature->width;
    }
}

static const mlpi_transform *target_transform_of(mlpi_meta_reader *r, mlp_json_value object)
{
    if (!mlpi_meta_has(object, "transform"))
        return &mlpi_standard;
    const char *name = mlp_json_text(mlp_json_member(object, "transform"));
    const mlpi_transform *found = name != NULL ? mlpi_transform_find(name) : NULL;
    if (found != NULL && found->invert != NULL)
        return found;
    mlpi_meta_blame(r, "transform");
    return &mlpi_standard;
}

static void read_targets(mlpi_meta_reader *r, mlp_json_value object, mlpi_pipeline *p)
{
    const mlp_json_value array = mlpi_meta_array(r, object, "targets", MLP_MAX_COLUMNS);
    const size_t count = mlp_json_count(array);
    mlp_json_value member = mlp_json_first(array);
    if (count == 0)
        mlpi_meta_blame(r, "targets");
    p->targets = mlpi_meta_room(r, count, sizeof *p->targets);
    for (size_t i = 0; p->targets != NULL && i < count; i++, member = mlp_json_next(member)) {
        mlpi_target *target = &p->targets[p->target_count++];
        target->name = mlpi_meta_text(r, member, "name");
        target->position = mlpi_meta_size(r, member, "position", MLP_MAX_COLUMNS);
        target->transform = target_transform_of(r, member);
        read_fitted(r, member, target->transform, &target->fitted);
    }
}

/* Reads the label that is looked for; in a file without "looked_for" it is the second one. */
static void read_looked_for(mlpi_meta_reader *r, mlp_json_value object, mlpi_pipeline *p)
{
    if (!mlpi_meta_has(object, "looked_for") || r->defect != NULL)
        return;
    const char *label = mlp_json_text(mlp_json_member(object, "looked_for"));
    const bool known = label != NULL && p->label_count == 2;
    p->first_looked_for = known && strcmp(label, p->labels[0]) == 0;
    if (!known || (!p->first_looked_for && strcmp(label, p->labels[1]) != 0))
        mlpi_meta_blame(r, "looked_for");
}

void mlpi_meta_pipeline(mlpi_meta_reader *r, mlp_json_value object, mlpi_pipeline *p)
{
    const char *task = mlp_json_text(mlp_json_member(object, "task"));
    p->by_position = mlpi_meta_flag(r, object, "by_position");
    p->coding.single_output = mlpi_meta_flag(r, object, "single_output");
    read_features(r, object, p);
    read_targets(r, object, p);
    p->labels = mlpi_meta_texts(r, object, "labels", MLP_MAX_UNITS, &p->label_count);
    if (task != NULL && strcmp(task, "classification") == 0) {
        p->task = MLP_TASK_CLASSIFICATION;
        p->coding.shares = false;
        if (p->label_count < 2 || (p->coding.single_output && p->label_count != 2) ||
            p->target_count != 1 || p->coding.levels > 0 || p->coding.counts)
            mlpi_meta_blame(r, "labels");
    } else if (task != NULL && strcmp(task, "regression") == 0) {
        p->task = MLP_TASK_REGRESSION;
        if (p->label_count != 0 || p->coding.single_output || p->coding.signed_outputs)
            mlpi_meta_blame(r, "labels");
    } else {
        mlpi_meta_blame(r, "task");
    }
    read_looked_for(r, object, p);
    p->outputs = mlpi_pipeline_outputs(p);
}

/* Two columns with the same position would read the same cells. */
static void check_positions(mlpi_meta_reader *r, const mlpi_pipeline *p)
{
    const size_t count = p->feature_count + p->target_count;
    unsigned char *taken = mlpi_meta_room(r, MLP_MAX_COLUMNS / 8 + 1, 1);
    for (size_t i = 0; taken != NULL && i < count; i++) {
        const size_t at = i < p->feature_count ? p->features[i].position
                                               : p->targets[i - p->feature_count].position;
        const unsigned char bit = (unsigned char)(1u << at % 8);
        if ((taken[at / 8] & bit) != 0)
            mlpi_meta_blame(r, "position");
        taken[at / 8] |= bit;
    }
    mlpi_free(taken);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void check_distinct(mlpi_meta_reader *r, const char **texts, size_t count,
                           const char *member)
{
    qsort(texts, count, sizeof *texts, by_text);
    for (size_t i = 1; i < count; i++)
        if (strcmp(texts[i - 1], texts[i]) == 0)
            mlpi_meta_blame(r, member);
}

/* Two columns, or two labels, with the same name could not be told apart. */
static void check_names(mlpi_meta_reader *r, const mlpi_pipeline *p)
{
    const size_t columns = p->feature_count + p->target_count;
    const char **texts =
        mlpi_meta_room(r, columns > p->label_count ? columns : p->label_count, sizeof *texts);
    if (texts == NULL)
        return;
    for (size_t i = 0; i < columns; i++)
        texts[i] =
            i < p->feature_count ? p->features[i].name : p->targets[i - p->feature_count].name;
    check_distinct(r, texts, columns, "name");
    for (size_t k = 0; k < p->label_count; k++)
        texts[k] = p->labels[k];
    check_distinct(r, texts, p->label_count, "labels");
    mlpi_free(texts);
}

void mlpi_meta_check_pipeline(mlpi_meta_reader *r, const mlpi_pipeline *p)
{
    check_positions(r, p);
    check_names(r, p);
}
