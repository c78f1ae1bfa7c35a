/* SPDX-License-Identifier: MIT */
/* mlp range-test: the loss at growing learning rates, and a rate to begin with. */
#include <math.h>

#include "cli.h"

static void on_notice(const char *sentence, void *context)
{
    const settings *s = context;
    if (!s->quiet)
        say(stderr, "%s", sentence);
}

static json_t *numbers_json(const double *values, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_number(values[i]));
    return list;
}

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
                "The loss never fell: no learning rate helps here. Look at the data, or try "
                "other layers.\n");
    else
        fprintf(stderr, "The loss falls fastest near --learning-rate %s.\n",
                shown(range->suggested, text, sizeof text));
}

static int show(const settings *s, const mlp_rate_range *range)
{
    if (s->json)
        return print_json(json_pack("{s:o, s:o, s:o}", "suggested", json_number(range->suggested),
                                    "learning_rate", numbers_json(range->rate, range->count),
                                    "loss", numbers_json(range->loss, range->count)));
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
    s->train.notice = on_notice;
    s->train.context = s;
    training_catch_signals(s);
    if (code == EXIT_DONE) {
        if (mlp_rate_range_measure(table, validation, &s->train, &range, &err) != MLP_OK) {
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
