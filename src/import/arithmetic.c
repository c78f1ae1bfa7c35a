/* SPDX-License-Identifier: MIT */
/* Arithmetic of rows with constants, which becomes a factor and a shift for each place. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "import/import.h"

/* --- rows and constants ----------------------------------------------------------------------- */

/* Accepts one number, or one for each place of a row, whose count is then the width of the flow. */
static mlp_status fit_constant(mlpi_importer *im, const mlpi_onnx_node *node,
                               const mlpi_onnx_tensor *constant, mlpi_flow *flow)
{
    const bool one = constant->count == 1 && constant->rank <= flow->rank;
    const bool row = flow->rank == 2 && constant->rank > 0 && constant->rank <= 2 &&
                     constant->count == constant->dimension[constant->rank - 1];
    if (one)
        return MLP_OK;
    if (!row)
        return mlpi_import_refuse(
            im, node, "has a constant that is neither one number nor one for each number of a row");
    return mlpi_import_settle(im, node, flow, constant->count);
}

/* Multiplies the flow by factors, and adds shifts. There may be a single factor or shift for all
 * places; NULL: factors of 1, shifts of 0. */
static mlp_status scale(mlpi_importer *im, const double *factor, size_t factors,
                        const double *shift, size_t shifts, mlpi_flow *flow)
{
    const size_t count = factors > shifts ? factors : shifts;
    double *all = mlpi_arena_take(&im->arena, 2 * count, sizeof *all);
    if (all == NULL)
        return mlpi_import_no_memory(im);
    for (size_t i = 0; i < count; i++) {
        all[i] = factor == NULL ? 1.0 : factor[factors == 1 ? 0 : i];
        all[count + i] = shift == NULL ? 0.0 : shift[shifts == 1 ? 0 : i];
    }
    return mlpi_import_scale(im, all, all + count, count, flow);
}

mlp_status mlpi_import_shift(mlpi_importer *im, const mlpi_onnx_node *node,
                             const mlpi_onnx_tensor *constant, double times, mlpi_flow *flow)
{
    MLPI_TRY(fit_constant(im, node, constant, flow));
    double *shifts = mlpi_arena_take(&im->arena, constant->count, sizeof *shifts);
    if (shifts == NULL)
        return mlpi_import_no_memory(im);
    for (size_t i = 0; i < constant->count; i++)
        shifts[i] = times * constant->number[i];
    return scale(im, NULL, 1, shifts, constant->count, flow);
}

/* Multiplies the flow by a constant, or divides it. */
static mlp_status multiply(mlpi_importer *im, const mlpi_onnx_node *node,
                           const mlpi_onnx_tensor *constant, bool divide, mlpi_flow *flow)
{
    MLPI_TRY(fit_constant(im, node, constant, flow));
    double *factors = mlpi_arena_take(&im->arena, constant->count, sizeof *factors);
    if (factors == NULL)
        return mlpi_import_no_memory(im);
    for (size_t i = 0; i < constant->count; i++)
        factors[i] = divide ? 1.0 / constant->number[i] : constant->number[i];
    return scale(im, factors, constant->count, NULL, 1, flow);
}

/* --- operators of two inputs ------------------------------------------------------------------ */

/* Finds the input that depends on the rows, and the other input, which must be constant; *second:
 * the constant is input 1. false: the inputs are not one of each kind. */
static bool take_sides(const mlpi_importer *im, const mlpi_onnx_node *node, mlpi_flow *flow,
                       const mlpi_onnx_tensor **constant, bool *second)
{
    const mlpi_meaning *a = mlpi_import_input(im, node, 0), *b = mlpi_import_input(im, node, 1);
    *second = b->kind == MLPI_MEANS_CONSTANT;
    const mlpi_meaning *const given = *second ? b : a, *const rows = *second ? a : b;
    *flow = rows->flow;
    *constant = given->constant;
    return rows->kind == MLPI_MEANS_FLOW && given->kind == MLPI_MEANS_CONSTANT &&
           given->constant->number != NULL;
}

static mlp_status refuse_two(const mlpi_importer *im, const mlpi_onnx_node *node)
{
    mlpi_flow flow;
    for (size_t i = 0; i < 2; i++) /* an input that does not consist of numbers is reported first */
        if (mlpi_import_input(im, node, i)->kind != MLPI_MEANS_CONSTANT)
            MLPI_TRY(mlpi_import_flow(im, node, i, &flow));
    if (mlpi_import_input(im, node, 0)->kind == MLPI_MEANS_CONSTANT &&
        mlpi_import_input(im, node, 1)->kind == MLPI_MEANS_CONSTANT)
        return mlpi_import_refuse(im, node,
                                  "computes with constants alone, which mlp leaves to exporters; "
                                  "export the network with constants folded");
    return mlpi_import_refuse(
        im, node,
        "combines two values that both depend on the rows into something that is not an activation "
        "of mlp; mlp imports networks that are one chain of layers");
}

mlp_status mlpi_import_add(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const mlpi_onnx_tensor *constant = NULL;
    bool second = false;
    made->kind = MLPI_MEANS_FLOW;
    return take_sides(im, node, &made->flow, &constant, &second)
               ? mlpi_import_shift(im, node, constant, 1.0, &made->flow)
               : refuse_two(im, node);
}

mlp_status mlpi_import_negate(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    made->kind = MLPI_MEANS_FLOW;
    MLPI_TRY(mlpi_import_flow(im, node, 0, &made->flow));
    return scale(im, (const double[]){-1.0}, 1, NULL, 1, &made->flow);
}

mlp_status mlpi_import_subtract(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const mlpi_onnx_tensor *constant = NULL;
    bool second = false;
    made->kind = MLPI_MEANS_FLOW;
    if (!take_sides(im, node, &made->flow, &constant, &second))
        return refuse_two(im, node);
    if (!second)
        MLPI_TRY(scale(im, (const double[]){-1.0}, 1, NULL, 1, &made->flow));
    return mlpi_import_shift(im, node, constant, second ? -1.0 : 1.0, &made->flow);
}

/* Multiplies or divides a flow by a constant, or by another flow if the result is an activation. */
static mlp_status combine(mlpi_importer *im, const mlpi_onnx_node *node, bool divide,
                          mlpi_meaning *made)
{
    const mlpi_meaning *a = mlpi_import_input(im, node, 0), *b = mlpi_import_input(im, node, 1);
    const mlpi_onnx_tensor *constant = NULL;
    bool second = false;
    made->kind = MLPI_MEANS_FLOW;
    if (a->kind == MLPI_MEANS_FLOW && b->kind == MLPI_MEANS_FLOW &&
        (divide ? mlpi_import_quotient : mlpi_import_product)(im, &a->flow, &b->flow, &made->flow))
        return MLP_OK;
    if (!take_sides(im, node, &made->flow, &constant, &second))
        return refuse_two(im, node);
    if (divide && !second)
        return mlpi_import_refuse(
            im, node,
            "divides by a value that depends on the rows, in a way that no activation of mlp does");
    return multiply(im, node, constant, divide, &made->flow);
}

mlp_status mlpi_import_multiply(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    return combine(im, node, false, made);
}

mlp_status mlpi_import_divide(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    return combine(im, node, true, made);
}

/* --- scalers ---------------------------------------------------------------------------------- */

/* Scaler of ai.onnx.ml: (x - offset) * scale. */
mlp_status mlpi_import_scaler(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const mlpi_onnx_tensor *offset = mlpi_import_attribute(node, "offset"),
                           *factor = mlpi_import_attribute(node, "scale");
    made->kind = MLPI_MEANS_FLOW;
    MLPI_TRY(mlpi_import_flow(im, node, 0, &made->flow));
    if (offset != NULL && offset->number != NULL)
        MLPI_TRY(mlpi_import_shift(im, node, offset, -1.0, &made->flow));
    return factor != NULL && factor->number != NULL ? multiply(im, node, factor, false, &made->flow)
                                                    : MLP_OK;
}

/* Batch normalisation in inference: s (x - m) / sqrt(v + epsilon) + b (S. Ioffe, C. Szegedy
 * 2015). */
mlp_status mlpi_import_normalization(mlpi_importer *im, const mlpi_onnx_node *node,
                                     mlpi_meaning *made)
{
    enum { SCALE, SHIFT, MEAN, VARIANCE, NUMBERS };
    const mlpi_onnx_tensor *of[NUMBERS];
    const double epsilon = mlpi_import_number(node, "epsilon", 1e-5);
    made->kind = MLPI_MEANS_FLOW;
    MLPI_TRY(mlpi_import_flow(im, node, 0, &made->flow));
    for (size_t i = 0; i < NUMBERS; i++) {
        MLPI_TRY(mlpi_import_constant(im, node, i + 1, &of[i]));
        if (of[i]->count != of[0]->count)
            return mlpi_import_refuse(im, node,
                                      "has lists of different lengths; the file is damaged");
    }
    if (mlpi_import_number(node, "training_mode", 0.0) != 0.0 || made->flow.rank != 2)
        return mlpi_import_refuse(
            im, node,
            "normalises by the other rows (training_mode), or takes more than one list of numbers "
            "for each row; export the network for inference");
    const size_t count = of[0]->count;
    MLPI_TRY(mlpi_import_settle(im, node, &made->flow, count));
    double *all = mlpi_arena_take(&im->arena, 2 * count, sizeof *all);
    if (all == NULL)
        return mlpi_import_no_memory(im);
    for (size_t i = 0; i < count; i++) {
        all[i] = of[SCALE]->number[i] / sqrt(of[VARIANCE]->number[i] + epsilon);
        all[count + i] = of[SHIFT]->number[i] - of[MEAN]->number[i] * all[i];
    }
    return mlpi_import_scale(im, all, all + count, count, &made->flow);
}

/* Whether columns are as in the data. Joining columns, or selecting some, leaves factors of 1 and
 * shifts of 0. */
static bool is_untouched(const mlpi_flow *flow)
{
    bool untouched = flow->layer == 0;
    for (size_t i = 0; untouched && i < flow->inside.count; i++)
        untouched = flow->inside.factor[i] == 1.0 && flow->inside.shift[i] == 0.0;
    return untouched;
}

/* Sets the number that replaces missing values of a column; a column can have only one such
 * number. */
static mlp_status fill_column(mlpi_importer *im, const mlpi_onnx_node *node,
                              const mlpi_onnx_column *c, double number)
{
    double **fill = &im->fill[c->port];
    if (*fill == NULL) {
        *fill = mlpi_arena_take(&im->arena, im->width[c->port], sizeof **fill);
        if (*fill == NULL)
            return mlpi_import_no_memory(im);
        for (size_t k = 0; k < im->width[c->port]; k++)
            (*fill)[k] = (double)NAN;
    }
    double *own = &(*fill)[c->at];
    if (!isnan(*own) && *own != number)
        return mlpi_import_refuse(
            im, node,
            "fills missing values of a column that are filled with another number already, and a "
            "column of mlp has only one such number; export the pipeline with one imputer");
    *own = number;
    return MLP_OK;
}

/* Imputer: numbers that replace NaN in columns, before anything else is done with the columns. */
mlp_status mlpi_import_imputer(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const mlpi_onnx_tensor *value = mlpi_import_attribute(node, "imputed_value_floats");
    mlpi_flow *flow = &made->flow;
    made->kind = MLPI_MEANS_FLOW;
    MLPI_TRY(mlpi_import_flow(im, node, 0, flow));
    if (!mlpi_arena_count(&im->arena, flow->width, sizeof(double))) /* limits the checks below */
        return mlpi_import_no_memory(im);
    if (!is_untouched(flow) || flow->rank != 2)
        return mlpi_import_refuse(im, node,
                                  "comes after other steps, but mlp fills missing values before "
                                  "anything else; make it the first step");
    if (value == NULL || value->number == NULL || value->count == 0 ||
        !isnan(mlpi_import_number(node, "replaced_value_float", 0.0)))
        return mlpi_import_refuse(im, node,
                                  "replaces a number, or has no floats to fill in, and mlp fills "
                                  "only cells without a number (NaN)");
    MLPI_TRY(mlpi_import_settle(im, node, flow,
                                value->count > 1 || flow->width == 0 ? value->count : flow->width));
    for (size_t i = 0; i < flow->width; i++)
        MLPI_TRY(fill_column(im, node, &flow->column[i], value->number[value->count == 1 ? 0 : i]));
    return MLP_OK;
}
