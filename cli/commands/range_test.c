/* SPDX-License-Identifier: MIT */
/* mlp range-test: the loss at growing learning rates, and a rate to start with. */
#include <math.h>

#include "cli/cli.h"

static void print_csv(const mlp_rate_range *range)
{
    char rate[32], loss[32];
    puts("learning_rate,loss");
    for (size_t i = 0; i < range->count; i++) {
        mlp_number_text_float((float)range->rate[i], rate);
        mlp_number_text_float((float)range->loss[i], loss);
        printf("%s,%s\n", rate, loss);
    }
}

static void tell(const mlp_rate_range *range)
{
    char text[16];
    if (isnan(range->suggested))
        fprintf(stderr,
                "The loss never fell at any learning rate. Check the data, or try other layers.\n");
    else
        fprintf(stderr, "The loss falls fastest near --learning-rate %s.\n",
                shown(range->suggested, text, sizeof text));
}

static int print_as_json(const mlp_rate_range *range)
{
    mlp_json_writer *json = begin_json();
    mlp_json_put_number(json, "suggested", range->suggested);
    mlp_json_put_numbers(json, "learning_rate", range->rate, range->count);
    mlp_json_put_numbers(json, "loss", range->loss, range->count);
    return print_json(json);
}

static int show(const settings *s, const mlp_rate_range *range)
{
    if (s->json)
        return print_as_json(range);
    print_csv(range);
    if (!s->quiet)
        tell(range);
    return finish_output();
}

int run_range_test(settings *s)
{
    mlp_error err;
    mlp_table *table = NULL, *validation = NULL;
    mlp_rate_range range;
    int code = training_begin(s, &table, &validation);
    mlp_train_options_listen(s->train, NULL, say_notice, NULL, s);
    training_catch_signals(s);
    if (code == EXIT_DONE) {
        if (mlp_rate_range_measure(table, validation, s->train, &range, &err) != MLP_OK) {
            code = report(&err);
        } else {
            code = show(s, &range);
            mlp_rate_range_release(&range);
        }
    }
    mlp_table_free(table);
    mlp_table_free(validation);
    return code;
}
