/* SPDX-License-Identifier: MIT */
/* Limits of steps: of the norm of the gradient (R. Pascanu, T. Mikolov, Y. Bengio 2013), and of the
 * norm of each neuron's incoming weights (N. Srebro et al. 2005; N. Srivastava et al. 2014).
 *
 * The norm of the gradient is known only when the gradient is complete. So, with a limit of that
 * norm, the weight phase runs twice: the first pass collects the pieces of the gradient, the second
 * pass scales them and applies the updates. */
#include <math.h>
#include <string.h>

#include "engine/inside.h"

enum { CHUNK = 1 << 16 }; /* floats whose squares are summed by one task */

static size_t chunks_of(const mlpi_engine *engine)
{
    return (mlpi_size_of(engine) + CHUNK - 1) / CHUNK;
}

mlp_status mlpi_engine_set_limits(mlpi_engine *engine, mlpi_limits limits, mlp_error *err)
{
    mlpi_limit_state *state = &engine->limits;
    if (limits.gradient_norm > 0.0 && state->gradient == NULL) {
        state->gradient = mlpi_allocate(mlpi_size_of(engine), sizeof *state->gradient);
        state->squares = mlpi_allocate(chunks_of(engine), sizeof *state->squares);
        if (state->gradient == NULL || state->squares == NULL) {
            mlpi_limits_release(engine);
            return mlpi_fail_memory(err, "clipping the gradient");
        }
    }
    state->most = limits;
    state->norm = (double)NAN;
    return MLP_OK;
}

void mlpi_limits_release(mlpi_engine *engine)
{
    mlpi_free(engine->limits.gradient);
    mlpi_free(engine->limits.squares);
    engine->limits = (mlpi_limit_state){0};
}

double mlpi_engine_gradient_norm(const mlpi_engine *engine)
{
    return engine->limits.norm;
}

/* --- the gradient ----------------------------------------------------------------------------- */

static double sum_of(const double *values, size_t n)
{
    double total = 0.0;
    for (size_t i = 0; i < n; i++)
        total += values[i];
    return total;
}

static void square_chunk(void *context, size_t i, int thread)
{
    const mlpi_engine *engine = context;
    const size_t at = i * CHUNK, left = mlpi_size_of(engine) - at;
    double sums[MLPI_PANEL];
    (void)thread;
    engine->packed.kernels->sum_squares((left < CHUNK ? left : CHUNK) / MLPI_PANEL,
                                        engine->limits.gradient + at, sums);
    engine->limits.squares[i] = sum_of(sums, MLPI_PANEL);
}

void mlpi_clip_gradient(mlpi_step *step, int threads)
{
    mlpi_limit_state *state = &step->engine->limits;
    mlpi_team_run(step->engine->team, threads, chunks_of(step->engine), square_chunk, step->engine);
    state->norm = sqrt(sum_of(state->squares, chunks_of(step->engine)));
    state->factor = state->norm <= state->most.gradient_norm
                        ? 1.0f
                        : (float)(state->most.gradient_norm / state->norm);
}

void mlpi_update_piece(const mlpi_step *step, const mlpi_piece *piece)
{
    const mlpi_limit_state *state = &step->engine->limits;
    if (step->stage == MLPI_STAGE_WHOLE) {
        step->update(step->context, piece);
        return;
    }
    mlpi_piece kept = *piece;
    kept.gradient = state->gradient + piece->at;
    if (step->stage == MLPI_STAGE_COLLECT) {
        memcpy(kept.gradient, piece->gradient, piece->n * sizeof *kept.gradient);
        return;
    }
    for (size_t i = 0; state->factor != 1.0f && i < kept.n; i++)
        kept.gradient[i] *= state->factor;
    step->update(step->context, &kept);
}

/* --- the weights ------------------------------------------------------------------------------ */

static void limit_panel(const mlpi_step *step, size_t l, size_t panel)
{
    mlpi_packed *packed = &step->engine->packed;
    const mlpi_packed_layer *layer = &packed->layers[l];
    const double most = step->engine->limits.most.weight_norm;
    float *weights = packed->parameters + layer->weights_at + panel * layer->inputs * MLPI_PANEL;
    double squares[MLPI_PANEL];
    float factor[MLPI_PANEL];
    bool longer = false;
    packed->kernels->sum_squares(layer->inputs, weights, squares);
    for (size_t u = 0; u < MLPI_PANEL; u++) {
        const double norm = sqrt(squares[u]);
        factor[u] = norm > most ? (float)(most / norm) : 1.0f;
        longer = longer || norm > most;
    }
    if (!longer)
        return;
    packed->kernels->scale_units(layer->inputs, factor, weights);
    mlpi_packed_refresh(packed, l, panel, 0, layer->inputs);
}

void mlpi_limit_weights(const mlpi_step *step, size_t l, size_t panel, size_t panels)
{
    if (step->stage == MLPI_STAGE_COLLECT || !(step->engine->limits.most.weight_norm > 0.0))
        return;
    for (size_t p = panel; p < panel + panels; p++)
        limit_panel(step, l, p);
}
