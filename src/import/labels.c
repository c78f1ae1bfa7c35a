/* SPDX-License-Identifier: MIT */
/* Operators that turn probabilities into labels. */
#include "base/base.h"
#include "import/import.h"

/* Takes input 0, which must be the outputs of a layer, with no factor or shift after the layer's
 * function. */
static mlp_status take_outputs(const mlpi_importer *im, const mlpi_onnx_node *node,
                               mlpi_meaning *made)
{
    const mlpi_meaning *from = mlpi_import_input(im, node, 0);
    const bool outputs =
        from->kind == MLPI_MEANS_PAIR ||
        (from->kind == MLPI_MEANS_FLOW && from->flow.layer > 0 && from->flow.outside.count == 0);
    *made = *from;
    return outputs ? MLP_OK
                   : mlpi_import_refuse(im, node,
                                        "does not take the outputs of a layer; mlp imports "
                                        "networks that end with them");
}

mlp_status mlpi_import_arg_max(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const double axis = mlpi_import_number(node, "axis", 0.0);
    MLPI_TRY(take_outputs(im, node, made));
    if ((axis != 1.0 && axis != -1.0) || (made->kind == MLPI_MEANS_FLOW && made->flow.width < 2) ||
        mlpi_import_number(node, "select_last_index", 0.0) != 0.0)
        return mlpi_import_refuse(im, node,
                                  "does not choose the first of the largest values of a row");
    *made = (mlpi_meaning){.kind = MLPI_MEANS_LABEL, .flow = made->flow};
    return MLP_OK;
}

static size_t label_count(const mlpi_flow *flow)
{
    return flow->pair ? 2 : flow->width;
}

mlp_status mlpi_import_label_of(mlpi_importer *im, const mlpi_onnx_node *node,
                                const mlpi_meaning *list, const mlpi_meaning *number,
                                mlpi_meaning *made)
{
    *made = *number;
    made->constant = list->constant;
    return number->constant == NULL && list->constant->count == label_count(&number->flow)
               ? MLP_OK
               : mlpi_import_refuse(im, node, "does not have one label for each output");
}

/* ZipMap of ai.onnx.ml: a map from labels to probabilities. */
mlp_status mlpi_import_map(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const mlpi_onnx_tensor *texts = mlpi_import_attribute(node, "classlabels_strings"),
                           *wholes = mlpi_import_attribute(node, "classlabels_int64s");
    MLPI_TRY(take_outputs(im, node, made));
    made->kind = MLPI_MEANS_MAP;
    made->constant = texts != NULL && texts->text != NULL && texts->count > 0 ? texts : wholes;
    return made->constant != NULL && made->constant->count == label_count(&made->flow)
               ? MLP_OK
               : mlpi_import_refuse(im, node, "does not have one label for each output");
}

/* Binarizer: several labels at once, each of which holds if its probability is above one half. */
mlp_status mlpi_import_signs(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    MLPI_TRY(take_outputs(im, node, made));
    const bool probable = made->kind == MLPI_MEANS_FLOW && made->flow.function == MLP_LOGISTIC;
    if (!probable || mlpi_import_number(node, "threshold", 0.0) != 0.5)
        return mlpi_import_refuse(im, node,
                                  "does not choose labels by a sigmoid above 0.5, as mlp does; "
                                  "export the probabilities alone");
    *made = (mlpi_meaning){.kind = MLPI_MEANS_SIGNS, .flow = made->flow};
    return MLP_OK;
}
