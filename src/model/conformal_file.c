/* SPDX-License-Identifier: MIT */
/* Writes conformal scores to a model file and reads them back (docs/formats/model-file.md). */
#include "model/metadata.h"

void mlpi_conformal_write(const mlpi_conformal *conformal, mlp_json_writer *to)
{
    mlp_json_begin_object(to, "conformal");
    mlp_json_put_whole(to, "rows", conformal->rows);
    mlp_json_begin_array(to, "scores");
    for (size_t l = 0; l < conformal->lists; l++)
        mlp_json_put_numbers(to, NULL, conformal->score + l * conformal->points, conformal->points);
    mlp_json_end(to);
    mlp_json_end(to);
}

/* Reads an array of exactly `points` ascending numbers. false: it is anything else. */
static bool read_list(mlp_json_value array, size_t points, double *score)
{
    if (mlp_json_kind_of(array) != MLP_JSON_ARRAY || mlp_json_count(array) != points)
        return false;
    mlp_json_value number = mlp_json_first(array);
    for (size_t j = 0; j < points; j++, number = mlp_json_next(number))
        if (!mlp_json_number(number, &score[j]) || (j > 0 && score[j] < score[j - 1]))
            return false;
    return true;
}

mlp_status mlpi_conformal_read(mlp_json_value object, size_t lists, mlpi_conformal *conformal)
{
    const uint64_t most = (uint64_t)1 << 52;
    const mlp_json_value scores = mlp_json_member(object, "scores");
    mlp_json_value list = mlp_json_first(scores);
    uint64_t rows = 0;
    /* The array is measured first: no more memory is allocated than the text has numbers for. */
    if (!mlp_json_whole(mlp_json_member(object, "rows"), &rows) || rows < 1 || rows > most ||
        mlp_json_kind_of(scores) != MLP_JSON_ARRAY || lists < 1 ||
        mlp_json_count(scores) != lists ||
        mlp_json_count(list) != mlpi_conformal_points((size_t)rows, lists))
        return MLP_ERROR_MODEL;
    MLPI_TRY(mlpi_conformal_init(conformal, (size_t)rows, lists, NULL));
    for (size_t l = 0; l < lists; l++, list = mlp_json_next(list))
        if (!read_list(list, conformal->points, conformal->score + l * conformal->points)) {
            mlpi_conformal_release(conformal);
            return MLP_ERROR_MODEL;
        }
    return MLP_OK;
}
