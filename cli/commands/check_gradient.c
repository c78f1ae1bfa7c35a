/* SPDX-License-Identifier: MIT */
/* mlp check-gradient: engine against reference, and reference against finite differences. */
#include "cli/cli.h"

/* "W^2[3,5]" or "b^1[4]", as the lecture writes them. */
static const char *parameter_name(const mlp_gradient_check *c, char *text, size_t size)
{
    if (c->worst_column > 0)
        snprintf(text, size, "W^%zu[%zu,%zu]", c->worst_layer, c->worst_row, c->worst_column);
    else
        snprintf(text, size, "b^%zu[%zu]", c->worst_layer, c->worst_row);
    return text;
}

/* `networks`: the number that the model has; only network 1 is checked. */
static int print_check(const mlp_gradient_check *c, size_t networks)
{
    char name[64], a[32], b[32];
    printf("%s\n\n", c->passed ? "pass" : "FAIL");
    printf("  engine against reference       %.2e   (at most 1e-4)\n", c->engine_error);
    printf("  reference against differences  %.2e   (at most 1e-6)\n", c->reference_error);
    printf("  parameters compared            %zu of %zu", c->checked, c->parameters);
    printf(networks > 1 ? " of network 1 of %zu\n" : "\n", networks);
    if (c->kinks > 0)
        printf("  left out                       %zu: an activation has a corner within the step\n",
               c->kinks);
    mlp_number_text_float((float)c->worst_engine, a);
    mlp_number_text_float((float)c->worst_difference, b);
    if (c->checked > 0)
        printf("  worst parameter                dE/d%s: engine %s, differences %s\n",
               parameter_name(c, name, sizeof name), a, b);
    return finish_output();
}

static int print_as_json(const mlp_gradient_check *c)
{
    char name[64];
    mlp_json_writer *json = begin_json();
    mlp_json_put_boolean(json, "passed", c->passed);
    mlp_json_put_number(json, "engine_error", c->engine_error);
    mlp_json_put_number(json, "reference_error", c->reference_error);
    mlp_json_put_whole(json, "parameters", c->parameters);
    mlp_json_put_whole(json, "checked", c->checked);
    mlp_json_put_whole(json, "kinks", c->kinks);
    mlp_json_put_text(json, "worst_parameter", parameter_name(c, name, sizeof name));
    mlp_json_put_number(json, "worst_engine", c->worst_engine);
    mlp_json_put_number(json, "worst_difference", c->worst_difference);
    return print_json(json);
}

static int check_gradient(const settings *s, const mlp_model *model, const mlp_table *table)
{
    mlp_encoded encoded;
    mlp_gradient_check check;
    mlp_error err;
    int code = EXIT_DONE;
    if (mlp_model_encode(model, table, true, &encoded, &err) != MLP_OK)
        return report(&err);
    if (mlp_check_gradient(model, &encoded, s->rows, s->limit, &check, &err) != MLP_OK)
        code = report(&err);
    else
        code = s->json ? print_as_json(&check) : print_check(&check, mlp_model_member_count(model));
    if (code == EXIT_DONE && !check.passed)
        code = EXIT_QUALITY;
    mlp_encoded_release(&encoded);
    return code;
}

int run_check_gradient(settings *s)
{
    mlp_model *model = NULL;
    mlp_table *table = NULL;
    int code = load_model_and_data(s, &model, &table);
    if (code == EXIT_DONE)
        code = leave_out_without_targets(s, model, &table);
    if (code == EXIT_DONE)
        code = check_gradient(s, model, table);
    mlp_table_free(table);
    mlp_model_free(model);
    return code;
}
