/* SPDX-License-Identifier: MIT */
/* Exported JavaScript has all formulas that a model may need, and the user's texts stay texts. That
 * it answers as the library does is tested in node by tests/web/run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mlp/mlp.h"
#include "transforms/transform.h"
#include "unit/test.h"

typedef mlp_status exporter(const mlp_model *model, const mlp_table *table,
                            const mlp_export_options *options, FILE *to, mlp_error *err);

static mlp_table *table_of_text(const char *text)
{
    mlp_table *table = NULL;
    mlp_error err;
    if (mlp_table_read_memory(text, strlen(text), "folder/data.csv", NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

static mlp_model *train(const mlp_table *table)
{
    mlp_train_options *options = NULL;
    mlp_model *model = NULL;
    mlp_error err;
    assert_int_equal(mlp_train_options_create(&options, &err), MLP_OK);
    assert_int_equal(mlp_train_options_set(options, "epochs", "1", &err), MLP_OK);
    assert_int_equal(mlp_train_options_add(options, "target", "y", &err), MLP_OK);
    if (mlp_train(table, NULL, options, &model, NULL, &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlp_train_options_free(options);
    return model;
}

/* A name, texts and labels that look like comments and ends of scripts in HTML. */
static mlp_table *data(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    fputs("size,\"<!--\",y\n", to);
    for (int i = 0; i < 60; i++)
        fprintf(to, "%d,%s,%s\n", i % 7, i % 2 == 0 ? "\"\"\"</script>\"" : "b",
                i % 3 == 0 ? "</script><script>alert(1)" : "no");
    fclose(to);
    mlp_table *table = table_of_text(text);
    free(text);
    return table;
}

static char *export_as(exporter *write, const mlp_export_options *options)
{
    mlp_table *table = data();
    mlp_model *model = train(table);
    char *text = NULL;
    size_t size = 0;
    mlp_error err;
    FILE *to = open_memstream(&text, &size);
    if (write(model, table, options, to, &err) != MLP_OK)
        fail_msg("%s", err.message);
    fclose(to);
    mlp_model_free(model);
    mlp_table_free(table);
    return text;
}

static size_t count(const char *text, const char *word)
{
    size_t found = 0;
    for (; (text = strstr(text, word)) != NULL; text += strlen(word))
        found++;
    return found;
}

static void every_transform_and_activation_has_its_formula(void **state)
{
    const mlpi_transform *t = NULL;
    char entry[80];
    (void)state;
    char *text = export_as(mlp_export_javascript, NULL);
    for (size_t i = 0; (t = mlpi_transform_at(i)) != NULL; i++) {
        snprintf(entry, sizeof entry, "\"%s\": (", t->name);
        const bool both = t->invert != NULL && t->read == NULL; /* it has a decoder too */
        if (count(text, entry) != (both ? 2 : 1))
            fail_msg("%s is there %zu times", entry, count(text, entry));
    }
    for (int f = 0; f < MLP_SOFTMAX; f++) {
        snprintf(entry, sizeof entry, "\"%s\": ", mlp_activation_describe((mlp_activation)f)->name);
        assert_int_equal(count(text, entry), 1);
    }
    free(text);
}

static void texts_of_the_user_are_no_markup(void **state)
{
    (void)state;
    char *text = export_as(mlp_export_html, NULL);
    assert_int_equal(count(text, "<script"), 2);
    assert_int_equal(count(text, "</script"), 2);
    assert_int_equal(count(text, "<!--"), 0);
    assert_int_equal(count(text, "\\u003c/script>\\u003cscript>alert(1)"), 1);
    assert_int_equal(count(text, "folder"), 0); /* the path of the data is private */
    free(text);
}

static void a_module_exports_and_a_script_does_not(void **state)
{
    mlp_export_options *options = NULL;
    mlp_error err;
    (void)state;
    assert_int_equal(mlp_export_options_create(&options, &err), MLP_OK);
    assert_int_equal(mlp_export_options_set(options, "module", "yes", &err), MLP_OK);
    char *module = export_as(mlp_export_javascript, options);
    char *script = export_as(mlp_export_javascript, NULL);
    assert_int_equal(count(module, "\nexport default net;"), 1);
    assert_int_equal(count(script, "\nexport "), 0);
    assert_int_equal(count(script, "module.exports = net"), 1);
    assert_int_equal(mlp_export_options_set(options, "coverage", "0.9", &err), MLP_OK);
    mlp_table *table = data();
    mlp_model *model = train(table);
    assert_int_equal(mlp_export_javascript(model, NULL, options, NULL, &err), MLP_ERROR_ARGUMENT);
    mlp_model_free(model);
    mlp_table_free(table);
    mlp_export_options_free(options);
    free(module);
    free(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_transform_and_activation_has_its_formula),
        cmocka_unit_test(texts_of_the_user_are_no_markup),
        cmocka_unit_test(a_module_exports_and_a_script_does_not),
    };
    return RUN(tests);
}
