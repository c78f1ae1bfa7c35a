/* SPDX-License-Identifier: MIT */
/* Writes the code that encodes the struct of a row as network inputs, step by step as the pipeline
 * does. */
#include <math.h>
#include <string.h>

#include "export/c.h"

/* --- texts ------------------------------------------------------------------------------------ */

static const char find[] =
    "/* The index of a text in a sorted list; -1: it is not in the list, -2: there is no text. */\n"
    "static long find(const char *const *texts, size_t count, const char *text)\n"
    "{\n"
    "    size_t low = 0, high = count;\n"
    "    if (text == NULL || *text == '\\0')\n"
    "        return -2;\n"
    "    while (low < high) {\n"
    "        const size_t middle = low + (high - low) / 2;\n"
    "        const unsigned char *a = (const unsigned char *)text;\n"
    "        const unsigned char *b = (const unsigned char *)texts[middle];\n"
    "        while (*a != 0 && *a == *b) {\n"
    "            a++;\n"
    "            b++;\n"
    "        }\n"
    "        if (*a == *b)\n"
    "            return (long)middle;\n"
    "        if (*a < *b)\n"
    "            high = middle;\n"
    "        else\n"
    "            low = middle + 1;\n"
    "    }\n"
    "    return -1;\n"
    "}\n\n";

static const char hash[] =
    "/* FNV-1a chooses one of the inputs, and its sign; -2: there is no text. */\n"
    "static long hash(long buckets, const char *text)\n"
    "{\n"
    "    unsigned long long h = 0xcbf29ce484222325ull;\n"
    "    if (text == NULL || *text == '\\0')\n"
    "        return -2;\n"
    "    for (; *text != '\\0'; text++)\n"
    "        h = ((h ^ (unsigned char)*text) * 0x100000001b3ull) & 0xffffffffffffffffull;\n"
    "    return 2 * (long)(h % (unsigned long long)buckets) + (long)(h >> 63);\n"
    "}\n\n";

static const char level_of[] = "static double level_of(long code)\n"
                               "{\n"
                               "    return code == -2 ? (double)NAN : (double)code;\n"
                               "}\n\n";

static bool any(const mlpi_c *c, bool (*is)(const mlpi_feature *))
{
    for (size_t f = 0; f < c->model->pipeline.feature_count; f++)
        if (is(&c->model->pipeline.features[f]))
            return true;
    return false;
}

static bool is_text(const mlpi_feature *f)
{
    return !mlpi_feature_is_numeric(f);
}

static bool has_levels(const mlpi_feature *f)
{
    return is_text(f) && f->transform->levels != NULL;
}

static bool is_hashed(const mlpi_feature *f)
{
    return is_text(f) && f->transform->levels == NULL;
}

static bool is_time(const mlpi_feature *f)
{
    return f->transform->read != NULL;
}

static void put_reader(mlpi_c *c, FILE *to, size_t f)
{
    const mlpi_feature *feature = &c->model->pipeline.features[f];
    const char *column = c->column[f];
    if (is_hashed(feature)) {
        fprintf(to,
                "long %s_%s_from_text(const char *text)\n{\n    return hash(%.0f, text);\n}\n\n",
                c->prefix, column, feature->fitted.number[0]);
        return;
    }
    char name[40];
    snprintf(name, sizeof name, "categories_%zu", f + 1);
    mlpi_c_texts(c, to, name, feature->fitted.levels, feature->fitted.level_count);
    fprintf(to,
            "\n%s_%s_category %s_%s_from_text(const char *text)\n{\n    return "
            "(%s_%s_category)find(%s, %zu, text);\n}\n\n",
            c->prefix, column, c->prefix, column, c->prefix, column, name,
            feature->fitted.level_count);
}

static const char time_of[] =
    "{\n"
    "    if (year < 1 || year > 9999 || month < 1 || month > 12)\n"
    "        return (double)NAN;\n"
    "    const long days = days_before_year(year) + days_before(year, month) + day - 1 - "
    "DAYS_BEFORE_1970;\n"
    "    return (double)days * 86400.0 + hour * 3600.0 + minute * 60.0 + second;\n"
    "}\n\n";

/* --- inputs ----------------------------------------------------------------------------------- */

static void put_column(const mlpi_c *c, FILE *to, size_t f)
{
    const mlpi_feature *feature = &c->model->pipeline.features[f];
    const bool numeric = mlpi_feature_is_numeric(feature);
    const bool one = feature->transform->width == NULL;
    fprintf(to, numeric ? "    v = row->%s;\n" : "    v = level_of((long)row->%s);\n",
            c->column[f]);
    if (feature->missing_indicator)
        fprintf(to, "    x[%zu] = v != v ? 1.0f : 0.0f;\n", feature->first + feature->width - 1);
    if (numeric) {
        fputs("    v = v != v ? ", to);
        mlpi_c_double(to, feature->fill);
        fputs(" : v;\n", to);
    }
    fputs("    ", to);
    if (one)
        fprintf(to, "x[%zu] = ", feature->first);
    mlpi_c_call(to, MLPI_C_ENCODE, "column", f + 1, feature->transform, &feature->fitted, "v");
    fprintf(to, one ? ");\n" : ", x + %zu);\n", feature->first);
}

/* --- columns that a loop encodes -------------------------------------------------------------- */

enum { FEW_COLUMNS = 4 }; /* with fewer columns, a loop needs as much space as it saves */

static size_t numbers_of(const mlpi_transform *transform)
{
    size_t count = 0;
    while (count < MLPI_MOST_PARAMETERS && transform->number[count].name != NULL)
        count++;
    return count;
}

/* Whether a column of numbers becomes one input by a formula with a few parameters. */
static bool is_plain(const mlpi_feature *f)
{
    return mlpi_feature_is_numeric(f) && !f->missing_indicator && f->transform->width == NULL &&
           f->transform->list == NULL && f->transform->levels == NULL;
}

size_t mlpi_c_run_from(const mlpi_pipeline *p, size_t f)
{
    size_t end = f;
    while (end < p->feature_count && is_plain(&p->features[end]) &&
           p->features[end].transform == p->features[f].transform)
        end++;
    return end - f >= FEW_COLUMNS ? end - f : 1;
}

/* The index of the transform's parameter that also replaces missing values in all columns of the
 * run, mostly the mean; numbers_of: there is none. */
static size_t fill_among(const mlpi_feature *features, size_t count)
{
    const size_t numbers = numbers_of(features[0].transform);
    size_t k = 0;
    for (size_t i = 0; k < numbers && i < count; i++)
        if (features[i].fill != features[i].fitted.number[k]) {
            k++;
            i = (size_t)-1; /* begins again with the first column */
        }
    return k;
}

/* Writes a table with a row for each column of a run: the transform's parameters, then the value
 * that replaces missing ones, unless it is one of the parameters. */
static void put_table(mlpi_c *c, FILE *to, size_t first, size_t count)
{
    const mlpi_feature *features = &c->model->pipeline.features[first];
    const size_t numbers = numbers_of(features[0].transform);
    const size_t width = numbers + (fill_among(features, count) == numbers);
    fprintf(to, "static MLP_PLACE const double columns_%zu[%zu] = {\n", first + 1, count * width);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < width; k++) {
            fputs(k == 0 ? "    " : " ", to);
            mlpi_c_double(to, k < numbers ? features[i].fitted.number[k] : features[i].fill);
            fputs(k + 1 == width ? ",\n" : ",", to);
        }
    fprintf(to,
            "};\ntypedef char columns_%zu_lie_together[offsetof(%s_input, %s) - offsetof(%s_input, "
            "%s) == %zu * sizeof(double) ? 1 : -1];\n\n",
            first + 1, c->prefix, c->column[first + count - 1], c->prefix, c->column[first],
            count - 1);
    c->cost.constants += count * width * sizeof(double);
}

static void put_loop(const mlpi_c *c, FILE *to, size_t first, size_t count)
{
    const mlpi_feature *features = &c->model->pipeline.features[first];
    const size_t numbers = numbers_of(features[0].transform), fill = fill_among(features, count);
    const size_t width = numbers + (fill == numbers);
    mlpi_c_name name;
    mlpi_c_function("encode", features[0].transform->name, name);
    fprintf(
        to,
        "    for (i = 0; i < %zu; i++) {\n        const double *const n = columns_%zu + %zu * "
        "i;\n"
        "        v = *(const double *)(const void *)((const char *)row + offsetof(%s_input, %s) "
        "+\n"
        "                                            i * sizeof(double));\n"
        "        x[%zu + i] = %s(v != v ? n[%zu] : v",
        count, first + 1, width, c->prefix, c->column[first], features[0].first, name, fill);
    for (size_t k = 0; k < numbers; k++)
        fprintf(to, ", n[%zu]", k);
    fputs(");\n    }\n", to);
}

/* Writes the tables of all runs. false: there are no runs. */
static bool put_tables(mlpi_c *c, FILE *to)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    bool any_run = false;
    for (size_t f = 0, count = 0; f < p->feature_count; f += count) {
        count = mlpi_c_run_from(p, f);
        if (count > 1)
            put_table(c, to, f, count);
        any_run = any_run || count > 1;
    }
    return any_run;
}

void mlpi_c_inputs(mlpi_c *c, FILE *to)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    if (any(c, has_levels))
        fputs(find, to);
    if (any(c, is_hashed))
        fputs(hash, to);
    for (size_t f = 0; f < p->feature_count; f++)
        if (is_text(&p->features[f]))
            put_reader(c, to, f);
    if (any(c, is_time))
        fprintf(to,
                "double %s_time(int year, int month, int day, int hour, int minute, double "
                "second)\n%s",
                c->prefix, time_of);
    if (any(c, is_text))
        fputs(level_of, to);
    const bool any_run = put_tables(c, to);
    fprintf(to,
            "/* The network inputs, into zeros. */\nstatic void encode(const %s_input *row, float "
            "*x)\n{\n    double v;\n%s",
            c->prefix, any_run ? "    size_t i;\n" : "");
    for (size_t f = 0, count = 0; f < p->feature_count; f += count) {
        count = mlpi_c_run_from(p, f);
        if (count > 1)
            put_loop(c, to, f, count);
        else
            put_column(c, to, f);
    }
    fputs("}\n\n", to);
    c->cost.stack += p->inputs * sizeof(float);
}
