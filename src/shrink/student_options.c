/* SPDX-License-Identifier: MIT */
/* The training options of students: those of the caller, with the teacher's columns, targets and
 * division of the rows. */
#include <string.h>

#include "encode/binding.h"
#include "shrink/shrink.h"

/* The value of an option of the teacher's training; NULL: the default. */
static const char *option_of_teacher(const mlp_model *teacher, const char *name)
{
    const char *kept = NULL, *value = NULL;
    for (size_t i = 0; mlp_model_option(teacher, i, &kept, &value); i++)
        if (strcmp(kept, name) == 0)
            return value;
    return NULL;
}

/* Takes the options about the data and the validation rows from the teacher if the caller left them
 * at their defaults. The teacher owns their texts. Classification does not inherit the loss: a
 * student gets the usual one. */
static mlp_status inherit(const mlp_model *teacher, mlp_train_options *options, mlp_error *err)
{
    static const char *const of_data[] = {"validation",    "validation-group", "validation-time",
                                          "weight-column", "class-weights",    "loss",
                                          "huber-delta",   "quantiles"};
    enum { OF_DATA = sizeof of_data / sizeof of_data[0], OF_LABELS = 5 };
    const bool classes = mlp_model_task(teacher) == MLP_TASK_CLASSIFICATION;
    for (size_t i = 0; i < (classes ? OF_LABELS : OF_DATA); i++) {
        const mlpi_option *option = mlpi_option_find(of_data[i]);
        const char *value = option_of_teacher(teacher, of_data[i]);
        if (value != NULL && mlpi_option_is_default(option, options))
            MLPI_TRY(mlpi_option_set(option, options, value, err));
    }
    return MLP_OK;
}

static mlp_status make_room(size_t columns, mlp_names *names, mlp_error *err)
{
    names->items = mlpi_allocate(columns, sizeof *names->items);
    return names->items != NULL ? MLP_OK : mlpi_fail_memory(err, "options");
}

static void add(mlp_names *names, const char *name)
{
    ((const char **)names->items)[names->count++] = name;
}

/* The inputs are those of the teacher, and of the same kinds. All other columns are dropped, except
 * for the targets and those that weight or divide the rows. */
static void choose_columns(mlpi_lesson *lesson, const mlpi_binding *b)
{
    const mlpi_pipeline *p = b->pipeline;
    mlp_train_options *o = &lesson->options;
    for (size_t c = 0; c < lesson->table->columns; c++) {
        const char *name = lesson->table->names[c];
        bool used = (o->weight_column != NULL && strcmp(name, o->weight_column) == 0) ||
                    (o->validation_group != NULL && strcmp(name, o->validation_group) == 0) ||
                    (o->validation_time != NULL && strcmp(name, o->validation_time) == 0);
        for (size_t t = 0; t < p->target_count; t++)
            used = used || b->targets[t] == c;
        for (size_t f = 0; f < p->feature_count; f++) {
            if (b->features[f] != c)
                continue;
            used = true;
            if (strcmp(mlp_model_column_kind(lesson->teacher, f), "time") != 0)
                add(mlpi_feature_is_numeric(&p->features[f]) ? &lesson->numeric
                                                             : &lesson->categorical,
                    name);
        }
        if (!used)
            add(&lesson->drop, name);
    }
    for (size_t t = 0; t < p->target_count; t++)
        add(&lesson->targets, lesson->table->names[b->targets[t]]);
    o->drop = lesson->drop;
    o->numeric = lesson->numeric;
    o->categorical = lesson->categorical;
    o->targets = lesson->targets;
}

static void take_away(mlp_names *names, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < names->count; i++)
        if (names->items[i] != name)
            ((const char **)names->items)[kept++] = names->items[i];
    names->count = kept;
}

void mlpi_lesson_drop(mlpi_lesson *lesson, const bool *out)
{
    mlp_train_options *o = &lesson->options;
    for (size_t c = 0; c < lesson->table->columns; c++) {
        const char *name = lesson->table->names[c];
        if (!out[c])
            continue;
        take_away(&lesson->numeric, name);
        take_away(&lesson->categorical, name);
        take_away(&lesson->drop, name); /* if it was dropped before */
        add(&lesson->drop, name);
    }
    o->drop = lesson->drop;
    o->numeric = lesson->numeric;
    o->categorical = lesson->categorical;
}

mlp_status mlpi_lesson_options(mlpi_lesson *lesson, const mlp_train_options *training,
                               mlp_error *err)
{
    const mlp_model *teacher = lesson->teacher;
    const size_t columns = lesson->table->columns;
    mlp_train_options *o = &lesson->options;
    mlpi_binding b = {.pipeline = &teacher->pipeline, .table = lesson->table};
    *o = mlpi_options_or_default(training);
    o->task = teacher->pipeline.task;
    o->hidden = "none";
    o->quality = "fast";
    o->members = 1;
    o->folds = 0;
    o->memory = 0;
    o->checkpoint = NULL;
    o->ranks = (mlp_ranks){0};
    o->resume = false;
    o->initial = NULL;
    MLPI_TRY(inherit(teacher, o, err));
    MLPI_TRY(make_room(columns, &lesson->drop, err));
    MLPI_TRY(make_room(columns, &lesson->numeric, err));
    MLPI_TRY(make_room(columns, &lesson->categorical, err));
    MLPI_TRY(make_room(columns, &lesson->targets, err));
    MLPI_TRY(mlpi_binding_make(&b, true, err));
    choose_columns(lesson, &b);
    mlpi_binding_release(&b);
    return MLP_OK;
}
