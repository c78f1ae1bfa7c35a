/* SPDX-License-Identifier: MIT */
/* Finds the columns that a small network needs least. First a network of all columns is trained.
 * Then columns are removed one after another, each time the one without which the loss of the
 * training rows rises least: the relevance of a unit (M. Mozer, P. Smolensky, "Skeletonization",
 * NIPS 1989), here of all inputs of a column together, and computed rather than estimated. The
 * inputs of a removed column are set to their means: that equals a network without these inputs
 * whose biases make up for them. */
#include <math.h>
#include <string.h>

#include "model/ranking.h"
#include "shrink/shrink.h"

enum { MOST_ROWS = 2000, PASSES = 16 };
static const char SCOUT[] = "32"; /* `hidden` of the network of all columns, the scout */

typedef struct elimination {
    const mlpi_pipeline *pipeline;
    mlp_session *session;
    mlp_encoded rows;     /* training rows; inputs of removed columns are at their means */
    float *mean, *column; /* of each input; the inputs of one column, saved by move() */
    double *loss;         /* of each row */
    double *without;      /* of each column: the negative loss without it; NaN: it is removed */
    size_t *ranked;       /* columns, those that matter least first */
    size_t left;          /* number of columns that are not removed */
} elimination;

/* --- rows ------------------------------------------------------------------------------------- */

/* Takes all training rows, or MOST_ROWS of them, evenly spaced. */
static void take_rows(const mlp_encoded *all, mlp_encoded *rows)
{
    for (size_t r = 0; r < rows->rows; r++) {
        const size_t from = r * all->rows / rows->rows;
        memcpy(rows->x + r * all->inputs, all->x + from * all->inputs,
               all->inputs * sizeof *all->x);
        memcpy(rows->target + r * all->outputs, all->target + from * all->outputs,
               all->outputs * sizeof *all->target);
        rows->weight[r] = all->weight != NULL ? all->weight[from] : 1.0F;
    }
}

static void find_means(const mlp_encoded *rows, float *mean)
{
    for (size_t i = 0; i < rows->inputs; i++) {
        double sum = 0.0;
        for (size_t r = 0; r < rows->rows; r++)
            sum += (double)rows->x[r * rows->inputs + i];
        mean[i] = (float)(sum / (double)rows->rows);
    }
}

static mlp_status begin(elimination *e, const mlp_encoded *all, const mlp_model *scout, int threads,
                        mlp_error *err)
{
    const size_t rows = all->rows < MOST_ROWS ? all->rows : MOST_ROWS;
    const size_t columns = e->pipeline->feature_count;
    e->rows = (mlp_encoded){.rows = rows,
                            .inputs = all->inputs,
                            .outputs = all->outputs,
                            .x = mlpi_allocate(rows, all->inputs * sizeof *all->x),
                            .target = mlpi_allocate(rows, all->outputs * sizeof *all->target),
                            .weight = mlpi_allocate(rows, sizeof *all->weight)};
    e->mean = mlpi_allocate(all->inputs, sizeof *e->mean);
    e->column = mlpi_allocate(rows, all->inputs * sizeof *e->column);
    e->loss = mlpi_allocate(rows, sizeof *e->loss);
    e->without = mlpi_allocate(columns, sizeof *e->without);
    e->ranked = mlpi_allocate(columns, sizeof *e->ranked);
    if (e->rows.x == NULL || e->rows.target == NULL || e->rows.weight == NULL || e->mean == NULL ||
        e->column == NULL || e->loss == NULL || e->without == NULL || e->ranked == NULL)
        return mlpi_fail_memory(err, "the columns");
    take_rows(all, &e->rows);
    find_means(&e->rows, e->mean);
    e->left = columns;
    return mlp_session_create(scout, threads, &e->session, err);
}

static void end(elimination *e)
{
    mlp_session_free(e->session);
    mlp_encoded_release(&e->rows);
    mlpi_free(e->mean);
    mlpi_free(e->column);
    mlpi_free(e->loss);
    mlpi_free(e->without);
    mlpi_free(e->ranked);
}

/* --- the loss without a column ---------------------------------------------------------------- */

/* With `leave`, saves the inputs of a column and sets them to their means; else restores them. */
static void move(elimination *e, const mlpi_feature *f, bool leave)
{
    for (size_t r = 0; r < e->rows.rows; r++) {
        float *at = e->rows.x + r * e->rows.inputs + f->first, *kept = e->column + r * f->width;
        if (leave)
            memcpy(kept, at, f->width * sizeof *at);
        memcpy(at, leave ? e->mean + f->first : kept, f->width * sizeof *at);
    }
}

static mlp_status loss_of(elimination *e, double *mean, mlp_error *err)
{
    mlp_predictions predictions = {0};
    double sum = 0.0;
    MLPI_TRY(mlpi_session_predict(e->session, &e->rows, e->loss, &predictions, err));
    mlp_predictions_release(&predictions);
    for (size_t r = 0; r < e->rows.rows; r++)
        sum += (double)e->rows.weight[r] * e->loss[r];
    *mean = sum / (double)e->rows.rows;
    return MLP_OK;
}

/* Computes the loss without each column that is left; then removes the `leave` columns that matter
 * least. */
static mlp_status pass(elimination *e, size_t leave, mlp_error *err)
{
    const size_t columns = e->pipeline->feature_count;
    for (size_t c = 0; c < columns; c++) {
        if (isnan(e->without[c]))
            continue;
        double loss = 0.0;
        move(e, &e->pipeline->features[c], true);
        MLPI_TRY(loss_of(e, &loss, err));
        move(e, &e->pipeline->features[c], false);
        e->without[c] = isfinite(loss) ? -loss : -HUGE_VAL;
    }
    MLPI_TRY(mlpi_rank_columns(e->without, columns, e->ranked, err));
    for (size_t i = 0; i < leave; i++) {
        move(e, &e->pipeline->features[e->ranked[i]], true);
        e->without[e->ranked[i]] = (double)NAN;
    }
    e->left -= leave;
    return MLP_OK;
}

/* Removes one column in a pass, or a sixteenth of them if there are many, so that the number of
 * losses to compute grows with the number of columns and not with its square. */
static mlp_status eliminate(elimination *e, const mlpi_lesson *lesson, size_t most, mlp_error *err)
{
    while (e->left > most) {
        const size_t share = e->left / PASSES, too_many = e->left - most;
        MLPI_TRY(mlpi_lesson_go_on(lesson, err));
        MLPI_TRY(pass(e, share < 1 ? 1 : share < too_many ? share : too_many, err));
    }
    return MLP_OK;
}

/* --- steps ------------------------------------------------------------------------------------ */

/* Trains the scout in an eighth of the time that is left, which is about the time that a student
 * gets. */
static mlp_status train_scout(const mlpi_lesson *lesson, mlp_model **scout, mlp_error *err)
{
    const double share = 0.125;
    mlp_train_options own = lesson->options;
    mlp_train_report report;
    if (own.until > 0.0)
        own.until = mlpi_seconds() + share * (own.until - mlpi_seconds());
    own.working = NULL;
    MLPI_TRY(mlpi_student_train(lesson, SCOUT, &own, 0, scout, &report, err));
    return report.reason == MLP_STOP_INTERRUPTED ? mlpi_lesson_ended(true, err) : MLP_OK;
}

/* Marks the columns of the table to drop, so that `most` input columns remain. */
static mlp_status leave_out(const mlpi_lesson *lesson, size_t most, bool *out, mlp_error *err)
{
    const mlpi_pipeline *p = &lesson->common.data.pipeline;
    elimination e = {.pipeline = p};
    mlp_model *scout = NULL;
    mlp_status status = train_scout(lesson, &scout, err);
    if (status == MLP_OK)
        status = begin(&e, &lesson->common.data.training, scout, lesson->options.threads, err);
    if (status == MLP_OK)
        status = eliminate(&e, lesson, most, err);
    for (size_t c = 0; status == MLP_OK && c < p->feature_count; c++)
        if (isnan(e.without[c]))
            out[p->features[c].position] = true;
    end(&e);
    mlp_model_free(scout);
    return status;
}

/* Drops columns in steps, each of which keeps at least about 70 % of them, and trains a new scout
 * before each step. Of two columns with the same information each has half of the effect at first,
 * and both seem dispensable; once one is dropped, a new scout relies on the other. */
static mlp_status step_down(mlpi_lesson *lesson, size_t most, bool *out, mlp_error *err)
{
    const double root = 0.70710678118654752440;
    for (size_t count; (count = lesson->common.data.pipeline.feature_count) > most;) {
        const size_t fewer = (size_t)(root * (double)count);
        MLPI_TRY(leave_out(lesson, fewer > most ? fewer : most, out, err));
        mlpi_lesson_drop(lesson, out);
        MLPI_TRY(mlpi_lesson_encode(lesson, err));
    }
    return MLP_OK;
}

mlp_status mlpi_lesson_bound_columns(mlpi_lesson *lesson, size_t most, mlp_error *err)
{
    if (most == 0)
        return MLP_OK;
    bool *out = mlpi_allocate(lesson->table->columns, sizeof *out);
    if (out == NULL)
        return mlpi_fail_memory(err, "the columns");
    const mlp_status status = step_down(lesson, most, out, err);
    mlpi_free(out);
    return status;
}
