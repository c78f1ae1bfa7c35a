/* SPDX-License-Identifier: MIT */
/* The origin of the model: its training, the diagnosis, and the commands that repeat training and
 * report. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "evaluate/metric_sums.h"
#include "report/report.h"

/* --- facts ------------------------------------------------------------------------------------ */

static void text_fact(const mlpi_report *r, const char *name, const char *text)
{
    if (text == NULL)
        return;
    mlpi_html(r->to, "<dt>%s</dt><dd>", name);
    mlpi_html_name(r->to, text, SIZE_MAX);
    fputs("</dd>\n", r->to);
}

static void number_fact(const mlpi_report *r, const char *name, double value)
{
    if (isnan(value))
        return;
    mlpi_html(r->to, "<dt>%s</dt><dd>", name);
    mlpi_html_number(r->to, NULL, value);
    mlpi_html(r->to, "</dd>\n");
}

static void network_fact(const mlpi_report *r)
{
    const mlp_network *n = mlp_model_network(r->model);
    const mlpi_reads reads = mlpi_member_reads(&r->model->members, 0);
    const size_t count = mlp_model_member_count(r->model);
    const size_t inputs = mlpi_reads_inputs(&reads, n);
    mlpi_html(r->to, "<dt>Network</dt><dd>");
    if (count > 1)
        mlpi_html(r->to, "the mean of %zu networks, the first of them: ", count);
    mlpi_html(r->to, "%zu input%s", inputs, mlpi_plural(inputs));
    for (size_t l = 0; l < mlp_network_layer_count(n); l++) {
        const mlp_layer layer = mlp_network_layer(n, l);
        mlpi_html(r->to, " → %zu %s", layer.units, mlp_activation_describe(layer.activation)->name);
    }
    mlpi_html(r->to, "; %zu parameters, %s loss</dd>\n", mlpi_reads_size(&reads, n),
              mlp_loss_describe(mlp_network_loss(n))->name);
}

static void data_facts(const mlpi_report *r)
{
    const mlpi_provenance *p = &r->model->provenance;
    char fingerprint[24];
    snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64, p->data_fingerprint);
    text_fact(r, "Trained on", p->data);
    text_fact(r, "Fingerprint of the data", fingerprint);
    mlpi_html(r->to, "<dt>Rows</dt><dd>%zu for training, %zu for validation</dd>\n",
              p->rows_training, p->rows_validation);
    text_fact(r, "Validation by", p->validation);
    if (p->task_reason != NULL)
        mlpi_report_sentence(r, "<dt>Task</dt><dd>", p->task_reason, "</dd>\n");
    text_fact(r, "Weight column", p->weight_column);
    if (mlpi_report_classes(r))
        text_fact(r, "Class weights", p->class_weights);
}

static void calibration_fact(const mlpi_report *r)
{
    const mlpi_calibration *c = &r->model->provenance.calibration;
    const double temperature = mlp_model_temperature(r->model);
    const mlpi_provenance *p = &r->model->provenance;
    const bool weighted = p->weight_column != NULL ||
                          (p->class_weights != NULL && strcmp(p->class_weights, "none") != 0);
    const char *loss = weighted ? "weighted log loss" : "log loss";
    if (!c->known)
        return;
    mlpi_html(r->to, "<dt>Calibration</dt><dd>");
    if (temperature != 1.0) {
        mlpi_html_number(r->to, NULL, temperature);
        mlpi_html(r->to,
                  " is the temperature of the probabilities. Out of fold, it changes the %s from ",
                  loss);
        mlpi_html_number(r->to, NULL, c->log_loss[0]);
        mlpi_html(r->to, " to ");
        mlpi_html_number(r->to, NULL, c->log_loss[1]);
        mlpi_html(r->to, " and the expected calibration error from ");
        mlpi_html_number(r->to, NULL, c->error[0]);
        mlpi_html(r->to, " to ");
    } else {
        mlpi_html(r->to,
                  "no temperature lowers the %s out of fold; the expected calibration error is ",
                  loss);
    }
    mlpi_html_number(r->to, NULL, c->error[1]);
    mlpi_html(r->to, "</dd>\n");
}

static void decision_fact(const mlpi_report *r)
{
    const mlpi_decision *d = &r->model->decision;
    const size_t label = mlp_model_looked_for(r->model);
    if (!d->known)
        return;
    mlpi_html(r->to, "<dt>Threshold</dt><dd>a row is predicted as ");
    mlpi_html_name(r->to, mlp_model_label(r->model, label), MLPI_HTML_CELL);
    mlpi_html(r->to, " where the probability of that label is ");
    mlpi_html_number(r->to, NULL, mlp_model_threshold_of(r->model, label));
    mlpi_html(r->to, " or more. Out of fold, this changes ");
    mlpi_html(r->to, "%s", mlpi_metric_shown(d->metric));
    mlpi_html(r->to, " from ");
    mlpi_html_number(r->to, NULL, d->out_of_fold[0]);
    mlpi_html(r->to, " to ");
    mlpi_html_number(r->to, NULL, d->out_of_fold[1]);
    mlpi_html(r->to, "</dd>\n");
}

/* Writes the options that differ from the defaults. */
static void option_facts(const mlpi_report *r)
{
    const mlpi_provenance *p = &r->model->provenance;
    if (p->option_count == 0)
        return;
    mlpi_html(r->to, "<dt>Options set</dt><dd>");
    for (size_t i = 0; i < p->option_count; i++)
        mlpi_html(r->to, "%s%s %s", i > 0 ? ", " : "", p->options[i].name, p->options[i].value);
    mlpi_html(r->to, "</dd>\n");
}

static void course_facts(const mlpi_report *r)
{
    const mlpi_provenance *p = &r->model->provenance;
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, p->seed);
    text_fact(r, "Optimizer", p->optimizer);
    number_fact(r, "Learning rate", p->learning_rate);
    number_fact(r, "Batch", (double)p->batch);
    if (p->l2 != 0.0)
        number_fact(r, "L2", p->l2);
    option_facts(r);
    text_fact(r, "Seed", seed);
    mlpi_html(r->to, "<dt>Epochs</dt><dd>%zu, the best was %zu", p->epochs, p->best_epoch);
    if (p->stop_reason != NULL)
        mlpi_html(r->to, " (%s)", p->stop_reason);
    mlpi_html(r->to, "</dd>\n");
    text_fact(r, "mlp version", p->version);
}

/* Writes the losses and metrics that training measured on its own parts of the data, which are not
 * the metrics above. */
static void measured(const mlpi_report *r)
{
    const mlpi_provenance *p = &r->model->provenance;
    const char *metric = mlpi_report_classes(r) ? "accuracy" : "RMSE";
    mlpi_html_table_begin(r->to, "What training measured");
    mlpi_html_head(r->to, "part", false);
    mlpi_html_head(r->to, "loss", true);
    mlpi_html_head(r->to, metric, true);
    mlpi_html_table_body(r->to);
    mlpi_html(r->to, "<tr><th scope=\"row\">training</th>");
    mlpi_html_cell(r->to, p->training_loss);
    mlpi_html_cell(r->to, p->training_metric);
    mlpi_html(r->to, "</tr>\n<tr><th scope=\"row\">validation</th>");
    mlpi_html_cell(r->to, p->validation_loss);
    mlpi_html_cell(r->to, p->validation_metric);
    mlpi_html(r->to, "</tr>\n<tr><th scope=\"row\">baseline</th><td class=\"n\">–</td>");
    mlpi_html_cell(r->to, p->baseline_metric);
    mlpi_html(r->to, "</tr>\n");
    mlpi_html_table_end(r->to);
}

/* --- diagnosis and commands ------------------------------------------------------------------- */

static void diagnosis(const mlpi_report *r)
{
    const mlpi_provenance *p = &r->model->provenance;
    mlpi_html(r->to,
              "<section aria-labelledby=\"diagnosis\">\n<h2 id=\"diagnosis\">Diagnosis</h2>\n");
    if (!p->diagnosed)
        mlpi_html(r->to, "<p>The model file holds no diagnosis: the version of mlp that trained "
                         "the model made none.</p>\n");
    else if (p->finding_count == 0)
        mlpi_html(r->to, "<p>Training found nothing to warn about.</p>\n");
    else
        mlpi_html(r->to, "<p>What training found, the most serious first:</p>\n<ol>\n");
    for (size_t i = 0; i < p->finding_count; i++)
        mlpi_report_sentence(r, "<li>", p->findings[i].sentence, "</li>\n");
    if (p->finding_count > 0)
        mlpi_html(r->to, "</ol>\n");
    mlpi_html(r->to, "</section>\n");
}

static void put_command(const mlpi_report *r, const char *command, const char *more)
{
    fputs("<pre>", r->to);
    mlpi_html_name(r->to, command, SIZE_MAX);
    mlpi_html_name(r->to, more, SIZE_MAX);
    fputs("</pre>\n", r->to);
}

static void repeat(const mlpi_report *r)
{
    const char *command = r->model->provenance.command;
    mlpi_html(r->to, "<section aria-labelledby=\"repeat\">\n"
                     "<h2 id=\"repeat\">How to repeat the results</h2>\n");
    if (command != NULL) {
        mlpi_html(r->to,
                  "<p>With mlp %s, the same data and a processor with the same instruction set, "
                  "this command trains the same model, to the last bit:</p>\n",
                  r->model->provenance.version != NULL ? r->model->provenance.version : "");
        put_command(r, command, " -o MODEL");
    } else {
        mlpi_html(
            r->to,
            "<p>The model file does not hold the command that trained the model: a program trained "
            "it, or an earlier mlp. What the file holds is shown under Training.</p>\n");
    }
    if (r->options.command != NULL) {
        mlpi_html(r->to, "<p>This command makes this page:</p>\n");
        put_command(r, r->options.command, "");
    }
    mlpi_html(r->to, "</section>\n");
}

/* Writes the facts of another program's network, about whose training nothing is known. */
static void origin_facts(const mlpi_report *r)
{
    const mlpi_provenance *p = &r->model->provenance;
    text_fact(r, "Origin", p->stop_reason);
    text_fact(r, "File", p->data);
    if (p->task_reason != NULL)
        mlpi_report_sentence(r, "<dt>Task</dt><dd>", p->task_reason, "</dd>\n");
    text_fact(r, "mlp version", p->version);
}

static void training_facts(const mlpi_report *r)
{
    data_facts(r);
    calibration_fact(r);
    decision_fact(r);
    course_facts(r);
    mlpi_html(r->to, "</dl>\n<h3>What training measured</h3>\n");
    measured(r);
    mlpi_report_put_pictures(r, "training");
    mlpi_html(r->to, "</section>\n");
    diagnosis(r);
    repeat(r);
}

void mlpi_report_training(const mlpi_report *r)
{
    mlpi_html(r->to, "<section aria-labelledby=\"training\">\n<h2 id=\"training\">Training</h2>\n"
                     "<dl class=\"facts\">\n");
    network_fact(r);
    if (r->model->provenance.optimizer != NULL) {
        training_facts(r);
        return;
    }
    origin_facts(r);
    mlpi_html(r->to, "</dl>\n</section>\n");
}
