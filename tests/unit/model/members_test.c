/* SPDX-License-Identifier: MIT */
/* The members of a model answer with the mean of their outputs, and every way to predict gives the
 * same bits. One file holds all members, and its contents are checked when it is loaded. */
#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/mlp.h"
#include "model/metadata.h"
#include "options/options.h"
#include "unit/test.h"

enum { NETWORKS = 3 };

static mlp_table *iris;

static mlp_train_options quick(void)
{
    static const char *const target[] = {"species"};
    mlp_train_options options = mlpi_options_default();
    options.targets = (mlp_names){target, 1};
    options.epochs = 6;
    return options;
}

static mlp_model *trained(size_t networks, mlp_train_report *report)
{
    mlp_model *model = NULL;
    mlp_error err;
    mlp_train_options options = quick();
    options.members = networks;
    if (mlp_train(iris, NULL, &options, &model, report, &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(mlp_model_member_count(model), networks);
    return model;
}

static int read_iris(void **state)
{
    (void)state;
    return mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &iris, NULL) == MLP_OK ? 0 : 1;
}

static int drop_iris(void **state)
{
    (void)state;
    mlp_table_free(iris);
    return 0;
}

static void the_first_of_several_is_the_one_that_trains_alone(void **state)
{
    (void)state;
    mlp_model *one = trained(1, NULL), *several = trained(NETWORKS, NULL);
    const mlp_network *alone = mlp_model_network(one), *first = mlp_model_member(several, 0);
    const size_t bytes = mlp_network_size(alone) * sizeof(float);
    assert_memory_equal(mlp_network_parameters_const(alone), mlp_network_parameters_const(first),
                        bytes);
    for (size_t m = 1; m < NETWORKS; m++)
        assert_memory_not_equal(mlp_network_parameters_const(first),
                                mlp_network_parameters_const(mlp_model_member(several, m)), bytes);
    assert_int_equal(mlp_model_parameter_count(several), NETWORKS * mlp_network_size(alone));
    mlp_model_free(one);
    mlp_model_free(several);
}

/* The weighted mean of the members' outputs for row r, by the reference in double. */
static void reference_mean(const mlp_model *model, const mlp_encoded *e, size_t r, double *mean)
{
    double *x = calloc(e->inputs, sizeof *x), *target = calloc(e->outputs, sizeof *target);
    memset(mean, 0, e->outputs * sizeof *mean);
    for (size_t i = 0; i < e->inputs; i++)
        x[i] = (double)e->x[r * e->inputs + i];
    for (size_t m = 0; m < NETWORKS; m++) {
        mlp_trace *trace = NULL;
        assert_int_equal(mlp_trace_create(mlp_model_member(model, m), &trace, NULL), MLP_OK);
        mlp_reference_pattern(mlp_model_member(model, m), NULL, x, target, trace);
        for (size_t k = 0; k < e->outputs; k++)
            mean[k] += mlp_model_member_weight(model, m) * trace->y[trace->layers][k];
        mlp_trace_free(trace);
    }
    free(x);
    free(target);
}

/* Replaces p_k by p_k^(1/T) / sum_j p_j^(1/T), where T is the temperature. */
static void temper(double *p, size_t n, double temperature)
{
    double sum = 0.0;
    for (size_t k = 0; k < n; k++)
        sum += p[k] = pow(p[k], 1.0 / temperature);
    for (size_t k = 0; k < n; k++)
        p[k] /= sum;
}

static void compare_with_the_reference(double temperature)
{
    mlp_model *model = trained(NETWORKS, NULL);
    mlp_encoded e;
    mlp_outcomes outcomes;
    double mean[3];
    assert_true(mlp_model_temperature(model) == 1.0);
    if (temperature > 0.0) {
        model->members.temperature = temperature;
        assert_true(mlp_model_temperature(model) == temperature);
    }
    assert_int_equal(mlp_model_encode(model, iris, true, &e, NULL), MLP_OK);
    assert_int_equal(mlp_model_outcomes_encoded(model, &e, 2, &outcomes, NULL), MLP_OK);
    for (size_t r = 0; r < e.rows; r++) {
        reference_mean(model, &e, r, mean);
        if (temperature > 0.0)
            temper(mean, 3, temperature);
        for (size_t k = 0; k < 3; k++)
            assert_true(fabs(outcomes.values[r * 3 + k] - mean[k]) < 1e-5);
        assert_true(fabs(outcomes.loss[r] + log(mean[e.label[r]])) < 1e-4);
    }
    mlp_outcomes_release(&outcomes);
    mlp_encoded_release(&e);
    mlp_model_free(model);
}

static void outputs_and_losses_are_those_of_the_mean(void **state)
{
    (void)state;
    compare_with_the_reference(0.0);
}

static void a_temperature_is_that_of_the_mean(void **state)
{
    (void)state;
    compare_with_the_reference(0.7);
    compare_with_the_reference(2.5);
}

/* Predicts more rows than are combined at a time: with one thread, with two, and row by row. */
static void compare_ways_to_predict(size_t networks, double temperature)
{
    enum { ROWS = 2500, INPUTS = 4, OUTPUTS = 3 };
    mlp_model *model = trained(networks, NULL);
    mlp_predictor *predictor = NULL;
    float *x = malloc(ROWS * INPUTS * sizeof *x), one[OUTPUTS];
    float *y = malloc(ROWS * OUTPUTS * sizeof *y), *z = malloc(ROWS * OUTPUTS * sizeof *z);
    mlpi_random random = mlpi_random_init(5, 1);
    model->members.temperature = temperature;
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        x[i] = (float)mlpi_random_normal(&random);
    assert_int_equal(mlp_model_forward(model, x, ROWS, 1, y, NULL), MLP_OK);
    assert_int_equal(mlp_model_forward(model, x, ROWS, 2, z, NULL), MLP_OK);
    assert_memory_equal(y, z, ROWS * OUTPUTS * sizeof *y);
    assert_int_equal(mlp_predictor_create_model(model, &predictor, NULL), MLP_OK);
    mlp_model_free(model); /* the predictor does not need it */
    float *workspace = malloc(mlp_predictor_workspace(predictor) * sizeof *workspace);
    for (size_t r = 0; r < ROWS; r++) {
        mlp_predictor_run(predictor, x + r * INPUTS, one, workspace);
        assert_memory_equal(one, y + r * OUTPUTS, sizeof one);
    }
    free(workspace);
    workspace = malloc(mlp_predictor_workspace_rows(predictor, ROWS) * sizeof *workspace);
    mlp_predictor_run_rows(predictor, x, ROWS, z, workspace);
    assert_memory_equal(z, y, ROWS * OUTPUTS * sizeof *y);
    mlp_predictor_free(predictor);
    free(workspace);
    free(x);
    free(y);
    free(z);
}

static void every_way_to_predict_gives_the_same_bits(void **state)
{
    (void)state;
    compare_ways_to_predict(NETWORKS, 0.0);
    compare_ways_to_predict(NETWORKS, 1.7);
    compare_ways_to_predict(1, 1.7);
}

static void the_report_evaluates_all_networks_together(void **state)
{
    (void)state;
    mlp_train_report report;
    mlp_evaluation evaluation;
    mlp_train_options options = quick();
    mlp_model *model = NULL;
    options.members = NETWORKS;
    assert_int_equal(mlp_train(iris, iris, &options, &model, &report, NULL), MLP_OK);
    assert_int_equal(mlp_evaluate(model, iris, 1, &evaluation, NULL), MLP_OK);
    assert_true(fabs(report.validation_loss - evaluation.loss) < 1e-6);
    assert_int_equal(report.parameters, mlp_model_parameter_count(model));
    mlp_evaluation_release(&evaluation);
    mlp_model_free(model);
}

static void a_file_holds_them_all(void **state)
{
    (void)state;
    mlp_model *model = trained(NETWORKS, NULL), *loaded = NULL;
    unsigned char *bytes = NULL, *again = NULL;
    size_t size = 0, size_again = 0;
    mlp_predictions before, after;
    assert_int_equal(mlp_model_save_memory(model, &bytes, &size, NULL), MLP_OK);
    assert_int_equal(mlp_model_load_memory(bytes, size, "m.mlp", &loaded, NULL), MLP_OK);
    assert_int_equal(mlp_model_save_memory(loaded, &again, &size_again, NULL), MLP_OK);
    assert_int_equal(size, size_again);
    assert_memory_equal(bytes, again, size);
    assert_int_equal(mlp_model_member_count(loaded), NETWORKS);
    assert_int_equal(mlp_model_predict(model, iris, 1, &before, NULL), MLP_OK);
    assert_int_equal(mlp_model_predict(loaded, iris, 1, &after, NULL), MLP_OK);
    assert_memory_equal(before.values, after.values, before.rows * 3 * sizeof *before.values);
    for (size_t cut = 0; cut < size; cut += 1 + size / 97) {
        mlp_model *none = NULL;
        assert_int_equal(mlp_model_load_memory(bytes, cut, "m.mlp", &none, NULL), MLP_ERROR_MODEL);
    }
    mlp_predictions_release(&before);
    mlp_predictions_release(&after);
    mlp_model_free(model);
    mlp_model_free(loaded);
    free(bytes);
    free(again);
}

/* The metadata with occurrence n of `from`, counted from 0, replaced by `to`; free() it. */
static char *altered(const char *metadata, const char *from, size_t n, const char *to)
{
    const char *at = strstr(metadata, from);
    while (at != NULL && n-- > 0)
        at = strstr(at + 1, from);
    assert_non_null(at);
    const size_t before = (size_t)(at - metadata), size = strlen(metadata) + strlen(to) + 1;
    char *text = calloc(size, 1);
    memcpy(text, metadata, before);
    strcat(text, to);
    strcat(text, at + strlen(from));
    return text;
}

static mlp_status read_altered(const mlp_model *model, const char *from, size_t n, const char *to)
{
    char *text = altered(mlp_model_metadata(model), from, n, to);
    mlp_model *read = mlpi_allocate(1, sizeof *read);
    const mlp_status status =
        mlpi_metadata_read(text, mlp_model_parameter_count(model), "m.mlp", read, NULL);
    mlp_model_free(read);
    free(text);
    return status;
}

static void networks_that_cannot_answer_together_are_refused(void **state)
{
    (void)state;
    mlp_model *model = trained(NETWORKS, NULL);
    static const struct {
        const char *from;
        size_t n;
        const char *to;
    } changes[] = {
        {"\"weight\":0.", 1, "\"weight\":-0."},
        {"\"weight\":0.", 2, "\"weight\":1."},
        {"\"weight\":", 0, "\"weigh\":"},
        {"\"inputs\":4", 1, "\"inputs\":5"},
        {"\"units\":3", 2, "\"units\":4"},
        {"\"loss\":\"cross-entropy\"", 1, "\"loss\":\"quadratic\""},
        {"\"parameters\":", 2, "\"parameters\":1"},
        {"\"networks\":[", 0, "\"networks\":[],\"others\":["},
        {"\"networks\":[", 0, "\"networks\":[1,"},
        {"\"networks\":[", 0, "\"networks\":7,\"others\":["},
    };
    assert_int_equal(read_altered(model, "iris.csv", 0, "more.csv"), MLP_OK);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        if (read_altered(model, changes[i].from, changes[i].n, changes[i].to) != MLP_ERROR_MODEL)
            fail_msg("%s for %s", changes[i].to, changes[i].from);
    mlp_model_free(model);
}

/* A model of which networks 0 and 2 read inputs 1 and 3 of four, and network 1 the last three; its
 * metadata say so. */
static mlp_model *reading_parts(void)
{
    mlp_model *model = trained(NETWORKS, NULL);
    for (size_t m = 0; m < NETWORKS; m++) {
        float *w = mlp_network_parameters(model->members.network[m]);
        for (size_t i = 0; i < mlp_network_weights_at(model->members.network[m], 1); i++)
            w[i] = m == 1 ? (i % 4 == 0 ? 0.0f : w[i]) : i % 2 == 0 ? 0.0f : w[i];
    }
    assert_int_equal(mlpi_members_find_reads(&model->members, NULL), MLP_OK);
    free(model->metadata);
    assert_int_equal(mlpi_metadata_write(model, &model->metadata, NULL), MLP_OK);
    return model;
}

static void weights_of_inputs_that_are_not_read_are_not_in_the_file(void **state)
{
    (void)state;
    mlp_model *whole = trained(NETWORKS, NULL), *model = reading_parts(), *loaded = NULL;
    unsigned char *bytes = NULL, *again = NULL;
    size_t size = 0, size_again = 0;
    const size_t units = mlp_network_layer(mlp_model_network(model), 0).units;
    assert_int_equal(mlp_model_parameter_count(whole) - mlp_model_parameter_count(model),
                     (2 + 1 + 2) * units);
    assert_non_null(strstr(mlp_model_metadata(model), "\"format_version\":6"));
    assert_non_null(strstr(mlp_model_metadata(model), "\"reads\":[1,1,3,1]"));
    assert_non_null(strstr(mlp_model_metadata(model), "\"reads\":[1,3]"));
    assert_int_equal(mlp_model_save_memory(model, &bytes, &size, NULL), MLP_OK);
    assert_int_equal(mlp_model_load_memory(bytes, size, "m.mlp", &loaded, NULL), MLP_OK);
    for (size_t m = 0; m < NETWORKS; m++)
        assert_memory_equal(mlp_network_parameters_const(mlp_model_member(model, m)),
                            mlp_network_parameters_const(mlp_model_member(loaded, m)),
                            mlp_network_size(mlp_model_member(model, m)) * sizeof(float));
    assert_int_equal(mlp_model_save_memory(loaded, &again, &size_again, NULL), MLP_OK);
    assert_int_equal(size, size_again);
    assert_memory_equal(bytes, again, size);
    mlp_model_free(whole);
    mlp_model_free(model);
    mlp_model_free(loaded);
    free(bytes);
    free(again);
}

static void inputs_that_no_network_can_read_are_refused(void **state)
{
    (void)state;
    static const char from[] = "\"reads\":[1,1,3,1]";
    static const char *const changes[] = {
        "\"reads\":[]",
        "\"reads\":[1]",
        "\"reads\":[1,1,3]",
        "\"reads\":[1,0,3,1]",
        "\"reads\":[1,1,2,1]",
        "\"reads\":[3,1,1,1]",
        "\"reads\":[1,1,1,1]",
        "\"reads\":[1,1,4,1]",
        "\"reads\":[3,2]",
        "\"reads\":[1,3]",
        "\"reads\":[1,1,3,1.5]",
        "\"reads\":[-1,1,3,1]",
        "\"reads\":7",
        "\"reads\":{\"1\":1}",
        "\"reads\":[[1,1],[3,1]]",
        "\"reads\":[\"1\",1,3,1]",
        "\"reads\":[1,18446744073709551615,3,1]",
        "\"reads\":[18446744073709551615,1,3,1]",
        "\"read\":[1,1,3,1]",
    };
    mlp_model *model = reading_parts();
    assert_int_equal(read_altered(model, from, 0, "\"reads\":[0,1,3,1]"), MLP_OK);
    assert_int_equal(read_altered(model, from, 0, "\"reads\":[1,2]"), MLP_OK);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        for (size_t n = 0; n < 2; n++)
            if (read_altered(model, from, n, changes[i]) != MLP_ERROR_MODEL)
                fail_msg("%s", changes[i]);
    mlp_model_free(model);
}

/* A network that claims a million inputs and reads two of them is refused before it is created. */
static void what_is_left_out_is_not_believed_without_end(void **state)
{
    (void)state;
    mlp_model *model = reading_parts(), *read = mlpi_allocate(1, sizeof *read);
    const size_t parameters = mlp_model_parameter_count(model);
    mlp_error err;
    char *text = altered(mlp_model_metadata(model), "\"inputs\":4", 0, "\"inputs\":1000000");
    assert_int_equal(mlpi_metadata_read(text, parameters, "m.mlp", read, &err), MLP_ERROR_MODEL);
    assert_non_null(strstr(err.message, "parameters"));
    assert_null(read->members.network[0]);
    mlp_model_free(read);
    mlp_model_free(model);
    free(text);
}

static void what_does_not_go_with_several_networks_is_refused(void **state)
{
    (void)state;
    mlp_error err;
    mlp_model *model = trained(NETWORKS, NULL), *made = NULL;
    mlp_train_options options = quick();
    options.members = 2;
    options.restarts = 2;
    assert_int_equal(mlp_train(iris, NULL, &options, &made, NULL, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "`members`"));
    options = quick();
    options.initial = model;
    assert_int_equal(mlp_train(iris, NULL, &options, &made, NULL, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "3 networks"));
    mlp_model_free(model);
}

static void stop_after_the_first(const char *sentence, void *context)
{
    mlp_flag *stop = context;
    if (strstr(sentence, "Network 1 of 3") != NULL)
        atomic_store(stop, 1);
}

/* Training stops before the first epoch of the second network, whose initial weights are therefore
 * not a result. */
static void a_network_that_never_trained_is_no_member(void **state)
{
    (void)state;
    mlp_flag stop = 0;
    mlp_model *model = NULL, *alone = trained(1, NULL);
    mlp_train_report report;
    mlp_train_options options = quick();
    options.members = NETWORKS;
    options.threads = 1;
    options.notice = stop_after_the_first;
    options.context = &stop;
    options.stop = &stop;
    assert_int_equal(mlp_train(iris, NULL, &options, &model, &report, NULL), MLP_OK);
    assert_int_equal(report.reason, MLP_STOP_INTERRUPTED);
    assert_int_equal(mlp_model_member_count(model), 1);
    assert_memory_equal(mlp_network_parameters_const(mlp_model_network(model)),
                        mlp_network_parameters_const(mlp_model_network(alone)),
                        mlp_model_parameter_count(alone) * sizeof(float));
    mlp_model_free(model);
    mlp_model_free(alone);
}

/* The number of threads of this process plus two, for "." and ".."; 0: /proc is not available. */
static size_t running_threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    size_t count = 0;
    while (tasks != NULL && readdir(tasks) != NULL)
        count++;
    if (tasks != NULL)
        closedir(tasks);
    return count;
}

/* If each network had its own threads, a model of 40 networks on 64 cores would start 2,520. */
static void networks_that_take_turns_use_the_same_threads(void **state)
{
    (void)state;
    enum { THREADS = 3, ROWS = 4096 };
    mlp_model *model = NULL;
    mlp_session *session = NULL;
    mlp_train_options options = quick();
    options.members = NETWORKS;
    options.hidden = "256,256"; /* large enough for several threads */
    options.epochs = 1;
    assert_int_equal(mlp_train(iris, NULL, &options, &model, NULL, NULL), MLP_OK);
    float *x = calloc(ROWS * mlp_network_inputs(mlp_model_network(model)), sizeof *x);
    float *y = calloc(ROWS * 3, sizeof *y);
    const size_t before = running_threads();
    assert_int_equal(mlp_session_create(model, THREADS, &session, NULL), MLP_OK);
    mlp_session_forward(session, x, ROWS, y);
    assert_true(running_threads() < before + THREADS);
    mlp_session_free(session);
    mlp_model_free(model);
    free(x);
    free(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_of_several_is_the_one_that_trains_alone),
        cmocka_unit_test(outputs_and_losses_are_those_of_the_mean),
        cmocka_unit_test(a_temperature_is_that_of_the_mean),
        cmocka_unit_test(every_way_to_predict_gives_the_same_bits),
        cmocka_unit_test(the_report_evaluates_all_networks_together),
        cmocka_unit_test(a_file_holds_them_all),
        cmocka_unit_test(networks_that_cannot_answer_together_are_refused),
        cmocka_unit_test(weights_of_inputs_that_are_not_read_are_not_in_the_file),
        cmocka_unit_test(inputs_that_no_network_can_read_are_refused),
        cmocka_unit_test(what_is_left_out_is_not_believed_without_end),
        cmocka_unit_test(what_does_not_go_with_several_networks_is_refused),
        cmocka_unit_test(a_network_that_never_trained_is_no_member),
        cmocka_unit_test(networks_that_take_turns_use_the_same_threads),
    };
    return cmocka_run_group_tests(tests, read_iris, drop_iris);
}
