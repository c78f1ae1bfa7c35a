/* SPDX-License-Identifier: MIT */
/* Rows of CSV, gathered in memory and written in large pieces, so that predictions are written as
 * fast as data are read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

enum { PIECE = 1 << 16, LONGEST_NUMBER = 32 };

/* Writes the gathered bytes if there are at least f->hold, which is 0 after the first write. */
static void hand_on(fields *f)
{
    if (f->used < f->hold)
        return;
    fwrite(f->text, 1, f->used, f->to);
    f->used = 0;
    f->hold = 0;
}

/* Makes room for `bytes` and a separator. Returns the place for them; NULL: out of memory. */
static char *make_room(fields *f, size_t bytes)
{
    if (f->room - f->used <= bytes && f->used > 0)
        hand_on(f);
    if (f->room - f->used > bytes)
        return f->text + f->used;
    const size_t need = f->used + bytes + 1;
    const size_t room = need < PIECE ? PIECE : f->used > 0 ? 2 * need : need;
    char *text = realloc(f->text, room);
    if (text == NULL) {
        f->lost = true;
        return NULL;
    }
    f->text = text;
    f->room = room;
    return text + f->used;
}

/* Writes the separator before a field of at most `bytes`. Returns where the field goes, or NULL. */
static char *begin_field(fields *f, size_t bytes)
{
    char *to = make_room(f, bytes + 1);
    if (to != NULL && f->open)
        *to++ = ',';
    f->open = to != NULL;
    return to;
}

static void end_field(fields *f, const char *end)
{
    f->used = (size_t)(end - f->text);
}

void fields_text(fields *f, const char *text)
{
    const size_t length = strlen(text);
    char *to = length < SIZE_MAX / 2 - 8 ? begin_field(f, 2 * length + 2) : NULL;
    if (to != NULL)
        end_field(f, to + mlp_csv_text(text, to));
}

void fields_joined(fields *f, const char *prefix, const char *text, const char *suffix)
{
    const size_t size = strlen(prefix) + strlen(text) + strlen(suffix) + 1;
    char *whole = malloc(size);
    if (whole == NULL) {
        f->lost = true;
        return;
    }
    snprintf(whole, size, "%s%s%s", prefix, text, suffix);
    fields_text(f, whole);
    free(whole);
}

void fields_whole(fields *f, size_t number)
{
    char *to = begin_field(f, LONGEST_NUMBER);
    if (to != NULL)
        end_field(f, to + snprintf(to, LONGEST_NUMBER, "%zu", number));
}

/* Predictions are computed in float, so the shortest text of a float loses nothing. NaN becomes an
 * empty text in quotes: without them, a line with no other field would be an empty line. */
void fields_number(fields *f, double number)
{
    char *to = begin_field(f, LONGEST_NUMBER);
    if (to != NULL)
        end_field(f, to + (isnan(number) ? mlp_csv_text("", to)
                                         : mlp_number_text_float((float)number, to)));
}

void fields_cell(fields *f, const mlp_table *table, size_t row, size_t column)
{
    char small[256], *text = small;
    const size_t length = mlp_table_cell(table, row, column, small, sizeof small);
    if (length >= sizeof small) {
        text = malloc(length + 1);
        if (text == NULL) {
            f->lost = true;
            return;
        }
        mlp_table_cell(table, row, column, text, length + 1);
    }
    char *nothing = length == 0 ? begin_field(f, 0) : NULL;
    if (nothing != NULL) /* no quotes, as in the data: a prediction follows on the line */
        end_field(f, nothing);
    else if (length > 0)
        fields_text(f, text);
    if (text != small)
        free(text);
}

void fields_end_row(fields *f)
{
    char *to = make_room(f, 1);
    if (to != NULL)
        f->text[f->used++] = '\n';
    f->open = false;
}

void fields_drop(fields *f)
{
    free(f->text);
    *f = (fields){0};
}

bool fields_finish(fields *f)
{
    const bool whole = !f->lost;
    if (f->used > 0)
        fwrite(f->text, 1, f->used, f->to);
    fields_drop(f);
    return whole;
}
