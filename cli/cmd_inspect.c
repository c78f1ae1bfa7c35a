/* SPDX-License-Identifier: MIT */
/* mlp inspect: what is in a model file. The JSON is the metadata of the file itself. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { MOST = 40 }; /* columns, or labels, that are listed */

static const char *text_of(json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "-";
}

static double number_of(json_t *object, const char *name)
{
    json_t *member = json_object_get(object, name);
    return json_is_number(member) ? json_number_value(member) : (double)NAN;
}

static void print_network(const mlp_network *network)
{
    const mlp_loss_settings *numbers = mlp_network_loss_settings(network);
    const mlp_loss loss = mlp_network_loss(network);
    char text[32];
    printf("Network: %zu inputs, %zu parameters, %s loss", mlp_network_inputs(network),
           mlp_network_size(network), mlp_loss_describe(loss)->name);
    if (loss == MLP_HUBER)
        printf(" with delta %s", shown(numbers->huber_delta, text, sizeof text));
    for (size_t i = 0; loss == MLP_QUANTILE && i < numbers->levels; i++)
        printf("%s%s", i > 0 ? ", " : " at the levels ",
               shown(numbers->level[i], text, sizeof text));
    putchar('\n');
    for (size_t l = 0; l < mlp_network_layer_count(network); l++) {
        const mlp_layer layer = mlp_network_layer(network, l);
        const mlp_activation_info *f = mlp_activation_describe(layer.activation);
        printf("  layer %zu: %zu neurons, %s, y = %s\n", l + 1, layer.units, f->name, f->formula);
    }
}

static void print_column(json_t *column)
{
    printf("  ");
    print_padded(text_of(column, "name"), 24);
    putchar(' ');
}

static void print_feature(json_t *f)
{
    char mean[16], scale[16];
    json_t *categories = json_object_get(f, "categories"), *category;
    size_t i;
    print_column(f);
    print_padded(text_of(f, "kind"), 12);
    if (!json_is_array(categories))
        printf("mean %s, deviation %s", shown(number_of(f, "mean"), mean, sizeof mean),
               shown(number_of(f, "scale"), scale, sizeof scale));
    json_array_foreach(categories, i, category)
    {
        if (i == 8) {
            printf(", ... (%zu in all)", json_array_size(categories));
            break;
        }
        fputs(i > 0 ? ", " : "", stdout);
        print_name(json_string_value(category));
    }
    printf("%s\n", json_is_true(json_object_get(f, "missing_indicator")) ? "; may be missing" : "");
}

static void print_columns(json_t *pipeline, json_t *training)
{
    json_t *features = json_object_get(pipeline, "features"), *member;
    size_t i;
    printf("\nInput columns: %zu\n", json_array_size(features));
    json_array_foreach(features, i, member)
    {
        if (i == MOST) {
            printf("  ... (%zu more; --json lists all)\n", json_array_size(features) - MOST);
            break;
        }
        print_feature(member);
    }
    json_array_foreach(json_object_get(training, "ignored"), i, member)
    {
        print_column(member);
        say(stdout, "not used: %s", text_of(member, "reason"));
    }
}

static void print_targets(const mlp_model *model)
{
    printf("\n%s of",
           mlp_model_task(model) == MLP_TASK_CLASSIFICATION ? "Classification" : "Regression");
    for (size_t t = 0; t < mlp_model_target_count(model); t++) {
        fputs(t > 0 ? ", " : " ", stdout);
        print_name(mlp_model_target(model, t));
    }
    const size_t labels = mlp_model_label_count(model);
    for (size_t k = 0; k < labels && k < MOST; k++) {
        fputs(k == 0 ? ": " : ", ", stdout);
        print_name(mlp_model_label(model, k));
    }
    if (labels > MOST)
        printf(", ... (%zu in all; --json lists all)", labels);
    putchar('\n');
}

/* What the file says was used beside L2. */
static void print_regularisation(json_t *t)
{
    static const char *const members[][2] = {{"l1", "L1"},
                                             {"dropout", "dropout"},
                                             {"input_noise", "input noise"},
                                             {"clip_norm", "gradients clipped to"},
                                             {"max_norm", "incoming weights at most"}};
    bool any = false;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        char value[32];
        if (json_object_get(t, members[i][0]) == NULL)
            continue;
        printf("%s%s %s", any ? ", " : "  ", members[i][1],
               shown(number_of(t, members[i][0]), value, sizeof value));
        any = true;
    }
    if (json_is_true(json_object_get(t, "batch_norm"))) {
        printf("%sbatch normalisation, within the weights", any ? ", " : "  ");
        any = true;
    }
    if (any)
        putchar('\n');
}

static void print_training(json_t *t, bool classes)
{
    char a[32], b[32], c[32];
    putchar('\n');
    say(stdout, "Trained by mlp %s on %s (fingerprint %s), seed %" PRIu64,
        text_of(t, "mlp_version"), text_of(t, "data"), text_of(t, "data_fingerprint"),
        (uint64_t)strtoull(text_of(t, "seed"), NULL, 16));
    say(stdout, "  %s, learning rate %s, batch %s, L2 %s", text_of(t, "optimizer"),
        shown(number_of(t, "learning_rate"), a, sizeof a),
        shown(number_of(t, "batch"), b, sizeof b), shown(number_of(t, "l2"), c, sizeof c));
    print_regularisation(t);
    say(stdout, "  %s epochs (%s), best epoch %s", shown(number_of(t, "epochs"), a, sizeof a),
        text_of(t, "stop_reason"), shown(number_of(t, "best_epoch"), b, sizeof b));
    if (json_is_string(json_object_get(t, "validation"))) /* not in files of the first versions */
        say(stdout, "  validation by %s%s%s, weight column %s", text_of(t, "validation"),
            classes ? ", class weights " : "", classes ? text_of(t, "class_weights") : "",
            json_is_string(json_object_get(t, "weight_column")) ? text_of(t, "weight_column")
                                                                : "none");
    say(stdout, "  metric: training %s, validation %s, baseline %s",
        shown(number_of(t, "training_metric"), a, sizeof a),
        shown(number_of(t, "validation_metric"), b, sizeof b),
        shown(number_of(t, "baseline_metric"), c, sizeof c));
    if (json_is_string(json_object_get(t, "command")))
        say(stdout, "  command: %s", text_of(t, "command"));
}

/* What training warned of. */
static void print_diagnosis(json_t *t)
{
    json_t *finding;
    size_t i;
    json_array_foreach(json_object_get(t, "diagnosis"), i, finding)
    {
        fputs(i == 0 ? "\nDiagnosis:\n" : "", stdout);
        say(stdout, "  %s", text_of(finding, "sentence"));
    }
}

int run_inspect(settings *s)
{
    mlp_model *model = NULL;
    mlp_error err;
    if (mlp_model_load(s->arguments[0], &model, &err) != MLP_OK)
        return report(&err);
    json_t *metadata = json_loads(mlp_model_metadata(model), 0, NULL);
    int code = EXIT_DONE;
    if (metadata == NULL) {
        code = fail("not enough memory");
    } else if (s->json) {
        code = print_json(json_incref(metadata));
    } else {
        print_network(mlp_model_network(model));
        print_targets(model);
        print_columns(json_object_get(metadata, "pipeline"), json_object_get(metadata, "training"));
        print_training(json_object_get(metadata, "training"),
                       mlp_model_task(model) == MLP_TASK_CLASSIFICATION);
        print_diagnosis(json_object_get(metadata, "training"));
        code = finish_output();
    }
    json_decref(metadata);
    mlp_model_free(model);
    return code;
}
