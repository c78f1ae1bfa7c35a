/* SPDX-License-Identifier: MIT */
/* mlp inspect MODEL: the contents of a model file. The JSON is the file's own metadata. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

enum { MOST = 40 }; /* columns or labels listed at most */

static const char *text_of(mlp_json_value object, const char *name)
{
    const char *text = mlp_json_text(mlp_json_member(object, name));
    return text != NULL ? text : "-";
}

static double number_of(mlp_json_value object, const char *name)
{
    double number = 0.0;
    return mlp_json_number(mlp_json_member(object, name), &number) ? number : (double)NAN;
}

static bool is_text(mlp_json_value object, const char *name)
{
    return mlp_json_text(mlp_json_member(object, name)) != NULL;
}

/* Prints network m of a model. */
static void print_network(const mlp_model *model, size_t m, const char *title)
{
    const mlp_network *network = mlp_model_member(model, m);
    const mlp_loss_settings *numbers = mlp_network_loss_settings(network);
    const mlp_loss loss = mlp_network_loss(network);
    char text[32];
    const size_t inputs = mlp_network_inputs(network), read = mlp_model_member_reads(model, m);
    const size_t left_out = (inputs - read) * mlp_network_layer(network, 0).units;
    printf("%s: ", title);
    if (read < inputs)
        printf("%s of ", counted(read, (char[COUNTED]){0}));
    printf("%s input%s, %s parameters, %s loss", counted(inputs, (char[COUNTED]){0}),
           plural(inputs), counted(mlp_network_size(network) - left_out, (char[COUNTED]){0}),
           mlp_loss_describe(loss)->name);
    if (loss == MLP_HUBER)
        printf(" with delta %s", shown(numbers->huber_delta, text, sizeof text));
    for (size_t i = 0; loss == MLP_QUANTILE && i < numbers->levels; i++)
        printf("%s%s", i > 0 ? ", " : " at the levels ",
               shown(numbers->level[i], text, sizeof text));
    putchar('\n');
    for (size_t l = 0; l < mlp_network_layer_count(network); l++) {
        const mlp_layer layer = mlp_network_layer(network, l);
        const mlp_activation_info *f = mlp_activation_describe(layer.activation);
        printf("  layer %zu: %zu neuron%s, %s, y = %s\n", l + 1, layer.units, plural(layer.units),
               f->name, f->formula);
    }
}

/* Prints networks that are alike only once, with their number. */
static void print_networks(const mlp_model *model)
{
    const size_t count = mlp_model_member_count(model);
    char title[80] = "Network";
    if (count > 1)
        printf("The answer is the mean of %zu networks, %s parameters in all.\n", count,
               counted(mlp_model_parameter_count(model), (char[COUNTED]){0}));
    for (size_t m = 0; m < count; m++) {
        const size_t alike = networks_alike(model, m);
        if (alike == 0)
            continue;
        if (alike < count && alike == 1)
            snprintf(title, sizeof title, "Network %zu", m + 1);
        else if (alike < count)
            snprintf(title, sizeof title, "%zu networks, each", alike);
        else if (count > 1)
            snprintf(title, sizeof title, "Each network");
        print_network(model, m, title);
    }
}

static void print_column(mlp_json_value column)
{
    printf("  ");
    print_padded(text_of(column, "name"), 24);
    putchar(' ');
}

static void print_categories(mlp_json_value categories)
{
    enum { FIRST = 8 };
    mlp_json_value category = mlp_json_first(categories);
    for (size_t i = 0; i < mlp_json_count(categories); i++, category = mlp_json_next(category)) {
        if (i == FIRST) {
            printf(", ... (%zu in all)", mlp_json_count(categories));
            return;
        }
        fputs(i > 0 ? ", " : "", stdout);
        print_item(mlp_json_text(category));
    }
}

/* Prints which parts of a time are inputs. */
static void print_parts(mlp_json_value feature)
{
    static const char *const names[] = {"year", "month", "day of the week", "hour"};
    const mlp_json_value parts = mlp_json_member(feature, "parts");
    mlp_json_value number = mlp_json_first(parts);
    double value = 0.0;
    fputs("the time", stdout);
    for (size_t i = 0; i < mlp_json_count(parts) && i / 2 < sizeof names / sizeof names[0]; i++) {
        if (i % 2 == 1 && mlp_json_number(number, &value) && value > 0.0)
            printf(", its %s", names[i / 2]);
        number = mlp_json_next(number);
    }
}

/* Prints the numbers that a transform of another kind has learnt: "median 3, scale 2". */
static void print_numbers(mlp_json_value f)
{
    const char *between = "";
    mlp_json_value member = mlp_json_first(f);
    for (; mlp_json_kind_of(member) != MLP_JSON_NOTHING; member = mlp_json_next(member)) {
        char text[16];
        double value = 0.0;
        if (strcmp(mlp_json_name(member), "position") == 0 || !mlp_json_number(member, &value))
            continue;
        printf("%s%s %s", between, mlp_json_name(member), shown(value, text, sizeof text));
        between = ", ";
    }
}

static void print_feature(mlp_json_value f)
{
    char mean[16], scale[16];
    const mlp_json_value categories = mlp_json_member(f, "categories");
    print_column(f);
    print_padded(text_of(f, "kind"), 12);
    if (strcmp(text_of(f, "kind"), "time") == 0)
        print_parts(f);
    else if (mlp_json_kind_of(categories) == MLP_JSON_ARRAY)
        print_categories(categories);
    else if (strcmp(text_of(f, "kind"), "numeric") == 0)
        printf("mean %s, deviation %s", shown(number_of(f, "mean"), mean, sizeof mean),
               shown(number_of(f, "scale"), scale, sizeof scale));
    else
        print_numbers(f);
    printf("%s\n",
           mlp_json_true(mlp_json_member(f, "missing_indicator")) ? "; may be missing" : "");
}

static void print_columns(mlp_json_value pipeline, mlp_json_value training)
{
    const mlp_json_value features = mlp_json_member(pipeline, "features");
    const size_t count = mlp_json_count(features);
    mlp_json_value member = mlp_json_first(features);
    printf("\nInput columns: %zu\n", count);
    for (size_t i = 0; i < count && i < MOST; i++, member = mlp_json_next(member))
        print_feature(member);
    if (count > MOST)
        printf("  ... (%zu more; --json lists all)\n", count - MOST);
    member = mlp_json_first(mlp_json_member(training, "ignored"));
    for (; mlp_json_kind_of(member) != MLP_JSON_NOTHING; member = mlp_json_next(member)) {
        print_column(member);
        fputs("not used: ", stdout);
        say_sentence(stdout, text_of(member, "reason"));
    }
}

static void print_targets(const mlp_model *model)
{
    printf("\n%s of",
           mlp_model_task(model) == MLP_TASK_CLASSIFICATION ? "Classification" : "Regression");
    for (size_t t = 0; t < mlp_model_target_count(model); t++) {
        fputs(t > 0 ? ", " : " ", stdout);
        print_item(mlp_model_target(model, t));
    }
    const size_t labels = mlp_model_label_count(model);
    for (size_t k = 0; k < labels && k < MOST; k++) {
        fputs(k == 0 ? ": " : ", ", stdout);
        print_item(mlp_model_label(model, k));
    }
    if (labels > MOST)
        printf(", ... (%zu in all; --json lists all)", labels);
    putchar('\n');
}

/* Prints the options of training that were not the defaults. */
static void print_options(const mlp_model *model)
{
    const char *name = NULL, *value = NULL;
    for (size_t i = 0; mlp_model_option(model, i, &name, &value); i++) {
        fputs(i == 0 ? "  set: " : ", ", stdout);
        print_name(name);
        putchar(' ');
        print_name(value);
    }
    if (name != NULL)
        putchar('\n');
}

/* Prints log loss and calibration error, out of fold, with the temperature and without. */
static void print_calibration(const mlp_model *model, mlp_json_value training)
{
    const mlp_json_value c = mlp_json_member(training, "calibration");
    const mlp_json_value loss = mlp_json_member(c, "log_loss");
    const mlp_json_value error = mlp_json_member(c, "calibration_error");
    const double temperature = mlp_model_temperature(model);
    const char *kind = is_text(training, "weight_column") ||
                               strcmp(text_of(training, "class_weights"), "none") != 0
                           ? "weighted "
                           : "";
    double before[2] = {0.0, 0.0}, after[2] = {0.0, 0.0};
    char t[16], a[16], b[16], d[16], e[16];
    if (!mlp_json_number(mlp_json_first(loss), &before[0]) ||
        !mlp_json_number(mlp_json_first(error), &before[1]) ||
        !mlp_json_number(mlp_json_next(mlp_json_first(loss)), &after[0]) ||
        !mlp_json_number(mlp_json_next(mlp_json_first(error)), &after[1]))
        return;
    shown(before[0], a, sizeof a);
    shown(before[1], b, sizeof b);
    if (temperature == 1.0)
        printf("  calibration: unchanged; out of fold %slog loss %s, calibration error %s\n", kind,
               a, b);
    else
        printf("  calibration: temperature %s; out of fold %slog loss %s (without %s), calibration "
               "error %s (%s)\n",
               shown(temperature, t, sizeof t), kind, shown(after[0], d, sizeof d), a,
               shown(after[1], e, sizeof e), b);
}

/* Prints the threshold and its metric out of fold, with thresholds of other folds and without. */
static void print_decision(const mlp_model *model, mlp_json_value metadata)
{
    const mlp_json_value d = mlp_json_member(metadata, "decision");
    const mlp_json_value out_of_fold = mlp_json_member(d, "out_of_fold");
    const size_t label = mlp_model_looked_for(model);
    double usual = 0.0, own = 0.0;
    char t[16], a[16], b[16];
    if (!mlp_json_number(mlp_json_first(out_of_fold), &usual) ||
        !mlp_json_number(mlp_json_next(mlp_json_first(out_of_fold)), &own))
        return;
    const bool given = mlp_json_kind_of(mlp_json_member(d, "given")) != MLP_JSON_NOTHING;
    say(stdout, "  threshold: %s at probability %s or more, %s%s; out of fold %s%s%s (without %s)",
        mlp_model_label(model, label), shown(mlp_model_threshold_of(model, label), t, sizeof t),
        given ? "as given" : "for ", given ? "" : text_of(d, "figure"),
        given ? text_of(d, "figure") : "", given ? " " : "", shown(own, a, sizeof a),
        shown(usual, b, sizeof b));
}

static void print_training(const mlp_model *model, mlp_json_value metadata, mlp_json_value t)
{
    const bool classes = mlp_model_task(model) == MLP_TASK_CLASSIFICATION;
    char a[32], b[32], c[32];
    putchar('\n');
    if (!is_text(t, "optimizer")) { /* imported: its training is not known */
        say(stdout, "%s, %s by mlp %s", text_of(t, "data"), text_of(t, "stop_reason"),
            text_of(t, "mlp_version"));
        return;
    }
    say(stdout, "Trained by mlp %s on %s (fingerprint %s), seed %" PRIu64,
        text_of(t, "mlp_version"), text_of(t, "data"), text_of(t, "data_fingerprint"),
        (uint64_t)strtoull(text_of(t, "seed"), NULL, 16));
    say(stdout, "  %s, learning rate %s, batch %s, L2 %s", text_of(t, "optimizer"),
        shown(number_of(t, "learning_rate"), a, sizeof a),
        shown(number_of(t, "batch"), b, sizeof b), shown(number_of(t, "l2"), c, sizeof c));
    print_options(model);
    say(stdout, "  %s epochs (%s), best epoch %s", shown(number_of(t, "epochs"), a, sizeof a),
        text_of(t, "stop_reason"), shown(number_of(t, "best_epoch"), b, sizeof b));
    if (is_text(t, "validation")) /* files of the first versions lack it */
        say(stdout, "  validation by %s%s%s, weight column %s", text_of(t, "validation"),
            classes ? ", class weights " : "", classes ? text_of(t, "class_weights") : "",
            is_text(t, "weight_column") ? text_of(t, "weight_column") : "none");
    say(stdout, "  metric: training %s, validation %s, baseline %s",
        shown(number_of(t, "training_metric"), a, sizeof a),
        shown(number_of(t, "validation_metric"), b, sizeof b),
        shown(number_of(t, "baseline_metric"), c, sizeof c));
    print_calibration(model, t);
    print_decision(model, metadata);
    if (mlp_model_conformal_rows(model) > 0)
        printf("  %s from %zu out-of-fold rows\n",
               classes ? "sets of labels (--label-set)" : "intervals (--interval)",
               mlp_model_conformal_rows(model));
    if (is_text(t, "command"))
        say(stdout, "  command: %s", text_of(t, "command"));
}

/* Prints the findings of the diagnosis. */
static void print_diagnosis(mlp_json_value t)
{
    mlp_json_value finding = mlp_json_first(mlp_json_member(t, "diagnosis"));
    if (mlp_json_kind_of(finding) != MLP_JSON_NOTHING)
        printf("\nDiagnosis:\n");
    for (; mlp_json_kind_of(finding) != MLP_JSON_NOTHING; finding = mlp_json_next(finding)) {
        fputs("  ", stdout);
        say_sentence(stdout, text_of(finding, "sentence"));
    }
}

static void put_members(mlp_json_writer *json, mlp_json_value value);

/* Copies a value of the file; sentences of the library are put in the words of the command. */
static void put_worded(mlp_json_writer *json, mlp_json_value value)
{
    static const char *const sentences[] = {"reason", "task_reason", "sentence"};
    const char *name = mlp_json_name(value), *text = mlp_json_text(value);
    bool sentence = false;
    for (size_t i = 0; name != NULL && i < sizeof sentences / sizeof sentences[0]; i++)
        sentence = sentence || strcmp(name, sentences[i]) == 0;
    switch (mlp_json_kind_of(value)) {
    case MLP_JSON_OBJECT:
        mlp_json_begin_object(json, name);
        put_members(json, value);
        mlp_json_end(json);
        return;
    case MLP_JSON_ARRAY:
        mlp_json_begin_array(json, name);
        put_members(json, value);
        mlp_json_end(json);
        return;
    default:
        if (sentence && text != NULL)
            put_sentence(json, name, text);
        else
            mlp_json_put_value(json, name, value);
    }
}

static void put_members(mlp_json_writer *json, mlp_json_value value)
{
    mlp_json_value member = mlp_json_first(value);
    for (; mlp_json_kind_of(member) != MLP_JSON_NOTHING; member = mlp_json_next(member))
        put_worded(json, member);
}

static int print_as_json(mlp_json_value metadata)
{
    mlp_json_writer *json = begin_json();
    put_members(json, metadata);
    return print_json(json);
}

static int print_model(const mlp_model *model, mlp_json_value metadata)
{
    const mlp_json_value training = mlp_json_member(metadata, "training");
    print_networks(model);
    print_targets(model);
    print_columns(mlp_json_member(metadata, "pipeline"), training);
    print_training(model, metadata, training);
    print_diagnosis(training);
    return finish_output();
}

int run_inspect(settings *s)
{
    mlp_model *model = NULL;
    mlp_json *document = NULL;
    mlp_error err;
    if (!is_model_file(s->arguments[0]))
        return describe_data(s);
    if (s->further.count > 0) {
        fail("%s is a model; inspect it alone, without data", s->arguments[0]);
        return EXIT_USAGE;
    }
    if (mlp_model_load(s->arguments[0], &model, &err) != MLP_OK)
        return report(&err);
    const char *metadata = mlp_model_metadata(model);
    int code = EXIT_DONE;
    if (mlp_json_read(metadata, strlen(metadata), &document, &err) != MLP_OK)
        code = report(&err);
    else if (s->json)
        code = print_as_json(mlp_json_root(document));
    else
        code = print_model(model, mlp_json_root(document));
    mlp_json_free(document);
    mlp_model_free(model);
    return code;
}
