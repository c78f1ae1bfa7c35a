/* SPDX-License-Identifier: MIT */
/* Writes the self-test: rows, the library's predictions for them, and a main function that
 * compares. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "export/c.h"

static bool classes(const mlpi_c *c)
{
    return c->model->pipeline.task == MLP_TASK_CLASSIFICATION;
}

static bool has_sets(const mlpi_c *c)
{
    return classes(c) && c->coverage > 0.0;
}

static void put_numbers(FILE *to, const double *numbers, size_t count)
{
    fputs("{", to);
    for (size_t k = 0; k < count; k++) {
        fputs(k > 0 ? ", " : "", to);
        mlpi_c_double(to, numbers[k]);
    }
    fputs("}", to);
}

/* Writes bounds with three digits; the factor ensures that rounding makes no bound smaller. */
static void put_bounds(FILE *to, const double *bounds, size_t count)
{
    fputs("{", to);
    for (size_t k = 0; k < count; k++) {
        char text[32];
        fprintf(to, "%s%s", k > 0 ? ", " : "", mlpi_rounded(1.01 * bounds[k], 3, text));
    }
    fputs("}", to);
}

/* The number that the struct holds for a category. */
static long code_of(const mlpi_feature *f, double value)
{
    if (isnan(value))
        return -2;
    if (f->transform->levels != NULL && !(value < (double)f->fitted.level_count))
        return -1;
    return (long)value;
}

static void put_input(const mlpi_c *c, FILE *to, const double *row)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    fputs("{", to);
    for (size_t f = 0; f < p->feature_count; f++) {
        const mlpi_feature *one = &p->features[f];
        fputs(f > 0 ? ", " : "", to);
        if (mlpi_feature_is_numeric(one)) {
            mlpi_c_double(to, row[f]);
            continue;
        }
        if (one->transform->levels != NULL)
            fprintf(to, "(%s_%s_category)", c->prefix, c->column[f]);
        fprintf(to, "%ld", code_of(one, row[f]));
    }
    fputs("}", to);
}

static void put_row(const mlpi_c *c, FILE *to, size_t r)
{
    const mlpi_vectors *v = &c->vectors;
    const size_t labels = c->model->pipeline.label_count;
    fputs("    {", to);
    put_input(c, to, v->value + r * v->columns);
    fputs(",\n     ", to);
    put_numbers(to, v->answer + r * v->numbers, v->numbers);
    fputs(",\n     ", to);
    put_bounds(to, v->bound + r * v->numbers, v->numbers);
    if (classes(c))
        fprintf(to, ", %ld", v->label[r] == MLP_NO_LABEL ? -1L : (long)v->label[r]);
    for (size_t k = 0; has_sets(c) && k < labels; k++)
        fprintf(to, "%s%d", k == 0 ? ", {" : ", ", v->holds[r * labels + k]);
    fputs(has_sets(c) ? "}},\n" : "},\n", to);
}

/* Writes `take`, which copies the members of an output struct in the order of the numbers of a test
 * row. */
static void put_taking(const mlpi_c *c, FILE *to)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    const size_t levels = p->coding.levels, each = levels > 0 ? levels : 1;
    fprintf(to, "static void take(const %s_output *output, double *numbers)\n{\n", c->prefix);
    if (classes(c))
        fprintf(to,
                "    for (size_t k = 0; k < %s_LABELS; k++)\n        numbers[k] = "
                "output->probability[k];\n",
                c->upper);
    for (size_t t = 0; !classes(c) && t < p->target_count; t++) {
        for (size_t q = 0; q < levels; q++)
            fprintf(to, "    numbers[%zu] = output->%s[%zu];\n", t * each + q, c->target[t], q);
        if (levels == 0)
            fprintf(to, "    numbers[%zu] = output->%s;\n", t, c->target[t]);
        if (c->coverage > 0.0)
            fprintf(to,
                    "    numbers[%zu] = output->%s_lower;\n    numbers[%zu] = output->%s_upper;\n",
                    p->target_count * each + t, c->target[t], p->target_count * (each + 1) + t,
                    c->target[t]);
    }
    fputs("}\n\n", to);
}

static const char test_main[] =
    "int main(void)\n"
    "{\n"
    "    double largest = 0.0, share = 0.0;\n"
    "    int wrong = 0;\n"
    "    for (int r = 0; r < ROWS; r++) {\n"
    "        double numbers[NUMBERS] = {0.0};\n"
    "        answer(r, numbers);\n"
    "        for (int k = 0; k < NUMBERS; k++) {\n"
    "            const double off = fabs(numbers[k] - tests[r].numbers[k]);\n"
    "            largest = off <= largest ? largest : off;\n"
    "            share = off <= share * tests[r].bounds[k] ? share : off / tests[r].bounds[k];\n"
    "            if (off <= tests[r].bounds[k])\n"
    "                continue;\n"
    "            wrong = 1;\n"
    "            printf(\"row %d, number %d: %.9g is not %.9g to within %.3g\\n\", r + 1, k + 1,\n"
    "                   numbers[k], tests[r].numbers[k], tests[r].bounds[k]);\n"
    "        }\n"
    "        wrong = is_as_told(r) ? wrong : 1;\n"
    "    }\n"
    "    printf(\"%d rows\" BESIDES \": the largest difference is %.3g, and at most %.3g of its "
    "bound\\n\",\n"
    "           ROWS, largest, share);\n"
    "    return wrong;\n"
    "}\n";

/* Writes `answer`, which predicts a row, and `is_as_told`, which checks its label, set and
 * integers. */
static void put_checks(const mlpi_c *c, FILE *to)
{
    fprintf(to,
            "static %s_output output;\n\nstatic void answer(int r, double *numbers)\n{\n"
            "    %s_predict(&tests[r].input, &output);\n    take(&output, numbers);\n}\n\n"
            "static int is_as_told(int r)\n{\n    int right = 1;\n",
            c->prefix, c->prefix);
    if (classes(c))
        fputs("    if (tests[r].label >= 0 && (int)output.label != tests[r].label) {\n"
              "        right = 0;\n"
              "        printf(\"row %d: label %d is not %d\\n\", r + 1, (int)output.label, "
              "tests[r].label);\n    }\n",
              to);
    else
        fputs("    (void)r;\n", to);
    if (has_sets(c))
        fprintf(to,
                "    for (int k = 0; k < %s_LABELS; k++)\n"
                "        if (tests[r].in_set[k] >= 0 && tests[r].in_set[k] != output.in_set[k]) {\n"
                "            right = 0;\n"
                "            printf(\"row %%d: the set has another label %%d\\n\", r + 1, k);\n"
                "        }\n",
                c->upper);
    fputs(c->bits > 0 ? "    return same_integers(r) ? right : 0;\n}\n\n"
                      : "    return right;\n}\n\n",
          to);
}

void mlpi_c_self_test(mlpi_c *c, FILE *to)
{
    const mlpi_vectors *v = &c->vectors;
    char text[32];
    fprintf(to,
            "\n#ifdef MLP_SELF_TEST\n#include <stdio.h>\n\n"
            "/* Rows, the predictions of the library, and how far answers may differ from them: as "
            "far as an\n * output y of the networks that is off by %s (1 + |y|), %.0f ULP at 1, "
            "moves them. */\n",
            mlpi_rounded(v->unit, 3, text), ceil(v->unit / (double)FLT_EPSILON));
    fprintf(to, "enum { ROWS = %zu, NUMBERS = %zu };\n", v->rows, v->numbers);
    fprintf(to,
            "static const struct {\n    %s_input input;\n    double numbers[NUMBERS], "
            "bounds[NUMBERS];\n%s",
            c->prefix, classes(c) ? "    int label; /* -1: too close to call */\n" : "");
    if (has_sets(c))
        fprintf(to, "    signed char in_set[%s_LABELS]; /* -1: too close to call */\n", c->upper);
    fputs("} tests[ROWS] = {\n", to);
    for (size_t r = 0; r < v->rows; r++)
        put_row(c, to, r);
    fputs("};\n\n", to);
    if (c->bits > 0)
        mlpi_c_integer_test(c, to);
    fprintf(to, "#define BESIDES \"%s\"\n\n", c->bits > 0 ? " and their integers" : "");
    put_taking(c, to);
    put_checks(c, to);
    fputs(test_main, to);
    fputs("#endif\n", to);
}
