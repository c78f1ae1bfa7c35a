/* SPDX-License-Identifier: MIT */
/* The journal of a tuning. The target runs a tuning to get the head of its journal, which describes
 * what is tuned. The first byte of an input decides whether the tuning continues or only reads the
 * journal (bit 0), and whether the head is left out (bit 1); the rest is the lines after the
 * head. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "search/tuner.h"

static mlp_flag stop;
static mlp_train_options base;

static mlp_tune_options small_tuning(const char *journal)
{
    static const char *const target = "answer";
    static const char *const fixed = "hidden", *const search = "learning-rate=0.001|0.1";
    mlp_tune_options options = mlpi_tune_options_default();
    options.fixed = (mlp_names){&fixed, 1};
    options.search = (mlp_names){&search, 1};
    base = fuzz_small_training();
    base.targets = (mlp_names){&target, 1};
    base.stop = &stop;
    options.base = &base;
    options.trials = 3;
    options.seconds = 0.0;
    options.holdout = 0.0;
    options.journal = journal;
    options.overwrite = true;
    return options;
}

static void tune(const mlp_table *table, const mlp_tune_options *options, mlp_error *err)
{
    mlp_tune_report report;
    if (mlp_tune(table, options, &report, err) == MLP_OK)
        mlp_tune_report_release(&report);
}

/* Returns the head with its newline. */
static char *make_head(const mlp_table *table)
{
    size_t size = 0;
    mlp_error err = {0};
    const char *path = fuzz_path("head.jsonl");
    const mlp_tune_options options = small_tuning(path);
    atomic_store(&stop, 1);
    tune(table, &options, &err);
    char *head = (char *)fuzz_content(path, &size);
    char *end = head != NULL ? memchr(head, '\n', size) : NULL;
    if (end == NULL)
        fuzz_finding("the journal has no head: %s", err.message);
    end[1] = '\0';
    return head;
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    static mlp_table *table;
    static char *head;
    if (table == NULL) {
        table = fuzz_small_table();
        head = make_head(table);
    }
    fuzz_input input = {bytes, size};
    const uint64_t how = fuzz_number(&input, 1);
    const size_t length = how & 2 ? 0 : strlen(head);
    char *journal = malloc(length + input.size + 1);
    if (journal == NULL)
        return;
    memcpy(journal, head, length);
    memcpy(journal + length, input.bytes, input.size);
    mlp_tune_options options =
        small_tuning(fuzz_file("journal.jsonl", journal, length + input.size));
    options.resume = true;
    atomic_store(&stop, (how & 1) == 0); /* 0: the journal is only read */
    tune(table, &options, NULL);
    free(journal);
}
