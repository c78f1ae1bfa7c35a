/* SPDX-License-Identifier: MIT */
/* Whichever allocation fails, the library reports that memory is short (or does without it), leaves
 * nothing behind, and the next call works as usual. */
#include "evaluate/bootstrap.h"
#include "memory/withstands.h"
#include "model/importance.h"
#include "search/cross_validate.h"
#include "search/tuner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "draw/gnuplot.h"
#include "mlp/mlp.h"
#include "options/options.h"
#include "read/reader.h"
#include "unit/test.h"

enum { ROWS = 60 };

static char folder[] = "/tmp/mlp-memory-XXXXXX";
static FILE *nowhere;
static mlp_table *mixed, *numbers; /* classification with a category; regression */
static mlp_model *classifier, *regressor, *quantiles;

static const char *in_folder(const char *name)
{
    static char paths[4][80];
    static size_t next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const void *bytes, size_t size)
{
    FILE *to = fopen(in_folder(name), "wb");
    assert_non_null(to);
    assert_int_equal(fwrite(bytes, 1, size, to), size);
    fclose(to);
}

static const char *mixed_text(void)
{
    static char text[ROWS * 60];
    static const char *const colours[] = {"red", "green", "\"light, blue\""};
    size_t used = (size_t)snprintf(text, sizeof text, "id,group,a,b,colour,weight,answer\n");
    for (int i = 0; i < ROWS; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "r%d,%d,%d.5,%s,%s,%d,%s\n", i,
                                 i / 4, i * 7 % 11, i % 9 == 4 ? "NA" : "2", colours[i * 4 % 3],
                                 1 + i % 2, i % 3 == 1 ? "yes" : "no");
    return text;
}

static const char *numbers_text(void)
{
    static char text[ROWS * 40];
    size_t used = (size_t)snprintf(text, sizeof text, "x,z,y,w\n");
    for (int i = 0; i < ROWS; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%d,%d,%d,%d.5\n", i * 7 % ROWS,
                                 i * i % 7, i * 3 % 11, i * 2);
    return text;
}

static mlp_train_options small_training(const char *const *targets, size_t count)
{
    mlp_train_options options = mlpi_options_default();
    options.targets = (mlp_names){targets, count};
    options.hidden = "3,2";
    options.epochs = 2;
    options.threads = 1;
    return options;
}

static const char *const answer[] = {"answer"}, *const values[] = {"w", "y"};

/* --- tables ----------------------------------------------------------------------------------- */

typedef struct reading {
    const char *file;
    mlp_read_options options;
} reading;

static mlp_status read_as_rows_come(const reading *r)
{
    mlp_table_stream *stream = NULL;
    const mlp_table *rows = NULL;
    mlp_status status = mlp_table_stream_open(in_folder(r->file), &r->options, &stream, &why);
    STEP(mlp_table_stream_next(stream, &rows, &why));
    STEP(mlp_table_stream_next(stream, &rows, &why));
    mlp_table_stream_close(stream);
    return status;
}

static int read_one(void *context)
{
    const reading *r = context;
    mlp_description *description = NULL;
    mlp_table *table = NULL, *subset = NULL, *part = NULL;
    const size_t rows[] = {3, 0, 3};
    mlp_status status = mlp_table_read(in_folder(r->file), &r->options, &table, &why);
    STEP(mlp_describe(table, &description, &why));
    mlp_description_free(description);
    STEP(mlp_table_subset(table, rows, 3, &subset, &why));
    if (status == MLP_OK && mlp_table_has_parts(table))
        status = mlp_table_select(table, MLP_PART_TEST, &part, &why);
    mlp_table_free(table);
    mlp_table_free(subset);
    mlp_table_free(part);
    STEP(read_as_rows_come(r));
    return (int)status;
}

static void tables_are_read_or_refused(void **state)
{
    (void)state;
    static const char proben[] = "bool_in=1\nreal_in=1\nbool_out=2\nreal_out=0\n"
                                 "training_examples=2\nvalidation_examples=1\ntest_examples=1\n"
                                 "0 0.5 1 0\n1 0.25 0 1\n1 0.75 1 0\n0 0.1 0 1\n";
    static const unsigned char images[] = {0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 1,
                                           0, 0, 0, 2, 9, 8, 7, 6, 5, 4, 3, 2};
    static const unsigned char labels[] = {0, 0, 8, 1, 0, 0, 0, 4, 1, 0, 1, 2};
    static const unsigned char packed[] = {
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4b, 0xd4, 0x49, 0xe2,
        0x32, 0xd4, 0x31, 0xe2, 0x32, 0xd6, 0x31, 0xe1, 0x32, 0xd5, 0x31, 0xe3, 0x32, 0xd7,
        0xb1, 0xe0, 0x02, 0x00, 0xb9, 0x66, 0x2a, 0x5c, 0x14, 0x00, 0x00, 0x00};
    static const char dates[] =
        "day,at,moment\n2024-05-06,07:08:09,2024-05-06T07:08:09.5Z\n"
        "2024-02-29,23:59,2020-01-01 00:00\n,,\n2024-05-07,1:02,2021-12-31\n";
    static const char *const missing[] = {"-", "none"};
    write_file("packed.csv.gz", packed, sizeof packed);
    write_file("mixed.csv", mixed_text(), strlen(mixed_text()));
    write_file("proben.dt", proben, sizeof proben - 1);
    write_file("dates.csv", dates, sizeof dates - 1);
    write_file("images.idx", images, sizeof images);
    write_file("labels.idx", labels, sizeof labels);
    char labels_path[80];
    snprintf(labels_path, sizeof labels_path, "%s", in_folder("labels.idx"));
    reading readings[] = {
        {"mixed.csv", {.missing = {missing, 2}, .label_trim = ".", .comment = '#'}},
        {"proben.dt", {0}},
        {"dates.csv", {0}},
        {"packed.csv.gz", {0}},
        {"images.idx", {.labels = labels_path}},
    };
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++)
        withstands(read_one, &readings[i]);
}

/* Reads the sample file of every reader. */
static void every_format_is_read_or_refused(void **state)
{
    (void)state;
    static char sample[1 << 16];
    for (size_t i = 0; mlpi_reader_at(i) != NULL; i++) {
        char path[300];
        reading one = {"sample", {.format = mlpi_reader_at(i)->format}};
        snprintf(path, sizeof path, "%s/../formats/sample.%s", MLP_GOLDEN, one.options.format);
        FILE *from = fopen(path, "rb");
        assert_non_null(from);
        write_file("sample", sample, fread(sample, 1, sizeof sample, from));
        fclose(from);
        withstands(read_one, &one);
    }
}

/* Only allocations of the reader fail here, not those of the driver. */
static int read_database(void *context)
{
    mlp_table *table = NULL;
    const mlp_read_options options = {
        .query = "SELECT 1 AS whole, 0.5 AS real, 'text' AS word UNION ALL SELECT 2, NULL, 'w'"};
    const mlp_status status = mlp_table_read_large(context, &options, "/tmp", &table, &why);
    mlp_table_free(table);
    return (int)status;
}

static void databases_are_read_or_refused(void **state)
{
    (void)state;
    static const char *const absent[] = {"built without", "which is not there", "Can't open lib"};
    char address[120];
    snprintf(address, sizeof address, "odbc:Driver=SQLite3;Database=%s;PWD=secret",
             in_folder("made.db"));
    const int status = read_database(address);
    for (size_t i = 0; status != MLP_OK && i < sizeof absent / sizeof absent[0]; i++)
        if (strstr(why.message, absent[i]) != NULL)
            skip_because(why.message);
    withstands(read_database, address);
}

/* --- training --------------------------------------------------------------------------------- */

typedef struct training {
    const mlp_table *table;
    mlp_train_options options;
} training;

static int train_one(void *context)
{
    const training *t = context;
    mlp_model *model = NULL;
    const mlp_status status = mlp_train(t->table, NULL, &t->options, &model, NULL, &why);
    mlp_model_free(model);
    return (int)status;
}

/* Trains; a run that reports no failed allocation has the same parameters as the run without
 * one. */
static int train_the_same(void *context)
{
    enum { MOST = 1000 };
    static float usual[MOST];
    static size_t size;
    const training *t = context;
    mlp_model *model = NULL;
    mlp_status status = mlp_train(t->table, NULL, &t->options, &model, NULL, &why);
    if (status != MLP_OK)
        return (int)status;
    const mlp_network *network = mlp_model_network(model);
    const float *parameters = mlp_network_parameters_const(network);
    if (size == 0) {
        size = mlp_network_size(network);
        assert_in_range(size, 1, MOST);
        memcpy(usual, parameters, size * sizeof *usual);
    } else if (memcmp(usual, parameters, size * sizeof *usual) != 0) {
        status = MLP_ERROR_MODEL;
        snprintf(why.message, sizeof why.message, "the model differs");
    }
    mlp_model_free(model);
    return (int)status;
}

static void trainings_end_in_a_model_or_say_why(void **state)
{
    (void)state;
    static const char *const drop[] = {"id"}, *const categorical[] = {"b"};
    training plain = {mixed, small_training(answer, 1)};
    plain.options.drop = (mlp_names){drop, 1};
    plain.options.categorical = (mlp_names){categorical, 1};
    plain.options.class_weights = "yes=2,no=1";
    plain.options.weight_column = "weight";
    plain.options.validation_group = "group";
    plain.options.metric = "auc";
    plain.options.restarts = 2;
    plain.options.command = "mlp train mixed.csv";
    withstands(train_one, &plain);

    training rich = {mixed, small_training(answer, 1)};
    rich.options.batch_norm = true;
    rich.options.dropout = 0.2;
    rich.options.input_noise = 0.1;
    rich.options.clip_norm = 1.0;
    rich.options.schedule = "one-cycle";
    rich.options.class_weights = "balanced";
    rich.options.validation_time = "group";
    withstands(train_one, &rich);

    training bounded = {mixed, small_training(answer, 1)};
    bounded.options.max_norm = 2.0;
    bounded.options.batch = 7;
    withstands(train_one, &bounded);

    training late = {mixed, small_training(answer, 1)}; /* dropout begins within the first epoch */
    late.options.dropout = 0.2;
    late.options.regularisation_schedule = "coslog";
    late.options.batch = 7;
    withstands(train_the_same, &late);

    training levels = {numbers, small_training(values, 2)};
    levels.options.loss = "quantile";
    levels.options.quantiles = "0.1,0.5,0.9";
    withstands(train_one, &levels);

    training on = {mixed, small_training(answer, 1)};
    on.options.initial = classifier;
    withstands(train_one, &on);
}

static void trainings_on_folds_withstand(void **state)
{
    (void)state;
    training folds = {mixed, small_training(answer, 1)};
    folds.options.folds = 2;
    folds.options.members = 2;
    folds.options.weight_column = "weight";
    folds.options.label_smoothing = 0.1;
    folds.options.loss = "cross-entropy";
    folds.options.metric = "auc";
    withstands(train_one, &folds);

    training full = {numbers, small_training(values, 1)};
    full.options.folds = 2;
    full.options.optimizer = "lbfgs";
    withstands(train_one, &full);
}

/* The best of the recipes become one model. */
static void trainings_of_several_recipes_withstand(void **state)
{
    (void)state;
    training recipes = {mixed, small_training(answer, 1)};
    recipes.options.hidden = mlpi_options_default().hidden;
    recipes.options.quality = "good";
    recipes.options.folds = 2;
    recipes.options.epochs = 1;
    withstands(train_one, &recipes);
}

static void every_optimizer_withstands(void **state)
{
    (void)state;
    static const char *const optimizers[] = {
        "gradient-descent",    "momentum", "rmsprop", "nadam", "irprop", "scg", "lbfgs",
        "levenberg-marquardt", "bayesian"};
    for (size_t i = 0; i < sizeof optimizers / sizeof optimizers[0]; i++) {
        training one = {numbers, small_training(values, 1)};
        one.options.optimizer = optimizers[i];
        withstands(train_one, &one);
    }
}

/* Trains with a checkpoint and resumes: a checkpoint is never replaced by one that cannot be
 * read. */
static int train_and_go_on(void *context)
{
    training *t = context;
    const char *path = t->options.checkpoint;
    mlp_model *model = NULL;
    remove(path);
    t->options.epochs = 2;
    t->options.resume = false;
    mlp_status status = mlp_train(t->table, NULL, &t->options, &model, NULL, &why);
    mlp_model_free(model);
    model = NULL;
    t->options.epochs = 3;
    t->options.resume = true;
    STEP(mlp_train(t->table, NULL, &t->options, &model, NULL, &why));
    mlp_model_free(model);
    return (int)status;
}

static void checkpoints_are_whole(void **state)
{
    (void)state;
    char path[80];
    snprintf(path, sizeof path, "%s", in_folder("checkpoint"));
    training run = {mixed, small_training(answer, 1)};
    run.options.checkpoint = path;
    run.options.checkpoint_every = 1;
    withstands(train_and_go_on, &run);
    run.options.optimizer = "lbfgs";
    withstands(train_and_go_on, &run);
}

static int measure_rates(void *context)
{
    const training *t = context;
    mlp_rate_range range;
    const mlp_status status = mlp_rate_range_measure(t->table, NULL, &t->options, &range, &why);
    if (status == MLP_OK)
        mlp_rate_range_release(&range);
    return (int)status;
}

static int cross_validate(void *context)
{
    const training *t = context;
    mlp_cross_validation result;
    mlp_cross_validation_options options = mlpi_cross_validation_options_default();
    options.train = &t->options;
    options.folds = 2;
    const mlp_status status = mlp_cross_validate(t->table, &options, &result, &why);
    if (status == MLP_OK)
        mlp_cross_validation_release(&result);
    return (int)status;
}

static int learn_by_size(void *context)
{
    const training *t = context;
    mlp_learning_curve curve;
    mlp_cross_validation_options options = mlpi_cross_validation_options_default();
    options.train = &t->options;
    options.folds = 2;
    const mlp_status status = mlp_learning_curve_make(t->table, &options, 2, &curve, &why);
    if (status == MLP_OK)
        mlp_learning_curve_release(&curve);
    return (int)status;
}

static int tune(void *context)
{
    const training *t = context;
    mlp_tune_report report;
    mlp_tune_options options = mlpi_tune_options_default();
    char journal[80];
    snprintf(journal, sizeof journal, "%s", in_folder("journal.jsonl"));
    static const char *const fixed[] = {"hidden"}, *const search[] = {"learning-rate=0.01|0.1"};
    mlp_train_options base = t->options;
    base.epochs = 1;
    options.base = &base;
    options.fixed = (mlp_names){fixed, 1};
    options.search = (mlp_names){search, 1};
    options.trials = 2;
    options.seconds = 0.0;
    options.journal = journal;
    options.resume = true;
    options.overwrite = true;
    const mlp_status status = mlp_tune(t->table, &options, &report, &why);
    if (status == MLP_OK)
        mlp_tune_report_release(&report);
    return (int)status;
}

static void what_trains_many_times_withstands(void **state)
{
    (void)state;
    training classes = {mixed, small_training(answer, 1)};
    training targets = {numbers, small_training(values, 2)};
    withstands(measure_rates, &classes);
    withstands(cross_validate, &classes);
    withstands(cross_validate, &targets);
    withstands(learn_by_size, &classes);
    withstands(tune, &targets);
}

/* --- models ----------------------------------------------------------------------------------- */

typedef struct use {
    const mlp_model *model;
    const mlp_table *table;
} use;

static int save_and_load(void *context)
{
    const use *u = context;
    mlp_model *again = NULL;
    mlp_status status = mlp_model_save(u->model, in_folder("saved.mlp"), true, &why);
    STEP(mlp_model_load(in_folder("saved.mlp"), &again, &why));
    mlp_model_free(again);
    return (int)status;
}

static int predict(void *context)
{
    const use *u = context;
    mlp_predictions predictions = {0};
    mlp_predictor *predictor = NULL;
    mlp_session *session = NULL;
    mlp_status status = mlp_model_predict(u->model, u->table, 1, &predictions, &why);
    STEP(mlp_session_create(u->model, 1, &session, &why));
    mlp_predictions_release(&predictions);
    STEP(mlp_session_predict_rows(session, u->table, 1, 2, &predictions, &why));
    mlp_session_free(session);
    STEP(mlp_predictor_create(mlp_model_network(u->model), &predictor, &why));
    mlp_predictor_free(predictor);
    mlp_predictions_release(&predictions);
    return (int)status;
}

static mlp_status curves(const mlp_outcomes *outcomes)
{
    mlp_curve curve = {0};
    mlp_calibration calibration = {0};
    mlp_residuals residuals = {0};
    mlp_gain gains[4];
    mlp_mistake mistakes[3];
    size_t found = 0;
    mlp_status status = mlp_worst_mistakes(outcomes, 0, 3, mistakes, &found, &why);
    if (outcomes->task == MLP_TASK_REGRESSION) {
        STEP(mlp_residual_summary(outcomes, 0, 4, &residuals, &why));
        mlp_residuals_release(&residuals);
        return status;
    }
    const mlp_scores scores = mlp_outcomes_scores(outcomes, 1);
    STEP(mlp_roc_curve(&scores, &curve, &why));
    mlp_curve_release(&curve);
    STEP(mlp_precision_recall_curve(&scores, &curve, &why));
    mlp_curve_release(&curve);
    STEP(mlp_calibration_curve(&scores, MLP_BINS_EQUAL_COUNT, 4, &calibration, &why));
    mlp_calibration_release(&calibration);
    STEP(mlp_gains_curve(&scores, 4, gains, &why));
    return status;
}

static mlp_status evaluate_as_they_come(const use *u)
{
    mlp_session *session = NULL;
    mlp_evaluator *evaluator = NULL;
    mlp_evaluation evaluation = {0};
    mlp_intervals intervals;
    mlp_comparison comparison;
    size_t left_out = 0, first = 0;
    const mlp_interval_options with = {.level = 0.9, .resamples = 3, .seed = 1, .threads = 1};
    mlp_status status = mlp_session_create(u->model, 1, &session, &why);
    STEP(mlp_evaluator_create(true, &evaluator, &why));
    STEP(mlp_session_evaluate(session, u->table, evaluator, &left_out, &first, &why));
    STEP(mlp_evaluator_finish(evaluator, &evaluation, &why));
    STEP(mlp_evaluator_intervals(evaluator, &with, &intervals, &why));
    STEP(mlp_evaluator_compare(evaluator, evaluator, &with, &comparison, &why));
    mlp_evaluation_release(&evaluation);
    mlp_evaluator_free(evaluator);
    mlp_session_free(session);
    return status;
}

static int evaluate(void *context)
{
    const use *u = context;
    mlp_outcomes outcomes = {0};
    mlp_evaluation evaluation = {0};
    mlp_intervals intervals;
    mlp_importance importance = {0};
    mlp_encoded encoded = {0};
    mlp_gradient_check check;
    const mlp_interval_options with = {.level = 0.9, .resamples = 3, .seed = 1, .threads = 1};
    const mlp_importance_options shuffled = {.repeats = 1, .seed = 1, .threads = 1};
    mlp_status status = mlp_model_outcomes(u->model, u->table, 1, &outcomes, &why);
    STEP(mlp_evaluate_outcomes(&outcomes, &evaluation, &why));
    STEP(mlp_bootstrap_intervals(&outcomes, &with, &intervals, &why));
    STEP(evaluate_as_they_come(u));
    STEP(curves(&outcomes));
    STEP(mlp_model_importance(u->model, u->table, &shuffled, &importance, &why));
    STEP(mlp_model_encode(u->model, u->table, true, &encoded, &why));
    STEP(mlp_check_gradient(u->model, &encoded, 4, 20, &check, &why));
    mlp_encoded_release(&encoded);
    STEP(mlp_model_encode_row(u->model, u->table, 1, &encoded, &why));
    mlp_encoded_release(&encoded);
    mlp_importance_release(&importance);
    mlp_evaluation_release(&evaluation);
    mlp_outcomes_release(&outcomes);
    return (int)status;
}

static void models_withstand(void **state)
{
    (void)state;
    use uses[] = {{classifier, mixed}, {regressor, numbers}, {quantiles, numbers}};
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        withstands(save_and_load, &uses[i]);
        withstands(predict, &uses[i]);
        withstands(evaluate, &uses[i]);
    }
}

/* --- pictures and the report ------------------------------------------------------------------ */

typedef struct picture {
    const mlp_plot_kind *kind;
    mlp_plot_request request;
} picture;

static int draw(void *context)
{
    const picture *p = context;
    mlp_figure *figure = NULL;
    const mlpi_canvas canvas = {.terminal = "svg"};
    mlp_status status = mlp_plot(p->kind, &p->request, &figure, &why);
    STEP(mlp_figure_characters(figure, 70, false, nowhere, &why));
    STEP(mlp_figure_data(figure, nowhere, &why));
    STEP(mlp_figure_json(figure, nowhere, &why));
    if (status == MLP_OK)
        mlpi_gnuplot_script(figure, &canvas, nowhere);
    mlp_figure_free(figure);
    return (int)status;
}

static void pictures_withstand(void **state)
{
    (void)state;
    static const char log[] = "{\"epoch\":1,\"training_loss\":2,\"validation_loss\":3,"
                              "\"validation_metric\":0.5,\"best\":true}\n"
                              "{\"epoch\":2,\"training_loss\":1,\"validation_loss\":2,"
                              "\"validation_metric\":0.6,\"best\":true}\n";
    static const char curve[] =
        "{\"metric\":\"rmse\",\"steps\":["
        "{\"rows\":20,\"metrics\":{\"rmse\":{\"mean\":2,\"deviation\":0.5}}},"
        "{\"rows\":40,\"metrics\":{\"rmse\":{\"mean\":1.5,\"deviation\":0.25}}}]}";
    char path[80], path_of_curve[80];
    const char *logs[] = {path, path}, *curves[] = {path_of_curve, path_of_curve};
    write_file("log.jsonl", log, sizeof log - 1);
    snprintf(path, sizeof path, "%s", in_folder("log.jsonl"));
    write_file("curve.json", curve, sizeof curve - 1);
    snprintf(path_of_curve, sizeof path_of_curve, "%s", in_folder("curve.json"));
    const use uses[] = {{classifier, mixed}, {regressor, numbers}, {quantiles, numbers}};
    for (size_t u = 0; u < sizeof uses / sizeof uses[0]; u++) {
        const mlp_task task = mlp_model_task(uses[u].model);
        for (size_t i = 0; mlp_plot_kind_at(i) != NULL; i++) {
            picture one = {mlp_plot_kind_at(i),
                           {.model = uses[u].model, .table = uses[u].table, .threads = 1}};
            const char *first = mlp_model_column(uses[u].model, 0);
            const bool of_curves = strcmp(one.kind->name, "learning-curve") == 0;
            one.request.logs =
                (mlp_names){of_curves ? curves : logs, one.kind->logs != MLP_PLOT_NONE ? 2 : 0};
            if (one.kind->x != MLP_PLOT_NONE)
                one.request.x = task == MLP_TASK_REGRESSION ? first : "a";
            if (one.kind->y != MLP_PLOT_NONE)
                one.request.y = task == MLP_TASK_REGRESSION ? "z" : "weight";
            if ((one.kind->task != MLP_TASK_AUTO && one.kind->task != task) ||
                strcmp(one.kind->name, "weights") == 0)
                continue;
            withstands(draw, &one);
        }
    }
}

static int report(void *context)
{
    const use *u = context;
    return (int)mlp_report_write(u->model, u->table, NULL, nowhere, &why);
}

/* PATH hides gnuplot, which is another process. */
static void the_report_withstands(void **state)
{
    (void)state;
    char *path = strdup(getenv("PATH"));
    setenv("PATH", folder, 1);
    use uses[] = {{classifier, mixed}, {quantiles, numbers}};
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++)
        withstands(report, &uses[i]);
    setenv("PATH", path, 1);
    free(path);
}

/* --- the fixture ------------------------------------------------------------------------------ */

static mlp_model *trained(const mlp_table *table, const mlp_train_options *options)
{
    mlp_model *model = NULL;
    if (mlp_train(table, NULL, options, &model, NULL, &why) != MLP_OK)
        fail_msg("%s", why.message);
    return model;
}

static int begin(void **state)
{
    (void)state;
    mlp_train_options options = small_training(answer, 1);
    if (mkdtemp(folder) == NULL)
        return -1;
    nowhere = fopen("/dev/null", "w");
    assert_int_equal(
        mlp_table_read_memory(mixed_text(), strlen(mixed_text()), "mixed.csv", NULL, &mixed, &why),
        MLP_OK);
    assert_int_equal(mlp_table_read_memory(numbers_text(), strlen(numbers_text()), "numbers.csv",
                                           NULL, &numbers, &why),
                     MLP_OK);
    classifier = trained(mixed, &options);
    options = small_training(values, 2);
    regressor = trained(numbers, &options);
    options.loss = "quantile";
    options.quantiles = "0.1,0.5,0.9";
    quantiles = trained(numbers, &options);
    return 0;
}

static int end(void **state)
{
    (void)state;
    static const char *const files[] = {
        "mixed.csv",  "proben.dt", "packed.csv.gz", "images.idx",    "labels.idx",
        "checkpoint", "saved.mlp", "log.jsonl",     "journal.jsonl", "dates.csv",
        "sample",     "made.db",   "curve.json"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        remove(in_folder(files[i]));
    mlp_model_free(classifier);
    mlp_model_free(regressor);
    mlp_model_free(quantiles);
    mlp_table_free(mixed);
    mlp_table_free(numbers);
    fclose(nowhere);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_read_or_refused),
        cmocka_unit_test(every_format_is_read_or_refused),
        cmocka_unit_test(databases_are_read_or_refused),
        cmocka_unit_test(trainings_end_in_a_model_or_say_why),
        cmocka_unit_test(trainings_on_folds_withstand),
        cmocka_unit_test(trainings_of_several_recipes_withstand),
        cmocka_unit_test(every_optimizer_withstands),
        cmocka_unit_test(checkpoints_are_whole),
        cmocka_unit_test(what_trains_many_times_withstands),
        cmocka_unit_test(models_withstand),
        cmocka_unit_test(pictures_withstand),
        cmocka_unit_test(the_report_withstands),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
