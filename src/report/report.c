/* SPDX-License-Identifier: MIT */
/* The report, section by section. */
#include "report/report.h"

#include "base/base.h"
#include "mlp/output.h"

mlp_report_options mlp_report_options_default(void)
{
    return (mlp_report_options){0};
}

/* The security policy forbids the page to load anything from elsewhere. */
static void head(const mlpi_report *r)
{
    mlpi_html(r->to,
              "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
              "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
              "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
              "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
              "<meta name=\"color-scheme\" content=\"light dark\">\n"
              "<meta name=\"generator\" content=\"mlp %s\">\n"
              "<link rel=\"icon\" href=\"data:,\">\n<title>",
              MLP_VERSION);
    mlpi_report_title(r, mlpi_html_text);
    mlpi_html(r->to, "</title>\n<style>\n");
    mlpi_html_style(r->to);
    mlpi_html(r->to, "</style>\n</head>\n<body>\n");
}

static mlp_status write(const mlpi_report *r, mlp_error *err)
{
    head(r);
    mlpi_report_summary(r);
    mlpi_html(r->to, "<main>\n");
    mlpi_report_scores(r);
    mlpi_report_pictures(r);
    MLPI_TRY(mlpi_report_mistakes(r, err));
    mlpi_report_contract(r);
    mlpi_report_training(r);
    mlpi_html(r->to, "</main>\n</body>\n</html>\n");
    if (r->lacking->status != MLP_OK)
        return mlpi_fail(err, r->lacking->status, "%s", r->lacking->message);
    return mlp_stream_check(r->to, "the report", err);
}

mlp_status mlp_report_write(const mlp_model *model, const mlp_table *table,
                            const mlp_report_options *options, FILE *to, mlp_error *err)
{
    mlp_error lacking = {.status = MLP_OK};
    mlpi_report r = {.model = model,
                     .table = table,
                     .options = options != NULL ? *options : mlp_report_options_default(),
                     .to = to,
                     .lacking = &lacking};
    mlp_status status = mlpi_report_gather(&r, err);
    if (status == MLP_OK)
        status = write(&r, err);
    mlpi_report_release(&r);
    return status;
}
