/* SPDX-License-Identifier: MIT */
/* Exporting a model as JavaScript, and as a page: texts that are the same for all models, and the model
 * as data between them. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "export/options.h"
#include "web/web.h"

#include "web/texts.inc" /* text_model_js, text_page_js, text_page_css (cmake/Embed.cmake) */

/* --- what cannot be carried ------------------------------------------------------------------- */

/* model.js has the transforms that are named there. */
static mlp_status check_transform(const mlpi_transform *transform, const char *of, mlp_error *err)
{
    char entry[64];
    snprintf(entry, sizeof entry, "\"%.50s\": (", transform->name);
    return strstr(text_model_js, entry) != NULL
               ? MLP_OK
               : mlpi_fail(err, MLP_ERROR_ARGUMENT,
                           "JavaScript cannot carry column \"%s\": there is no code of the "
                           "transform %s yet",
                           of, transform->name);
}

static mlp_status check_model(const mlp_model *model, mlp_error *err)
{
    const mlpi_pipeline *p = &model->pipeline;
    for (size_t f = 0; f < p->feature_count; f++)
        MLPI_TRY(check_transform(p->features[f].transform, p->features[f].name, err));
    return MLP_OK;
}

/* --- JavaScript ------------------------------------------------------------------------------- */

static void put_script(FILE *to, const char *json)
{
    fprintf(to, "// A model, made by mlp %s: predict(row) answers, selfTest(say) proves it.\n",
            mlp_version());
    fprintf(to,
            "(() => {\n%s\nconst net = mlpModel(%s);\n"
            "if (typeof module === \"object\" && module.exports) module.exports = net;\n"
            "else globalThis.mlp = net;\n})();\n",
            text_model_js, json);
}

static void put_module(FILE *to, const char *json)
{
    fprintf(to, "// A model, made by mlp %s: predict(row) answers, selfTest(say) proves it.\n",
            mlp_version());
    fprintf(to,
            "%s\nconst net = mlpModel(%s);\nexport default net;\n"
            "export const { predict, columns, targets, labels, quantiles, coverage, selfTest } = "
            "net;\n",
            text_model_js, json);
}

/* --- a page ----------------------------------------------------------------------------------- */

static void put_page(FILE *to, const char *json)
{
    fprintf(to,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri "
            "'none'; form-action 'none'\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n"
            "<meta name=\"generator\" content=\"mlp %s\">\n"
            "<link rel=\"icon\" href=\"data:,\">\n<title>Predictions</title>\n<style>\n%s</style>\n"
            "</head>\n<body>\n<noscript>This page predicts by a script, and scripts are turned "
            "off.</noscript>\n<main id=\"page\"></main>\n<script>\n%s</script>\n<script>\n%s"
            "mlpPage(mlpModel(%s), document.getElementById(\"page\"));\n</script>\n</body>\n"
            "</html>\n",
            mlp_version(), text_page_css, text_model_js, text_page_js, json);
}

/* --- the whole -------------------------------------------------------------------------------- */

static mlp_status prepare(mlpi_web *web, mlp_error *err)
{
    mlp_conformal *conformal = NULL;
    MLPI_TRY(check_model(web->model, err));
    MLPI_TRY(mlpi_web_look(web, err));
    if (web->coverage != 0.0)
        MLPI_TRY(mlp_conformal_create(web->model, web->coverage, &conformal, err));
    const mlp_status status =
        mlpi_vectors_make(web->model, web->table, conformal, NULL, 0.0, &web->vectors, err);
    mlp_conformal_free(conformal);
    return status;
}

static mlp_status export(const mlp_model *model, const mlp_table *table,
                         const mlp_export_options *options, void (*put)(FILE *to, const char *json),
                         FILE *to, mlp_error *err)
{
    mlpi_web web = {
        .model = model, .table = table, .coverage = mlpi_export_coverage(model, options)};
    char *json = NULL;
    mlp_status status = prepare(&web, err);
    if (status == MLP_OK)
        status = mlpi_web_json(&web, &json, err);
    if (status == MLP_OK)
        put(to, json);
    free(json);
    mlpi_vectors_release(&web.vectors);
    mlpi_free(web.ranges);
    return status;
}

mlp_status mlp_export_javascript(const mlp_model *model, const mlp_table *table,
                                 const mlp_export_options *options, FILE *to, mlp_error *err)
{
    return export(model, table, options,
                  options != NULL && options->module ? put_module : put_script, to, err);
}

mlp_status mlp_export_html(const mlp_model *model, const mlp_table *table,
                           const mlp_export_options *options, FILE *to, mlp_error *err)
{
    return export(model, table, options, put_page, to, err);
}
