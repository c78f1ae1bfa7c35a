/* SPDX-License-Identifier: MIT */
/* Intervals and sets of labels: columns of predict, metrics of evaluate. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static bool classes(const conformal *c)
{
    return mlp_model_task(c->model) == MLP_TASK_CLASSIFICATION;
}

static double coverage_of(const settings *s)
{
    return s->interval > 0.0 ? s->interval : s->label_set;
}

int conformal_begin(conformal *c, const settings *s, const mlp_model *model)
{
    mlp_error err;
    c->model = model;
    if (s->interval > 0.0 && classes(c)) {
        fail("--interval is for quantities, and this model predicts labels; give --label-set");
        return EXIT_USAGE;
    }
    if (s->label_set > 0.0 && !classes(c)) {
        fail("--label-set is for labels, and this model predicts a quantity; give --interval");
        return EXIT_USAGE;
    }
    if (coverage_of(s) > 0.0 && mlp_conformal_create(model, coverage_of(s), &c->of, &err) != MLP_OK)
        return report(&err);
    return EXIT_DONE;
}

void conformal_release(conformal *c)
{
    mlp_conformal_free(c->of);
    free(c->lower);
    free(c->upper);
    free(c->holds);
}

/* --- columns ---------------------------------------------------------------------------------- */

void conformal_header(const conformal *c, fields *f)
{
    if (c->of == NULL)
        return;
    for (size_t t = 0; t < mlp_model_target_count(c->model); t++) {
        fields_joined(f, "predicted_", mlp_model_target(c->model, t),
                      classes(c) ? "_set" : "_lower");
        if (!classes(c))
            fields_joined(f, "predicted_", mlp_model_target(c->model, t), "_upper");
    }
}

static bool make_room(conformal *c, size_t rows)
{
    const size_t targets = mlp_model_target_count(c->model),
                 labels = mlp_model_label_count(c->model);
    if (rows <= c->room)
        return true;
    free(c->lower);
    free(c->upper);
    free(c->holds);
    c->room = rows;
    c->lower = classes(c) ? NULL : calloc(rows, targets * sizeof *c->lower);
    c->upper = classes(c) ? NULL : calloc(rows, targets * sizeof *c->upper);
    c->holds = classes(c) ? calloc(rows, labels * sizeof *c->holds) : NULL;
    return classes(c) ? c->holds != NULL : c->lower != NULL && c->upper != NULL;
}

int conformal_take(conformal *c, const mlp_predictions *p)
{
    if (c->of == NULL)
        return EXIT_DONE;
    if (!make_room(c, p->rows))
        return fail("not enough memory for intervals or label sets");
    if (classes(c))
        mlp_conformal_sets(c->of, p, c->holds);
    else
        mlp_conformal_intervals(c->of, p, c->lower, c->upper);
    return EXIT_DONE;
}

/* The labels of a set, separated by |; within a label, \ precedes | and \. Free it. */
static char *set_text(const mlp_model *model, const bool *holds)
{
    const size_t labels = mlp_model_label_count(model);
    size_t size = 1;
    for (size_t k = 0; k < labels; k++)
        size += holds[k] ? 2 * strlen(mlp_model_label(model, k)) + 1 : 0;
    char *text = malloc(size), *to = text;
    for (size_t k = 0; text != NULL && k < labels; k++) {
        if (!holds[k])
            continue;
        if (to != text)
            *to++ = '|';
        for (const char *from = mlp_model_label(model, k); *from != '\0'; from++) {
            if (*from == '|' || *from == '\\')
                *to++ = '\\';
            *to++ = *from;
        }
    }
    if (text != NULL)
        *to = '\0';
    return text;
}

void conformal_write(const conformal *c, fields *f, size_t row)
{
    const size_t targets = mlp_model_target_count(c->model);
    if (c->of == NULL)
        return;
    if (classes(c)) {
        char *text = set_text(c->model, c->holds + row * mlp_model_label_count(c->model));
        f->lost = f->lost || text == NULL;
        if (text != NULL)
            fields_text(f, text);
        free(text);
        return;
    }
    for (size_t t = 0; t < targets; t++) {
        fields_number(f, c->lower[row * targets + t]);
        fields_number(f, c->upper[row * targets + t]);
    }
}

/* --- metrics ---------------------------------------------------------------------------------- */

void conformal_add(const mlp_outcomes *outcomes, void *context)
{
    const conformal *c = context;
    mlp_conformal_add(c->of, outcomes);
}

void conformal_print(const conformal *c, const settings *s)
{
    char share[32], size[16];
    if (c->of == NULL)
        return;
    mlp_number_text(100.0 * coverage_of(s), share);
    putchar('\n');
    for (size_t t = 0; t < mlp_model_target_count(c->model); t++) {
        const mlp_coverage got = mlp_conformal_coverage(c->of, t);
        fputs("  ", stdout);
        if (mlp_model_target_count(c->model) > 1) {
            print_name(mlp_model_target(c->model, t));
            fputs(": ", stdout);
        }
        printf("%s of %s %%: the truth of %.2f %% of the rows lies within; mean %s %s\n",
               classes(c) ? "sets of labels" : "intervals", share, 100.0 * got.coverage,
               classes(c) ? "number of labels" : "width", shown(got.size, size, sizeof size));
    }
}

void conformal_put(const conformal *c, const settings *s, mlp_json_writer *json)
{
    if (c->of == NULL)
        return;
    mlp_json_begin_array(json, classes(c) ? "label_set" : "interval");
    for (size_t t = 0; t < mlp_model_target_count(c->model); t++) {
        const mlp_coverage got = mlp_conformal_coverage(c->of, t);
        mlp_json_begin_object(json, NULL);
        mlp_json_put_text(json, "target", mlp_model_target(c->model, t));
        mlp_json_put_number(json, "wanted", coverage_of(s));
        mlp_json_put_number(json, "coverage", got.coverage);
        mlp_json_put_number(json, classes(c) ? "labels" : "width", got.size);
        mlp_json_end(json);
    }
    mlp_json_end(json);
}
