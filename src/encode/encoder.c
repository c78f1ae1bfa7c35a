/* SPDX-License-Identifier: MIT */
#include "encode/encoder.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/base.h"

static size_t row_of(const mlpi_encoder *e, size_t i)
{
    return e->index != NULL ? e->index[i] : i;
}

/* Records a fault if it comes before the recorded one. Rows after a fault need not be encoded. */
static void blame(mlpi_encoder *e, size_t i, size_t place, size_t column, const char *what)
{
    if (i < e->fault.i || (i == e->fault.i && place < e->fault.place))
        e->fault = (mlpi_cell_fault){i, place, column, what};
}

static mlp_status bad_cell(const mlpi_binding *b, size_t row, size_t column, const char *what,
                           mlp_error *err)
{
    char text[64];
    mlp_table_cell(b->table, row, column, text, sizeof text);
    return mlpi_fail_at(err, MLP_ERROR_DATA, mlp_table_file(b->table, row),
                        mlp_table_line(b->table, row), column + 1, "column \"%s\": \"%s\" %s",
                        b->table->names[column], text, what);
}

/* --- inputs ----------------------------------------------------------------------------------- */

static const char not_a_value[] = ""; /* tell_not_a_value writes the message */

static mlp_status tell_not_a_value(const mlpi_binding *b, size_t row, size_t feature,
                                   mlp_error *err)
{
    const mlpi_feature *f = &b->pipeline->features[feature];
    char text[64], what[300], form[64] = "";
    mlp_table_cell(b->table, row, b->features[feature], text, sizeof text);
    if (f->transform->form != NULL)
        f->transform->form(&f->fitted, form, sizeof form);
    snprintf(what, sizeof what,
             "is not a %s%s; correct the cell, or list it with `missing` \"%s\" if it means no "
             "value",
             form[0] != '\0' ? "date or time written like those of training: "
                             : "number, but the model reads this column as numbers",
             form, text);
    return bad_cell(b, row, b->features[feature], what, err);
}

bool mlpi_encoder_no_value(mlpi_cursor *cursor, size_t row, size_t column, bool gaps)
{
    return gaps ? mlpi_cursor_may_be_missing(cursor, row, column)
                : mlpi_cursor_is_missing(cursor, row, column);
}

typedef struct texts {
    const mlpi_feature *feature;
    bool gaps;
} texts;

/* The value of a text for a transform: a number, or the number of a level; NaN: the text means no
 * value. */
static double meaning_of_text(const void *context, mlpi_cursor *cursor, size_t row, size_t column)
{
    const texts *of = context;
    const mlpi_feature *feature = of->feature;
    const mlpi_transform *t = feature->transform;
    char scratch[MLPI_DECIMAL_ROOM];
    if (mlpi_encoder_no_value(cursor, row, column, of->gaps))
        return (double)NAN;
    const mlpi_span text = mlpi_cursor_span(cursor, row, column, false, scratch);
    return (t->read != NULL ? t->read : t->find)(&feature->fitted, text);
}

static bool takes_texts(const mlpi_feature *feature)
{
    return feature->transform->read != NULL || !mlpi_feature_is_numeric(feature);
}

/* Counts a cell without a value. In a column of numbers, *value becomes the feature's `fill`, and a
 * text that does not mean "no value" is a fault. */
static void tell_missing(mlpi_encoder *e, size_t f, size_t i, double *value)
{
    const mlpi_feature *feature = &e->b->pipeline->features[f];
    const size_t column = e->b->features[f];
    e->cells[f].missing++;
    if (!mlpi_feature_is_numeric(feature))
        return;
    *value = feature->fill;
    if (!mlpi_cursor_may_be_missing(&e->cursor, row_of(e, i), column))
        blame(e, i, f, column, not_a_value);
}

bool mlpi_encoder_values(mlpi_encoder *e, size_t f, const mlpi_strip *strip, double *values)
{
    const mlpi_feature *feature = &e->b->pipeline->features[f];
    const size_t column = e->b->features[f];
    if (!takes_texts(feature))
        return !mlpi_strip_numbers(strip, column, values);
    const texts of = {feature, feature->transform->read != NULL || e->b->gaps[f]};
    if (!mlpi_word_values_read(&e->words, f, strip, column, meaning_of_text, &of, &e->cursor,
                               values)) {
        e->out_of_memory = true;
        return false;
    }
    return true;
}

static void encode_feature(mlpi_encoder *e, size_t f, const mlpi_strip *strip, size_t first)
{
    const mlpi_feature *feature = &e->b->pipeline->features[f];
    const size_t inputs = e->encoded->inputs, count = strip->count;
    float *const x = e->encoded->x + first * inputs + feature->first;
    double values[MLPI_STRIP];
    const bool gaps = mlpi_encoder_values(e, f, strip, values);
    if (e->out_of_memory)
        return;
    for (size_t i = 0; gaps && i < count; i++) {
        const bool missing = isnan(values[i]);
        if (missing)
            tell_missing(e, f, first + i, &values[i]);
        if (feature->missing_indicator)
            x[i * inputs + feature->width - 1] = missing ? 1.0f : 0.0f;
    }
    feature->transform->apply(&feature->fitted, values, count, x, inputs);
    const size_t levels = mlpi_feature_is_numeric(feature) ? 0 : count;
    for (size_t i = 0; i < levels; i++)
        e->cells[f].unknown += values[i] == MLPI_UNKNOWN_LEVEL ? 1 : 0;
}

/* Whether all inputs are finite: x - x is 0 for a finite x, else NaN. */
static bool all_finite(const float *x, size_t count)
{
    enum { AT_ONCE = 16 }; /* inputs of an inner loop, which compilers vectorise */
    float sums[AT_ONCE] = {0}, sum = 0.0f;
    size_t i = 0;
    for (; i + AT_ONCE <= count; i += AT_ONCE)
        for (size_t k = 0; k < AT_ONCE; k++)
            sums[k] += x[i + k] - x[i + k];
    for (; i < count; i++)
        sum += x[i] - x[i];
    for (size_t k = 0; k < AT_ONCE; k++)
        sum += sums[k];
    return sum == 0.0f;
}

static bool has_numbers(const mlpi_pipeline *p)
{
    bool numbers = false;
    for (size_t f = 0; f < p->feature_count && !numbers; f++)
        numbers = mlpi_feature_is_numeric(&p->features[f]);
    return numbers;
}

/* If some inputs of a strip are not finite floats, records a fault of each feature to which they
 * belong. Only inputs of numeric features can be infinite. */
static void check_inputs(mlpi_encoder *e, size_t first, size_t count)
{
    const mlpi_pipeline *p = e->b->pipeline;
    const size_t inputs = e->encoded->inputs;
    const float *x = e->encoded->x + first * inputs;
    if (!has_numbers(p) || all_finite(x, count * inputs))
        return;
    for (size_t i = 0; i < count; i++, x += inputs)
        for (size_t f = 0; f < p->feature_count; f++)
            if (mlpi_feature_is_numeric(&p->features[f]) &&
                !all_finite(x + p->features[f].first, p->features[f].width))
                blame(e, first + i, f, e->b->features[f],
                      "is too large for the scale of this column; correct the cell");
}

/* --- targets ---------------------------------------------------------------------------------- */

static const char no_label[] =
    "means no value, but a label is needed here; fill in the cell, or leave the row out",
                  unknown_label[] = "";

static mlp_status list_labels(const mlpi_binding *b, size_t row, size_t column, mlp_error *err)
{
    char list[300] = "is not a label of the model, whose labels are";
    for (size_t k = 0; k < b->pipeline->label_count; k++) {
        const size_t used = strlen(list);
        if (used + strlen(b->pipeline->labels[k]) + 12 > sizeof list) {
            strcat(list, " ...");
            break;
        }
        strcat(list, k > 0 ? ", " : " ");
        strcat(list, b->pipeline->labels[k]);
    }
    return bad_cell(b, row, column, list, err);
}

/* The number of a label; NaN: the cell has no value; MLPI_UNKNOWN_LEVEL: its text is not a label of
 * the model. */
static double meaning_of_label(const void *context, mlpi_cursor *cursor, size_t row, size_t column)
{
    const mlpi_binding *b = context;
    char scratch[MLPI_DECIMAL_ROOM];
    if (mlpi_encoder_no_value(cursor, row, column, b->target_gaps))
        return (double)NAN;
    const mlpi_known_label *found =
        mlpi_binding_label(b, mlpi_cursor_span(cursor, row, column, true, scratch));
    return found != NULL ? (double)found->number : MLPI_UNKNOWN_LEVEL;
}

static void encode_labels(mlpi_encoder *e, const mlpi_strip *strip, size_t first)
{
    const mlpi_pipeline *p = e->b->pipeline;
    const size_t column = e->b->targets[0], place = p->feature_count;
    double numbers[MLPI_STRIP];
    if (!mlpi_word_values_read(&e->words, place, strip, column, meaning_of_label, e->b, &e->cursor,
                               numbers)) {
        e->out_of_memory = true;
        return;
    }
    for (size_t k = 0; k < strip->count; k++) {
        const size_t i = first + k;
        if (!(numbers[k] >= 0.0)) {
            blame(e, i, place, column, isnan(numbers[k]) ? no_label : unknown_label);
            continue;
        }
        const size_t number = (size_t)numbers[k];
        e->encoded->label[i] = number;
        if (p->coding.single_output)
            e->encoded->target[i] = (float)number;
        else
            e->encoded->target[i * p->outputs + number] = 1.0f;
    }
}

static void encode_values(mlpi_encoder *e, size_t t, const mlpi_strip *strip, size_t first)
{
    const mlpi_pipeline *p = e->b->pipeline;
    const mlpi_target *target = &p->targets[t];
    const size_t column = e->b->targets[t], place = p->feature_count + t;
    const size_t each = p->outputs / p->target_count;
    double values[MLPI_STRIP];
    float scaled[MLPI_STRIP] = {0};
    const bool finite = mlpi_strip_numbers(strip, column, values);
    if (finite)
        target->transform->apply(&target->fitted, values, strip->count, scaled, 1);
    for (size_t k = 0; k < strip->count; k++) {
        const size_t i = first + k;
        if (!finite && !isnan(values[k]))
            target->transform->apply(&target->fitted, &values[k], 1, &scaled[k], 1);
        if (isnan(values[k]))
            blame(e, i, place, column,
                  "is not a number, as the target must be; correct the cell, or leave the row out");
        else if (p->coding.counts && values[k] < 0.0)
            blame(e, i, place, column, "is below 0, and `loss` poisson is for counts");
        else if (p->coding.shares && !(values[k] >= 0.0 && values[k] <= 1.0))
            blame(e, i, place, column,
                  "is not from 0 to 1, as `loss` binary-cross-entropy requires");
        else if (!(fabsf(scaled[k]) <= FLT_MAX))
            blame(e, i, place, column,
                  "is too large for the scale of the target; correct the cell");
        e->encoded->value[i * p->target_count + t] = values[k];
        for (size_t q = 0; q < each; q++)
            e->encoded->target[(i * p->target_count + t) * each + q] = scaled[k];
    }
}

/* --- a piece ---------------------------------------------------------------------------------- */

/* Encodes a strip, whose rows have the numbers first, first + 1, ... among the rows to be
 * encoded. */
static void encode_strip(mlpi_encoder *e, const mlpi_strip *strip, size_t first)
{
    const mlpi_pipeline *p = e->b->pipeline;
    mlp_encoded *all = e->encoded;
    const size_t count = strip->count;
    memset(all->x + first * all->inputs, 0, count * all->inputs * sizeof *all->x);
    for (size_t f = 0; !e->out_of_memory && f < p->feature_count; f++)
        encode_feature(e, f, strip, first);
    check_inputs(e, first, count);
    if (!e->with_targets)
        return;
    memset(all->target + first * all->outputs, 0, count * all->outputs * sizeof *all->target);
    for (size_t t = 0; !e->out_of_memory && t < p->target_count; t++) {
        if (p->task == MLP_TASK_CLASSIFICATION)
            encode_labels(e, strip, first);
        else
            encode_values(e, t, strip, first);
    }
}

void mlpi_encoder_run(mlpi_encoder *e)
{
    for (size_t i = e->first; i < e->end && i < e->fault.i && !e->out_of_memory;) {
        const uint32_t *rows = e->index != NULL ? e->index + i : NULL;
        const mlpi_strip strip = mlpi_strip_take(&e->cursor, rows, i, e->end - i);
        encode_strip(e, &strip, i);
        i += strip.count;
    }
    mlpi_cursor_leave(&e->cursor);
    mlpi_word_values_release(&e->words);
}

mlp_status mlpi_encoder_status(const mlpi_encoder *e, mlp_error *err)
{
    if (e->out_of_memory)
        return mlpi_fail_memory(err, "the encoded rows");
    if (e->fault.i == SIZE_MAX)
        return MLP_OK;
    const size_t row = row_of(e, e->fault.i), column = e->fault.column;
    return e->fault.what == not_a_value     ? tell_not_a_value(e->b, row, e->fault.place, err)
           : e->fault.what == unknown_label ? list_labels(e->b, row, column, err)
                                            : bad_cell(e->b, row, column, e->fault.what, err);
}
