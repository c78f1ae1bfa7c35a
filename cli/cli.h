/* SPDX-License-Identifier: MIT */
/* What the files of the command share: settings filled from the option table, commands, exit codes.
 */
#ifndef MLP_CLI_H
#define MLP_CLI_H

#include <stdio.h>

#include "mlp/mlp.h"

/** Exit codes; users' scripts rely on them. */
enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_DATA = 3,
    EXIT_MODEL = 4,
    EXIT_QUALITY = 5,
    EXIT_INTERRUPTED = 130
};

/** A growing list of words given on the command line. */
typedef struct word_list {
    const char **items;
    size_t count;
} word_list;
/** options/parser.c: returns EXIT_DONE, or EXIT_FAILED with a message printed. */
int add_word(word_list *list, const char *word);

/** Everything that can be set on the command line, for all commands. */
typedef struct settings {
    const char **arguments; /* what is not an option: model, data; NULL behind the last */
    mlp_names further;      /* files behind DATA that are one table with it */
    const mlp_table
        *told; /* of a further table is not said again what was said of this one; NULL: none */
    size_t argument_count;
    /* reading */
    const char *format, *separator, *decimal, *comment, *labels, *label_trim, *encoding, *query;
    word_list missing;
    bool no_header, header;
    bool separator_set, comment_set;
    /* training */
    mlp_train_options *train;
    int threads;
    word_list given; /* options that train takes, as they were given: name, value (NULL: a flag) */
    const char *validation, *validation_labels, *log, *initial;
    mlp_model *initial_model; /* what --initial names */
    /* tuning */
    word_list search;
    const char *time, *journal;
    size_t trials;
    double holdout;
    bool resume; /* of tuning */
    /* cross-validation, learning curves */
    size_t folds, repeats, sizes;
    /* the rest */
    const char *output;
    word_list require, keep, metrics;
    const char *max_flash, *max_parameters, *max_operations, *max_columns, *teaching,
        *mixed;       /* of shrinking */
    double threshold; /* below 0: none was given */
    const char *schema;
    const char *math;          /* of exported C: own or library */
    const char *weights;       /* of exported ONNX: float16 or float32 */
    const char *vectors;       /* data for the self-test of an export */
    mlp_json *schema_document; /* which names of columns lie in */
    const char *part;
    size_t row, rows, limit, bench_rows, mistakes;
    size_t integer; /* bits of exported weights; 0: floats */
    const char *network;
    /* pictures */
    word_list sweeps, activations;
    const char *x, *y, *label, *size, *title;
    bool terminal, data;
    /* networks of other programs */
    const char *like, *task;
    bool matrix; /* of an export */
    word_list columns, targets, label_names;
    const struct command *(*find)(const char *name); /* command_find, for merge */
    bool plan;         /* trains for some seconds, and says what the whole would take */
    bool merges;       /* what workers have made, and makes nothing itself */
    bool unheard;      /* one of several workers; another one prints the result */
    char *command;     /* the whole command line, as it was before it was taken apart */
    const char *ranks; /* the kind of ranks that train together; NULL: this process alone */
    mlp_ranks beside;  /* this process and the other ranks; no ranks: it alone */
    bool follows;      /* it is not rank 0, which alone says and writes */
    void (*part_ranks)(int code); /* ends the ranks; NULL: there are none */
    double seconds;
    double interval, label_set; /* 0: not wanted */
    bool probabilities, intervals, fail_if_worse, verify, json, force, quiet, man, help;
} settings;

#define ANY_FILES ((size_t)1 << 30)

/** Options that a command has a letter of, and does not take. */
typedef struct refusal {
    const char *const *options; /* NULL behind the last */
    const char *why;
} refusal;

typedef struct command {
    const char *name, *arguments, *summary, *example;
    const char *initials;  /* an option with any of these letters in option.commands is taken */
    size_t argument_count; /* how many it takes */
    int (*run)(settings *s);
    size_t further;            /* how many more it may take; ANY_FILES: more of DATA */
    void (*details)(FILE *to); /* what its help says besides the options; NULL: nothing */
    size_t words;              /* arguments, from the first, that name no file */
    const refusal *refused;    /* NULL: nothing */
} command;

/** The table of commands, in commands.c; NULL past the end. */
enum { MOST_COMMANDS = 32 };
const command *command_at(size_t i);
const command *command_find(const char *name);

int run_train(settings *s);
int run_merge(settings *s);
int run_evaluate(settings *s);
int run_predict(settings *s);
int run_inspect(settings *s);
int run_explain(settings *s);
int run_check_gradient(settings *s);
int run_bench(settings *s);
int run_range_test(settings *s);
int run_tune(settings *s);
int run_cross_validate(settings *s);
int run_plot(settings *s);
int run_report(settings *s);
int run_compare(settings *s);
int run_learning_curve(settings *s);
int run_export(settings *s);
int run_import(settings *s);
int run_shrink(settings *s);
/** commands/plot.c: the table of kinds for the help. */
void plot_kinds(FILE *to);

/** options/parser.c: parses argv behind the command's name. Returns EXIT_DONE or EXIT_USAGE with a message
 * printed. */
int options_parse(const command *c, int argc, char **argv, settings *s);
/** Whether an option of training stands on the command line. */
bool is_given(const settings *s, const char *name);
/** The defaults. Returns EXIT_DONE or EXIT_FAILED with a message printed; release them in any case. */
int settings_begin(settings *s);
void settings_release(settings *s);
/** files.c: refuses an output that is an input of the same run, or another output. Returns
 * EXIT_DONE or EXIT_USAGE with a message printed. */
int files_check(const command *c, const settings *s);
bool is_model_file(const char *path);
/** Whether it is by its bytes, whatever it is called. */
bool holds_model(const char *path);
/** options/help.c: a command's help, the overview, the manual page: all from the tables. */
void help_overview(FILE *to);
void help_command(FILE *to, const command *c);
void help_manual(FILE *to);

/** One option of the table, for options/help.c; without `help` the heading of those that follow. */
typedef struct option {
    const char *name, *argument; /* "--hidden", "LAYERS" or NULL */
    const char *commands;        /* letters of the commands that take it */
    const char *usual;           /* default, or NULL */
    const char *help;
} option;
const option *option_at(size_t i);
bool command_refuses(const command *c, const option *o);
/** Whether its help lists the option. */
bool command_lists(const command *c, const option *o);

/** wording.c: the library's sentences, in which an option is written `name`, as the command says
 * them: --name. */
typedef struct worded {
    char text[sizeof((mlp_error *)NULL)->message]; /* the library's are no longer */
} worded;
void name_options(char *sentence); /* in place: it is as long */
worded in_our_words(const char *sentence);
/** One a line, as they are, without those that were `said` (NULL: none was). */
void print_sentences(FILE *to, const char *lines, const char *said);
void put_sentence(mlp_json_writer *json, const char *name, const char *sentence);

/** networks.c: how many networks of a model have the layers of network m, and read as many inputs; 0: one before it has them, too. */
size_t networks_alike(const mlp_model *model, size_t m);

/** support.c */
void say_sentence(FILE *to, const char *sentence); /* a line, as say prints it */
/** Says what the library tells, unless it shall be quiet; the context are the settings. */
void say_notice(const char *sentence, void *context);
int fail(const char *format, ...)
    __attribute__((format(printf, 1, 2))); /* prints "mlp: ...", returns EXIT_FAILED */
/** Prints a line; what names, labels and cells in it hold is shown, never obeyed. */
void say(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
int exit_code(mlp_status status);
int report(const mlp_error *err); /* prints the message, returns its exit code */
/** Whether a path (or NULL) is the address of a database. */
bool is_database(const char *path);
/** Reads DATA with the command line's options over `defaults` (those of the model, or none). */
mlp_status read_table(const settings *s, const char *path, const mlp_read_options *defaults,
                      mlp_table **table, mlp_error *err);
/** Refuses an output (NULL: none) whose name ends as files of another kind do. */
int check_ending(const char *path, const char *kind, const char *ending);
/** The model of a command that takes `data` behind it (NULL: none): where these stand in the other order,
 * that is said. Returns EXIT_DONE or an exit code with a message printed. */
int load_model(const char *path, const char *data, mlp_model **model);
/** As report(), of data that could not be read: the message tells of a model that stands in their place. */
int report_data(const char *path, const mlp_error *err);
/** Model and data of `mlp COMMAND MODEL DATA`. Returns EXIT_DONE or an exit code with a message
 * printed. */
int load_model_and_data(const settings *s, mlp_model **model, mlp_table **table);
/** The command line's options of reading `path` over `defaults` (nullable). */
mlp_status reading_options(const settings *s, const char *path, const mlp_read_options *defaults,
                           mlp_read_options *options, mlp_error *err);
void tell_notice(const settings *s, const mlp_table *table);
/** As take_part, but *selected becomes a new table, or stays where all rows are wanted. */
int select_part(const settings *s, mlp_part usual, const mlp_table *table, mlp_table **selected,
                mlp_part *part);
/** Leaves only the rows of --part in *table: `usual` without that option, in a table that has such
 * rows. *part is the one that was taken. Returns an exit code as above; the table stays on failure.
 */
int take_part(const settings *s, mlp_part usual, mlp_table **table, mlp_part *part);
/** Leaves out of *table the rows that have no value in a target of the model, and tells how many
 * they are. Returns an exit code as above. */
int leave_out_without_targets(const settings *s, const mlp_model *model, mlp_table **table);

/** data_stream.c: data that are gone through once, some rows at a time. */

/** Who is shown the rows of DATA as they come: of the part that --part or `usual` tells. Both return
 * an exit code, and a message is printed unless it is EXIT_DONE. */
typedef struct visitor {
    mlp_part usual;
    bool fingerprint; /* mlp_table_stream_fingerprint is wanted */
    int (*visit)(void *context, const mlp_table *rows, mlp_part part);
    int (*end)(void *context, const mlp_table_stream *stream);
    void *context;
} visitor;
/** Reads the data of `mlp COMMAND MODEL DATA` over these defaults, in as little memory as their
 * format allows. Returns an exit code as above. */
int stream_data(const settings *s, const mlp_read_options *reading, const visitor *v);
enum { PLACE = 32 };
/** Where a row stands, for people: "line 7", or, where files are read behind each other, "row 7" of all. */
void write_place(const mlp_table *table, size_t row, size_t rows_before, char text[PLACE]);
/** Rows that have no prediction, of tables that come one behind another. Begin with zeros. */
typedef struct unanswered {
    size_t count;
    char place[PLACE];  /* of the first */
    size_t rows_before; /* this table */
} unanswered;
/** `count` of the table, the first of them its row `first`. */
void note_unanswered(unanswered *u, const mlp_table *table, size_t count, size_t first);
void tell_unanswered(const settings *s, const unanswered *u);

/** Says that the model ("The model") was trained on all of the data, so that none of the rows is
 * new. */
void tell_training_data(const settings *s, const char *name, const mlp_model *model,
                        const mlp_table_stream *stream);
/** cells.c: the first cell with a category that training never saw. */
typedef struct guessed {
    bool known;
    size_t row;
    char place[PLACE], text[64];
} guessed;
/** Finds it in these rows of a table, before which there were so many rows of others. */
void note_unknown(guessed *g, const mlp_model *model, const mlp_table *table, size_t first,
                  size_t count, size_t rows_before);
/** Says in which columns the model had to guess, in so many rows. */
void tell_guessed(const guessed *g, const mlp_session *session, const mlp_model *model,
                  size_t rows);

/** Says how many of the rows have no target. Returns EXIT_DONE, or EXIT_DATA where none has one. */
int tell_left_out(const settings *s, const mlp_model *model, const mlp_table_stream *stream,
                  size_t left_out, size_t rows);

/** support.c, again */
/** The beginning of a result as JSON: an object whose first member is "schema": 1. */
mlp_json_writer *begin_json(void);
/** Ends that object, prints it to standard output and frees it. Returns an exit code; on failure
 * nothing of it was printed and the reason is told. */
int print_json(mlp_json_writer *json);
/** Flushes standard output; a failure (full disk, closed pipe) is told. */
int finish_output(void);
/** Ends a file: commits it when `status` is MLP_OK, else takes it back; a failure is told, that of
 * a write with the file's name and the reason. `err` holds that of `status`. Returns an exit code.
 * */
int finish_file(mlp_output *output, mlp_status status, const mlp_error *err);
/** Prints a word as a shell takes it, quoted where it must be; what a terminal would obey, and what
 * is not UTF-8, as escapes within $''. */
void print_word(FILE *to, const char *word);
/** Closes a stream of open_memstream. Returns its text, or NULL when memory was short for a part.
 * */
char *finish_text(FILE *to, char **text);
/** The whole command line as one could type it; free it. NULL: out of memory. */
char *command_text(int argc, char **argv);
/** The ending of a noun that stands behind its number: "" for 1, else "s". */
static inline const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}
/** "0.9667", "21,840": four significant digits for people, whole numbers below 1e11 in full; "-" for
 * NaN. 16 bytes hold it. */
const char *shown(double value, char *text, size_t size);
/** How many there are, for people; `text` holds COUNTED bytes. */
enum { COUNTED = 16 };
static inline const char *counted(size_t n, char *text)
{
    return shown((double)n, text, COUNTED);
}
/** The same for a column, so that decimal points stand below each other: digits `before` the point,
 * and characters from the point on, are filled with spaces. ALIGNED bytes hold it. */
enum { ALIGNED = 48, DECIMALS = 6 };
const char *aligned(double value, size_t before, size_t behind, char *text, size_t size);

/** grid.c: tables for people, to standard output: columns as wide as they need, and blocks of columns that a line
 * holds. */
enum { LINE_WIDTH = 80, GRID_COLUMNS = 16 };
typedef struct grid {
    size_t keys, count; /* columns that every block begins with; all */
    size_t before[GRID_COLUMNS], behind[GRID_COLUMNS], width[GRID_COLUMNS];
    size_t column, from, to, pending;
    bool printing;
} grid;
/** Puts the cells of every row in turn, and grid_end behind each; it is called again for every block. */
typedef void grid_rows(grid *g, const void *context);
void grid_print(size_t keys, grid_rows *rows, const void *context);
/** Cells: a text at the left or at the right of its column; numbers, with their points below each other; a mean and its
 * deviation. */
void grid_name(grid *g, const char *text);
void grid_text(grid *g, const char *text);
void grid_number(grid *g, double value);
void grid_whole(grid *g, size_t number);
void grid_spread(grid *g, double mean, double deviation);
void grid_end(grid *g);
/** Prints "   REMARK" behind so many columns of a line, or on a line of its own where it does not fit; ends the line. */
void print_remark(int used, const char *remark);

/** training.c: what every command that trains needs. */

/** Makes s->train whole from the words of the command line and reads DATA, and a file given with
 * --validation. Tables are the caller's in any case. Returns EXIT_DONE or an exit code with a
 * message printed. */
int training_begin(settings *s, mlp_table **table, mlp_table **validation);
/** A file given with --validation, if there is one, read like `defaults` beside DATA (both
 * nullable); a part becomes an option. Returns an exit code as above. */
int training_validation(settings *s, const mlp_table *table, const mlp_read_options *defaults,
                        mlp_table **validation);
/** Sets threads, --time and the command line in s->train. */
mlp_status training_tell_run(settings *s, mlp_error *err);
/** Whether training continues from its checkpoint. */
bool training_resumes(const settings *s);
/** What the trial sets: " --hidden 64,32"; on lines of LINE_WIDTH, which all are indented so far, or on one (0). */
void training_print_options(FILE *to, const mlp_trial *trial, size_t indent);
/** "mlp train DATA ..." with all that was given and has a part in the result, what a trial
 * (nullable) sets in its place, and "-o OUTPUT" unless that is NULL. To be freed; NULL: out of
 * memory. */
char *training_command(const settings *s, const mlp_trial *trial, const char *output);
/** Ctrl-C stops the training; the second one ends at once. */
void training_catch_signals(settings *s);

/** plan.c: trains for some seconds, and tells what the whole would take. Returns an exit code with a message
 * printed. */
int plan_and_tell(settings *s);

/** jobs.c: the folder of --job; NULL: none. */
const char *job_folder(const settings *s);
/** With a job: finds out which worker this is, unless it was said, and refuses what jobs cannot have.
 * Returns EXIT_DONE or an exit code with a message printed. */
int job_begin(settings *s);
/** Of a command that makes no model: by which mlp merge comes to the same. */
mlp_status job_tell_command(settings *s, mlp_error *err);
/** Tries an output before any work is done (NULL: there is none); another worker of a job that is begun may have
 * written it. Returns as above. */
int job_check_output(const settings *s, const char *path);
/** training_save; another worker of a job may have saved the same. */
int job_save(const settings *s, const mlp_model *model);

/** folding.c: as training_begin, for a training on folds, which have no validation file. */
int folds_begin(settings *s, mlp_table **table);
/** Options of folds by the command line. Free them on failure too. */
mlp_status folds_options(settings *s, mlp_on_fold on_fold, void *context,
                         mlp_cross_validation_options **options, mlp_error *err);

/** Writes an export of that name; `cost` is nullable. */
typedef mlp_status export_writer(const void *context, const char *name, FILE *source, FILE *header,
                                 mlp_export_cost *cost, mlp_error *err);
/** deployment/verify.c: compiles what is written and runs its self-test; tells on `to` what that printed.
 * Returns EXIT_DONE, or an exit code with a message printed: where there is no compiler, and
 * where it fails. */
int verify_c(const char *name, export_writer *write, const void *context, FILE *to);
/** The same of a script, which is what write puts into `source`, by node. */
int verify_script(export_writer *write, const void *context, FILE *to);

/** streams.c: before anything is printed; after the last word is printed and checked. */
void streams_begin(void);
void streams_end(void);
/** The file descriptor that a stream writes to. */
int stream_number(FILE *stream);

/** Whether s->output, where there is one, can be written: before what takes long. Returns EXIT_DONE or an exit
 * code with a message printed. */
int training_check_output(const settings *s);
/** Saves a model as s->output. When it cannot be written there, it is written beside it or in the
 * folder for temporary files, and a message says where: a training is not lost for a full disk. */
int training_save(const settings *s, const mlp_model *model);

/** training_log.c: the log of the epochs, which replaces another only when it holds one. */
typedef struct training_log {
    const char *path; /* NULL: none */
    bool continues;   /* begins with the epochs that are there already */
    bool published;   /* it stands under its name */
    mlp_output *output;
    mlp_error failure; /* the first */
} training_log;
/** ranks.c: with --ranks, meets the others. Returns EXIT_DONE, or an exit code with a message printed. */
int ranks_begin(settings *s);
/** Parts from them; returns the code. */
int ranks_end(const settings *s, int code);
/** With --log. Returns EXIT_DONE, or an exit code with a message printed. */
int training_log_open(training_log *log, const settings *s);
/** Writes the line of an epoch; the first failure is kept for the end. */
void training_log_write(training_log *log, const mlp_progress *now);
/** Returns EXIT_DONE, or an exit code with a message printed. */
int training_log_close(training_log *log);

/** terminal.c: what a stream is connected to. */

/** Columns; 0: it is not a terminal. */
int terminal_width(FILE *to);
/** Whether colours are wanted: a terminal, no NO_COLOR (https://no-color.org), not "dumb". */
bool terminal_colours(FILE *to);
/** Whether the locale's characters are UTF-8. */
bool terminal_utf8(void);
typedef enum ink { INK_PLAIN, INK_GOOD, INK_WARNING, INK_ERROR, INK_FAINT } ink;
/** Prints a text, coloured on a terminal that wants it. */
void terminal_print(FILE *to, ink colour, const char *text);
enum { LONGEST_NAME = 40 }; /* columns */
/** To standard output: texts that come from anywhere, so that a terminal obeys nothing in them.
 * print_name cuts after LONGEST_NAME columns, print_padded after `width`, up to which it fills with
 * spaces. print_item: of a list, in quotes where a comma in it would look like the next one. */
void print_name(const char *name);
void print_item(const char *name);
void print_padded(const char *text, size_t width);

/** fields.c: rows of CSV. Begins with all but `to` zero; what fails for want of memory is told by
 * fields_finish alone. */
typedef struct fields {
    FILE *to;
    size_t hold; /* bytes that are gathered before the first are written */
    char *text;
    size_t used, room;
    bool open; /* within a row, behind a field */
    bool lost;
} fields;
void fields_text(fields *f, const char *text);
void fields_joined(fields *f, const char *prefix, const char *text, const char *suffix);
void fields_whole(fields *f, size_t number);
/** A number that is exact as a float; NaN: an empty text. */
void fields_number(fields *f, double number);
void fields_cell(fields *f, const mlp_table *table, size_t row, size_t column);
void fields_end_row(fields *f);
/** Writes the rest and frees. false: there was not enough memory for all of it. */
bool fields_finish(fields *f);
/** Frees, and writes no more. */
void fields_drop(fields *f);

/** description.c: mlp inspect DATA. Returns an exit code. */
int describe_data(settings *s);
/** schema_file.c: takes what --schema says of columns that no other option names. Returns an exit
 * code with a message printed. */
int take_schema(settings *s);

/** metrics.c: metrics of --metric, of which without it all are asked for. */
enum { METRIC_NAMES = 512 };
/** All names, into METRIC_NAMES bytes. */
const char *metric_names(char *text);
bool metric_is_asked(const settings *s, const char *name);
/** Whether there are such metrics, of thresholds too if wanted. EXIT_DONE or EXIT_USAGE with a
 * message printed. */
int check_metrics(const settings *s, bool with_thresholds);
/** All metrics that apply but the loss, as an object. */
void put_metrics(mlp_json_writer *json, const char *name, const mlp_evaluation *e);
/** Whether --require can be read, except for what is of a label. EXIT_DONE or EXIT_USAGE with a message printed. */
int check_gates(const settings *s);
/** Whether the metrics of --require are of what the model predicts, and their labels its own. Returns an exit code. */
int check_gates_suit(const settings *s, const mlp_model *model);
/** Whether the metrics are as good as --require asks for. EXIT_DONE or EXIT_QUALITY with messages
 * printed. */
int apply_gates(const settings *s, const mlp_model *model, const mlp_evaluation *e);
/** deployment/export_metrics.c: metrics of rows by the model, and by what is exported of it. */
typedef struct export_metrics {
    bool known;
    mlp_evaluation by[2];
} export_metrics;
/** Evaluates both where the rows have targets, and applies --require. Release in any case. Returns
 * an exit code with a message printed. */
int export_evaluate(const settings *s, const mlp_model *model, const mlp_table *rows,
                    const mlp_export_options *options, export_metrics *metrics);
void export_metrics_print(const export_metrics *metrics);
void export_metrics_put(const export_metrics *metrics, mlp_json_writer *json);
void export_metrics_release(export_metrics *metrics);
/** decision.c: --threshold and --label, which tell one of two labels. */
bool has_threshold(const settings *s);
/** Lets the model look for the label of --label, if one is given. Returns an exit code with a message
 * printed. */
int look_for(const settings *s, mlp_model *model);
/** Lets the session decide by --threshold, which is of the label that the model looks for. Returns an
 * exit code with a message printed. */
int take_decision(const settings *s, const mlp_model *model, mlp_session *session);
/** commands/thresholds.c: what mlp evaluate tells of the best thresholds, where there are any. */
void put_thresholds(mlp_json_writer *json, const mlp_model *model, const mlp_evaluator *evaluator);
void print_thresholds(const settings *s, const mlp_model *model, const mlp_evaluator *evaluator,
                      const mlp_evaluation *e);

/** commands/contributions.c: the answer for a row, and each column's part in it. */
typedef struct column_part {
    size_t column;
    double change; /* the answer, less that without a value in the column */
} column_part;
typedef struct answer {
    const mlp_table *table;
    size_t row, output; /* output: which number of a prediction is explained */
    double value;
    mlp_predictions predictions;
    column_part *parts; /* the largest first */
    size_t count;
} answer;
/** Of row s->row of a table, which is encoded alone. Release it in any case. Returns an exit code,
 * with a message printed. */
int answer_find(const settings *s, const mlp_model *model, const mlp_table *table,
                const mlp_encoded *row, answer *a);
/** `truth`: what stands in the data; NULL: nothing. */
void answer_print(const mlp_model *model, const answer *a, const char *truth);
void answer_put(mlp_json_writer *json, const mlp_model *model, const answer *a);
void answer_release(answer *a);

/** prediction.c: a prediction within a row. Probabilities are those of `labels`, which for a label
 * that the model does not know are 0. */

/** The names of what prediction_write writes. */
void prediction_header(fields *f, const mlp_model *model, const mlp_names *labels);
void prediction_write(fields *f, const mlp_model *model, const mlp_predictions *p, size_t row,
                      const mlp_names *labels);

/** conformal.c: --interval and --label-set. */

/** What they add to predictions. Begin with zeros. */
typedef struct conformal {
    const mlp_model *model;
    mlp_conformal *of; /* NULL: nothing is added */
    double *lower, *upper;
    bool *holds;
    size_t room; /* rows in these */
} conformal;
/** Returns EXIT_DONE, or an exit code with a message printed. */
int conformal_begin(conformal *c, const settings *s, const mlp_model *model);
void conformal_release(conformal *c);
void conformal_header(const conformal *c, fields *f);
/** What belongs to the predictions, before their rows are written. Returns an exit code as above. */
int conformal_take(conformal *c, const mlp_predictions *p);
void conformal_write(const conformal *c, fields *f, size_t row);
/** mlp_on_outcomes: counts whether the promise is kept. */
void conformal_add(const mlp_outcomes *outcomes, void *context);
void conformal_print(const conformal *c, const settings *s);
void conformal_put(const conformal *c, const settings *s, mlp_json_writer *json);

/** progress.c: a line that is rewritten, only on a terminal. */
enum { PROGRESS_LOSSES = 256 };
typedef struct progress {
    double losses[PROGRESS_LOSSES]; /* of the epochs so far, each of so many epochs in a row */
    size_t count, stride;           /* begin with stride 1 */
    double sum;                     /* of those to come */
    size_t pending;
    double shown; /* seconds at which the line was last written */
    size_t epoch; /* of the first of several networks */
} progress;
void progress_show(progress *p, const mlp_progress *now);
/** The name of the metric that an epoch tells. */
const char *progress_metric(const mlp_progress *now);
/** The losses as at most `columns` little bars; text holds 4 * columns + 1 bytes. */
void progress_sparkline(const progress *p, size_t columns, char *text);
/** A line of parts, the most important first; those that do not fit are left out. */
void progress_parts(const char *const *parts, size_t count);
/** "3 of 5 folds  about 4 s left"; `began`: what progress_clock said at the beginning. */
void progress_count(size_t done, size_t all, const char *what, double began);
double progress_clock(void);
void progress_end(void);

#endif
