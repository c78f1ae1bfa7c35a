/* SPDX-License-Identifier: MIT */
/* What an export in integers costs: metrics of the model and of the export, on the same rows. */
#include <math.h>

#include "cli/cli.h"

static mlp_status evaluate(mlp_session *session, const mlp_table *rows, mlp_evaluation *e,
                           mlp_error *err)
{
    mlp_evaluator *evaluator = NULL;
    size_t left_out = 0, first = 0;
    mlp_status status = mlp_evaluator_create(false, &evaluator, err);
    if (status == MLP_OK)
        status = mlp_session_evaluate(session, rows, evaluator, &left_out, &first, err);
    if (status == MLP_OK)
        status = mlp_evaluator_finish(evaluator, e, err);
    mlp_evaluator_free(evaluator);
    return status;
}

/* Rows without targets have no metrics, which is an error only if --require asks for some. */
static int evaluate_both(const settings *s, const mlp_model *model, mlp_session *const sessions[2],
                         const mlp_table *rows, export_metrics *metrics)
{
    mlp_error err;
    for (int i = 0; i < 2; i++) {
        const mlp_status status = evaluate(sessions[i], rows, &metrics->by[i], &err);
        if (status == MLP_ERROR_DATA && s->require.count == 0) {
            say(stderr, "The metrics cannot be computed: %s", in_our_words(err.message).text);
            return EXIT_DONE;
        }
        if (status != MLP_OK)
            return report(&err);
    }
    metrics->known = true;
    return apply_gates(s, model, &metrics->by[1]);
}

int export_evaluate(const settings *s, const mlp_model *model, const mlp_table *rows,
                    const mlp_export_options *options, export_metrics *metrics)
{
    mlp_error err;
    mlp_session *sessions[2] = {NULL, NULL};
    mlp_status status = mlp_session_create(model, s->threads, &sessions[0], &err);
    if (status == MLP_OK)
        status = mlp_export_session_create(model, rows, options, s->threads, &sessions[1], &err);
    const int code =
        status == MLP_OK ? evaluate_both(s, model, sessions, rows, metrics) : report(&err);
    mlp_session_free(sessions[0]);
    mlp_session_free(sessions[1]);
    return code;
}

void export_metrics_print(const export_metrics *metrics)
{
    char text[2][ALIGNED];
    if (!metrics->known)
        return;
    printf("  %-22s %-10s %s\n", "metrics on the rows", "floats", "integers");
    for (size_t i = 0; mlp_metric_name(i) != NULL; i++) {
        double value[2];
        if (!mlp_metric_is_telling(i) ||
            !mlp_evaluation_metric(&metrics->by[0], mlp_metric_name(i), &value[0]) ||
            !mlp_evaluation_metric(&metrics->by[1], mlp_metric_name(i), &value[1]) ||
            isnan(value[0]))
            continue;
        printf("    %-20s %s %s\n", mlp_metric_name(i),
               aligned(value[0], 1, DECIMALS + 2, text[0], sizeof text[0]),
               aligned(value[1], 1, 0, text[1], sizeof text[1]));
    }
}

void export_metrics_put(const export_metrics *metrics, mlp_json_writer *json)
{
    if (!metrics->known)
        return;
    mlp_json_begin_object(json, "figures");
    mlp_json_put_whole(json, "rows", metrics->by[0].rows);
    put_metrics(json, "floats", &metrics->by[0]);
    put_metrics(json, "integers", &metrics->by[1]);
    mlp_json_end(json);
}

void export_metrics_release(export_metrics *metrics)
{
    mlp_evaluation_release(&metrics->by[0]);
    mlp_evaluation_release(&metrics->by[1]);
}
