/* SPDX-License-Identifier: MIT */
/* The table of commands. */
#include <string.h>

#include "cli/cli.h"

static const char *const decided_for_small[] = {
    "--target", "--task",    "--hidden",      "--initial",   "--members",     "--folds", "--schema",
    "--drop",   "--numeric", "--categorical", "--threshold", "--calibration", NULL};
static const refusal of_small = {decided_for_small,
                                 "the small network takes this setting from the model or from "
                                 "shrink, or needs none; leave it out"};

static const command commands[] = {
    {"train", "DATA... --target COLUMN -o MODEL", "Train a model on a table.",
     "mlp train houses.csv --target price -o houses.mlp", "tT", 1, run_train, ANY_FILES, NULL, 0,
     NULL},
    {"merge", "FOLDER [-o MODEL]",
     "Assemble the result of a finished job: train, tune or cross-validate with --job.",
     "mlp merge job -o houses.mlp", "j", 1, run_merge, 0, NULL, 1, NULL},
    {"cross-validate", "DATA... --target COLUMN",
     "Evaluate options of train on all rows, fold by fold.",
     "mlp cross-validate houses.csv --target price --folds 5 -o folded.csv", "kT", 1,
     run_cross_validate, ANY_FILES, NULL, 0, NULL},
    {"learning-curve", "DATA... --target COLUMN",
     "Estimate whether more rows would help, by training on fewer.",
     "mlp learning-curve houses.csv --target price", "lT", 1, run_learning_curve, ANY_FILES, NULL,
     0, NULL},
    {"tune", "DATA... --target COLUMN", "Search for options of train that suit the data better.",
     "mlp tune houses.csv --target price --time 5m -o houses.mlp", "uT", 1, run_tune, ANY_FILES,
     NULL, 0, NULL},
    {"range-test", "DATA... --target COLUMN",
     "Find a learning rate: the loss at growing rates, as CSV.",
     "mlp range-test houses.csv --target price", "rT", 1, run_range_test, ANY_FILES, NULL, 0, NULL},
    {"evaluate", "MODEL DATA...", "Evaluate a model on data with known answers.",
     "mlp evaluate houses.mlp new.csv --require rmse=50000", "e", 2, run_evaluate, ANY_FILES, NULL,
     0, NULL},
    {"compare", "MODEL MODEL... DATA...",
     "Find which of two or more models is better, on the same rows.",
     "mlp compare houses.mlp other.mlp new.csv", "m", 3, run_compare, ANY_FILES, NULL, 0, NULL},
    {"predict", "MODEL DATA...", "Predict: CSV on standard output.",
     "mlp predict houses.mlp new.csv -o prices.csv", "p", 2, run_predict, ANY_FILES, NULL, 0, NULL},
    {"report", "MODEL DATA... -o report.html",
     "Write a page about a model: metrics, pictures, mistakes.",
     "mlp report houses.mlp new.csv -o houses.html", "o", 2, run_report, ANY_FILES, NULL, 0, NULL},
    {"plot", "KIND [MODEL] [DATA]", "Draw a picture as SVG, PNG, PDF, characters or numbers.",
     "mlp plot boundary iris.mlp iris.csv --x petal_length --y petal_width -o iris.svg", "g", 1,
     run_plot, SIZE_MAX - 1, plot_kinds, 1, NULL},
    {"export", "MODEL -o FILE",
     "Export a model as C that tests itself, JavaScript, a web page or ONNX.",
     "mlp export houses.mlp -o houses.c --rows houses.csv --verify", "n", 1, run_export, 0, NULL, 0,
     NULL},
    {"import", "NETWORK.onnx -o MODEL",
     "Import a network that scikit-learn, PyTorch or Keras exported as ONNX.",
     "mlp import net.onnx -o net.mlp --like houses.csv --target price", "f", 1, run_import, 0, NULL,
     0, NULL},
    {"shrink", "MODEL DATA... -o SMALL", "Train a small network to predict as a model does.",
     "mlp shrink houses.mlp houses.csv --max-flash 8K -o small.mlp", "sT", 2, run_shrink, ANY_FILES,
     NULL, 0, &of_small},
    {"inspect", "FILE...",
     "Show what a model file holds, or how the columns of a data file are used.",
     "mlp inspect houses.csv", "i", 1, run_inspect, ANY_FILES, NULL, 0, NULL},
    {"explain", "MODEL DATA...",
     "Explain one row: each column's part, and the mathematics in numbers.",
     "mlp explain iris.mlp iris.csv --row 1", "x", 2, run_explain, ANY_FILES, NULL, 0, NULL},
    {"check-gradient", "MODEL DATA...", "Compare the engine's gradient with finite differences.",
     "mlp check-gradient iris.mlp iris.csv", "c", 2, run_check_gradient, ANY_FILES, NULL, 0, NULL},
    {"bench", "", "Measure the speed of training and prediction on this machine.",
     "mlp bench --network 784-512-256-10 --batch-rows 128", "b", 0, run_bench, 0, NULL, 0, NULL},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };
_Static_assert(COMMANDS <= (int)MOST_COMMANDS, "there is room for their names");

const command *command_at(size_t i)
{
    return i < COMMANDS ? &commands[i] : NULL;
}

const command *command_find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}
