/* SPDX-License-Identifier: MIT */
/* The words of a block that is being made: for each column the distinct texts of its cells, in
 * order of appearance. */
#ifndef MLPI_VOCABULARY_H
#define MLPI_VOCABULARY_H

#include "base/text_hash.h"
#include "data/slots.h"
#include "data/table.h"

/** A word before its block is made. */
typedef struct mlpi_draft {
    mlpi_text_key key;
    size_t at; /* offset of its text in `text` of the vocabulary */
    double number;
    uint32_t length, column, place; /* place: number of the word in its column */
    uint8_t cell, dress;
    char decimal; /* decimal mark with which it was read */
} mlpi_draft;

typedef struct mlpi_vocabulary {
    mlpi_draft *words; /* of all columns */
    size_t count, words_room;
    char *text; /* of all words */
    size_t text_size, text_room;
    mlpi_slots slots;  /* by a hash of column and text */
    uint32_t counts[]; /* number of words of each column */
} mlpi_vocabulary;

/** Makes an empty vocabulary; NULL: out of memory. */
mlpi_vocabulary *mlpi_vocabulary_create(size_t columns);
void mlpi_vocabulary_free(mlpi_vocabulary *v);
/** Forgets all words. */
void mlpi_vocabulary_clear(mlpi_vocabulary *v, size_t columns);
/** Adds a word that its column does not have yet. `decimal`: its decimal mark. NULL: out of
 * memory. */
const mlpi_draft *mlpi_vocabulary_add(mlpi_vocabulary *v, const mlp_table *table, size_t column,
                                      mlpi_span text, char decimal);

/** The word of a column that has this text and this decimal mark; NULL: there is none. `key`: the
 * key of the text. */
static inline const mlpi_draft *mlpi_vocabulary_find(const mlpi_vocabulary *v, size_t column,
                                                     mlpi_span text, mlpi_text_key key,
                                                     char decimal)
{
    const uint32_t hash = mlpi_text_hash(column, key, text.text, text.length);
    const mlpi_slot *slot = mlpi_slots_first(&v->slots, hash);
    for (; slot->number != 0; slot = mlpi_slots_next(&v->slots, slot)) {
        const mlpi_draft *word = &v->words[slot->number - 1];
        if (slot->hash == hash && word->column == column && word->length == text.length &&
            word->decimal == decimal && mlpi_same_key(word->key, key) &&
            mlpi_same_text(v->text + word->at, text.text, text.length))
            return word;
    }
    return NULL;
}

#endif
