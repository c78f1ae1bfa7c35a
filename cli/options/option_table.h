/* SPDX-License-Identifier: MIT */
/* The inside of the option table, for the parser. */
#ifndef MLP_CLI_OPTION_TABLE_H
#define MLP_CLI_OPTION_TABLE_H

#include <stddef.h>

#include "cli/cli.h"

typedef enum kind {
    FLAG,
    TEXT,
    READS,
    WRITES,
    WORDS,
    LIST,
    COUNT,
    REAL,
    TRAIN,
    TRAIN_LIST,
    TRAIN_WORDS,
    TRAIN_WRITES
} kind;

/* READS, WRITES: a text that names a file the run reads, or writes; WORDS: may be given again;
 * LIST: that, and names separated by commas; TRAIN and those behind it: options of training, whose
 * values and ranges the library knows. */
typedef struct entry {
    option shown;
    kind kind;
    size_t offset; /* in settings, except for TRAIN */
    double lowest, highest;
} entry;

/** The i-th line, NULL past the end. */
const entry *entry_at(size_t i);
/** Whether the command has this option. */
bool entry_taken_by(const entry *e, const command *c);
/** No more lines than this. */
enum { MOST_ENTRIES = 256 };

#define AT(member) offsetof(settings, member)

#endif
