/* SPDX-License-Identifier: MIT */
/* What every command needs: messages, exit codes, reading data, JSON. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/cli.h"

/* Memory ran out for some line of standard output, which finish_output reports. */
static bool lines_lost;

static void say_values(FILE *to, const char *format, va_list values)
{
    char *text = NULL;
    if (vasprintf(&text, format, values) < 0)
        text = NULL;
    lines_lost = lines_lost || (text == NULL && to == stdout);
    mlp_text_write(to, text != NULL ? text : "not enough memory for the message", SIZE_MAX, false);
    fputc('\n', to);
    free(text);
}

void say(FILE *to, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    say_values(to, format, values);
    va_end(values);
}

void say_sentence(FILE *to, const char *words)
{
    say(to, "%s", in_our_words(words).text);
}

void say_notice(const char *sentence, void *context)
{
    const settings *s = context;
    if (!s->quiet)
        say_sentence(stderr, sentence);
}

int fail(const char *format, ...)
{
    va_list values;
    terminal_print(stderr, INK_ERROR, "mlp: ");
    va_start(values, format);
    say_values(stderr, format, values);
    va_end(values);
    return EXIT_FAILED;
}

int exit_code(mlp_status status)
{
    static const int codes[] = {
        [MLP_OK] = EXIT_DONE,
        [MLP_ERROR_MEMORY] = EXIT_FAILED,
        [MLP_ERROR_OUTPUT] = EXIT_FAILED,
        [MLP_ERROR_ARGUMENT] = EXIT_USAGE,
        [MLP_ERROR_DATA] = EXIT_DATA,
        [MLP_ERROR_MODEL] = EXIT_MODEL,
        [MLP_ERROR_INTERRUPTED] = EXIT_INTERRUPTED,
    };
    return codes[status];
}

int report(const mlp_error *err)
{
    mlp_error told = *err;
    name_options(told.message);
    fail("%s", told.message);
    return exit_code(told.status);
}

/* Reads the value of an option: one character, or the name of one. */
static mlp_status letter(const char *name, const char *text, char *to, mlp_error *err)
{
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
        *to = '\t';
    else if (strcmp(text, "space") == 0)
        *to = ' ';
    else if (strlen(text) == 1 && strchr("\"\r\n", text[0]) == NULL)
        *to = text[0];
    else {
        err->status = MLP_ERROR_ARGUMENT;
        snprintf(err->message, sizeof err->message,
                 "%s %s: give one character (no quotation mark), tab or space", name, text);
        return MLP_ERROR_ARGUMENT;
    }
    return MLP_OK;
}

bool is_database(const char *path)
{
    return path != NULL && strncmp(path, "odbc:", 5) == 0;
}

/* Finds whether --memory was given, so that a table need not fit into memory. */
static mlp_status find_bounded(const settings *s, bool *bounded, mlp_error *err)
{
    char *memory = NULL;
    const mlp_status status = mlp_train_options_get(s->train, "memory", &memory, err);
    *bounded = status == MLP_OK && strcmp(memory, "none") != 0;
    free(memory);
    return status;
}

mlp_status reading_options(const settings *s, const char *path, const mlp_read_options *defaults,
                           mlp_read_options *options, mlp_error *err)
{
    mlp_read_options made = defaults != NULL ? *defaults : mlp_read_options_default();
    if (defaults != NULL)
        made.labels = NULL; /* the file of labels in the model belongs to other images */
    mlp_status status = MLP_OK;
    if (s->separator != NULL)
        status = letter("--separator", s->separator, &made.separator, err);
    if (status == MLP_OK && s->decimal != NULL)
        status = letter("--decimal", s->decimal, &made.decimal, err);
    if (status == MLP_OK && s->comment != NULL)
        status = letter("--comment", s->comment, &made.comment, err);
    made.format = s->format != NULL ? s->format : made.format;
    if (s->no_header || s->header) {
        made.no_header = s->no_header;
        made.header = s->header;
    }
    made.labels = s->labels != NULL ? s->labels : made.labels;
    made.label_trim = s->label_trim != NULL ? s->label_trim : made.label_trim;
    made.encoding = s->encoding != NULL ? s->encoding : made.encoding;
    if (is_database(path) || !is_database(s->validation))
        made.query = s->query;
    if (s->missing.count > 0)
        made.missing = (mlp_names){s->missing.items, s->missing.count};
    made.further = s->further;
    *options = made;
    return status;
}

void tell_notice(const settings *s, const mlp_table *table)
{
    if (mlp_table_notice(table) != NULL && !s->quiet)
        print_sentences(stderr, mlp_table_notice(table),
                        s->told != NULL ? mlp_table_notice(s->told) : NULL);
}

mlp_status read_table(const settings *s, const char *path, const mlp_read_options *defaults,
                      mlp_table **table, mlp_error *err)
{
    bool bounded = false;
    mlp_read_options options;
    mlp_status status = reading_options(s, path, defaults, &options, err);
    if (status == MLP_OK)
        status = find_bounded(s, &bounded, err);
    if (status == MLP_OK)
        status = mlp_table_read_shared(path, &options, &s->beside, bounded,
                                       mlp_train_options_text(s->train, "scratch"), table, err);
    if (status == MLP_OK)
        tell_notice(s, *table);
    return status;
}

int check_ending(const char *path, const char *kind, const char *ending)
{
    static const char *const others[] = {".pdf", ".png",  ".svg",     ".xlsx", ".xls",
                                         ".ods", ".docx", ".parquet", ".mlp",  ".json"};
    const char *dot = path != NULL ? strrchr(path, '.') : NULL;
    for (size_t i = 0; dot != NULL && i < sizeof others / sizeof others[0]; i++)
        if (strcasecmp(dot, others[i]) == 0) {
            fail("-o %s: the output is %s; give a name that ends in %s", path, kind, ending);
            return EXIT_USAGE;
        }
    return EXIT_DONE;
}

int load_model(const char *path, const char *data, mlp_model **model)
{
    mlp_error err;
    if (mlp_model_load(path, model, &err) == MLP_OK)
        return EXIT_DONE;
    if (data == NULL || !holds_model(data))
        return report(&err);
    fail("%s is not a model file, but %s is: name the model first, then the data", path, data);
    return EXIT_USAGE;
}

int report_data(const char *path, const mlp_error *err)
{
    if (!holds_model(path))
        return report(err);
    fail("%s is a model, where data are expected; name a table", path);
    return exit_code(err->status);
}

int load_model_and_data(const settings *s, mlp_model **model, mlp_table **table)
{
    mlp_error err;
    const int code = load_model(s->arguments[0], s->arguments[1], model);
    if (code != EXIT_DONE)
        return code;
    const mlp_read_options reading = mlp_model_read_options(*model);
    if (read_table(s, s->arguments[1], &reading, table, &err) != MLP_OK) {
        mlp_model_free(*model);
        *model = NULL;
        return report_data(s->arguments[1], &err);
    }
    return EXIT_DONE;
}

int select_part(const settings *s, mlp_part usual, const mlp_table *table, mlp_table **selected,
                mlp_part *part)
{
    mlp_error err;
    *part = mlp_table_part_rows(table, usual) > 0 ? usual : MLP_PART_ALL;
    if (s->part != NULL && !mlp_part_from_name(s->part, part)) {
        fail("--part %s: give training, validation, test or all", s->part);
        return EXIT_USAGE;
    }
    if (*part != MLP_PART_ALL && mlp_table_select(table, *part, selected, &err) != MLP_OK)
        return report(&err);
    return EXIT_DONE;
}

int take_part(const settings *s, mlp_part usual, mlp_table **table, mlp_part *part)
{
    mlp_table *selected = NULL;
    const int code = select_part(s, usual, *table, &selected, part);
    if (selected != NULL) {
        mlp_table_free(*table);
        *table = selected;
    }
    return code;
}

int leave_out_without_targets(const settings *s, const mlp_model *model, mlp_table **table)
{
    mlp_error err;
    mlp_table *selected = NULL;
    size_t left_out = 0;
    if (mlp_model_select_with_targets(model, *table, &selected, &left_out, &err) != MLP_OK)
        return report(&err);
    if (selected == NULL)
        return EXIT_DONE;
    mlp_table_free(*table);
    *table = selected;
    if (!s->quiet)
        fprintf(stderr, "%zu row%s without a target %s left out.\n", left_out, plural(left_out),
                left_out == 1 ? "is" : "are");
    return EXIT_DONE;
}

mlp_json_writer *begin_json(void)
{
    mlp_json_writer *json = mlp_json_writer_create(2);
    mlp_json_begin_object(json, NULL);
    mlp_json_put_whole(json, "schema", 1);
    return json;
}

int print_json(mlp_json_writer *json)
{
    char *text = NULL;
    mlp_error err;
    mlp_json_end(json);
    if (mlp_json_finish(json, &text, NULL, &err) != MLP_OK)
        return report(&err);
    puts(text);
    free(text);
    return finish_output();
}

int finish_output(void)
{
    mlp_error err;
    if (lines_lost)
        return fail("standard output lacks lines: there was not enough memory for them");
    if (mlp_stream_check(stdout, "standard output", &err) == MLP_OK)
        return EXIT_DONE;
    if (errno == EPIPE)
        return EXIT_FAILED; /* the reader has seen enough: head, less */
    return report(&err);
}

int finish_file(mlp_output *output, mlp_status status, const mlp_error *err)
{
    mlp_error own;
    if (status == MLP_OK || ferror(mlp_output_stream(output))) /* commit says why a write failed */
        return mlp_output_commit(output, &own) == MLP_OK ? EXIT_DONE : report(&own);
    mlp_output_discard(output);
    return report(err);
}

/* Writes -?[0-9]+ with commas between groups of three digits: "21,840". */
static void group_digits(const char *digits, char *text, size_t size)
{
    const size_t sign = digits[0] == '-' ? 1 : 0, length = strlen(digits);
    size_t to = 0;
    for (size_t i = 0; i < length && to + 2 < size; i++) {
        if (i > sign && (length - i) % 3 == 0)
            text[to++] = ',';
        text[to++] = digits[i];
    }
    text[to] = '\0';
}

const char *shown(double value, char *text, size_t size)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.4g", value + 0.0); /* no "-0" */
    if (isnan(value)) {
        snprintf(text, size, "-");
    } else if (fabs(value) >= 9999.5 && fabs(value) < 1e11) {
        const double rounded = value == floor(value) ? value : strtod(digits, NULL);
        snprintf(digits, sizeof digits, "%.0f", rounded);
        group_digits(digits, text, size);
    } else {
        snprintf(text, size, "%s", digits);
    }
    return text;
}

const char *aligned(double value, size_t before, size_t behind, char *text, size_t size)
{
    char plain[32];
    shown(value, plain, sizeof plain);
    const size_t whole = strcspn(plain, "."), rest = strlen(plain) - whole;
    snprintf(text, size, "%*s%s%*s", whole < before ? (int)(before - whole) : 0, "", plain,
             rest < behind ? (int)(behind - rest) : 0, "");
    return text;
}

/* $'a\033b': a terminal obeys nothing in it, and a shell turns it into the word again. */
static void print_escaped(FILE *to, const char *word)
{
    fputs("$'", to);
    for (; *word != '\0'; word++) {
        const unsigned char c = (unsigned char)*word;
        if (c < ' ' || c > '~')
            fprintf(to, "\\%03o", c);
        else
            fprintf(to, c == '\'' || c == '\\' ? "\\%c" : "%c", c);
    }
    fputc('\'', to);
}

static void print_plain_word(FILE *to, const char *word)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./,:=+-@%";
    if (!mlp_text_printable(word)) {
        print_escaped(to, word);
        return;
    }
    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        fputs(word, to);
        return;
    }
    fputc('\'', to);
    for (; *word != '\0'; word++)
        fprintf(to, *word == '\'' ? "'\\''" : "%c", *word);
    fputc('\'', to);
}

/* Masks the password in the address of a database, which may follow "--validation=". */
void print_word(FILE *to, const char *word)
{
    char shown[2048];
    const char *address = strstr(word, "odbc:");
    if (address == NULL || (address > word && address[-1] != '=')) {
        print_plain_word(to, word);
        return;
    }
    const size_t before = (size_t)(address - word);
    if (before < sizeof shown) {
        memcpy(shown, word, before);
        (void)mlp_source_name(address, shown + before, sizeof shown - before);
    }
    print_plain_word(to, before < sizeof shown ? shown : "odbc:***");
}

char *finish_text(FILE *to, char **text)
{
    const bool whole = ferror(to) == 0;
    if (fclose(to) == 0 && whole)
        return *text;
    free(*text);
    return NULL;
}

char *command_text(int argc, char **argv)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (to == NULL)
        return NULL;
    fputs("mlp", to);
    for (int i = 1; i < argc; i++) {
        fputc(' ', to);
        print_word(to, argv[i]);
    }
    return finish_text(to, &text);
}
