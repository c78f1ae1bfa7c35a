/* SPDX-License-Identifier: MIT */
/* Plain words after training: what happened, and what to try. */
#include "mlp/output.h"
#include "train/run.h"

void mlpi_words_tell(const mlp_trainer *run, const mlp_train_report *report)
{
    const bool classes = report->task == MLP_TASK_CLASSIFICATION;
    const double metric =
        mlpi_run_has_validation(run) ? report->validation_metric : report->training_metric;
    if (report->reason == MLP_STOP_DIVERGED) {
        char rate[32];
        mlp_number_text(report->learning_rate / 10.0, rate);
        mlpi_notice(
            &run->options,
            "Training diverged in epoch %zu: the loss was no longer a number. The best weights "
            "before that are kept. Try --learning-rate %s.",
            run->epoch, rate);
    }
    const bool quantiles = run->plan.loss == MLP_QUANTILE; /* may all lie far from the mean */
    const bool no_better = classes ? !(metric > report->baseline_metric)
                                   : !quantiles && !(metric < 0.999 * report->baseline_metric);
    const bool single_layer = mlp_network_layer_count(run->data.network) == 1;
    const bool unsolved =
        classes && single_layer && report->training_metric < 1.0 && report->rows_training <= 16;
    if (no_better || unsolved)
        mlpi_notice(&run->options, "The network does no better than %s.%s",
                    !no_better ? "a part of the rows"
                    : classes  ? "always answering the most frequent label"
                               : "always answering the mean",
                    single_layer
                        ? " A network without a hidden layer separates labels only by a plane; "
                          "try --hidden 8."
                        : " Try another --learning-rate, more --epochs, or other columns.");
    if (report->reason == MLP_STOP_EPOCHS && mlpi_run_has_validation(run) &&
        report->best_epoch == report->epochs)
        mlpi_notice(&run->options,
                    "The last epoch was the best: more --epochs may do better still.");
}
