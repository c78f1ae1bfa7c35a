/* SPDX-License-Identifier: MIT */
/* The data that the sections of a report share: all results, which are computed once. */
#ifndef MLPI_REPORT_H
#define MLPI_REPORT_H

#include "draw/figure.h"
#include "mlp/evaluate.h"
#include "mlp/importance.h"
#include "mlp/intervals.h"
#include "mlp/report.h"
#include "model/model.h"
#include "report/html.h"

/** A picture of one kind, and of one target if each target has its own. */
typedef struct mlpi_picture mlpi_picture;

typedef struct mlpi_report {
    const mlp_model *model;
    const mlp_table *table;
    mlp_report_options options;
    FILE *to;
    mlp_outcomes outcomes;
    size_t unknown_cells, missing_cells;
    mlp_evaluation evaluation;
    mlp_evaluation baseline; /* the metrics of the baseline, which ignores the inputs */
    mlp_intervals intervals;
    mlp_importance importance;
    size_t *ranked; /* input columns, the most important first */
    mlpi_picture *pictures;
    size_t picture_count;
    char *not_drawn;    /* why pictures are missing; NULL: all were drawn */
    mlp_error *lacking; /* the error of a section that ran out of memory; status MLP_OK: none did */
} mlpi_report;

/** gather.c: fills all members except the first four and the last. Release with
 * mlpi_report_release. */
mlp_status mlpi_report_gather(mlpi_report *r, mlp_error *err);
void mlpi_report_release(mlpi_report *r);
/** Whether the report is about classification. */
static inline bool mlpi_report_classes(const mlpi_report *r)
{
    return r->model->pipeline.task == MLP_TASK_CLASSIFICATION;
}

/** Writes a sentence of the library (mlpi_html_sentence). In the report of a command, options are
 * written as on the command line: --drop. */
static inline void mlpi_report_sentence(const mlpi_report *r, const char *before,
                                        const char *sentence, const char *behind)
{
    mlpi_html_sentence(r->to, r->options.command != NULL ? "--" : "", before, sentence, behind);
}

/** pictures.c: draws all pictures that fit the task. */
mlp_status mlpi_report_draw(mlpi_report *r, mlp_error *err);
void mlpi_report_release_pictures(mlpi_report *r);
/** Writes the pictures of a section of the page ("training"), with their tables of numbers. */
void mlpi_report_put_pictures(const mlpi_report *r, const char *section);
/* tables.c: each writes the numbers of a picture as a table; "marks" are the points of the
 * picture's series. */
void mlpi_report_marks_table(const mlpi_report *r, const mlp_figure *figure, size_t target);
void mlpi_report_confusion_table(const mlpi_report *r, const mlp_figure *figure, size_t target);
void mlpi_report_residual_table(const mlpi_report *r, const mlp_figure *figure, size_t target);
void mlpi_report_importance_table(const mlpi_report *r, const mlp_figure *figure, size_t target);
void mlpi_report_layer_table(const mlpi_report *r, const mlp_figure *figure, size_t target);

/* Sections, in their order on the page. */
/** summary.c. `put`, mlpi_html_text or mlpi_html_name, writes the names in the title. */
void mlpi_report_title(const mlpi_report *r,
                       void (*put)(FILE *to, const char *text, size_t longest));
void mlpi_report_summary(const mlpi_report *r);                        /* summary.c */
void mlpi_report_scores(const mlpi_report *r);                         /* scores.c */
void mlpi_report_pictures(const mlpi_report *r);                       /* pictures.c */
mlp_status mlpi_report_mistakes(const mlpi_report *r, mlp_error *err); /* mistakes.c */
void mlpi_report_contract(const mlpi_report *r);                       /* contract.c */
void mlpi_report_training(const mlpi_report *r);                       /* training.c */

#endif
