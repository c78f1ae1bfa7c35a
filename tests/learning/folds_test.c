/* SPDX-License-Identifier: MIT */
/* Networks of folds: every row is evaluated by networks that never saw it, the model is the same
 * for any number of threads, and impossible requests are refused in a sentence. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "divide/folds.h"
#include "learning/problem.h"
#include "model/model.h"
#include "network/temperature.h"
#include "train/prepare.h"

static const char *const target[] = {"y"};

static mlp_train_options settings(size_t folds, size_t members)
{
    mlp_train_options o = mlpi_options_default();
    o.targets = (mlp_names){target, 1};
    o.hidden = "8";
    o.epochs = 8;
    o.folds = folds;
    o.members = members;
    return o;
}

/* --- labels that cannot be predicted ---------------------------------------------------------- */

enum { PATIENTS = 100, VISITS = 30 };

/* Every patient has random numbers and a random label, and comes VISITS times: a network can only
 * learn patients by heart. */
static mlp_table *patients(void)
{
    mlpi_random random = mlpi_random_init(7, 0);
    char *text = malloc(PATIENTS * VISITS * 80 + 80), *at = text;
    at += sprintf(at, "patient,a,b,c,y\n");
    for (size_t p = 0; p < PATIENTS; p++) {
        double x[3];
        for (size_t j = 0; j < 3; j++)
            x[j] = (double)mlpi_random_below(&random, 10000) / 10000.0;
        const char *label = mlpi_random_below(&random, 2) == 0 ? "ill" : "well";
        for (size_t v = 0; v < VISITS; v++)
            at += sprintf(at, "p%zu,%.4f,%.4f,%.4f,%s\n", p, x[0], x[1], x[2], label);
    }
    mlp_table *table = problem_table(text);
    free(text);
    return table;
}

static mlp_train_report of_patients(bool by_group, const char *quality)
{
    static const char *const patient[] = {"patient"};
    mlp_table *table = patients();
    mlp_train_report report;
    mlp_train_options o = settings(5, 2);
    o.hidden = "64,64";
    o.learning_rate = 0.01;
    o.batch = 16;
    o.patience = 0;
    if (by_group)
        o.validation_group = "patient";
    else
        o.drop = (mlp_names){patient, 1};
    o.generalisation_loss = 0.0;
    o.quality = quality;
    o.epochs = strcmp(quality, "fast") == 0 ? 60 : 20;
    mlp_model_free(problem_train(table, o, &report));
    mlp_table_free(table);
    return report;
}

/* For new patients the expected accuracy is one half; its standard error for PATIENTS patients is
 * 0.05. */
static void visits_of_a_patient_predict_as_a_coin_does(const char *quality)
{
    const mlp_train_report apart = of_patients(true, quality);
    assert_null(strstr(notices, "near copies"));
    const mlp_train_report mixed = of_patients(false, quality);
    assert_non_null(strstr(notices, "`validation-group` \"patient\" keeps them together"));
    assert_int_equal(apart.rows_training, PATIENTS * VISITS);
    assert_int_equal(apart.rows_validation, PATIENTS * VISITS);
    assert_near(apart.validation_metric, 0.5, 3.0 * 0.5 / sqrt(PATIENTS));
    assert_true(mixed.validation_metric > 0.95); /* the networks saw other visits of each patient */
    assert_true(mixed.training_metric > 0.95);
}

static void groups_are_evaluated_truly_and_a_lot_that_parts_them_is_told(void **state)
{
    (void)state;
    visits_of_a_patient_predict_as_a_coin_does("fast");
    visits_of_a_patient_predict_as_a_coin_does("good");
}

/* --- compared with separate trainings --------------------------------------------------------- */

enum { ROWS = 200, FOLDS = 5, NOISY = 1500 };

/* Makes columns whose extreme values are in so many rows that "min-max" is the same in every
 * fold. */
static mlp_table *grid(void)
{
    mlpi_random random = mlpi_random_init(3, 0);
    char *text = malloc(ROWS * 40 + 80), *at = text;
    at += sprintf(at, "a,b,w,y\n");
    for (size_t r = 0; r < ROWS; r++) {
        const unsigned a = (unsigned)mlpi_random_below(&random, 5);
        const unsigned b = (unsigned)mlpi_random_below(&random, 5);
        const unsigned noise = (unsigned)mlpi_random_below(&random, 10);
        at += sprintf(at, "%.2f,%.2f,%u,%s\n", a * 0.25, b * 0.25, 1 + noise % 3,
                      (a + b + (noise == 0 ? 4 : 0)) % 9 > 4 ? "far" : "near");
    }
    mlp_table *table = problem_table(text);
    free(text);
    return table;
}

static mlp_table *rows_of(const mlp_table *table, const uint32_t *row, size_t count)
{
    size_t wide[NOISY];
    mlp_table *some = NULL;
    for (size_t i = 0; i < count; i++)
        wide[i] = row[i];
    assert_int_equal(mlp_table_subset(table, wide, count, &some, NULL), MLP_OK);
    return some;
}

/* Checks that network n of the model is the one that a separate training makes on the other folds,
 * with this fold as validation rows; returns the report of that training. */
static mlp_train_report alone(const mlp_table *table, const mlpi_folds *folds, size_t fold,
                              mlp_train_options o, size_t n, const mlp_network *member)
{
    uint32_t rest[ROWS];
    size_t count = 0;
    const uint32_t *test = mlpi_folds_test(folds, 0, fold, &count);
    mlp_table *held_out = rows_of(table, test, count);
    mlp_table *training = rows_of(table, rest, mlpi_folds_rest(folds, 0, fold, rest));
    mlp_model *model = NULL;
    mlp_train_report report;
    o.folds = 0;
    o.members = 1;
    if (n > 0)
        o.seed = mlpi_hash(o.seed, &n, sizeof n);
    assert_int_equal(mlp_train(training, held_out, &o, &model, &report, NULL), MLP_OK);
    const mlp_network *network = mlp_model_network(model);
    assert_int_equal(mlp_network_size(network), mlp_network_size(member));
    assert_memory_equal(mlp_network_parameters_const(network), mlp_network_parameters_const(member),
                        mlp_network_size(network) * sizeof(float));
    mlp_model_free(model);
    mlp_table_free(held_out);
    mlp_table_free(training);
    return report;
}

static void networks_are_those_that_train_alone(void **state)
{
    (void)state;
    static const char *const scale[] = {"all=min-max"}, *const weight[] = {"w"};
    static const char *const optimizers[] = {"adam", "lbfgs"};
    mlp_table *table = grid();
    for (size_t k = 0; k < 2; k++) {
        mlp_train_options o = settings(FOLDS, 1);
        mlp_train_report report;
        mlpi_schema schema;
        mlpi_folds folds;
        double loss = 0.0, accuracy = 0.0;
        o.transforms = (mlp_names){scale, 1};
        o.drop = (mlp_names){weight, 1};
        o.optimizer = optimizers[k];
        o.calibration = "none"; /* the metrics below are without calibration */
        mlp_model *model = problem_train(table, o, &report);
        assert_int_equal(mlp_model_member_count(model), FOLDS);
        assert_int_equal(mlpi_prepare_schema(table, &o, &schema, NULL), MLP_OK);
        assert_int_equal(
            mlpi_folds_make(table, &schema, MLPI_NO_COLUMN, FOLDS, 1, o.seed, &folds, NULL),
            MLP_OK);
        for (size_t f = 0; f < FOLDS; f++) {
            const mlp_train_report one = alone(table, &folds, f, o, f, mlp_model_member(model, f));
            const double share = (double)one.rows_validation / ROWS;
            loss += share * one.validation_loss;
            accuracy += share * one.validation_metric;
        }
        assert_near(report.validation_loss, loss, 1e-6);
        assert_near(report.validation_metric, accuracy, 1e-12);
        mlpi_folds_release(&folds);
        mlpi_schema_release(&schema);
        mlp_model_free(model);
    }
    mlp_table_free(table);
}

/* --- threads ---------------------------------------------------------------------------------- */

static void the_model_does_not_depend_on_threads(void **state)
{
    (void)state;
    static const char *const metrics[] = {"loss", "auc"};
    mlp_table *table = grid();
    for (size_t k = 0; k < 2; k++) {
        mlp_model *one = NULL;
        mlp_train_report first = {0};
        for (int threads = 1; threads <= 3; threads++) {
            mlp_train_options o = settings(3, 2);
            mlp_train_report report;
            o.threads = threads;
            o.weight_column = "w";
            o.label_smoothing = k == 0 ? 0.1 : 0.0;
            o.loss = "cross-entropy";
            o.metric = metrics[k];
            mlp_model *model = problem_train(table, o, &report);
            if (one == NULL) {
                one = model;
                first = report;
                continue;
            }
            problem_assert_same(one, model, metrics[k]);
            for (size_t m = 0; m < 6; m++)
                assert_memory_equal(mlp_network_parameters_const(mlp_model_member(one, m)),
                                    mlp_network_parameters_const(mlp_model_member(model, m)),
                                    mlp_network_size(mlp_model_network(one)) * sizeof(float));
            assert_true(report.validation_loss == first.validation_loss);
            mlp_model_free(model);
        }
        mlp_model_free(one);
    }
    mlp_table_free(table);
}

static void a_spent_table_gives_the_same_model(void **state)
{
    (void)state;
    mlp_table *table = grid(), *spent = grid();
    mlp_train_options o = settings(4, 1);
    mlp_model *kept = problem_train(table, o, NULL), *other = NULL;
    assert_int_equal(mlp_train_spending(spent, NULL, &o, &other, NULL, NULL), MLP_OK);
    problem_assert_same(kept, other, "spent");
    mlp_model_free(kept);
    mlp_model_free(other);
    mlp_table_free(table);
    mlp_table_free(spent);
}

/* --- probabilities ---------------------------------------------------------------------------- */

/* Makes rows of which one in ten has a random label. */
static mlp_table *noisy(uint64_t stream, size_t labels)
{
    static const char *const names[] = {"one", "two", "three"};
    mlpi_random random = mlpi_random_init(5, stream);
    char *text = malloc(NOISY * 60 + 80), *at = text;
    at += sprintf(at, "a,b,c,d,y\n");
    for (size_t r = 0; r < NOISY; r++) {
        double x[4], sum = 0.0;
        for (size_t j = 0; j < 4; j++)
            sum += x[j] = mlpi_random_normal(&random);
        const size_t truth = labels == 2 ? (sum > 0.0 ? 1 : 0) : sum > 1.0 ? 2 : sum > -1.0 ? 1 : 0;
        const bool wrong = mlpi_random_below(&random, 10) == 0;
        at += sprintf(at, "%.3f,%.3f,%.3f,%.3f,%s\n", x[0], x[1], x[2], x[3],
                      names[wrong ? mlpi_random_below(&random, labels) : truth]);
    }
    mlp_table *table = problem_table(text);
    free(text);
    return table;
}

/* Smoothed labels make the networks' probabilities less extreme than they should be. */
static mlp_train_options unsure(void)
{
    mlp_train_options o = settings(4, 1);
    o.label_smoothing = 0.4;
    o.epochs = 20;
    o.learning_rate = 0.01;
    return o;
}

static double log_loss(const mlp_model *model, const mlp_table *table)
{
    mlp_evaluation e;
    assert_int_equal(mlp_evaluate(model, table, 1, &e, NULL), MLP_OK);
    const double value = e.log_loss;
    mlp_evaluation_release(&e);
    return value;
}

static void a_temperature_out_of_fold_helps_on_new_rows(void **state)
{
    (void)state;
    for (size_t labels = 2; labels <= 3; labels++) {
        mlp_table *table = noisy(0, labels), *fresh = noisy(1, labels);
        mlp_train_options o = unsure();
        mlp_train_report calibrated, plain;
        o.epochs = 1; /* with more epochs, calibration could change the best one */
        mlp_model *model = problem_train(table, o, &calibrated);
        assert_non_null(strstr(notices, "Calibration: at temperature"));
        const double temperature = mlp_model_temperature(model);
        const mlpi_calibration *c = &model->provenance.calibration;
        assert_true(temperature > 0.2 && temperature < 0.9);
        o.calibration = "none";
        mlp_model *without = problem_train(table, o, &plain);
        assert_true(mlp_model_temperature(without) == 1.0);
        assert_null(strstr(notices, "Calibration"));
        for (size_t m = 0; m < 4; m++)
            assert_memory_equal(mlp_network_parameters_const(mlp_model_member(model, m)),
                                mlp_network_parameters_const(mlp_model_member(without, m)),
                                mlp_network_size(mlp_model_network(model)) * sizeof(float));
        assert_true(log_loss(model, fresh) < log_loss(without, fresh));
        assert_near(c->log_loss[0], plain.validation_log_loss, 1e-9);
        assert_near(c->log_loss[1], calibrated.validation_log_loss, 1e-9);
        assert_true(c->log_loss[1] < c->log_loss[0] && c->error[1] < c->error[0]);
        assert_true(calibrated.validation_metric == plain.validation_metric);
        mlp_model_free(model);
        mlp_model_free(without);
        mlp_table_free(table);
        mlp_table_free(fresh);
    }
}

/* Returns the mean log loss of a network on the rows of a fold, at the temperature that is best for
 * them. */
static double refined_loss(const mlp_model *model, size_t member, const mlp_table *table,
                           const uint32_t *row, size_t count)
{
    enum { OUTPUTS = 3 };
    mlp_table *held_out = rows_of(table, row, count);
    mlp_predictor *predictor = NULL;
    mlp_encoded e;
    double room[OUTPUTS];
    assert_int_equal(mlp_model_encode(model, held_out, true, &e, NULL), MLP_OK);
    assert_int_equal(mlp_predictor_create(mlp_model_member(model, member), &predictor, NULL),
                     MLP_OK);
    float *y = calloc(count, OUTPUTS * sizeof *y);
    float *workspace = calloc(mlp_predictor_workspace(predictor), sizeof *workspace);
    for (size_t i = 0; i < count; i++)
        mlp_predictor_run(predictor, e.x + i * e.inputs, y + i * OUTPUTS, workspace);
    const mlpi_tempering t = {
        .outputs = OUTPUTS, .rows = count, .y = y, .label = e.label, .room = room};
    const double temperature = mlpi_temperature_fit(&t, MLPI_NO_GROUP);
    mlpi_temper(temperature, OUTPUTS, y, count);
    double loss = 0.0;
    for (size_t i = 0; i < count; i++)
        loss -= log((double)y[i * OUTPUTS + e.label[i]]) / (double)count;
    free(y);
    free(workspace);
    mlp_predictor_free(predictor);
    mlp_encoded_release(&e);
    mlp_table_free(held_out);
    return loss;
}

static void epochs_are_chosen_by_the_loss_that_a_temperature_leaves(void **state)
{
    (void)state;
    static const char *const scale[] = {"all=min-max"};
    mlp_table *table = noisy(0, 3);
    mlp_train_options o = unsure();
    mlpi_schema schema;
    mlpi_folds folds;
    o.transforms = (mlp_names){scale, 1};
    mlp_model *model = problem_train(table, o, NULL);
    assert_int_equal(mlpi_prepare_schema(table, &o, &schema, NULL), MLP_OK);
    assert_int_equal(mlpi_folds_make(table, &schema, MLPI_NO_COLUMN, 4, 1, o.seed, &folds, NULL),
                     MLP_OK);
    for (size_t f = 0; f < 4; f++) {
        char says[80], figure[32];
        size_t count = 0;
        const uint32_t *test = mlpi_folds_test(&folds, 0, f, &count);
        const double loss = refined_loss(model, f, table, test, count);
        sprintf(says, "fold %zu: loss %s, best epoch", f + 1, mlpi_rounded(loss, 4, figure));
        if (strstr(notices, says) == NULL)
            fail_msg("\"%s\" is not in: %s", says, notices);
    }
    mlpi_folds_release(&folds);
    mlpi_schema_release(&schema);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void a_calibrated_model_goes_to_its_file_and_back(void **state)
{
    (void)state;
    mlp_table *table = noisy(0, 3);
    mlp_model *model = problem_train(table, unsure(), NULL), *loaded = NULL;
    unsigned char *bytes = NULL;
    size_t size = 0;
    mlp_predictions before, after;
    assert_int_equal(mlp_model_save_memory(model, &bytes, &size, NULL), MLP_OK);
    assert_int_equal(mlp_model_load_memory(bytes, size, "m.mlp", &loaded, NULL), MLP_OK);
    assert_true(mlp_model_temperature(loaded) == mlp_model_temperature(model));
    assert_string_equal(mlp_model_metadata(loaded), mlp_model_metadata(model));
    assert_memory_equal(&loaded->provenance.calibration, &model->provenance.calibration,
                        sizeof(mlpi_calibration));
    assert_int_equal(mlp_model_predict(model, table, 1, &before, NULL), MLP_OK);
    assert_int_equal(mlp_model_predict(loaded, table, 2, &after, NULL), MLP_OK);
    assert_memory_equal(before.values, after.values, NOISY * 3 * sizeof *before.values);
    mlp_predictions_release(&before);
    mlp_predictions_release(&after);
    mlp_model_free(model);
    mlp_model_free(loaded);
    mlp_table_free(table);
    free(bytes);
}

static void what_has_no_temperature_is_refused_or_left_alone(void **state)
{
    (void)state;
    mlp_table *table = noisy(0, 2);
    mlp_error err = {0};
    mlp_model *model = NULL;
    mlp_train_options o = settings(3, 1);
    o.loss = "quadratic";
    model = problem_train(table, o, NULL);
    assert_true(mlp_model_temperature(model) == 1.0);
    assert_null(strstr(mlp_model_metadata(model), "temperature"));
    mlp_model_free(model);
    model = NULL;
    o.calibration = "temperature";
    assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "`calibration` temperature is for probabilities"));
    o.calibration = "platt";
    assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "give auto, none or temperature"));
    mlp_table_free(table);
}

/* --- ends that come early --------------------------------------------------------------------- */

static size_t enough; /* networks that are to finish */

static bool until_enough(const mlp_progress *now, void *context)
{
    (void)context;
    assert_int_equal(now->networks, 8);
    assert_in_range(now->network, 1, 8);
    return now->finished < enough;
}

static void an_early_end_keeps_the_networks_that_finished(void **state)
{
    (void)state;
    mlp_table *table = grid();
    mlp_train_options o = settings(4, 2);
    mlp_train_report report;
    mlp_model *model = NULL;
    o.progress = until_enough;
    o.threads = 1;
    enough = 3;
    model = problem_train(table, o, &report);
    assert_int_equal(mlp_model_member_count(model), 3);
    assert_int_equal(report.reason, MLP_STOP_INTERRUPTED);
    assert_int_equal(report.rows_training, ROWS);
    assert_int_equal(report.rows_validation, ROWS / 2);
    assert_non_null(strstr(notices, "Stopped when 3 of 8 networks were trained"));
    assert_non_null(strstr(notices, "100 of 200 rows are evaluated"));
    mlp_model_free(model);

    mlp_error err = {0};
    model = NULL;
    enough = 0;
    assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, &err), MLP_ERROR_INTERRUPTED);
    assert_non_null(strstr(err.message, "there is no model yet"));
    mlp_flag stop = 1;
    o.progress = NULL;
    o.stop = &stop;
    o.threads = 2;
    assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, &err), MLP_ERROR_INTERRUPTED);
    assert_null(model);
    mlp_table_free(table);
}

static const char checkpoint[] = "folds_test.ckpt";

static struct {
    size_t network, epoch;
    size_t begun; /* networks whose first epoch was reported */
} until;

static bool until_then(const mlp_progress *now, void *context)
{
    (void)context;
    until.begun += now->epoch == 1;
    return now->network < until.network ||
           (now->network == until.network && now->epoch < until.epoch);
}

static void assert_same_outcome(const mlp_model *a, const mlp_model *b)
{
    problem_assert_same(a, b, "resumed");
    assert_int_equal(mlp_model_member_count(a), mlp_model_member_count(b));
    for (size_t m = 0; m < mlp_model_member_count(a); m++)
        assert_memory_equal(mlp_network_parameters_const(mlp_model_member(a, m)),
                            mlp_network_parameters_const(mlp_model_member(b, m)),
                            mlp_network_size(mlp_model_network(a)) * sizeof(float));
}

/* Training is stopped within the first network, between two networks, within a network of the
 * second fold, and after the last network. */
static void networks_with_checkpoints_go_on_to_the_same_model(void **state)
{
    (void)state;
    static const size_t stops[][2] = {{1, 2}, {2, 1}, {4, 3}, {6, 100}}, begin[] = {5, 5, 2, 0};
    mlp_table *table = grid();
    mlp_train_options o = settings(3, 2);
    o.epochs = 12;
    o.patience = 2; /* some networks end early */
    mlp_model *whole = problem_train(table, o, NULL);
    o.checkpoint = checkpoint;
    o.checkpoint_every = 1;
    o.resume = true;
    o.progress = until_then;
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        mlp_model *part = NULL;
        problem_remove_checkpoints(checkpoint, 6);
        o.threads = 1 + (int)i % 3;
        until.network = stops[i][0];
        until.epoch = stops[i][1];
        assert_int_equal(mlp_train(table, NULL, &o, &part, NULL, NULL),
                         i == 0 ? MLP_ERROR_INTERRUPTED : MLP_OK);
        mlp_model_free(part);
        until.network = 7;
        until.begun = 0;
        o.threads = 3 - (int)i % 3;
        part = problem_train(table, o, NULL);
        assert_int_equal(until.begun, begin[i]);
        assert_same_outcome(whole, part);
        mlp_model_free(part);
    }
    problem_remove_checkpoints(checkpoint, 6);
    mlp_model_free(whole);
    mlp_table_free(table);
}

/* One count is far above all others: a network that trains with it diverges. */
static void networks_that_diverge_are_left_out(void **state)
{
    (void)state;
    char text[4000] = "x,y\n", *at = text + 4;
    for (int r = 0; r < 100; r++)
        at += sprintf(at, "%d,%s\n", r, r == 50 ? "1000000000000000" : r % 2 == 0 ? "3" : "4");
    mlp_table *table = problem_table(text);
    mlp_train_options o = settings(4, 1);
    mlp_train_report report;
    o.task = MLP_TASK_REGRESSION;
    o.loss = "poisson";
    o.optimizer = "sgd";
    mlp_model *model = problem_train(table, o, &report);
    assert_int_equal(mlp_model_member_count(model), 1);
    assert_int_equal(report.rows_validation, 25);
    assert_non_null(strstr(notices, "diverged and is left out"));
    assert_non_null(strstr(notices, "25 of 100 rows are evaluated"));
    mlp_model_free(model);
    mlp_table_free(table);
}

/* --- what cannot be combined ------------------------------------------------------------------ */

static void what_folds_cannot_is_refused_in_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *says;
    } cases[] = {{"folds", "1", "give 2 or more"},
                 {"validation", "0.2", "leave out `validation`"},
                 {"validation-time", "a", "on the last rows"},
                 {"restarts", "2", "keeps all; give only one"},
                 {"memory", "any", "shards"},
                 {"members", "400", "at most 1000"},
                 {"folds", "300", "300 folds need as many rows"}};
    mlp_table *table = grid();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        problem_refused(table, (const char *const[]){"folds", "3"}, cases[i].name, cases[i].value,
                        cases[i].says);
    mlp_train_options o = settings(3, 1);
    mlp_model *model = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_train(table, table, &o, &model, NULL, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "leave out `validation`"));
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_evaluated_truly_and_a_lot_that_parts_them_is_told),
        cmocka_unit_test(networks_are_those_that_train_alone),
        cmocka_unit_test(the_model_does_not_depend_on_threads),
        cmocka_unit_test(a_spent_table_gives_the_same_model),
        cmocka_unit_test(a_temperature_out_of_fold_helps_on_new_rows),
        cmocka_unit_test(epochs_are_chosen_by_the_loss_that_a_temperature_leaves),
        cmocka_unit_test(a_calibrated_model_goes_to_its_file_and_back),
        cmocka_unit_test(what_has_no_temperature_is_refused_or_left_alone),
        cmocka_unit_test(an_early_end_keeps_the_networks_that_finished),
        cmocka_unit_test(networks_with_checkpoints_go_on_to_the_same_model),
        cmocka_unit_test(networks_that_diverge_are_left_out),
        cmocka_unit_test(what_folds_cannot_is_refused_in_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
