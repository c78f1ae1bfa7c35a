/* SPDX-License-Identifier: MIT */
/* mlp: train, judge, explain and deploy multilayer perceptrons from the command line. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static const command commands[] = {
    {"train", "DATA --target COLUMN -o MODEL", "Train a model on a table.",
     "mlp train houses.csv --target price -o houses.mlp", "tT", 1, run_train, 0, NULL, 0},
    {"cross-validate", "DATA --target COLUMN", "Judge a way to train by all rows, fold by fold.",
     "mlp cross-validate houses.csv --target price --folds 5 -o folded.csv", "kT", 1,
     run_cross_validate, 0, NULL, 0},
    {"tune", "DATA --target COLUMN", "Search options of train that suit the data better.",
     "mlp tune houses.csv --target price --time 5m -o houses.mlp", "uT", 1, run_tune, 0, NULL, 0},
    {"range-test", "DATA --target COLUMN", "Find a learning rate: steps of growing rate, as CSV.",
     "mlp range-test houses.csv --target price", "rT", 1, run_range_test, 0, NULL, 0},
    {"evaluate", "MODEL DATA", "Judge a model on data with known answers.",
     "mlp evaluate houses.mlp new.csv --require rmse=50000", "e", 2, run_evaluate, 0, NULL, 0},
    {"predict", "MODEL DATA", "Predict: CSV on standard output.",
     "mlp predict houses.mlp new.csv -o prices.csv", "p", 2, run_predict, 0, NULL, 0},
    {"report", "MODEL DATA -o report.html", "One page about a model: figures, pictures, mistakes.",
     "mlp report houses.mlp new.csv -o houses.html", "o", 2, run_report, 0, NULL, 0},
    {"plot", "KIND [MODEL] [DATA]", "Draw a picture: SVG, PNG, PDF, characters, or its numbers.",
     "mlp plot boundary iris.mlp iris.csv --x petal_length --y petal_width -o iris.svg", "g", 1,
     run_plot, SIZE_MAX - 1, plot_kinds, 1},
    {"inspect", "FILE", "Show what is in a model file, or what the columns of a data file are.",
     "mlp inspect houses.csv", "i", 1, run_inspect, 0, NULL, 0},
    {"explain", "MODEL DATA", "Show one row's forward and backward pass with numbers.",
     "mlp explain iris.mlp iris.csv --row 1", "x", 2, run_explain, 0, NULL, 0},
    {"check-gradient", "MODEL DATA", "Compare the engine's gradient with finite differences.",
     "mlp check-gradient iris.mlp iris.csv", "c", 2, run_check_gradient, 0, NULL, 0},
    {"bench", "", "Measure the speed of training and prediction on this machine.",
     "mlp bench --network 784-512-256-10 --batch-rows 128", "b", 0, run_bench, 0, NULL, 0},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

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

static int unknown_command(const char *name)
{
    const char *names[COMMANDS + 1] = {"help"};
    for (size_t i = 0; i < COMMANDS; i++)
        names[i + 1] = commands[i].name;
    const char *near = mlp_nearest_name(name, names, COMMANDS + 1);
    if (near != NULL)
        fail("there is no command \"%s\"; did you mean %s?", name, near);
    else
        fail("there is no command \"%s\"; mlp help lists them", name);
    return EXIT_USAGE;
}

static int run_help(int argc, char **argv)
{
    if (argc < 3) {
        help_overview(stdout);
        return finish_output();
    }
    if (strcmp(argv[2], "--man") == 0) {
        help_manual(stdout);
        return finish_output();
    }
    const command *found = command_find(argv[2]);
    if (found == NULL)
        return unknown_command(argv[2]);
    help_command(stdout, found);
    return finish_output();
}

static int run_command(const command *found, int argc, char **argv)
{
    settings s = {.row = 1,
                  .rows = 64,
                  .limit = 2000,
                  .bench_rows = 128,
                  .holdout = 0.2,
                  .folds = 5,
                  .repeats = 1,
                  .seconds = 0.5,
                  .command = command_text(argc, argv)};
    if (s.command == NULL || mlp_train_options_create(&s.train, NULL) != MLP_OK) {
        settings_release(&s);
        return fail("not enough memory for the command line");
    }
    int code = options_parse(found, argc - 2, argv + 2, &s);
    if (code == EXIT_DONE && s.help) {
        help_command(stdout, found);
        code = finish_output();
    } else if (code == EXIT_DONE) {
        code = files_check(found, &s);
        code = code == EXIT_DONE ? found->run(&s) : code;
    }
    settings_release(&s);
    return code;
}

/* A standard stream that is closed would give its number to the next file that is opened, and what
 * is printed would go into that. Here it fails as it should. */
static void hold_standard_streams(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
        if (fcntl(stream, F_GETFD) < 0)
            (void)open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        help_overview(stderr);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
        printf("mlp %s\n", mlp_version());
        return finish_output();
    }
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return run_help(argc, argv);
    const command *found = command_find(name);
    return found != NULL ? run_command(found, argc, argv) : unknown_command(name);
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a failed write */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow */
    streams_begin();
    const int code = run(argc, argv);
    streams_end();
    return code;
}
