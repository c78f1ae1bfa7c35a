/* SPDX-License-Identifier: MIT */
/* What every command that trains needs: the options that name files, the data, saving the model,
 * and stopping at Ctrl-C. */
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

/* The only state that the signal handler changes. */
static mlp_flag stop_wanted;

static void on_signal(int signal_number)
{
    atomic_store(&stop_wanted, 1);
    signal(signal_number, SIG_DFL); /* a second signal ends the process */
}

void training_catch_signals(settings *s)
{
    atomic_store(&stop_wanted, 0);
    mlp_train_options_set_stop(s->train, &stop_wanted);
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
}

/* Whether a text is a part in another notation ("20%", "0,2") and not the name of a file. */
static bool is_part_otherwise(const char *text)
{
    return text[0] != '\0' && strspn(text, "0123456789.,% ") == strlen(text) &&
           access(text, F_OK) != 0;
}

/* Takes --validation: a part, none, or a file, which sets *is_file. A number is never taken for the
 * name of a file. */
static int take_validation(settings *s, bool *is_file)
{
    mlp_error err;
    double part = 0.0;
    *is_file = false;
    if (s->validation == NULL)
        return EXIT_DONE;
    const char *text = strcmp(s->validation, "none") == 0 ? "0" : s->validation;
    if (mlp_number_parse(text, strlen(text), &part))
        return mlp_train_options_set(s->train, "validation", text, &err) == MLP_OK ? EXIT_DONE
                                                                                   : report(&err);
    if (is_part_otherwise(text)) {
        fail("--validation %s: give a part from 0 to 0.9 with a decimal point, such as 0.2, or a "
             "file",
             s->validation);
        return EXIT_USAGE;
    }
    *is_file = true;
    return EXIT_DONE;
}

static int read_validation(const settings *s, const mlp_table *table,
                           const mlp_read_options *defaults, mlp_table **validation)
{
    mlp_error err;
    settings other = *s;
    other.labels = s->validation_labels;
    other.further = (mlp_names){NULL, 0};
    other.told = table;
    if (!is_database(s->validation))
        other.query = NULL; /* the query is for DATA */
    return read_table(&other, s->validation, defaults, validation, &err) == MLP_OK ? EXIT_DONE
                                                                                   : report(&err);
}

int training_validation(settings *s, const mlp_table *table, const mlp_read_options *defaults,
                        mlp_table **validation)
{
    bool is_file = false;
    const int code = take_validation(s, &is_file);
    return code == EXIT_DONE && is_file ? read_validation(s, table, defaults, validation) : code;
}

/* Takes --initial; no option may name layers other than those of its model. */
static int take_initial(settings *s)
{
    static const char *const decided[] = {"--hidden", "--activation"};
    mlp_error err;
    if (s->initial == NULL)
        return EXIT_DONE;
    for (size_t k = 0; k < 2; k++)
        if (is_given(s, decided[k])) {
            fail("%s: with --initial, the layers are those of the model; leave this option out",
                 decided[k]);
            return EXIT_USAGE;
        }
    if (mlp_model_load(s->initial, &s->initial_model, &err) != MLP_OK)
        return report(&err);
    mlp_train_options_set_initial(s->train, s->initial_model);
    return EXIT_DONE;
}

int training_begin(settings *s, mlp_table **table, mlp_table **validation)
{
    mlp_error err;
    mlp_read_options guess = mlp_read_options_default();
    bool is_file = false;
    int code = take_schema(s);
    if (mlp_train_options_set_number(s->train, "threads", s->threads, &err) != MLP_OK)
        code = report(&err);
    if (code == EXIT_DONE)
        code = take_initial(s);
    if (code == EXIT_DONE)
        code = take_validation(s, &is_file);
    if (code == EXIT_DONE && s->initial_model != NULL)
        guess.decimal_if_unclear = mlp_model_read_options(s->initial_model).decimal_if_unclear;
    if (code == EXIT_DONE && read_table(s, s->arguments[0], &guess, table, &err) != MLP_OK)
        code = report_data(s->arguments[0], &err);
    /* a validation file may be too short to show its decimal mark: then that of DATA counts */
    if (code == EXIT_DONE)
        guess.decimal_if_unclear = mlp_table_decimal(*table);
    return code == EXIT_DONE && is_file ? read_validation(s, *table, &guess, validation) : code;
}

mlp_status training_tell_run(settings *s, mlp_error *err)
{
    mlp_status status = mlp_train_options_set_number(s->train, "threads", s->threads, err);
    if (status == MLP_OK && s->time != NULL)
        status = mlp_train_options_set(s->train, "time", s->time, err);
    return status == MLP_OK ? mlp_train_options_set_command(s->train, s->command, err) : status;
}

bool training_resumes(const settings *s)
{
    double on = 0.0;
    return mlp_train_options_number(s->train, "resume", &on) && on == 1.0;
}

/* --- saving ----------------------------------------------------------------------------------- */

/* Saves a model under the first of some names that is free; false: no file could be written. */
static bool save_elsewhere(const mlp_model *model, const char *folder, const char *name)
{
    enum { NAMES = 9 };
    char path[4096];
    for (int i = 1; i <= NAMES; i++) {
        const int length = folder != NULL
                               ? snprintf(path, sizeof path, "%s/%s.saved-%d", folder, name, i)
                               : snprintf(path, sizeof path, "%s.saved-%d", name, i);
        if (length >= (int)sizeof path || mlp_model_save(model, path, false, NULL) != MLP_OK)
            continue;
        fail("The model is not lost: it is saved as %s", path);
        return true;
    }
    return false;
}

int training_check_output(const settings *s)
{
    mlp_error err;
    mlp_output *output = NULL;
    if (s->output == NULL)
        return EXIT_DONE;
    if (mlp_output_open(s->output, s->force, &output, &err) != MLP_OK)
        return report(&err);
    mlp_output_discard(output);
    return EXIT_DONE;
}

int training_save(const settings *s, const mlp_model *model)
{
    mlp_error err;
    if (mlp_model_save(model, s->output, s->force, &err) == MLP_OK)
        return EXIT_DONE;
    const int code = report(&err);
    const char *temporary = getenv("TMPDIR"), *slash = strrchr(s->output, '/');
    if (err.status != MLP_ERROR_OUTPUT || save_elsewhere(model, NULL, s->output) ||
        save_elsewhere(model, temporary != NULL ? temporary : "/tmp",
                       slash != NULL ? slash + 1 : s->output))
        return code;
    const char *checkpoint = mlp_train_options_text(s->train, "checkpoint");
    if (checkpoint != NULL)
        fail("The model is lost, but its run is not: the same command with --resume makes the "
             "model again from %s",
             checkpoint);
    return code;
}

/* --- the command that trains a model ---------------------------------------------------------- */

static bool is_flag(const char *name)
{
    for (size_t i = 0; option_at(i) != NULL; i++)
        if (strcmp(option_at(i)->name + 2, name) == 0)
            return option_at(i)->argument == NULL;
    return false;
}

void training_print_options(FILE *to, const mlp_trial *trial, size_t indent)
{
    size_t column = indent;
    for (size_t i = 0; i < trial->count; i++) {
        const char *name = trial->names[i], *value = trial->values[i];
        const bool flag = is_flag(name);
        if (flag && strcmp(value, "yes") != 0)
            continue;
        const size_t width = strlen(" --") + strlen(name) + (flag ? 0 : 1 + strlen(value));
        if (indent > 0 && column > indent && column + width > LINE_WIDTH) {
            fprintf(to, "\n%*s", (int)indent, "");
            column = indent;
        }
        column += width;
        fprintf(to, " --%s", name);
        if (flag)
            continue;
        fputc(' ', to);
        print_word(to, value);
    }
}

static bool set_by(const mlp_trial *trial, const char *name)
{
    for (size_t i = 0; trial != NULL && i < trial->count; i++)
        if (strcmp(name, trial->names[i]) == 0)
            return true;
    return false;
}

/* Prints the given options, without those that the trial sets or that do not affect the result. */
static void print_given(FILE *to, const settings *s, const mlp_trial *trial)
{
    static const char *const without[] = {"--threads",
                                          "--json",
                                          "--quiet",
                                          "--scratch",
                                          "--checkpoint",
                                          "--checkpoint-every",
                                          "--checkpoint-minutes",
                                          "--resume",
                                          "--job",
                                          "--workers",
                                          "--worker",
                                          "--ranks"};
    for (size_t i = 0; i < s->given.count; i += 2) {
        const char *name = s->given.items[i], *value = s->given.items[i + 1];
        bool left_out = set_by(trial, name + 2);
        for (size_t k = 0; k < sizeof without / sizeof without[0]; k++)
            left_out = left_out || strcmp(name, without[k]) == 0;
        if (left_out)
            continue;
        fprintf(to, " %s", name);
        if (strcmp(name, "--memory") == 0) {
            fputs(" any", to); /* the model does not depend on the limit */
        } else if (value != NULL) {
            fputc(' ', to);
            print_word(to, value);
        }
    }
}

char *training_command(const settings *s, const mlp_trial *trial, const char *output)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (to == NULL)
        return NULL;
    fputs("mlp train", to);
    for (size_t i = 0; i < s->argument_count; i++) {
        fputc(' ', to);
        print_word(to, s->arguments[i]);
    }
    print_given(to, s, trial);
    if (trial != NULL && trial->count == 0) /* so that train uses one network, too */
        fputs(" --quality fast", to);
    if (trial != NULL)
        training_print_options(to, trial, 0);
    if (output != NULL) {
        fputs(" -o ", to);
        print_word(to, output);
    }
    return finish_text(to, &text);
}
