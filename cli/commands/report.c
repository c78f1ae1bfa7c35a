/* SPDX-License-Identifier: MIT */
/* mlp report: one page about a model and its predictions on data. */
#include "cli/cli.h"

static int write_report(const settings *s, const mlp_model *model, const mlp_table *table,
                        mlp_part part, mlp_output *output)
{
    mlp_error err;
    const mlp_report_options options = {.title = s->title,
                                        .model = s->arguments[0],
                                        .command = s->command,
                                        .part = part,
                                        .logs = {&s->log, s->log != NULL ? 1 : 0},
                                        .mistakes = s->mistakes,
                                        .threads = s->threads};
    const mlp_status status =
        mlp_report_write(model, table, &options, mlp_output_stream(output), &err);
    return finish_file(output, status, &err);
}

int run_report(settings *s)
{
    mlp_error err;
    mlp_model *model = NULL;
    mlp_table *table = NULL;
    mlp_output *output = NULL;
    mlp_part part = MLP_PART_ALL;
    if (s->output == NULL) {
        fail("say where to write the page: -o report.html");
        return EXIT_USAGE;
    }
    int code = check_ending(s->output, "HTML", ".html");
    if (code != EXIT_DONE)
        return code;
    if (mlp_output_open(s->output, s->force, &output, &err) != MLP_OK)
        return report(&err);
    code = load_model_and_data(s, &model, &table);
    if (code == EXIT_DONE)
        code = look_for(s, model);
    if (code == EXIT_DONE)
        code = take_part(s, MLP_PART_TEST, &table, &part);
    if (code == EXIT_DONE)
        code = leave_out_without_targets(s, model, &table);
    if (code == EXIT_DONE)
        code = write_report(s, model, table, part, output);
    else
        mlp_output_discard(output);
    mlp_table_free(table);
    mlp_model_free(model);
    return code;
}
