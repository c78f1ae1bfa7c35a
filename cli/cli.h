/* SPDX-License-Identifier: MIT */
/* What the command's files share: settings filled from the option table, commands, exit codes. */
#ifndef MLP_CLI_H
#define MLP_CLI_H

#include <stdio.h>

#include "mlp/mlp.h"

/** Exit codes; users' scripts rely on them. Below, "Returns an exit code" means that a message is
 * printed unless the code is EXIT_DONE. */
enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_DATA = 3,
    EXIT_MODEL = 4,
    EXIT_QUALITY = 5,
    EXIT_INTERRUPTED = 130
};

/** A growing list of words from the command line. */
typedef struct word_list {
    const char **items;
    size_t count;
} word_list;
/** options/parser.c: appends a word. Returns an exit code. */
int add_word(word_list *list, const char *word);

/** Everything that can be set on the command line, for all commands. */
typedef struct settings {
    const char **arguments; /* words that are not options: model, data; NULL after the last */
    mlp_names further;      /* data files after the first, which are read with it as one table */
    const mlp_table *told;  /* the table whose notices are not repeated; NULL: none */
    size_t argument_count;
    /* reading */
    const char *format, *separator, *decimal, *comment, *labels, *label_trim, *encoding, *query;
    word_list missing;
    bool no_header, header;
    bool separator_set, comment_set;
    /* training */
    mlp_train_options *train;
    int threads;
    word_list given; /* options of training as they were given: name, value (NULL: a flag), ... */
    const char *validation, *validation_labels, *log, *initial;
    mlp_model *initial_model; /* the model that --initial names */
    /* tuning */
    word_list search;
    const char *time, *journal;
    size_t trials;
    double holdout;
    bool resume; /* tune: continue from the journal */
    /* cross-validation, learning curves */
    size_t folds, repeats, sizes;
    /* the rest */
    const char *output;
    word_list require, keep, metrics;
    const char *max_flash, *max_parameters, *max_operations, *max_columns, *teaching,
        *mixed;       /* options of shrink */
    double threshold; /* below 0: none was given */
    const char *schema;
    const char *math;          /* functions of exported C: own or library */
    const char *weights;       /* type of the weights in exported ONNX: float16 or float32 */
    const char *vectors;       /* path of data for the self-test of an export */
    mlp_json *schema_document; /* the contents of the file that --schema names */
    const char *part;
    size_t row, rows, limit, bench_rows, mistakes;
    size_t integer; /* bits of an exported weight; 0: floats */
    const char *network;
    /* pictures */
    word_list sweeps, activations;
    const char *x, *y, *label, *size, *title;
    bool terminal, data;
    /* networks of other programs */
    const char *like, *task;
    bool matrix; /* exported ONNX has one input for all columns */
    word_list columns, targets, label_names;
    const struct command *(*find)(const char *name); /* command_find, for merge */
    bool plan;         /* train for some seconds only, and estimate the time of the whole run */
    bool merges;       /* mlp merge: assemble what the workers of a job have made */
    bool unheard;      /* this is one of several workers, and another worker prints the result */
    char *command;     /* the whole command line, as it was before it was parsed */
    const char *ranks; /* the MPI by which ranks train together; NULL: this process trains alone */
    mlp_ranks beside;  /* this process among the ranks; zeros: it trains alone */
    bool follows;      /* this is not rank 0, the only one that prints and writes */
    void (*part_ranks)(int code); /* ends the ranks; NULL: there are none */
    double seconds;
    double interval, label_set; /* shares of new rows to cover; 0: none */
    bool probabilities, intervals, fail_if_worse, verify, json, force, quiet, man, help;
} settings;

#define ANY_FILES ((size_t)1 << 30)

/** Options that the letters of a command select, but that the command refuses. */
typedef struct refusal {
    const char *const *options; /* NULL after the last */
    const char *why;
} refusal;

typedef struct command {
    const char *name, *arguments, *summary, *example;
    const char *initials;  /* takes options with any of these letters in option.commands */
    size_t argument_count; /* number of required arguments */
    int (*run)(settings *s);
    size_t further;            /* number of optional arguments after them; ANY_FILES: data files */
    void (*details)(FILE *to); /* prints more text for its help; NULL: there is none */
    size_t words;              /* how many of the first arguments do not name a file */
    const refusal *refused;    /* NULL: it refuses none */
} command;

/** commands.c: the i-th command, and the command of a name; NULL: there is none. */
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
/** commands/plot.c: prints the kinds of pictures, for the help. */
void plot_kinds(FILE *to);

/** options/parser.c: parses argv after the command's name. Returns an exit code. */
int options_parse(const command *c, int argc, char **argv, settings *s);
/** Whether the command line holds an option of training ("--hidden"). */
bool is_given(const settings *s, const char *name);
/** Fills in the defaults. Returns an exit code; release the settings in any case. */
int settings_begin(settings *s);
void settings_release(settings *s);
/** files.c: refuses an output that is an input of the same run, or another output. Returns an exit
 * code. */
int files_check(const command *c, const settings *s);
/** model_file.c: whether a file is a model by its bytes or by the ending of its name. */
bool is_model_file(const char *path);
/** Whether a file is a model by its bytes, whatever its name. */
bool holds_model(const char *path);
/** options/help.c: the overview, a command's help and the manual page, made from the tables. */
void help_overview(FILE *to);
void help_command(FILE *to, const command *c);
void help_manual(FILE *to);

/** An option, as the help shows it; with `help` NULL, the heading of the options that follow. */
typedef struct option {
    const char *name, *argument; /* "--hidden", "LAYERS"; argument NULL: a flag */
    const char *commands;        /* letters of the commands that take it */
    const char *usual;           /* default; NULL: none */
    const char *help;
} option;
const option *option_at(size_t i);
bool command_refuses(const command *c, const option *o);
/** Whether the command takes the option and does not refuse it, so that its help lists it. */
bool command_lists(const command *c, const option *o);

/** wording.c: puts sentences of the library, which write an option as `name`, in the words of the
 * command: --name. */
typedef struct worded {
    char text[sizeof((mlp_error *)NULL)->message]; /* no sentence of the library is longer */
} worded;
void name_options(char *sentence); /* in place: --name is as long as `name` */
worded in_our_words(const char *sentence);
/** Prints sentences, one per line, except for those that `said` (nullable) also holds. */
void print_sentences(FILE *to, const char *lines, const char *said);
void put_sentence(mlp_json_writer *json, const char *name, const char *sentence);

/** networks.c: how many networks of a model have the same layers and number of inputs as network m;
 * 0: an earlier network has them, too. */
size_t networks_alike(const mlp_model *model, size_t m);

/** support.c */
void say_sentence(FILE *to, const char *sentence); /* prints a line, in the words of the command */
/** Prints a notice of the library, unless --quiet is set; `context`: the settings. */
void say_notice(const char *sentence, void *context);
int fail(const char *format, ...)
    __attribute__((format(printf, 1, 2))); /* prints "mlp: ...", returns EXIT_FAILED */
/** Prints a line with nothing that a terminal would obey, whatever names, labels and cells hold. */
void say(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
int exit_code(mlp_status status);
int report(const mlp_error *err); /* prints the message, returns its exit code */
/** Whether a path (or NULL) is the address of a database. */
bool is_database(const char *path);
/** Reads a table with the options of reading_options, and prints its notices. */
mlp_status read_table(const settings *s, const char *path, const mlp_read_options *defaults,
                      mlp_table **table, mlp_error *err);
/** Refuses an output (NULL: none) whose name has the ending of another kind of file; `kind` and
 * `ending`: those of what is written. Returns an exit code. */
int check_ending(const char *path, const char *kind, const char *ending);
/** Loads a model. `data`: the argument after `path` (NULL: none); if that is the model instead, the
 * message says so. Returns an exit code. */
int load_model(const char *path, const char *data, mlp_model **model);
/** Like report(), for data that could not be read: if the file is a model, the message says so. */
int report_data(const char *path, const mlp_error *err);
/** Loads model and data of `mlp COMMAND MODEL DATA`. Returns an exit code. */
int load_model_and_data(const settings *s, mlp_model **model, mlp_table **table);
/** The options for reading `path`: those of the command line, else of `defaults` (nullable). */
mlp_status reading_options(const settings *s, const char *path, const mlp_read_options *defaults,
                           mlp_read_options *options, mlp_error *err);
void tell_notice(const settings *s, const mlp_table *table);
/** Like take_part, but the rows become a new table, *selected; not set if all rows are taken. */
int select_part(const settings *s, mlp_part usual, const mlp_table *table, mlp_table **selected,
                mlp_part *part);
/** Leaves the rows of one part in *table, and sets *part: that of --part, else `usual`, else (in a
 * table without such rows) all. Returns an exit code; on failure the table is unchanged. */
int take_part(const settings *s, mlp_part usual, mlp_table **table, mlp_part *part);
/** Removes from *table the rows that lack a value in a target of the model, and reports how many
 * they are. Returns an exit code. */
int leave_out_without_targets(const settings *s, const mlp_model *model, mlp_table **table);

/** data_stream.c: reads data once, some rows at a time. */

/** Callbacks of stream_data: `visit` gets some rows at a time, those of the part that --part names,
 * else of `usual`; `end` is called after the last. Both return an exit code. */
typedef struct visitor {
    mlp_part usual;
    bool fingerprint; /* `end` needs mlp_table_stream_fingerprint */
    int (*visit)(void *context, const mlp_table *rows, mlp_part part);
    int (*end)(void *context, const mlp_table_stream *stream);
    void *context;
} visitor;
/** Passes the data of `mlp COMMAND MODEL DATA` to a visitor, in as little memory as their format
 * allows. `reading`: the defaults of reading_options. Returns an exit code. */
int stream_data(const settings *s, const mlp_read_options *reading, const visitor *v);
enum { PLACE = 32 };
/** Where a row is, for people: "line 7", or, with several files or a format without lines, "row 7"
 * of all rows. */
void write_place(const mlp_table *table, size_t row, size_t rows_before, char text[PLACE]);
/** Counts the rows without a prediction in one table after another. Initialise with zeros. */
typedef struct unanswered {
    size_t count;
    char place[PLACE];  /* of the first such row */
    size_t rows_before; /* of all tables that were counted */
} unanswered;
/** Counts a table, in which `count` rows have no prediction; the first of these is row `first`. */
void note_unanswered(unanswered *u, const mlp_table *table, size_t count, size_t first);
void tell_unanswered(const settings *s, const unanswered *u);

/** Prints a notice if the model, called `name` ("The model"), was trained on these very data, so
 * that none of the rows is new to it. */
void tell_training_data(const settings *s, const char *name, const mlp_model *model,
                        const mlp_table_stream *stream);
/** cells.c: the first cell with a category that training never saw. */
typedef struct guessed {
    bool known;
    size_t row;
    char place[PLACE], text[64];
} guessed;
/** Looks for such a cell in `count` rows from `first` on; `rows_before`: rows of earlier tables. */
void note_unknown(guessed *g, const mlp_model *model, const mlp_table *table, size_t first,
                  size_t count, size_t rows_before);
/** Names the columns in which cells had no value or an unknown category; `rows`: the total. */
void tell_guessed(const guessed *g, const mlp_session *session, const mlp_model *model,
                  size_t rows);

/** Reports how many rows were left out for want of a target. Returns EXIT_DATA if all were. */
int tell_left_out(const settings *s, const mlp_model *model, const mlp_table_stream *stream,
                  size_t left_out, size_t rows);

/** support.c, again: begins a result as JSON, an object whose first member is "schema": 1. */
mlp_json_writer *begin_json(void);
/** Ends that object, prints it to standard output and frees the writer. Returns an exit code; an
 * object that could not be made is not printed at all. */
int print_json(mlp_json_writer *json);
/** Flushes standard output. Returns an exit code; a reader that closed the pipe gets no message. */
int finish_output(void);
/** Ends a file: commits it if `status` is MLP_OK, else discards it. Reports a failed write, or
 * `err`, which belongs to `status`. Returns an exit code. */
int finish_file(mlp_output *output, mlp_status status, const mlp_error *err);
/** Prints a word for a shell, quoted where it must be: control characters and bytes that are not
 * UTF-8 as escapes within $'', the password in the address of a database as ***. */
void print_word(FILE *to, const char *word);
/** Closes a stream of open_memstream. Returns its text; NULL: memory ran out while it was made. */
char *finish_text(FILE *to, char **text);
/** The whole command line as it can be typed; free it. NULL: out of memory. */
char *command_text(int argc, char **argv);
/** The ending of a noun after its number: "" for 1, else "s". */
static inline const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}
/** "0.9667", "21,840": four significant digits for people, whole numbers below 1e11 in full; "-"
 * for NaN. 16 bytes are enough. */
const char *shown(double value, char *text, size_t size);
/** A number of things, for people; `text` has COUNTED bytes. */
enum { COUNTED = 16 };
static inline const char *counted(size_t n, char *text)
{
    return shown((double)n, text, COUNTED);
}
/** Like shown, for a column with aligned decimal points: spaces fill it up to `before` digits
 * before the point, and to `behind` characters from the point on. ALIGNED bytes are enough. */
enum { ALIGNED = 48, DECIMALS = 6 };
const char *aligned(double value, size_t before, size_t behind, char *text, size_t size);

/** grid.c: tables for people, on standard output. A column is as wide as its widest cell; columns
 * that do not fit into a line form further blocks. */
enum { LINE_WIDTH = 80, GRID_COLUMNS = 16 };
typedef struct grid {
    size_t keys, count; /* number of columns that begin every block; number of all columns */
    size_t before[GRID_COLUMNS], behind[GRID_COLUMNS], width[GRID_COLUMNS];
    size_t column, from, to, pending;
    bool printing;
} grid;
/** Puts the cells of all rows, each ended by grid_end; called to measure, and for every block. */
typedef void grid_rows(grid *g, const void *context);
void grid_print(size_t keys, grid_rows *rows, const void *context);
/** Put a cell: grid_name a text at the left of its column, grid_text at the right; the others put
 * numbers with aligned points, grid_spread a mean and its deviation. */
void grid_name(grid *g, const char *text);
void grid_text(grid *g, const char *text);
void grid_number(grid *g, double value);
void grid_whole(grid *g, size_t number);
void grid_spread(grid *g, double mean, double deviation);
void grid_end(grid *g);
/** Ends a line of `used` columns with a remark, on a line of its own if it does not fit. */
void print_remark(int used, const char *remark);

/** training.c: what every command that trains needs. */

/** Adds to s->train what --schema, --threads, --initial and --validation say, and reads DATA, and a
 * file given with --validation. The caller frees the tables in any case. Returns an exit code. */
int training_begin(settings *s, mlp_table **table, mlp_table **validation);
/** Takes --validation: a part becomes an option of s->train, a file is read with `defaults`
 * (nullable). Notices about `table` (nullable) are not repeated. Returns an exit code. */
int training_validation(settings *s, const mlp_table *table, const mlp_read_options *defaults,
                        mlp_table **validation);
/** Sets threads, --time and the command line in s->train. */
mlp_status training_tell_run(settings *s, mlp_error *err);
/** Whether training is to continue from its checkpoint. */
bool training_resumes(const settings *s);
/** Prints the options of a trial (" --hidden 64,32") from column `indent` of a line on, and on
 * further lines indented as far; 0: all on one line. */
void training_print_options(FILE *to, const mlp_trial *trial, size_t indent);
/** "mlp train DATA ..." with the given options that affect the result, which those of a trial
 * (nullable) override, and "-o OUTPUT" unless `output` is NULL. Free it; NULL: out of memory. */
char *training_command(const settings *s, const mlp_trial *trial, const char *output);
/** From here on Ctrl-C stops the training; a second Ctrl-C ends the process at once. */
void training_catch_signals(settings *s);

/** plan.c: trains for some seconds, and prints an estimate of the time that the whole run
 * takes. Returns an exit code. */
int plan_and_tell(settings *s);

/** jobs.c: the folder of --job; NULL: none. */
const char *job_folder(const settings *s);
/** With --job: finds out which worker this is, unless --worker states it, and refuses --log, which
 * a job cannot have. Returns an exit code. */
int job_begin(settings *s);
/** Keeps the command line in the job, where mlp merge finds it; for commands that make no model. */
mlp_status job_tell_command(settings *s, mlp_error *err);
/** Checks before any work is done that an output (NULL: none) can be written. If the job has begun,
 * the output may exist: another worker may have written it. Returns an exit code. */
int job_check_output(const settings *s, const char *path);
/** Like training_save, but another worker of the job may have saved the same model. */
int job_save(const settings *s, const mlp_model *model);

/** folding.c: like training_begin, for training on folds; refuses a validation file. */
int folds_begin(settings *s, mlp_table **table);
/** The options of cross-validation, from the command line. Free them on failure too. */
mlp_status folds_options(settings *s, mlp_on_fold on_fold, void *context,
                         mlp_cross_validation_options **options, mlp_error *err);

/** Writes an export called `name`: C to both streams, other formats to `source`. `cost`:
 * nullable. */
typedef mlp_status export_writer(const void *context, const char *name, FILE *source, FILE *header,
                                 mlp_export_cost *cost, mlp_error *err);
/** deployment/verify.c: compiles the C that `write` writes, and runs its self-test, which prints to
 * `to`. Returns an exit code; without a compiler it fails. */
int verify_c(const char *name, export_writer *write, const void *context, FILE *to);
/** Runs with node the self-test of the script that `write` writes into `source`. */
int verify_script(export_writer *write, const void *context, FILE *to);

/** streams.c: call _begin before anything is printed, _end after all output is checked. */
void streams_begin(void);
void streams_end(void);
/** The file descriptor that a stream writes to. */
int stream_number(FILE *stream);

/** Checks before any work is done that s->output, if there is one, can be written. Returns an exit
 * code. */
int training_check_output(const settings *s);
/** Saves a model as s->output. If that fails, saves it next to that file or in the folder for
 * temporary files, so that no training is lost, and says where. Returns an exit code. */
int training_save(const settings *s, const mlp_model *model);

/** training_log.c: the log of epochs, which replaces an existing file at its first epoch. */
typedef struct training_log {
    const char *path; /* NULL: none */
    bool continues;   /* the epochs of the existing log are still to be copied */
    bool published;   /* the file has its final name */
    mlp_output *output;
    mlp_error failure; /* the first failure */
} training_log;
/** ranks.c: with --ranks, joins the other ranks. Returns an exit code. */
int ranks_begin(settings *s);
/** Leaves the other ranks; returns `code`. */
int ranks_end(const settings *s, int code);
/** Opens the log of --log, if there is one. Returns an exit code. */
int training_log_open(training_log *log, const settings *s);
/** Writes the line of an epoch; training_log_close reports the first failure. */
void training_log_write(training_log *log, const mlp_progress *now);
/** Ends the log, if it is open. Returns an exit code. */
int training_log_close(training_log *log);

/** terminal.c: what a stream is connected to. */

/** The width of a terminal in columns; 0: the stream is not a terminal. */
int terminal_width(FILE *to);
/** Whether to print colours: on a terminal that is not "dumb", unless NO_COLOR is set
 * (https://no-color.org). */
bool terminal_colours(FILE *to);
/** Whether the locale's characters are UTF-8. */
bool terminal_utf8(void);
typedef enum ink { INK_PLAIN, INK_GOOD, INK_WARNING, INK_ERROR, INK_FAINT } ink;
/** Prints a text, in colour where terminal_colours says so. */
void terminal_print(FILE *to, ink colour, const char *text);
enum { LONGEST_NAME = 40 }; /* columns */
/** Print a text to standard output so that a terminal obeys nothing in it. print_name cuts it after
 * LONGEST_NAME columns; print_padded cuts it after `width`, or pads it with spaces; print_item is
 * for lists, and adds quotes where a comma would seem to divide the text. */
void print_name(const char *name);
void print_item(const char *name);
void print_padded(const char *text, size_t width);

/** fields.c: rows of CSV. Initialise `to` and `hold`, the rest with zeros. If memory runs out, only
 * fields_finish reports it. */
typedef struct fields {
    FILE *to;
    size_t hold; /* bytes to gather before the first are written */
    char *text;
    size_t used, room;
    bool open; /* within a row, after a field */
    bool lost; /* memory ran out, and something is missing */
} fields;
void fields_text(fields *f, const char *text);
void fields_joined(fields *f, const char *prefix, const char *text, const char *suffix);
void fields_whole(fields *f, size_t number);
/** A number with the precision of a float; NaN: an empty text in quotes. */
void fields_number(fields *f, double number);
void fields_cell(fields *f, const mlp_table *table, size_t row, size_t column);
void fields_end_row(fields *f);
/** Writes the rest and frees. false: memory ran out, and something is missing. */
bool fields_finish(fields *f);
/** Frees without writing the rest. */
void fields_drop(fields *f);

/** description.c: mlp inspect DATA. Returns an exit code. */
int describe_data(settings *s);
/** schema_file.c: takes what --schema says of the columns that no other option names. Returns an
 * exit code. */
int take_schema(settings *s);

/** metrics.c: the metrics that --metric names; without that option, all metrics. */
enum { METRIC_NAMES = 512 };
/** The names of all metrics, separated by commas; `text` has METRIC_NAMES bytes. */
const char *metric_names(char *text);
bool metric_is_asked(const settings *s, const char *name);
/** Checks that the metrics of --metric exist; `with_thresholds` allows those of thresholds, too.
 * Returns an exit code. */
int check_metrics(const settings *s, bool with_thresholds);
/** All metrics that apply, except for the loss, as an object. */
void put_metrics(mlp_json_writer *json, const char *name, const mlp_evaluation *e);
/** Checks that --require can be read, except for metrics of a label. Returns an exit code. */
int check_gates(const settings *s);
/** Checks that --require suits the model: its task and its labels. Returns an exit code. */
int check_gates_suit(const settings *s, const mlp_model *model);
/** Checks that the metrics are as good as --require demands. Returns an exit code: EXIT_QUALITY if
 * one is not. */
int apply_gates(const settings *s, const mlp_model *model, const mlp_evaluation *e);
/** deployment/export_metrics.c: metrics of a model and of its export, on the same rows. */
typedef struct export_metrics {
    bool known;
    mlp_evaluation by[2]; /* the model, the export */
} export_metrics;
/** Evaluates both if the rows have targets, and applies --require to the export. Release the
 * metrics in any case. Returns an exit code. */
int export_evaluate(const settings *s, const mlp_model *model, const mlp_table *rows,
                    const mlp_export_options *options, export_metrics *metrics);
void export_metrics_print(const export_metrics *metrics);
void export_metrics_put(const export_metrics *metrics, mlp_json_writer *json);
void export_metrics_release(export_metrics *metrics);
/** decision.c: --threshold and --label, by which one of two labels is predicted. */
bool has_threshold(const settings *s);
/** Lets the model look for the label of --label, if one is given. Returns an exit code. */
int look_for(const settings *s, mlp_model *model);
/** Lets the session decide by --threshold, if given, a probability of the label that the model
 * looks for. Returns an exit code. */
int take_decision(const settings *s, const mlp_model *model, mlp_session *session);
/** commands/thresholds.c: the best thresholds in the result of mlp evaluate, if there are any. */
void put_thresholds(mlp_json_writer *json, const mlp_model *model, const mlp_evaluator *evaluator);
void print_thresholds(const settings *s, const mlp_model *model, const mlp_evaluator *evaluator,
                      const mlp_evaluation *e);

/** commands/contributions.c: the answer for a row, and each column's part in it. */
typedef struct column_part {
    size_t column;
    double change; /* the answer minus the answer without a value in the column */
} column_part;
typedef struct answer {
    const mlp_table *table;
    size_t row, output; /* output: index of the number that is explained in a prediction */
    double value;
    mlp_predictions predictions;
    column_part *parts; /* the largest first */
    size_t count;
} answer;
/** The answer for row s->row of a table; `row`: that row alone, encoded. Release the answer in any
 * case. Returns an exit code. */
int answer_find(const settings *s, const mlp_model *model, const mlp_table *table,
                const mlp_encoded *row, answer *a);
/** `truth`: the target in the data; NULL: it is not known. */
void answer_print(const mlp_model *model, const answer *a, const char *truth);
void answer_put(mlp_json_writer *json, const mlp_model *model, const answer *a);
void answer_release(answer *a);

/** prediction.c: the fields of a prediction in a row. There is a probability for each of `labels`;
 * that of a label which the model does not know is 0. */

/** The names of the fields that prediction_write writes. */
void prediction_header(fields *f, const mlp_model *model, const mlp_names *labels);
void prediction_write(fields *f, const mlp_model *model, const mlp_predictions *p, size_t row,
                      const mlp_names *labels);

/** conformal.c: --interval and --label-set. */

/** The fields that these options add to predictions. Initialise with zeros. */
typedef struct conformal {
    const mlp_model *model;
    mlp_conformal *of; /* NULL: nothing is added */
    double *lower, *upper;
    bool *holds;
    size_t room; /* rows that these arrays can hold */
} conformal;
/** Returns an exit code. */
int conformal_begin(conformal *c, const settings *s, const mlp_model *model);
void conformal_release(conformal *c);
void conformal_header(const conformal *c, fields *f);
/** Computes the fields of predictions, before their rows are written. Returns an exit code. */
int conformal_take(conformal *c, const mlp_predictions *p);
void conformal_write(const conformal *c, fields *f, size_t row);
/** An mlp_on_outcomes that counts how often the truth is covered; `context`: the conformal. */
void conformal_add(const mlp_outcomes *outcomes, void *context);
void conformal_print(const conformal *c, const settings *s);
void conformal_put(const conformal *c, const settings *s, mlp_json_writer *json);

/** progress.c: a line that is rewritten in place, on a terminal only. */
enum { PROGRESS_LOSSES = 256 };
typedef struct progress {
    double losses[PROGRESS_LOSSES]; /* of the epochs so far, each the mean of `stride` epochs */
    size_t count, stride;           /* number of losses; epochs per loss, initially 1 */
    double sum;                     /* of the losses of epochs that are not in `losses` yet */
    size_t pending;                 /* number of those epochs */
    double shown;                   /* when the line was last written, in seconds of the training */
    size_t epoch;                   /* last epoch of the first network, where several train */
} progress;
void progress_show(progress *p, const mlp_progress *now);
/** The name of now->validation_metric. */
const char *progress_metric(const mlp_progress *now);
/** The losses as at most `columns` little bars; `text` has 4 * columns + 1 bytes. */
void progress_sparkline(const progress *p, size_t columns, char *text);
/** Shows a line of parts, the most important first; those that do not fit are left out. */
void progress_parts(const char *const *parts, size_t count);
/** Shows "3 of 5 folds  about 4 s left"; `began`: progress_clock() at the beginning. */
void progress_count(size_t done, size_t all, const char *what, double began);
double progress_clock(void);
void progress_end(void);

#endif
