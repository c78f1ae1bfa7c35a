/* SPDX-License-Identifier: MIT */
/* The usual uses of a table or a model that was read. */
#include <stdlib.h>
#include <string.h>

#include "draw/gnuplot.h"
#include "fuzz.h"
#include "model/importance.h"

/* Larger tables and models are only read, so that an input takes little time. */
enum { MOST_CELLS = 4000, MOST_PARAMETERS = 4000, MOST_COLUMNS = 40, MOST_LABELS = 60 };

mlp_table *fuzz_read_table(const void *bytes, size_t size, const char *name,
                           const mlp_read_options *options)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    fuzz_heap_begin(size);
    const mlp_status status = mlp_table_read_memory(bytes, size, name, options, &table, &err);
    fuzz_heap_end("reading a table");
    if (status == MLP_OK)
        return table;
    if (err.message[0] == '\0' || err.status != status || table != NULL)
        fuzz_finding("a table is refused without a word");
    return NULL;
}

/* --- a model ---------------------------------------------------------------------------------- */

static void predict_by_values(const mlp_model *model)
{
    mlp_predictor *predictor = NULL;
    const mlp_network *network = mlp_model_network(model);
    const size_t inputs = mlp_network_inputs(network);
    const size_t outputs = mlp_network_outputs(network);
    const size_t columns = mlp_model_column_count(model);
    if (mlp_predictor_create_model(model, &predictor, NULL) != MLP_OK)
        return;
    double *values = calloc(columns + mlp_model_width(model) + 1, sizeof *values);
    float *numbers =
        calloc(inputs + outputs + mlp_predictor_workspace(predictor) + 1, sizeof *numbers);
    for (int i = -1; values != NULL && numbers != NULL && i < 3; i++) {
        for (size_t c = 0; c < columns; c++)
            values[c] = i;
        mlp_model_encode_values(model, values, numbers);
        mlp_predictor_run(predictor, numbers, numbers + inputs, numbers + inputs + outputs);
        mlp_model_decode(model, numbers + inputs, values + columns);
    }
    free(values);
    free(numbers);
    mlp_predictor_free(predictor);
}

static void evaluate(const mlp_model *model, const mlp_table *table)
{
    mlp_outcomes outcomes;
    mlp_evaluation evaluation;
    mlp_residuals residuals;
    mlp_calibration calibration;
    mlp_importance importance;
    if (mlp_model_outcomes(model, table, 1, &outcomes, NULL) != MLP_OK)
        return;
    if (mlp_evaluate_outcomes(&outcomes, &evaluation, NULL) == MLP_OK)
        mlp_evaluation_release(&evaluation);
    if (outcomes.task == MLP_TASK_REGRESSION) {
        if (mlp_residual_summary(&outcomes, 0, 4, &residuals, NULL) == MLP_OK)
            mlp_residuals_release(&residuals);
    } else {
        const mlp_scores scores = mlp_outcomes_scores(&outcomes, outcomes.width - 1);
        if (mlp_calibration_curve(&scores, MLP_BINS_EQUAL_COUNT, 5, &calibration, NULL) == MLP_OK)
            mlp_calibration_release(&calibration);
    }
    mlp_outcomes_release(&outcomes);
    const mlp_importance_options options = {.repeats = 1, .rows = 8, .seed = 1, .threads = 1};
    if (mlp_model_importance(model, table, &options, &importance, NULL) == MLP_OK)
        mlp_importance_release(&importance);
}

static void check_gradient(const mlp_model *model, const mlp_table *table)
{
    mlp_encoded encoded;
    mlp_gradient_check check;
    if (mlp_model_encode(model, table, true, &encoded, NULL) != MLP_OK)
        return;
    if (encoded.rows > 0)
        (void)mlp_check_gradient(model, &encoded, 2, 30, &check, NULL);
    mlp_encoded_release(&encoded);
}

static void train_on(const mlp_model *model, const mlp_table *table)
{
    mlp_model *next = NULL;
    mlp_train_options options = fuzz_small_training();
    const size_t count = mlp_model_target_count(model);
    const char **targets = calloc(count + 1, sizeof *targets);
    for (size_t k = 0; targets != NULL && k < count; k++)
        targets[k] = mlp_model_target(model, k);
    options.initial = model;
    options.targets = (mlp_names){targets, targets != NULL ? count : 0};
    if (mlp_train(table, NULL, &options, &next, NULL, NULL) == MLP_OK)
        mlp_model_free(next);
    free(targets);
}

static void draw(const mlp_model *model, const mlp_table *table, uint64_t choice)
{
    size_t kinds = 0;
    while (mlp_plot_kind_at(kinds) != NULL)
        kinds++;
    const mlp_plot_kind *kind = mlp_plot_kind_at((size_t)(choice % kinds));
    const size_t columns = mlp_model_column_count(model);
    const mlp_plot_request request = {.model = model,
                                      .table = table,
                                      .x = columns > 0 ? mlp_model_column(model, 0) : NULL,
                                      .y = columns > 1 ? mlp_model_column(model, 1) : NULL,
                                      .threads = 1};
    mlp_figure *figure = NULL;
    if (kind->logs != MLP_PLOT_NONE || mlp_plot(kind, &request, &figure, NULL) != MLP_OK)
        return;
    const mlpi_canvas canvas = {.terminal = "svg"};
    (void)mlp_figure_characters(figure, 60, true, fuzz_nowhere(), NULL);
    (void)mlp_figure_data(figure, fuzz_nowhere(), NULL);
    mlpi_gnuplot_script(figure, &canvas, fuzz_nowhere());
    mlp_figure_free(figure);
}

/* A model that is saved and loaded stays the same: saved again, it has the same bytes. */
static void save_and_load(const mlp_model *model)
{
    mlp_model *again = NULL;
    mlp_error err;
    size_t size = 0, size_again = 0;
    const char *path = fuzz_path("saved.mlp");
    if (mlp_model_save(model, path, true, &err) != MLP_OK)
        fuzz_finding("a model cannot be saved: %s", err.message);
    if (mlp_model_load(path, &again, &err) != MLP_OK)
        fuzz_finding("a model that was saved cannot be loaded: %s", err.message);
    uint8_t *bytes = fuzz_content(path, &size);
    if (mlp_model_save(again, path, true, &err) != MLP_OK)
        fuzz_finding("a model cannot be saved again: %s", err.message);
    uint8_t *bytes_again = fuzz_content(path, &size_again);
    if (size != size_again || memcmp(bytes, bytes_again, size) != 0)
        fuzz_finding("a model that was saved, loaded and saved has other bytes");
    free(bytes);
    free(bytes_again);
    mlp_model_free(again);
}

void fuzz_use_model(const mlp_model *model, const mlp_table *table, uint64_t choice)
{
    mlp_predictions predictions;
    save_and_load(model);
    if (mlp_model_parameter_count(model) > MOST_PARAMETERS ||
        mlp_model_column_count(model) > MOST_COLUMNS || mlp_model_label_count(model) > MOST_LABELS)
        return;
    predict_by_values(model);
    draw(model, table, choice);
    if (table == NULL)
        return;
    if (mlp_model_predict(model, table, 1, &predictions, NULL) == MLP_OK)
        mlp_predictions_release(&predictions);
    evaluate(model, table);
    check_gradient(model, table);
    train_on(model, table);
}

/* --- a table ---------------------------------------------------------------------------------- */

static void look_at_cells(const mlp_table *table)
{
    char text[40];
    const size_t rows = mlp_table_rows(table), columns = mlp_table_columns(table);
    for (size_t r = 0; r < rows; r++) {
        (void)mlp_table_line(table, r);
        (void)mlp_table_part(table, r);
        for (size_t c = 0; c < columns; c++)
            (void)mlp_table_cell(table, r, c, text, sizeof text);
    }
    for (size_t c = 0; c < columns; c++) {
        size_t found = columns;
        if (mlp_table_find(table, mlp_table_column_name(table, c), &found, NULL) != MLP_OK ||
            found >= columns)
            fuzz_finding("column %zu is not found by its name", c + 1);
    }
    (void)mlp_table_fingerprint(table);
}

void fuzz_use_table(const mlp_table *table)
{
    const size_t rows = mlp_table_rows(table), columns = mlp_table_columns(table);
    mlp_train_options options = fuzz_small_training();
    mlp_model *model = NULL;
    if (columns > 0 && rows > MOST_CELLS / columns)
        return;
    look_at_cells(table);
    if (columns == 0)
        return;
    const char *target = mlp_table_column_name(table, columns - 1);
    options.targets = (mlp_names){&target, mlp_table_has_parts(table) ? 0 : 1};
    options.epochs = 2;
    if (mlp_train(table, NULL, &options, &model, NULL, NULL) != MLP_OK)
        return;
    fuzz_use_model(model, table, rows + columns);
    mlp_model_free(model);
}

void fuzz_packed(const uint8_t *bytes, size_t size, fuzz_pack *pack, const char *name, size_t most)
{
    const mlp_read_options options = {.format = "csv", .no_header = true};
    fuzz_input input = {bytes, size};
    const size_t times = (size_t)fuzz_number(&input, 1);
    uint8_t *packed = NULL;
    size_t packed_size = 0;
    if (times > 0)
        packed_size = pack(input.bytes, input.size, times, &packed);
    /* The limit follows from the unpacked size, since a packed file is meant to hold more bytes
     * than its own size. */
    mlp_table *table = NULL;
    fuzz_heap_begin(input.size * (times > 0 ? times : most));
    (void)mlp_table_read_memory(times > 0 ? packed : input.bytes,
                                times > 0 ? packed_size : input.size, name, &options, &table, NULL);
    fuzz_heap_end("unpacking and reading a table");
    if (table != NULL)
        fuzz_use_table(table);
    mlp_table_free(table);
    free(packed);
}
