/* SPDX-License-Identifier: MIT */
/* The trainer: epochs of shuffled mini-batches, validation, early stopping that always returns the
 * best weights, and plain words about what happened. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "engine/engine.h"
#include "evaluate/metrics.h"
#include "mlp/output.h"
#include "model/model.h"
#include "network/layout.h"
#include "train/checkpoint.h"
#include "train/objective.h"
#include "train/prepare.h"

static const char *const reasons[] = {
    [MLP_STOP_EPOCHS] = "all epochs done",
    [MLP_STOP_PATIENCE] = "no better validation loss",
    [MLP_STOP_INTERRUPTED] = "interrupted",
    [MLP_STOP_DIVERGED] = "diverged",
    [MLP_STOP_NO_GRADIENT] = "no gradient reaches any parameter",
    [MLP_STOP_CONVERGED] = "converged",
};

const char *mlp_stop_reason_name(mlp_stop_reason reason)
{
    return (size_t)reason < sizeof reasons / sizeof reasons[0] ? reasons[reason] : "unknown";
}

/* A training under way. */
typedef struct run {
    const mlp_train_options *options;
    const mlpi_plan *plan;
    mlpi_prepared *data;
    mlpi_engine *engine;
    mlpi_optimizer optimizer;          /* of mini-batches; or */
    mlpi_network_objective *objective; /* what `minimizer` minimises */
    mlpi_minimizer minimizer;
    mlpi_outcome outcome; /* of its last step */
    float *best;          /* the best parameters so far */
    uint64_t identity;
    float *now;     /* those at hand, of the minimizer or for a checkpoint */
    float *y;       /* outputs of the part that is judged */
    double *values; /* the same as probabilities or in units */
    size_t *labels;
    uint32_t *order;
    size_t batch;
    double started;
    double best_loss;
    size_t best_epoch, epoch;
    mlp_stop_reason reason;
} run;

/* --- steps --------------------------------------------------------------------------------------
 */

static void update(void *context, const mlpi_piece *piece)
{
    const run *r = context;
    mlpi_optimizer_apply(&r->optimizer, piece->at, piece->n, piece->biases, piece->gradient,
                         piece->parameters);
}

static bool stopped(const run *r)
{
    return r->options->stop != NULL && *r->options->stop != 0;
}

/* One step of a full-batch method; returns the loss where it stands now. */
static double full_batch_epoch(run *r)
{
    r->outcome = mlpi_minimizer_step(&r->minimizer);
    for (size_t i = 0; i < r->minimizer.n; i++)
        r->now[i] = (float)r->minimizer.w[i];
    mlpi_engine_put(r->engine, r->now);
    return r->minimizer.value;
}

/* One epoch; returns the mean loss over the rows seen. */
static double train_epoch(run *r)
{
    if (r->objective != NULL)
        return full_batch_epoch(r);
    const mlp_encoded *t = &r->data->training;
    mlpi_random random = mlpi_random_init(r->options->seed + r->epoch, MLPI_STREAM_ORDER);
    double loss = 0.0;
    size_t seen = 0;
    for (size_t i = 0; i < t->rows; i++)
        r->order[i] = (uint32_t)i; /* the order is a function of seed and epoch alone */
    if (r->batch < t->rows)
        mlpi_random_shuffle(&random, r->order, t->rows);
    while (seen < t->rows && !stopped(r)) {
        const size_t left = t->rows - seen, rows = left < r->batch ? left : r->batch;
        const mlpi_batch batch = {.x = t->x,
                                  .target = t->target,
                                  .index = r->order + seen,
                                  .rows = rows,
                                  .number = r->optimizer.time};
        mlpi_optimizer_begin(&r->optimizer);
        const double one = mlpi_engine_step(r->engine, &batch, update, r);
        loss += one * (double)rows;
        seen += rows;
        if (!isfinite(one))
            break;
    }
    return seen > 0 ? loss / (double)seen : (double)NAN;
}

/* --- judging
 * -------------------------------------------------------------------------------------- */

static size_t largest(const double *p, size_t n)
{
    size_t best = 0;
    for (size_t k = 1; k < n; k++)
        best = p[k] > p[best] ? k : best;
    return best;
}

enum { JUDGED = 4096 }; /* rows at a time: outputs need little memory */

/* Accuracy, or the mean over the targets of the RMSE in their units, of what judge() found. */
static double metric_of(const run *r, const mlp_encoded *part)
{
    const mlpi_pipeline *p = &r->data->pipeline;
    if (p->task == MLP_TASK_CLASSIFICATION)
        return mlpi_accuracy(part->label, r->labels, part->rows);
    double mean = 0.0;
    for (size_t t = 0; t < p->target_count; t++)
        mean +=
            mlpi_regression_scores(part->value, r->values, part->rows, p->target_count, t).rmse /
            (double)p->target_count;
    return mean;
}

static double judge(const run *r, const mlp_encoded *part, double *metric)
{
    const mlpi_pipeline *p = &r->data->pipeline;
    const bool classes = p->task == MLP_TASK_CLASSIFICATION;
    double loss = 0.0;
    for (size_t first = 0; first < part->rows; first += JUDGED) {
        const size_t left = part->rows - first, count = left < JUDGED ? left : JUDGED;
        const mlpi_batch batch = {.x = part->x + first * part->inputs,
                                  .target = part->target + first * part->outputs,
                                  .rows = count};
        double *values = classes ? r->values : r->values + first * p->target_count;
        loss += mlpi_engine_forward(r->engine, &batch, r->y) * (double)count;
        mlpi_pipeline_invert(p, r->y, count, values);
        for (size_t i = 0; classes && i < count; i++)
            r->labels[first + i] = largest(values + i * p->label_count, p->label_count);
    }
    *metric = metric_of(r, part);
    return loss / (double)part->rows;
}

/* What the answer that ignores the inputs would reach. */
static double baseline_of(const run *r, const mlp_encoded *part)
{
    const mlpi_pipeline *p = &r->data->pipeline;
    if (p->task == MLP_TASK_CLASSIFICATION)
        return mlpi_majority(part->label, part->rows, p->label_count);
    double mean = 0.0;
    for (size_t t = 0; t < p->target_count; t++)
        mean += mlpi_regression_scores(part->value, part->value, part->rows, p->target_count, t)
                    .spread /
                (double)p->target_count;
    return mean;
}

/* --- epochs
 * ---------------------------------------------------------------------------------------- */

static bool has_validation(const run *r)
{
    return r->data->validation.rows > 0;
}

/* --- checkpoints --------------------------------------------------------------------------------
 */

/* The numbers of a run, as they stand in a checkpoint. */
typedef struct numbers {
    uint64_t epoch, best_epoch, time, steps;
    double best_loss, value, method[MLPI_NUMBERS];
} numbers;

enum { MOST_BLOCKS = 3 + MLPI_SLOTS + 3 };

/* All state of a run that is not a function of its data and options. */
static size_t blocks_of(run *r, numbers *n, mlpi_block *blocks)
{
    const size_t size = r->data->network->size;
    size_t count = 0;
    blocks[count++] = (mlpi_block){"numbers", n, sizeof *n};
    blocks[count++] = (mlpi_block){"best", r->best, size * sizeof *r->best};
    if (r->objective == NULL) {
        static const char *const names[MLPI_SLOTS] = {"slot1", "slot2"};
        blocks[count++] = (mlpi_block){"parameters", r->now, size * sizeof *r->now};
        for (size_t s = 0; s < r->optimizer.rule->slots; s++)
            blocks[count++] = (mlpi_block){names[s], r->optimizer.slots[s],
                                           r->optimizer.n * sizeof *r->optimizer.slots[s]};
        return count;
    }
    mlpi_minimizer *m = &r->minimizer;
    blocks[count++] = (mlpi_block){"w", m->w, m->n * sizeof *m->w};
    blocks[count++] = (mlpi_block){"g", m->g, m->n * sizeof *m->g};
    blocks[count++] =
        (mlpi_block){"memory", m->memory, mlpi_minimizer_memory(m) * sizeof *m->memory};
    return count;
}

/* What a run is: its data and everything that decides its steps. */
static uint64_t identity_of(const run *r)
{
    const mlpi_plan *p = r->plan;
    const mlpi_prepared *d = r->data;
    uint64_t hash = mlpi_hash(MLPI_HASH_START, p->layers, p->layer_count * sizeof *p->layers);
    const double options[] = {r->optimizer.settings.learning_rate,
                              r->options->momentum,
                              r->options->weight_decay,
                              p->l2,
                              (double)r->batch,
                              (double)p->loss,
                              (double)p->precision,
                              (double)r->options->surrogate};
    const char *name = p->rule != NULL ? p->rule->name : p->method->name;
    hash = mlpi_hash(hash, options, sizeof options);
    hash = mlpi_hash(hash, name, strlen(name));
    hash = mlpi_hash(hash, &r->options->seed, sizeof r->options->seed);
    const mlp_encoded *const parts[] = {&d->training, &d->validation};
    for (size_t i = 0; i < 2; i++) {
        hash = mlpi_hash(hash, &parts[i]->rows, sizeof parts[i]->rows);
        if (parts[i]->rows == 0)
            continue;
        hash = mlpi_hash(hash, parts[i]->x, parts[i]->rows * parts[i]->inputs * sizeof(float));
        hash =
            mlpi_hash(hash, parts[i]->target, parts[i]->rows * parts[i]->outputs * sizeof(float));
    }
    return hash;
}

static mlp_status save_checkpoint(run *r, mlp_error *err)
{
    numbers n = {.epoch = r->epoch, .best_epoch = r->best_epoch, .best_loss = r->best_loss};
    mlpi_block blocks[MOST_BLOCKS];
    if (r->objective == NULL) {
        n.time = r->optimizer.time;
        mlpi_engine_get(r->engine, r->now);
    } else {
        n.steps = r->minimizer.steps;
        n.value = r->minimizer.value;
        memcpy(n.method, r->minimizer.number, sizeof n.method);
    }
    const size_t count = blocks_of(r, &n, blocks);
    return mlpi_checkpoint_write(r->options->checkpoint, r->identity, blocks, count, err);
}

static mlp_status load_checkpoint(run *r, mlp_error *err)
{
    numbers n;
    mlpi_block blocks[MOST_BLOCKS];
    bool found = false;
    const size_t count = blocks_of(r, &n, blocks);
    MLPI_TRY(mlpi_checkpoint_read(r->options->checkpoint, r->identity, blocks, count, &found, err));
    if (!found)
        return MLP_OK;
    r->epoch = (size_t)n.epoch;
    r->best_epoch = (size_t)n.best_epoch;
    r->best_loss = n.best_loss;
    if (r->objective == NULL) {
        r->optimizer.time = n.time;
        mlpi_engine_put(r->engine, r->now);
    } else {
        r->minimizer.steps = n.steps;
        r->minimizer.value = n.value;
        memcpy(r->minimizer.number, n.method, sizeof n.method);
    }
    mlpi_notice(r->options, "Going on from %s after epoch %zu.", r->options->checkpoint, r->epoch);
    return MLP_OK;
}

/* After an epoch that ended well. */
static mlp_status keep_checkpoint(run *r, bool last, mlp_error *err)
{
    if (r->options->checkpoint == NULL || (!last && r->epoch % r->options->checkpoint_every != 0))
        return MLP_OK;
    return save_checkpoint(r, err);
}

/* Keeps the weights when they are the best so far. Without validation, the loss that decides is
 * that of the training part with the weights at hand. */
static bool keep_best(run *r, double loss)
{
    if (!(loss < r->best_loss))
        return false;
    r->best_loss = loss;
    r->best_epoch = r->epoch;
    mlpi_engine_get(r->engine, r->best);
    return true;
}

static void report_epoch(const run *r, double training_loss, double loss, double metric, bool best)
{
    const bool validation = has_validation(r);
    const mlp_progress now = {.epoch = r->epoch,
                              .epochs = r->plan->epochs,
                              .seconds = mlpi_seconds() - r->started,
                              .training_loss = training_loss,
                              .validation_loss = validation ? loss : (double)NAN,
                              .validation_metric = validation ? metric : (double)NAN,
                              .best = best,
                              .rows = r->data->training.rows};
    if (r->options->progress != NULL)
        r->options->progress(&now, r->options->context);
}

static bool gradient_can_pass(const mlp_network *network)
{
    return !mlp_activation_describe(network->layers[network->count - 1].activation)->threshold;
}

/* Why to stop after this epoch; MLP_STOP_EPOCHS: there is no reason yet. */
static mlp_stop_reason reason_to_stop(const run *r)
{
    const size_t patience = has_validation(r) ? r->options->patience : 0;
    if (stopped(r))
        return MLP_STOP_INTERRUPTED;
    if (r->objective != NULL && r->outcome != MLPI_MOVED)
        return MLP_STOP_CONVERGED;
    if (patience > 0 && r->epoch - r->best_epoch >= patience)
        return MLP_STOP_PATIENCE;
    return MLP_STOP_EPOCHS;
}

static mlp_status train_epochs(run *r, mlp_error *err)
{
    r->reason = r->epoch > 0 ? reason_to_stop(r) : MLP_STOP_EPOCHS; /* resumed at its end */
    while (r->reason == MLP_STOP_EPOCHS && r->epoch < r->plan->epochs) {
        double metric = (double)NAN;
        r->epoch++;
        const double training_loss = train_epoch(r);
        const mlp_encoded *part = has_validation(r) ? &r->data->validation : &r->data->training;
        const double loss = judge(r, part, &metric);
        if (!isfinite(training_loss) || !isfinite(loss)) {
            r->reason =
                stopped(r) && isnan(training_loss) ? MLP_STOP_INTERRUPTED : MLP_STOP_DIVERGED;
            return MLP_OK;
        }
        report_epoch(r, training_loss, loss, metric, keep_best(r, loss));
        r->reason = reason_to_stop(r);
        const bool last = r->reason != MLP_STOP_EPOCHS || r->epoch == r->plan->epochs;
        if (r->reason != MLP_STOP_INTERRUPTED) /* which may have come within the epoch */
            MLPI_TRY(keep_checkpoint(r, last, err));
    }
    return MLP_OK;
}

/* --- plain words after training
 * ---------------------------------------------------------------------- */

static void tell_result(const run *r, const mlp_train_report *report)
{
    const bool classes = report->task == MLP_TASK_CLASSIFICATION;
    const double metric = has_validation(r) ? report->validation_metric : report->training_metric;
    if (report->reason == MLP_STOP_DIVERGED) {
        char rate[32];
        mlp_number_text(report->learning_rate / 10.0, rate);
        mlpi_notice(
            r->options,
            "Training diverged in epoch %zu: the loss was no longer a number. The best weights "
            "before that are kept. Try --learning-rate %s.",
            r->epoch, rate);
    }
    const bool no_better =
        classes ? !(metric > report->baseline_metric) : !(metric < 0.999 * report->baseline_metric);
    const bool single_layer = r->data->network->count == 1;
    const bool unsolved =
        classes && single_layer && report->training_metric < 1.0 && report->rows_training <= 16;
    if (no_better || unsolved)
        mlpi_notice(r->options, "The network does no better than %s.%s",
                    !no_better ? "a part of the rows"
                    : classes  ? "always answering the most frequent label"
                               : "always answering the mean",
                    single_layer
                        ? " A network without a hidden layer separates labels only by a plane; "
                          "try --hidden 8."
                        : " Try another --learning-rate, more --epochs, or other columns.");
    if (report->reason == MLP_STOP_EPOCHS && has_validation(r) &&
        report->best_epoch == report->epochs)
        mlpi_notice(r->options, "The last epoch was the best: more --epochs may do better still.");
}

/* --- the result
 * ------------------------------------------------------------------------------------------ */

static void fill_report(run *r, mlp_train_report *report)
{
    mlp_network *network = r->data->network;
    const mlpi_prepared *d = r->data;
    memcpy(network->parameters, r->best, network->size * sizeof *r->best);
    mlpi_engine_put(r->engine, r->best);
    *report = (mlp_train_report){.reason = r->reason,
                                 .rows_training = d->training.rows,
                                 .rows_validation = d->validation.rows,
                                 .rows_skipped = d->split.skipped,
                                 .epochs = r->epoch,
                                 .best_epoch = r->best_epoch,
                                 .batch = r->batch,
                                 .seconds = mlpi_seconds() - r->started,
                                 .learning_rate = r->optimizer.settings.learning_rate,
                                 .validation_loss = (double)NAN,
                                 .validation_metric = (double)NAN,
                                 .parameters = network->size,
                                 .task = d->pipeline.task};
    report->training_loss = judge(r, &d->training, &report->training_metric);
    if (has_validation(r))
        report->validation_loss = judge(r, &d->validation, &report->validation_metric);
    report->baseline_metric = baseline_of(r, has_validation(r) ? &d->validation : &d->training);
}

static char *copy(const char *text)
{
    return mlpi_copy_text(text, strlen(text));
}

static bool fill_ignored(const mlp_table *table, const mlpi_schema *schema, mlpi_provenance *p)
{
    p->ignored = mlpi_allocate(table->columns, sizeof *p->ignored);
    for (size_t c = 0; p->ignored != NULL && c < schema->columns; c++) {
        if (schema->column[c].role != MLPI_IGNORED)
            continue;
        mlpi_ignored *one = &p->ignored[p->ignored_count++];
        one->name = copy(table->names[c]);
        one->reason = copy(schema->column[c].reason);
        if (one->name == NULL || one->reason == NULL)
            return false;
    }
    return p->ignored != NULL;
}

static mlp_status fill_provenance(const run *r, const mlp_table *table,
                                  const mlp_train_report *report, mlpi_provenance *p,
                                  mlp_error *err)
{
    *p = (mlpi_provenance){
        .version = copy(MLP_VERSION),
        .data = copy(table->source),
        .task_reason = copy(r->data->schema.task_reason),
        .optimizer = copy(r->plan->rule != NULL ? r->plan->rule->name : r->plan->method->name),
        .stop_reason = copy(mlp_stop_reason_name(report->reason)),
        .data_fingerprint = mlp_table_fingerprint(table),
        .seed = r->options->seed,
        .learning_rate = report->learning_rate,
        .momentum = r->options->momentum,
        .l2 = r->plan->l2,
        .validation_fraction = r->options->validation,
        .batch = report->batch,
        .epochs = report->epochs,
        .best_epoch = report->best_epoch,
        .rows_training = report->rows_training,
        .rows_validation = report->rows_validation,
        .training_loss = report->training_loss,
        .validation_loss = report->validation_loss,
        .training_metric = report->training_metric,
        .validation_metric = report->validation_metric,
        .baseline_metric = report->baseline_metric};
    const bool whole = p->version != NULL && p->data != NULL && p->task_reason != NULL &&
                       p->optimizer != NULL && p->stop_reason != NULL &&
                       fill_ignored(table, &r->data->schema, p);
    if (whole)
        return MLP_OK;
    mlpi_provenance_release(p);
    return mlpi_fail_memory(err, "the model");
}

static mlp_status make_model(run *r, const mlp_table *table, const mlp_train_report *report,
                             mlp_model **model, mlp_error *err)
{
    mlp_read_options read = {0};
    mlpi_provenance provenance = {0};
    MLPI_TRY(fill_provenance(r, table, report, &provenance, err));
    mlp_status status = mlpi_read_options_copy(&table->options, &read, err);
    if (status == MLP_OK)
        status =
            mlpi_model_create(r->data->network, &r->data->pipeline, &read, &provenance, model, err);
    if (status == MLP_OK)
        r->data->network = NULL; /* the model's now */
    mlpi_read_options_release(&read);
    mlpi_provenance_release(&provenance);
    return status;
}

/* --- the whole
 * --------------------------------------------------------------------------------------------- */

static mlp_status begin_method(run *r, mlp_error *err)
{
    const mlp_network *network = r->data->network;
    const mlpi_method *method = r->plan->method;
    MLPI_TRY(mlpi_network_objective_create(network, &r->data->training, r->plan->l2,
                                           method->least_squares, r->options->threads,
                                           &r->objective, err));
    double *w = mlpi_allocate(network->size, sizeof *w);
    mlp_status status = MLP_OK;
    if (w == NULL) {
        status = mlpi_fail_memory(err, "training");
    } else {
        for (size_t i = 0; i < network->size; i++)
            w[i] = (double)network->parameters[i];
        status = mlpi_minimizer_init(&r->minimizer, method, mlpi_network_objective_of(r->objective),
                                     w, err);
    }
    mlpi_free(w);
    return status;
}

static mlp_status make_run(run *r, mlp_error *err)
{
    const mlpi_prepared *d = r->data;
    const size_t rows =
        d->training.rows > d->validation.rows ? d->training.rows : d->validation.rows;
    const bool classes = d->pipeline.task == MLP_TASK_CLASSIFICATION;
    const size_t width = classes ? d->pipeline.label_count : d->pipeline.target_count;
    const mlpi_rule_settings settings = {r->options->learning_rate, r->options->momentum,
                                         r->options->weight_decay, r->plan->l2};
    r->batch = mlpi_plan_batch(r->plan, r->options, d->training.rows);
    r->best = mlpi_allocate(d->network->size, sizeof *r->best);
    if (r->plan->method != NULL || r->options->checkpoint != NULL)
        r->now = mlpi_allocate(d->network->size, sizeof *r->now);
    r->y = mlpi_allocate(JUDGED, d->pipeline.outputs * sizeof *r->y);
    r->values = mlpi_allocate(classes && rows > JUDGED ? JUDGED : rows, width * sizeof *r->values);
    r->labels = mlpi_allocate(rows, sizeof *r->labels);
    r->order = mlpi_allocate(d->training.rows, sizeof *r->order);
    if (r->best == NULL ||
        ((r->plan->method != NULL || r->options->checkpoint != NULL) && r->now == NULL) ||
        r->y == NULL || r->values == NULL || r->labels == NULL || r->order == NULL)
        return mlpi_fail_memory(err, "training");
    MLPI_TRY(mlpi_engine_create(d->network, r->plan->method != NULL ? 0 : r->batch,
                                r->options->threads, r->plan->precision, &r->engine, err));
    if (r->plan->method != NULL)
        MLPI_TRY(begin_method(r, err));
    else
        MLPI_TRY(mlpi_optimizer_init(&r->optimizer, r->plan->rule, settings,
                                     mlpi_engine_size(r->engine), err));
    memcpy(r->best, d->network->parameters, d->network->size * sizeof *r->best);
    r->best_loss = INFINITY;
    r->started = mlpi_seconds();
    if (r->options->checkpoint == NULL)
        return MLP_OK;
    r->identity = identity_of(r);
    return r->options->resume ? load_checkpoint(r, err) : MLP_OK;
}

static void release_run(run *r)
{
    mlpi_engine_free(r->engine);
    mlpi_optimizer_release(&r->optimizer);
    mlpi_minimizer_release(&r->minimizer);
    mlpi_network_objective_free(r->objective);
    mlpi_free(r->now);
    mlpi_free(r->best);
    mlpi_free(r->y);
    mlpi_free(r->values);
    mlpi_free(r->labels);
    mlpi_free(r->order);
}

static mlp_status train(run *r, const mlp_table *table, mlp_model **model, mlp_train_report *report,
                        mlp_error *err)
{
    mlp_train_report made;
    MLPI_TRY(make_run(r, err));
    if (gradient_can_pass(r->data->network))
        MLPI_TRY(train_epochs(r, err));
    else
        r->reason = MLP_STOP_NO_GRADIENT;
    fill_report(r, &made);
    if (!isfinite(made.training_loss)) {
        char rate[32];
        mlp_number_text(made.learning_rate, rate);
        return mlpi_fail(err, MLP_ERROR_DATA,
                         "training diverged before any epoch ended well; try a smaller "
                         "--learning-rate than %s",
                         rate);
    }
    tell_result(r, &made);
    /* The engine refers to the network: it goes before the network changes hands. */
    mlpi_engine_free(r->engine);
    r->engine = NULL;
    MLPI_TRY(make_model(r, table, &made, model, err));
    if (report != NULL)
        *report = made;
    return MLP_OK;
}

mlp_status mlp_train(const mlp_table *table, const mlp_table *validation,
                     const mlp_train_options *options, mlp_model **model, mlp_train_report *report,
                     mlp_error *err)
{
    mlpi_plan plan;
    mlpi_prepared data;
    MLPI_TRY(mlpi_plan_check(options, &plan, err));
    MLPI_TRY(mlpi_prepare(table, validation, options, &plan, &data, err));
    run r = {.options = options, .plan = &plan, .data = &data};
    const mlp_status status = train(&r, table, model, report, err);
    release_run(&r);
    mlpi_prepared_release(&data);
    return status;
}
