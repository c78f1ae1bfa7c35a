/* SPDX-License-Identifier: MIT */
/* The entries of the option table, for the parser. */
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

/* READS, WRITES: a text that names a file which the run reads or writes; WORDS: a text that may be
 * given repeatedly; LIST: names separated by commas, which may be given repeatedly; TRAIN and the
 * kinds after it: options of training, whose values and ranges the library knows. */
typedef struct entry {
    option shown;
    kind kind;
    size_t offset; /* in settings, except for options of training */
    double lowest, highest;
} entry;

/** Entry i; NULL past the end. */
const entry *entry_at(size_t i);
/** Whether the command has this option, which it may still refuse. */
bool entry_taken_by(const entry *e, const command *c);
/** The largest number of entries. */
enum { MOST_ENTRIES = 256 };

#define AT(member) offsetof(settings, member)

#endif
