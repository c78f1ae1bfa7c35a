/* SPDX-License-Identifier: MIT */
/* Several files as one table: files named one by one, and files whose names match a pattern such as
 * part-*.csv, in the order of the numbers in their names. Each file has its own reader. The first
 * file determines the columns of the table; every other file must have the same columns, in any
 * order. */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "read/reader.h"

enum { ROWS_AT_A_TIME = 1 << 16 }; /* for a table whose cells are moved to a file */

typedef struct several {
    mlp_table *table;
    mlp_read_options options; /* the table's, with header and decimal mark decided for all files */
    char **path;              /* the path of each file */
    size_t count, room;       /* files in `path`, and its capacity */
    size_t next;              /* number of the file to open next; the current one is next - 1 */
    bool begun;               /* rows of the current file have been moved to the table */
    bool decimal_settled;     /* options.decimal_if_unclear is decided for all files */
    struct mlpi_comm *ranks;  /* processes that share each file; NULL: this process reads alone */
    mlpi_reading part;        /* the current file; no file is open if its table is NULL */
    size_t *places;           /* the table's column for each of the file's; NULL: the same order */
} several;

/* --- which files ------------------------------------------------------------------------------ */

static bool is_pattern(const char *path)
{
    return strpbrk(path, "*?[") != NULL && mlpi_address_connection(path) == NULL &&
           strstr(path, "://") == NULL && access(path, F_OK) != 0;
}

/* Sorts "part-2" before "part-10". */
static int by_number(const void *a, const void *b)
{
    return strverscmp(*(char *const *)a, *(char *const *)b);
}

/* Calls glob, and calls it again when a signal has interrupted it. */
static int find_names(const char *path, glob_t *found)
{
    for (;;) {
        const int failed = glob(path, GLOB_NOSORT | GLOB_ERR, NULL, found);
        if (failed != GLOB_ABORTED || errno != EINTR)
            return failed;
        globfree(found);
        *found = (glob_t){0};
    }
}

static mlp_status find_files(const char *path, glob_t *found, mlp_error *err)
{
    char reason[128];
    *found = (glob_t){0};
    const int failed = find_names(path, found), error = errno;
    if (failed == GLOB_NOSPACE || (failed == GLOB_ABORTED && error == ENOMEM))
        return mlpi_fail_memory(err, "the names of the files");
    if (failed == GLOB_ABORTED && error != ENOENT)
        return mlpi_fail_at(err, MLP_ERROR_DATA, path, 0, 0,
                            "a folder that this pattern names cannot be read: %s",
                            strerror_r(error, reason, sizeof reason));
    if (failed != 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, path, 0, 0, "no file matches this pattern");
    qsort(found->gl_pathv, found->gl_pathc, sizeof *found->gl_pathv, by_number);
    return MLP_OK;
}

static mlp_status add_file(several *s, const char *path, mlp_error *err)
{
    char *copy = mlpi_copy_text(path, strlen(path));
    if (copy == NULL || !mlpi_grow(&s->path, &s->room, s->count + 1, sizeof *s->path)) {
        free(copy);
        return mlpi_fail_memory(err, "the names of the files");
    }
    s->path[s->count++] = copy;
    return MLP_OK;
}

/* Adds a file, or the files that a pattern matches. */
static mlp_status add_files(several *s, const char *path, mlp_error *err)
{
    glob_t found;
    if (!is_pattern(path))
        return add_file(s, path, err);
    mlp_status status = find_files(path, &found, err);
    for (size_t i = 0; status == MLP_OK && i < found.gl_pathc; i++)
        status = add_file(s, found.gl_pathv[i], err);
    globfree(&found);
    return status;
}

typedef struct known_file {
    dev_t device;
    ino_t number;
    size_t place;
} known_file;

static int by_file_then_place(const void *a, const void *b)
{
    const known_file *x = a, *y = b;
    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

/* Refuses a file that is named twice, even by different names. Only regular files are compared. */
static mlp_status check_files(const several *s, mlp_error *err)
{
    known_file *known = mlpi_allocate(s->count, sizeof *known);
    size_t count = 0, second = SIZE_MAX;
    if (known == NULL)
        return mlpi_fail_memory(err, "the names of the files");
    for (size_t i = 0; i < s->count; i++) {
        struct stat status;
        if (stat(s->path[i], &status) == 0 && S_ISREG(status.st_mode))
            known[count++] = (known_file){status.st_dev, status.st_ino, i};
    }
    qsort(known, count, sizeof *known, by_file_then_place);
    for (size_t i = 1; i < count; i++)
        if (known[i].device == known[i - 1].device && known[i].number == known[i - 1].number &&
            known[i].place < second)
            second = known[i].place;
    mlpi_free(known);
    return second == SIZE_MAX ? MLP_OK
                              : mlpi_fail_at(err, MLP_ERROR_ARGUMENT, s->path[second], 0, 0,
                                             "this file is named twice, and each of its rows would "
                                             "be read twice; name it once");
}

static mlp_status name_files(const several *s, mlp_table *table, mlp_error *err)
{
    table->files = mlpi_allocate(s->count, sizeof *table->files);
    for (size_t i = 0; table->files != NULL && i < s->count; i++) {
        table->files[i] = mlpi_address_shown(s->path[i]);
        if (table->files[i] == NULL)
            return mlpi_fail_memory(err, "the names of the files");
        table->file_count++;
    }
    return table->files != NULL ? MLP_OK : mlpi_fail_memory(err, "the names of the files");
}

static mlp_status list_files(several *s, const char *path, mlp_error *err)
{
    mlp_table *table = s->table;
    const mlp_names further = table->options.further;
    char sentence[400];
    MLPI_TRY(add_files(s, path, err));
    for (size_t i = 0; i < further.count; i++)
        MLPI_TRY(add_files(s, further.items[i], err));
    MLPI_TRY(check_files(s, err));
    MLPI_TRY(name_files(s, table, err));
    snprintf(sentence, sizeof sentence, "%zu file%s read as one table: %.120s%s%.120s.",
             table->file_count, table->file_count > 1 ? "s are" : " is", table->files[0],
             table->file_count > 1 ? " to " : "",
             table->file_count > 1 ? table->files[table->file_count - 1] : "");
    return mlpi_table_say(table, sentence, err);
}

bool mlp_source_reads(const char *path, const char *file)
{
    glob_t found = {0};
    bool reads = false;
    if (!is_pattern(path))
        return mlp_same_file(path, file);
    if (find_names(path, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            reads = reads || mlp_same_file(found.gl_pathv[i], file);
    globfree(&found);
    return reads;
}

/* --- columns ---------------------------------------------------------------------------------- */

typedef struct named {
    const char *name;
    size_t column;
} named;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

static void sort_names(const mlp_table *table, named *names)
{
    for (size_t c = 0; c < table->columns; c++)
        names[c] = (named){table->names[c], c};
    qsort(names, table->columns, sizeof *names, by_name);
}

/* Fails with the name of the first column that only one of the two tables has. */
static mlp_status other_columns(const mlp_table *table, const named *ours, const mlp_table *part,
                                const named *theirs, mlp_error *err)
{
    size_t i = 0;
    while (i < table->columns && i < part->columns && by_name(&ours[i], &theirs[i]) == 0)
        i++;
    const bool lacks =
        i == part->columns || (i < table->columns && strcmp(ours[i].name, theirs[i].name) < 0);
    return mlpi_fail_at(err, MLP_ERROR_DATA, part->source, 0, 0,
                        "has %s column \"%.200s\", but %.200s has %s; files of one table must "
                        "have the same columns",
                        lacks ? "no" : "a", lacks ? ours[i].name : theirs[i].name, table->files[0],
                        lacks ? "one" : "none");
}

/* Sets s->places by the names of the columns, which are unique within a table. */
static mlp_status match_names(several *s, named *ours, named *theirs, mlp_error *err)
{
    const mlp_table *table = s->table, *part = s->part.table;
    bool same = table->columns == part->columns;
    sort_names(table, ours);
    sort_names(part, theirs);
    for (size_t i = 0; same && i < table->columns; i++) {
        same = by_name(&ours[i], &theirs[i]) == 0;
        s->places[theirs[i].column] = ours[i].column;
    }
    return same ? MLP_OK : other_columns(table, ours, part, theirs, err);
}

static mlp_status match_columns(several *s, mlp_error *err)
{
    const mlp_table *table = s->table, *part = s->part.table;
    bool same = table->columns == part->columns;
    for (size_t c = 0; same && c < table->columns; c++)
        same = strcmp(table->names[c], part->names[c]) == 0;
    mlpi_free(s->places);
    s->places = NULL;
    if (same)
        return MLP_OK;
    named *ours = mlpi_allocate(table->columns, sizeof *ours);
    named *theirs = mlpi_allocate(part->columns, sizeof *theirs);
    s->places = mlpi_allocate(part->columns, sizeof *s->places);
    const mlp_status status = ours != NULL && theirs != NULL && s->places != NULL
                                  ? match_names(s, ours, theirs, err)
                                  : mlpi_fail_memory(err, "the columns");
    mlpi_free(ours);
    mlpi_free(theirs);
    return status;
}

/* Gives the table the columns and the format of its first file. */
static mlp_status take_columns(several *s, mlp_error *err)
{
    mlp_table *table = s->table;
    const mlp_table *part = s->part.table;
    table->names = mlpi_allocate(part->columns, sizeof *table->names);
    if (table->names == NULL)
        return mlpi_fail_memory(err, "the column names");
    for (; table->columns < part->columns; table->columns++) {
        const char *name = part->names[table->columns];
        table->names[table->columns] = mlpi_copy_text(name, strlen(name));
        if (table->names[table->columns] == NULL)
            return mlpi_fail_memory(err, "the column names");
    }
    if (part->fields != NULL) {
        MLPI_TRY(mlpi_table_declare(table, err));
        memcpy(table->fields, part->fields, table->columns * sizeof *table->fields);
    }
    table->has_header = part->has_header;
    table->decimal = part->decimal;
    table->usual_separator = part->usual_separator;
    s->options.header = part->has_header;
    s->options.no_header = !part->has_header;
    return MLP_OK;
}

/* --- files ------------------------------------------------------------------------------------ */

/* Closes the current file. The memory that its blocks point into, such as images, passes to the
 * table. */
static mlp_status close_part(several *s, mlp_error *err)
{
    mlp_table *part = s->part.table;
    bool kept = true;
    if (part == NULL)
        return MLP_OK;
    mlpi_reading_close(&s->part);
    if (part->bytes != NULL && mlpi_table_keep(s->table, free, part->bytes))
        part->bytes = NULL;
    kept = part->bytes == NULL;
    while (kept && part->kept_count > 0) {
        const mlpi_kept *last = &part->kept[part->kept_count - 1];
        kept = mlpi_table_keep(s->table, last->release, last->context);
        part->kept_count -= kept ? 1 : 0;
    }
    if (!kept) /* the table's blocks point into memory that is freed now */
        mlpi_table_empty(s->table);
    mlp_table_free(part);
    s->part.table = NULL;
    return kept ? MLP_OK : mlpi_fail_memory(err, "the files");
}

/* Adds the notice of the current file, unless the table's notice already contains it. */
static mlp_status take_notice(const several *s, mlp_error *err)
{
    const char *told = s->table->notice, *more = s->part.table->notice;
    if (more == NULL || (told != NULL && strstr(told, more) != NULL))
        return MLP_OK;
    return mlpi_table_say(s->table, more, err);
}

static mlp_status open_file(const several *s, size_t file, bool whole, mlpi_reading *part,
                            mlp_error *err)
{
    const mlpi_request request = {
        .path = s->path[file], .options = &s->options, .whole = whole, .ranks = s->ranks};
    const mlp_status status = mlpi_reading_open(&request, part, err);
    if (status != MLP_OK)
        *part = (mlpi_reading){0};
    return status;
}

static void drop_part(mlpi_reading *part)
{
    mlpi_reading_close(part);
    mlp_table_free(part->table);
    part->table = NULL;
}

/* Whether the file can be opened and read more than once. */
static bool stays(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* Only delimited text can have a decimal comma. */
static bool has_decimal_mark(const mlp_table *part)
{
    return part->usual_separator != '\0';
}

/* Finds the first file after the current one whose numbers show the decimal mark, and that mark;
 * '\0': there is no such file. */
static mlp_status find_decimal(const several *s, size_t *file, char *decimal, mlp_error *err)
{
    *decimal = '\0';
    for (*file = s->next + 1; *file < s->table->file_count; ++*file) {
        mlpi_reading part;
        if (!stays(s->path[*file]))
            continue;
        MLPI_TRY(open_file(s, *file, false, &part, err));
        const bool tells = has_decimal_mark(part.table) && !part.table->decimal_unclear;
        if (tells)
            *decimal = part.table->decimal;
        drop_part(&part);
        if (tells)
            break;
    }
    return MLP_OK;
}

/* Decides on the decimal mark of all files. If the first delimited file leaves the mark open, a
 * later file may show it, so that the order of the files makes no difference. */
static mlp_status settle_decimal(several *s, bool whole, mlp_error *err)
{
    char decimal = '\0', sentence[200];
    size_t file = s->next;
    s->decimal_settled = true;
    if (s->part.table->decimal_unclear && stays(s->path[s->next]))
        MLPI_TRY(find_decimal(s, &file, &decimal, err));
    if (decimal == '\0')
        decimal = s->part.table->decimal;
    const bool other = decimal != s->part.table->decimal;
    s->options.decimal_if_unclear = decimal;
    s->table->options.decimal_if_unclear =
        s->options.decimal_if_unclear; /* models of the table store this option */
    if (!other)
        return MLP_OK;
    drop_part(&s->part);
    if (decimal == ',') {
        snprintf(sentence, sizeof sentence,
                 "Decimal mark: comma (detected in %.120s; for a point: `decimal` .).",
                 s->table->files[file]);
        MLPI_TRY(mlpi_table_say(s->table, sentence, err));
    }
    return open_file(s, s->next, whole, &s->part, err);
}

static mlp_status open_part(several *s, bool whole, mlp_error *err)
{
    MLPI_TRY(open_file(s, s->next, whole, &s->part, err));
    if (has_decimal_mark(s->part.table) && !s->decimal_settled)
        MLPI_TRY(settle_decimal(s, whole, err));
    const mlp_table *part = s->part.table;
    if (part->parts != NULL)
        return mlpi_fail_at(err, MLP_ERROR_DATA, part->source, 0, 0,
                            "itself says which rows train and which test, so it cannot be combined "
                            "with other files");
    MLPI_TRY(s->table->names == NULL ? take_columns(s, err) : match_columns(s, err));
    MLPI_TRY(take_notice(s, err));
    s->next++;
    s->begun = false;
    return MLP_OK;
}

/* Puts the columns of a block in the order of the table. */
static mlp_status order_columns(const several *s, const mlpi_block *block, mlp_error *err)
{
    const size_t columns = s->table->columns;
    if (s->places == NULL)
        return MLP_OK;
    mlpi_column *ordered = mlpi_reserve(columns, sizeof *ordered);
    if (ordered == NULL)
        return mlpi_fail_memory(err, "the columns");
    for (size_t c = 0; c < columns; c++)
        ordered[s->places[c]] = block->columns[c];
    memcpy(block->columns, ordered, columns * sizeof *ordered);
    mlpi_free(ordered);
    return MLP_OK;
}

static mlp_status move_blocks(several *s, mlp_error *err)
{
    mlp_table *part = s->part.table;
    for (size_t b = 0; b < part->block_count; b++) {
        MLPI_TRY(order_columns(s, &part->blocks[b], err));
        mlpi_block block = part->blocks[b];
        block.file = (uint32_t)(s->next - 1);
        part->blocks[b] = (mlpi_block){0};
        MLPI_TRY(mlpi_table_append(s->table, &block, 0, err));
    }
    mlpi_table_empty(part);
    return MLP_OK;
}

/* Reads rows of the current file. Text that turns out not to be UTF-8 is read again as a whole. */
static mlp_status read_part(several *s, size_t most, mlp_error *err)
{
    const mlp_status status = mlpi_reading_next(&s->part, most, err);
    if (status == MLP_OK || s->begun || !s->part.source.foreign)
        return status;
    drop_part(&s->part);
    s->next--;
    MLPI_TRY(open_part(s, true, err));
    return mlpi_reading_next(&s->part, most, err);
}

/* --- the reader ------------------------------------------------------------------------------- */

static mlp_status open_several(void *state, mlpi_source *source, mlp_table *table, mlp_error *err)
{
    several *s = state;
    s->table = table;
    s->ranks = source->ranks;
    s->options = table->options;
    s->options.further = (mlp_names){NULL, 0};
    MLPI_TRY(list_files(s, source->name, err));
    return open_part(s, false, err);
}

static mlp_status next_several(void *state, size_t most, mlp_error *err)
{
    several *s = state;
    const size_t before = s->table->rows;
    if (s->table->spill != NULL && most > ROWS_AT_A_TIME)
        most = ROWS_AT_A_TIME;
    while (s->table->rows == before) {
        if (s->part.table == NULL && s->next == s->table->file_count)
            return MLP_OK;
        if (s->part.table == NULL)
            MLPI_TRY(open_part(s, false, err));
        MLPI_TRY(read_part(s, most, err));
        const bool any = s->part.table->block_count > 0;
        MLPI_TRY(any ? move_blocks(s, err) : close_part(s, err));
        s->begun = s->begun || any;
    }
    return MLP_OK;
}

static void close_several(void *state)
{
    several *s = state;
    (void)close_part(s, NULL);
    mlpi_free(s->places);
    while (s->count > 0)
        free(s->path[--s->count]);
    free(s->path);
}

static const mlpi_reader read_several = {
    .format = "several",
    .endings = "",
    .says = "several files",
    .by_pieces = true,
    .state = sizeof(several),
    .open = open_several,
    .next = next_several,
    .close = close_several,
};

const mlpi_reader *mlpi_reader_of_several(const mlpi_request *request)
{
    const mlp_read_options *options = request->options;
    const bool more = options != NULL && options->further.count > 0;
    return request->bytes == NULL && (more || is_pattern(request->path)) ? &read_several : NULL;
}
