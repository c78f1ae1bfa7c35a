/* SPDX-License-Identifier: MIT */
/* Makes encoded parts and a network with its initial weights from a table and options. */
#include "train/prepare.h"

#include <string.h>

#include "batches/first_weights.h"
#include "data/distinct.h"
#include "divide/copies.h"
#include "encode/weights.h"
#include "network/layout.h"
#include "plan/initial.h"
#include "train/large.h"
#include "train/row_weights.h"

/* --- what the columns are --------------------------------------------------------------------- */

mlp_status mlpi_prepare_schema(const mlp_table *table, const mlp_train_options *options,
                               mlpi_schema *schema, mlp_error *err)
{
    const mlpi_schema_request request = {.targets = options->targets,
                                         .drop = options->drop,
                                         .categorical = options->categorical,
                                         .numeric = options->numeric,
                                         .task = options->task,
                                         .group = options->validation_group,
                                         .time = options->validation_time,
                                         .weight = options->weight_column};
    return mlpi_schema_infer(table, &request, schema, err);
}

void mlpi_tell_columns(const mlp_table *table, const mlpi_schema *schema,
                       const mlp_train_options *options)
{
    for (size_t c = 0; c < schema->columns; c++) {
        if (schema->column[c].role == MLPI_IGNORED)
            mlpi_notice(options, "Column \"%s\" is not used: %s.", table->names[c],
                        schema->column[c].reason);
        else if (schema->column[c].note[0] != '\0')
            mlpi_notice(options, "Column \"%s\": %s.", table->names[c], schema->column[c].note);
    }
}

/* --- what gives the target away --------------------------------------------------------------- */

mlp_status mlpi_tell_leaks(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                           size_t count, const mlp_train_options *options, mlpi_leaks *leaks,
                           mlp_error *err)
{
    MLPI_TRY(mlpi_leaks_find(table, schema, rows, count, leaks, err));
    for (size_t i = 0; i < leaks->count; i++)
        mlpi_notice(options, "%s", leaks->leak[i].sentence);
    return MLP_OK;
}

/* `given` rows are those of a fold, whose caller looks for leaks in the table as a whole. */
static mlp_status find_leaks(const mlp_table *table, const mlpi_split *given,
                             const mlp_train_options *options, mlpi_prepared *p, mlp_error *err)
{
    return given != NULL ? MLP_OK
                         : mlpi_tell_leaks(table, &p->schema, p->split.training,
                                           p->split.training_count, options, &p->leaks, err);
}

/* --- rows that belong together ---------------------------------------------------------------- */

mlp_status mlpi_tell_kin(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                         size_t count, const mlp_train_options *options, mlpi_kin *kin,
                         mlp_error *err)
{
    MLPI_TRY(mlpi_kin_find(table, schema, rows, count, kin, err));
    if (!kin->found)
        MLPI_TRY(mlpi_copies_find(table, schema, rows, count, kin, err));
    if (kin->found)
        mlpi_notice(options, "%s", kin->sentence);
    return MLP_OK;
}

/* Does nothing with `memory`: rows that may lie in a file are read in order only. */
static mlp_status find_kin(const mlp_table *table, const mlp_train_options *options,
                           mlpi_prepared *p, mlp_error *err)
{
    const bool lot = p->folds.folds > 0 || strcmp(p->division, "fraction") == 0;
    return lot && p->schema.group == MLPI_NO_COLUMN && options->memory == 0
               ? mlpi_tell_kin(table, &p->schema, p->split.training, p->split.training_count,
                               options, &p->kin, err)
               : MLP_OK;
}

/* --- the pipeline ----------------------------------------------------------------------------- */

static mlp_status count_labels(const mlp_table *table, const mlpi_schema *schema, size_t *labels,
                               mlp_error *err)
{
    mlpi_distinct distinct;
    *labels = 0;
    if (schema->task != MLP_TASK_CLASSIFICATION)
        return MLP_OK;
    MLPI_TRY(
        mlpi_distinct_collect(table, schema->targets[0], NULL, table->rows, true, &distinct, err));
    *labels = distinct.count;
    mlpi_distinct_release(&distinct);
    return MLP_OK;
}

/* Labels come from both parts: one that occurs only in validation is still a label. */
static mlp_status fit_pipeline(const mlp_table *table, const mlp_train_options *options,
                               const mlpi_coding *coding, mlpi_prepared *p, mlp_error *err)
{
    const mlpi_split *s = &p->split;
    const size_t all = s->training_count + s->validation_count;
    uint32_t *rows = mlpi_allocate(all, sizeof *rows);
    if (rows == NULL)
        return mlpi_fail_memory(err, "the labels");
    memcpy(rows, s->training, s->training_count * sizeof *rows);
    memcpy(rows + s->training_count, s->validation, s->validation_count * sizeof *rows);
    const mlpi_fit_request request = {
        .table = table,
        .schema = &p->schema,
        .rows = s->training,
        .row_count = s->training_count,
        .label_rows = rows,
        .label_row_count = all,
        .coding = *coding,
        .wishes = {options->transforms, options->fills, options->target_transform},
    };
    const mlp_status status = mlpi_pipeline_fit(&request, &p->pipeline, err);
    mlpi_free(rows);
    return status;
}

/* Gives notice of columns with an encoding that is unusual for their kind and not requested. */
static void tell_transforms(const mlp_train_options *options, const mlpi_pipeline *pipeline)
{
    const mlpi_wishes wishes = {options->transforms, options->fills, options->target_transform};
    for (size_t i = 0; i < pipeline->feature_count; i++) {
        const mlpi_feature *f = &pipeline->features[i];
        if (f->transform == &mlpi_hashing &&
            mlpi_wish_for(&wishes, f->name, false).transform == NULL)
            mlpi_notice(
                options,
                "Column \"%s\" has too many different texts for one input each: they are hashed "
                "into %zu inputs. `transform` \"%s=target\" encodes each text as its mean target, "
                "%s=pooled gives frequent texts an input each, %s=one-hot all texts.",
                f->name, f->width - (f->missing_indicator ? 1 : 0), f->name, f->name, f->name);
    }
}

/* How many of `rows` (ascending), from index `from` on, lie before row `row` of the table. */
static size_t rows_before(const uint32_t *rows, size_t from, size_t count, size_t row)
{
    size_t n = from;
    while (n < count && rows[n] < row)
        n++;
    return n - from;
}

/* Encodes both parts of a table together. With `spent`, and without weights in a column, some rows
 * at a time are encoded and freed, which needs less memory. */
static mlp_status encode_both(const mlp_table *table, mlp_table *spent, mlpi_prepared *p,
                              mlp_error *err)
{
    enum { ROWS = 1 << 16 };
    const mlpi_split *s = &p->split;
    const bool piecewise = spent != NULL && p->schema.weight == MLPI_NO_COLUMN;
    size_t training = 0, validation = 0;
    for (size_t row = 0; row < table->rows;) {
        row = piecewise && table->rows - row > ROWS ? row + ROWS : table->rows;
        const bool all = row == table->rows;
        const size_t n = all ? s->training_count - training
                             : rows_before(s->training, training, s->training_count, row);
        const size_t m = all ? s->validation_count - validation
                             : rows_before(s->validation, validation, s->validation_count, row);
        MLPI_TRY(mlpi_pipeline_encode(&p->pipeline, table, s->training, training, n, true,
                                      &p->training, NULL, err));
        MLPI_TRY(mlpi_pipeline_encode(&p->pipeline, table, s->validation, validation, m, true,
                                      &p->validation, NULL, err));
        training += n;
        validation += m;
        if (piecewise)
            mlpi_table_forget(spent, all ? SIZE_MAX : row);
    }
    return MLP_OK;
}

static mlp_status encode_parts(const mlp_table *table, mlp_table *spent,
                               const mlp_table *validation, mlpi_prepared *p, mlp_error *err)
{
    MLPI_TRY(mlpi_pipeline_reserve(&p->pipeline, p->split.training_count, true, &p->training, err));
    if (p->split.validation_count > 0)
        MLPI_TRY(mlpi_pipeline_reserve(&p->pipeline, p->split.validation_count, true,
                                       &p->validation, err));
    /* Transforms that learn from targets read the rows again. */
    const bool again = mlpi_pipeline_learns_from_targets(&p->pipeline);
    MLPI_TRY(encode_both(table, again ? NULL : spent, p, err));
    MLPI_TRY(mlpi_pipeline_encode_out_of_fold(&p->pipeline, table, p->split.training,
                                              p->split.training_count, &p->training, err));
    return validation == NULL ? MLP_OK
                              : mlpi_pipeline_apply(&p->pipeline, validation, NULL,
                                                    validation->rows, true, &p->validation, err);
}

static mlp_status weigh_part(const mlp_table *table, size_t column, const uint32_t *index,
                             const mlp_train_options *options, const mlpi_pipeline *pipeline,
                             mlp_encoded *part, double **factors, mlp_error *err)
{
    mlpi_weighing w;
    double scale = 1.0;
    mlp_status status = mlpi_weighing_begin(&w, table, column, pipeline, index, part->rows, err);
    if (status == MLP_OK)
        status = mlpi_weighing_add(&w, table, index, part, err);
    if (status == MLP_OK && *factors == NULL)
        status = mlpi_weights_of_labels(options->class_weights, pipeline, w.rows, factors, err);
    if (status == MLP_OK)
        status = mlpi_weighing_scale(&w, table, *factors, &scale, err);
    if (status == MLP_OK)
        mlpi_weights_finish(*factors, scale, part);
    mlpi_weighing_release(&w);
    return status;
}

/* Weighs both parts in the same way: the factors of labels come from the training rows. */
static mlp_status weigh_parts(const mlp_table *table, const mlp_table *validation,
                              const mlp_train_options *options, mlpi_prepared *p, mlp_error *err)
{
    double *factors = NULL;
    size_t column = 0;
    if (!mlpi_weighs_rows(options))
        return MLP_OK;
    MLPI_TRY(mlpi_weight_column(validation, options, &p->schema, &column, err));
    mlp_status status = weigh_part(table, p->schema.weight, p->split.training, options,
                                   &p->pipeline, &p->training, &factors, err);
    if (status == MLP_OK && p->validation.rows > 0)
        status = weigh_part(validation != NULL ? validation : table, column,
                            validation != NULL ? NULL : p->split.validation, options, &p->pipeline,
                            &p->validation, &factors, err);
    mlpi_free(factors);
    return status;
}

mlp_status mlpi_prepare_sources(mlpi_prepared *p, mlp_error *err)
{
    const size_t targets = p->pipeline.target_count;
    MLPI_TRY(mlpi_batches_in_memory(&p->training, targets, true, &p->learning, err));
    if (p->validation.rows == 0)
        return MLP_OK;
    return mlpi_batches_in_memory(&p->validation, targets, false, &p->validating, err);
}

/* With folds, each row both trains, with smoothed targets, and validates, with its true ones. */
static mlp_status smooth(double share, mlpi_prepared *p, mlp_error *err)
{
    mlp_encoded learnt = p->training;
    const size_t count = learnt.rows * learnt.outputs;
    if (p->folds.folds > 0 && share > 0.0) {
        p->smoothed = mlpi_allocate(count, sizeof *p->smoothed);
        if (p->smoothed == NULL)
            return mlpi_fail_memory(err, "the encoded rows");
        memcpy(p->smoothed, learnt.target, count * sizeof *p->smoothed);
        learnt.target = p->smoothed;
    }
    mlpi_smooth_labels(share, p->pipeline.label_count, &learnt);
    return MLP_OK;
}

static mlp_status encode_in_memory(const mlp_table *table, mlp_table *spent,
                                   const mlp_table *validation, const mlp_train_options *options,
                                   const mlpi_plan *plan, mlpi_prepared *p, mlp_error *err)
{
    MLPI_TRY(encode_parts(table, spent, validation, p, err));
    MLPI_TRY(smooth(plan->label_smoothing, p, err));
    MLPI_TRY(weigh_parts(table, validation, options, p, err));
    return mlpi_prepare_sources(p, err);
}

/* --- the network ------------------------------------------------------------------------------ */

/* Threshold layers let no gradient pass: they and all layers below keep their initial weights. */
static void tell_thresholds(const mlpi_plan *plan, const mlp_train_options *options)
{
    for (size_t l = plan->layer_count; l-- > 0;) {
        const mlp_activation_info *f = mlp_activation_describe(plan->layers[l].activation);
        const bool last = l + 1 == plan->layer_count;
        if (!f->threshold || (options->surrogate && !last))
            continue;
        if (last)
            mlpi_notice(
                options,
                "The output layer is %s, whose derivative is 0 everywhere: no gradient reaches any "
                "weight, and nothing is learnt. Use `output-activation` logistic or linear.",
                f->name);
        else
            mlpi_notice(
                options,
                "Layer %zu is %s, whose derivative is 0 everywhere: layers 1 to %zu keep their "
                "initial weights. `surrogate` lets a straight-through gradient pass.",
                l + 1, f->name, l + 1);
        return;
    }
}

void mlpi_prepare_decide(mlpi_plan *plan, const mlp_train_options *options, const mlpi_prepared *p)
{
    const size_t fold = p->folds.folds > 0 ? p->training.rows / p->folds.folds : 0;
    const size_t rows = p->training.rows - fold;
    mlpi_plan_for_rows(plan, options, rows, p->validation.rows + fold);
    plan->layers[plan->layer_count++] = (mlp_layer){p->pipeline.outputs, plan->output};
    if (plan->auto_optimizer) {
        char why[128];
        mlpi_plan_choose(plan, options, p->pipeline.inputs, rows, why, sizeof why);
        mlpi_notice(options, "Optimizer %s: %s.",
                    plan->rule != NULL ? plan->rule->name : plan->method->name, why);
    }
    tell_thresholds(plan, options);
}

static mlp_status first_parameters(const mlpi_plan *plan, const mlp_train_options *options,
                                   mlpi_prepared *p, mlp_error *err)
{
    const bool counts = plan->loss == MLP_POISSON && /* means may be far from 0 */
                        (plan->output == MLP_EXPONENTIAL || plan->output == MLP_SOFTPLUS);
    if (plan->first_by_data)
        MLPI_TRY(mlpi_first_weights(p->network, p->learning, plan->seed, options->threads, err));
    else if (plan->ntk)
        mlpi_network_initialize_ntk(p->network, plan->seed);
    else
        mlp_network_initialize(p->network, plan->seed);
    return plan->first_outputs || counts ? mlpi_first_outputs(p->network, p->learning, err)
                                         : MLP_OK;
}

mlp_status mlpi_prepare_network(const mlpi_plan *plan, const mlp_train_options *options,
                                mlpi_prepared *p, mlp_error *err)
{
    MLPI_TRY(mlp_network_create(p->pipeline.inputs, plan->layers, plan->layer_count, plan->loss,
                                &p->network, err));
    MLPI_TRY(mlp_network_set_loss_settings(p->network, &plan->loss_settings, err));
    p->network->surrogate = options->surrogate;
    if (p->initial == NULL)
        return first_parameters(plan, options, p, err);
    memcpy(p->network->parameters, p->initial->parameters,
           p->network->size * sizeof *p->network->parameters);
    return MLP_OK;
}

/* --- all together ----------------------------------------------------------------------------- */

static mlp_status prepare(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                          const mlpi_split *given, const mlp_train_options *options,
                          mlpi_plan *plan, mlpi_prepared *p, mlp_error *err)
{
    size_t labels = 0;
    mlpi_coding coding;
    MLPI_TRY(mlpi_prepare_schema(table, options, &p->schema, err));
    mlpi_notice(options, "%s: %s.",
                p->schema.task == MLP_TASK_CLASSIFICATION ? "Classification" : "Regression",
                p->schema.task_reason);
    mlpi_tell_columns(table, &p->schema, options);
    MLPI_TRY(mlpi_prepare_split(table, given, validation, options, p, err));
    MLPI_TRY(find_leaks(table, given, options, p, err));
    MLPI_TRY(find_kin(table, options, p, err));
    MLPI_TRY(count_labels(table, &p->schema, &labels, err));
    MLPI_TRY(mlpi_plan_output(plan, p->schema.task, labels, &coding, err));
    if (options->initial != NULL)
        MLPI_TRY(mlpi_initial_take(options->initial, p->schema.task, &coding, &p->pipeline,
                                   &p->initial, err));
    else
        MLPI_TRY(fit_pipeline(table, options, &coding, p, err));
    MLPI_TRY(mlpi_plan_look_for(plan, &p->pipeline, err));
    tell_transforms(options, &p->pipeline);
    if (options->memory > 0)
        MLPI_TRY(mlpi_large_encode(table, validation, options, plan->label_smoothing, p, err));
    else
        MLPI_TRY(encode_in_memory(table, spent, validation, options, plan, p, err));
    mlpi_prepare_decide(plan, options, p);
    return MLP_OK;
}

/* Selects the rows whose part is one of `parts`. *selected NULL: no table, or one without parts. */
static mlp_status select_rows(const mlp_table *table, unsigned parts, const char *name,
                              mlp_table **selected, mlp_error *err)
{
    *selected = NULL;
    if (table == NULL || !mlp_table_has_parts(table))
        return MLP_OK;
    return mlpi_table_select(table, parts, name, selected, err);
}

mlp_status mlpi_prepare(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                        const mlpi_split *given, const mlp_train_options *options, mlpi_plan *plan,
                        mlpi_prepared *prepared, mlp_error *err)
{
    const unsigned validates = MLPI_PART_BIT(MLP_PART_VALIDATION),
                   test = MLPI_PART_BIT(MLP_PART_TEST);
    mlpi_prepared made = {0};
    mlp_table *seen = NULL, *validating = NULL;
    mlp_status status = MLP_OK;
    if (given == NULL)
        status = select_rows(table, ~test, "training", &seen, err);
    if (status == MLP_OK)
        status = select_rows(validation, validates, "validation", &validating, err);
    if (status == MLP_OK)
        status =
            prepare(seen != NULL ? seen : table, seen != NULL ? seen : spent,
                    validating != NULL ? validating : validation, given, options, plan, &made, err);
    mlp_table_free(seen);
    mlp_table_free(validating);
    if (status == MLP_OK)
        *prepared = made;
    else
        mlpi_prepared_release(&made);
    return status;
}

/* Clears the members that a part shares with its whole, which will release them. */
static void let_go(mlpi_prepared *part)
{
    const mlpi_prepared *whole = part->whole;
    part->schema = (mlpi_schema){0};
    part->pipeline = (mlpi_pipeline){0};
    part->folds = (mlpi_folds){0};
    part->smoothed = NULL;
    part->initial = NULL;
    if (part->training.x == whole->training.x)
        part->training = part->validation = (mlp_encoded){0};
    if (part->learning == whole->learning)
        part->learning = part->validating = NULL;
}

void mlpi_prepared_release(mlpi_prepared *prepared)
{
    if (prepared->whole != NULL)
        let_go(prepared);
    mlpi_schema_release(&prepared->schema);
    mlpi_pipeline_release(&prepared->pipeline);
    mlpi_folds_release(&prepared->folds);
    mlpi_free(prepared->smoothed);
    mlp_network_free(prepared->initial);
    mlpi_split_release(&prepared->split);
    mlpi_batches_close(prepared->learning);
    mlpi_batches_close(prepared->validating);
    mlp_encoded_release(&prepared->training);
    mlp_encoded_release(&prepared->validation);
    mlp_network_free(prepared->network);
    *prepared = (mlpi_prepared){0};
}
