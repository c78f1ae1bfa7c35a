/* SPDX-License-Identifier: MIT */
/* Makes the pipeline of a model: the columns that it reads, with their names and scales, and the
 * targets and labels. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "import/import.h"

enum { MEAN, SCALE }; /* numbers of the standard transform */

static mlp_status refuse(const mlpi_importer *im, mlp_status status, const char *what)
{
    return mlpi_fail_at(im->err, status, im->graph.source, 0, 0, "%s", what);
}

/* --- which columns the network takes ---------------------------------------------------------- */

/* A column that the first layer reads, and its place among the numbers that the layer reads. */
typedef struct incoming {
    mlpi_onnx_column column;
    size_t place;
} incoming;

static int by_column(const void *a, const void *b)
{
    const incoming *x = a, *y = b;
    return x->column.port != y->column.port
               ? (x->column.port > y->column.port) - (x->column.port < y->column.port)
               : (x->column.at > y->column.at) - (x->column.at < y->column.at);
}

static bool is_same(mlpi_onnx_column a, mlpi_onnx_column b)
{
    return a.port == b.port && a.at == b.at;
}

static const mlpi_flow *first_flow(const mlpi_importer *im, const mlpi_onnx_answer *answer)
{
    size_t l = answer->flow.layer;
    while (im->layer[l].from.layer > 0)
        l = im->layer[l].from.layer;
    return &im->layer[l].from;
}

/* A factor and a shift become the standard transform x = (v - mean) / scale of a column, if the
 * first layer reads the column once and the factor is above 0. Otherwise factor and shift are left
 * to the weights. */
static void take_scale(const mlpi_flow *from, size_t place, bool once, mlpi_onnx_columns *c,
                       double *left, size_t feature)
{
    const double factor = mlpi_affine_factor(&from->inside, place),
                 shift = mlpi_affine_shift(&from->inside, place);
    const double mean = shift == 0.0 ? 0.0 : -shift / factor, scale = 1.0 / factor;
    const bool standard = once && factor > 0.0 && isfinite(mean) && isfinite(scale) && scale > 0.0;
    c->mean[feature] = standard ? mean : 0.0;
    c->scale[feature] = standard ? scale : 1.0;
    left[place] = standard ? 1.0 : factor;
    left[from->width + place] = standard ? 0.0 : shift;
}

mlp_status mlpi_import_columns(mlpi_importer *im, const mlpi_onnx_answer *answer,
                               mlpi_onnx_columns *c)
{
    const mlpi_flow *from = first_flow(im, answer);
    const size_t width = from->width;
    incoming *all = mlpi_arena_take(&im->arena, width, sizeof *all);
    double *left = mlpi_arena_take(&im->arena, 2 * width, sizeof *left);
    *c = (mlpi_onnx_columns){.place = mlpi_arena_take(&im->arena, width, sizeof *c->place),
                             .column = mlpi_arena_take(&im->arena, width, sizeof *c->column),
                             .mean = mlpi_arena_take(&im->arena, width, sizeof *c->mean),
                             .scale = mlpi_arena_take(&im->arena, width, sizeof *c->scale),
                             .left = {left, left != NULL ? left + width : NULL, width}};
    if (all == NULL || left == NULL || c->place == NULL || c->column == NULL || c->mean == NULL ||
        c->scale == NULL)
        return mlpi_import_no_memory(im);
    for (size_t j = 0; j < width; j++)
        all[j] = (incoming){from->column[j], j};
    qsort(all, width, sizeof *all, by_column);
    for (size_t j = 0, end = 0; j < width; j = end) {
        while (end < width && is_same(all[j].column, all[end].column))
            end++;
        for (size_t k = j; k < end; k++) {
            c->place[all[k].place] = c->count;
            take_scale(from, all[k].place, end == j + 1, c, left, c->count);
        }
        c->column[c->count++] = all[j].column;
    }
    return MLP_OK;
}

/* --- names ------------------------------------------------------------------------------------ */

/* Copies a text. NULL: out of memory, or a model cannot hold the text (*sound is false). */
static char *copy_bytes(mlpi_bytes bytes, bool *sound)
{
    const char *text = (const char *)bytes.at;
    *sound = bytes.size > 0 && memchr(text, '\0', bytes.size) == NULL &&
             mlpi_utf8_is_sound(text, bytes.size);
    return *sound ? mlpi_copy_text(text, bytes.size) : NULL;
}

static char *copy_number(const char *before, size_t number)
{
    char text[64];
    snprintf(text, sizeof text, "%s%zu", before, number);
    return mlpi_copy_text(text, strlen(text));
}

/* The column of an input with one number per row has the name of the input, if a model can hold
 * that name; the other columns are x1, x2, ..., counted over all columns. */
static mlp_status name_by_graph(const mlpi_importer *im, mlpi_onnx_column column, size_t position,
                                char **name)
{
    bool sound = false;
    *name =
        im->width[column.port] == 1 ? copy_bytes(im->graph.input[column.port].name, &sound) : NULL;
    if (*name == NULL && !sound)
        *name = copy_number("x", position + 1);
    return *name != NULL ? MLP_OK : mlpi_fail_memory(im->err, "the columns of the model");
}

/* The names that the caller gave; those of targets are separate. */
typedef struct given_names {
    const char **column; /* the names of all columns, in their order; NULL: none were given */
    mlp_names targets;
} given_names;

static bool is_among(const char *name, const mlp_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(name, names->items[i]) == 0)
            return true;
    return false;
}

/* Separates columns and targets. The names of columns may be those of a whole table, which includes
 * targets: the columns that are named as targets, or else the last columns. */
static mlp_status sort_names(mlpi_importer *im, const mlpi_import_wishes *w, size_t columns,
                             size_t targets, given_names *names)
{
    char sentence[200];
    size_t count = 0;
    *names = (given_names){.targets = w->targets};
    if (w->columns.count > 0) {
        if (w->columns.count > MLP_MAX_COLUMNS ||
            (names->column = mlpi_allocate(w->columns.count, sizeof *names->column)) == NULL)
            return mlpi_fail_memory(im->err, "the columns of the model");
        for (size_t i = 0; i < w->columns.count; i++)
            if (!is_among(w->columns.items[i], &w->targets))
                names->column[count++] = w->columns.items[i];
        if (w->targets.count == 0 && count == columns + targets)
            names->targets = (mlp_names){w->columns.items + columns, targets};
        else if (count != columns) {
            char with_targets[64] = " besides the target";
            if (w->targets.count == 0)
                snprintf(with_targets, sizeof with_targets, ", or %zu with the target%s",
                         columns + targets, mlpi_plural(targets));
            snprintf(sentence, sizeof sentence,
                     "takes %zu column%s%s, but %zu %s named; name all inputs of the network, in "
                     "their order",
                     columns, mlpi_plural(columns), with_targets, count, count == 1 ? "is" : "are");
            return refuse(im, MLP_ERROR_ARGUMENT, sentence);
        }
    }
    if (names->targets.count == 0 || names->targets.count == targets)
        return MLP_OK;
    snprintf(sentence, sizeof sentence, "the number of targets is %zu, but `target` names %zu",
             targets, names->targets.count);
    return refuse(im, MLP_ERROR_ARGUMENT, sentence);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts the texts, and returns one that occurs twice; NULL: all are distinct. */
static const char *find_twin(const char **texts, size_t count)
{
    qsort(texts, count, sizeof *texts, by_text);
    for (size_t i = 1; i < count; i++)
        if (strcmp(texts[i - 1], texts[i]) == 0)
            return texts[i];
    return NULL;
}

static mlp_status check_twins(mlpi_importer *im, const mlpi_pipeline *p)
{
    const size_t columns = p->feature_count + p->target_count;
    const size_t most = columns > p->label_count ? columns : p->label_count;
    const char **texts = mlpi_arena_take(&im->arena, most, sizeof *texts);
    char sentence[MLPI_SHOWN + 100];
    if (texts == NULL)
        return mlpi_import_no_memory(im);
    for (size_t i = 0; i < columns; i++)
        texts[i] =
            i < p->feature_count ? p->features[i].name : p->targets[i - p->feature_count].name;
    const char *twin = find_twin(texts, columns), *what = "columns";
    for (size_t k = 0; twin == NULL && k < p->label_count; k++)
        texts[k] = p->labels[k];
    if (twin == NULL && p->label_count > 0) {
        twin = find_twin(texts, p->label_count);
        what = "labels";
    }
    if (twin == NULL)
        return MLP_OK;
    char shown[MLPI_SHOWN];
    mlpi_bytes_shown((mlpi_bytes){(const unsigned char *)twin, strlen(twin)}, shown);
    snprintf(sentence, sizeof sentence,
             "would have two %s named \"%s\"; give them different names with `%s`", what, shown,
             what[0] == 'c' ? "columns` and `target" : "label-names");
    return refuse(im, MLP_ERROR_MODEL, sentence);
}

/* --- features --------------------------------------------------------------------------------- */

static mlp_status make_features(mlpi_importer *im, const mlpi_onnx_columns *c, const size_t *first,
                                const given_names *names, mlpi_pipeline *p)
{
    p->features = mlpi_allocate(c->count, sizeof *p->features);
    if (p->features == NULL)
        return mlpi_fail_memory(im->err, "the columns of the model");
    for (size_t i = 0; i < c->count; i++) {
        const mlpi_onnx_column at = c->column[i];
        const double *fill = im->fill[at.port];
        mlpi_feature *f = &p->features[p->feature_count++];
        *f = (mlpi_feature){.position = first[at.port] + at.at,
                            .transform = &mlpi_standard,
                            .fill = c->mean[i],
                            .first = i,
                            .width = 1};
        f->fitted.number[MEAN] = c->mean[i];
        f->fitted.number[SCALE] = c->scale[i];
        if (fill != NULL && isfinite(fill[at.at]))
            f->fill = fill[at.at];
        if (names->column != NULL) {
            f->name = mlpi_utf8_copy(names->column[f->position]);
            if (f->name == NULL)
                return mlpi_fail_memory(im->err, "the columns of the model");
        } else {
            MLPI_TRY(name_by_graph(im, at, f->position, &f->name));
            p->by_position = p->by_position || im->width[at.port] != 1;
        }
    }
    p->inputs = p->feature_count;
    return MLP_OK;
}

/* --- targets and labels ----------------------------------------------------------------------- */

static bool is_column(const mlpi_pipeline *p, const char *name)
{
    for (size_t f = 0; f < p->feature_count; f++)
        if (strcmp(p->features[f].name, name) == 0)
            return true;
    return false;
}

/* A name for a target: "label"; for quantities "y", or "y1", "y2", ... if there are several; an
 * underscore is appended if a column has this name. */
static char *name_target(const mlpi_pipeline *p, size_t t, size_t count)
{
    char text[64];
    snprintf(text, sizeof text, "%s", p->task == MLP_TASK_CLASSIFICATION ? "label" : "y");
    if (count > 1)
        snprintf(text, sizeof text, "y%zu", t + 1);
    if (is_column(p, text))
        strcat(text, "_");
    return mlpi_copy_text(text, strlen(text));
}

static mlp_status make_targets(mlpi_importer *im, const mlpi_onnx_answer *answer, size_t count,
                               size_t position, const given_names *names, mlpi_pipeline *p)
{
    const mlpi_affine *units = &answer->flow.outside;
    p->targets = mlpi_allocate(count, sizeof *p->targets);
    if (p->targets == NULL)
        return mlpi_fail_memory(im->err, "the targets of the model");
    for (size_t t = 0; t < count; t++) {
        mlpi_target *target = &p->targets[p->target_count++];
        target->position = position + t;
        target->transform = &mlpi_standard;
        target->fitted.number[MEAN] = mlpi_affine_shift(units, t);
        target->fitted.number[SCALE] = mlpi_affine_factor(units, t);
        target->name = names->targets.count > 0 ? mlpi_utf8_copy(names->targets.items[t])
                                                : name_target(p, t, count);
        if (target->name == NULL)
            return mlpi_fail_memory(im->err, "the targets of the model");
        if (!isfinite(target->fitted.number[MEAN]) || !isfinite(target->fitted.number[SCALE]) ||
            !(target->fitted.number[SCALE] > 0.0))
            return refuse(im, MLP_ERROR_MODEL,
                          "multiplies an activation of its outputs by a number "
                          "that is not above 0, which mlp cannot undo");
    }
    return MLP_OK;
}

static char *label_text(const mlpi_onnx_answer *answer, const mlp_names *given, size_t k,
                        bool *sound)
{
    char text[32];
    const mlpi_onnx_tensor *labels = answer->labels;
    *sound = true;
    if (given->count > 0)
        return mlpi_utf8_copy(given->items[k]);
    if (labels == NULL)
        return copy_number("", k);
    if (labels->text != NULL)
        return copy_bytes(labels->text[k], sound);
    mlp_number_text(labels->number[k], text);
    return mlpi_copy_text(text, strlen(text));
}

static mlp_status make_labels(mlpi_importer *im, const mlpi_onnx_answer *answer,
                              const mlp_names *given, mlpi_pipeline *p)
{
    const size_t count = answer->single ? 2 : answer->flow.width;
    bool sound = true;
    char sentence[100];
    if (answer->labels != NULL && answer->labels->count != count)
        return refuse(im, MLP_ERROR_MODEL, "does not have one label for each output");
    if (given->count > 0 && given->count != count) {
        snprintf(sentence, sizeof sentence, "has %zu labels, and `label-names` names %zu", count,
                 given->count);
        return refuse(im, MLP_ERROR_ARGUMENT, sentence);
    }
    p->labels = mlpi_allocate(count, sizeof *p->labels);
    for (size_t k = 0; p->labels != NULL && k < count; k++) {
        p->labels[k] = label_text(answer, given, k, &sound);
        if (!sound)
            return refuse(
                im, MLP_ERROR_MODEL,
                "has a label that is empty, or not UTF-8; name all labels with `label-names`");
        if (p->labels[k] == NULL)
            return mlpi_fail_memory(im->err, "the labels of the model");
        p->label_count++;
    }
    return p->labels != NULL ? MLP_OK : mlpi_fail_memory(im->err, "the labels of the model");
}

/* --- the pipeline ----------------------------------------------------------------------------- */

/* Numbers the columns of all inputs: (*first)[i] is the number of the first column of input i,
 * *count the total. */
static mlp_status number_columns(mlpi_importer *im, size_t **first, size_t *count)
{
    *first = mlpi_arena_take(&im->arena, im->graph.inputs, sizeof **first);
    *count = 0;
    if (*first == NULL)
        return mlpi_import_no_memory(im);
    for (size_t i = 0; i < im->graph.inputs; i++) {
        (*first)[i] = *count;
        *count += im->width[i];
        if (*count > MLP_MAX_COLUMNS / 2)
            return refuse(im, MLP_ERROR_MODEL, "takes more columns than a table of mlp may have");
    }
    return MLP_OK;
}

mlp_status mlpi_import_pipeline(mlpi_importer *im, const mlpi_onnx_answer *answer,
                                const mlpi_onnx_columns *columns, const mlpi_import_wishes *wishes,
                                mlpi_pipeline *pipeline)
{
    const size_t targets = answer->classes ? 1 : answer->flow.width;
    given_names names = {0};
    size_t *first = NULL, count = 0;
    pipeline->task = answer->classes ? MLP_TASK_CLASSIFICATION : MLP_TASK_REGRESSION;
    MLPI_TRY(number_columns(im, &first, &count));
    if (targets > MLP_MAX_COLUMNS / 2)
        return refuse(im, MLP_ERROR_MODEL, "has more targets than a table of mlp may have columns");
    mlp_status status = sort_names(im, wishes, count, targets, &names);
    if (status == MLP_OK)
        status = make_features(im, columns, first, &names, pipeline);
    if (status == MLP_OK)
        status = make_targets(im, answer, targets, count, &names, pipeline);
    mlpi_free(names.column);
    if (status == MLP_OK && answer->classes)
        status = make_labels(im, answer, &wishes->labels, pipeline);
    if (status == MLP_OK)
        status = check_twins(im, pipeline);
    const mlp_loss_settings settings = mlp_loss_settings_default();
    pipeline->coding = mlpi_coding_of(answer->loss, &settings);
    pipeline->coding.single_output = answer->single;
    pipeline->outputs = answer->flow.width;
    return status;
}
