/* SPDX-License-Identifier: MIT */
/* From the struct of a row to network inputs, by the steps of the pipeline. */
#include <math.h>
#include <string.h>

#include "export/c.h"

/* --- texts ------------------------------------------------------------------------------------ */

static const char find[] =
    "/* The number of a text among sorted ones; -1: it is none of them, -2: there is none. */\n"
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
    "/* FNV-1a chooses one of so many inputs, and its sign; -2: there is no text. */\n"
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
    fprintf(to,
            "/* The network inputs, into zeros. */\nstatic void encode(const %s_input *row, float "
            "*x)\n{\n    double v;\n",
            c->prefix);
    for (size_t f = 0; f < p->feature_count; f++)
        put_column(c, to, f);
    fputs("}\n\n", to);
    c->cost.stack += p->inputs * sizeof(float);
}
