/* SPDX-License-Identifier: MIT */
#include "data/vocabulary.h"

#include <stdlib.h>

#include "base/base.h"

mlpi_vocabulary *mlpi_vocabulary_create(size_t columns)
{
    mlpi_vocabulary *v = calloc(1, sizeof *v + columns * sizeof *v->counts);
    if (v != NULL && mlpi_slots_fit(&v->slots, 1))
        return v;
    free(v);
    return NULL;
}

void mlpi_vocabulary_free(mlpi_vocabulary *v)
{
    if (v == NULL)
        return;
    free(v->words);
    free(v->text);
    mlpi_slots_release(&v->slots);
    free(v);
}

void mlpi_vocabulary_clear(mlpi_vocabulary *v, size_t columns)
{
    if (v->count > 0) {
        mlpi_slots_clear(&v->slots);
        memset(v->counts, 0, columns * sizeof *v->counts);
    }
    v->count = v->text_size = 0;
}

const mlpi_draft *mlpi_vocabulary_add(mlpi_vocabulary *v, const mlp_table *table, size_t column,
                                      mlpi_span text, char decimal)
{
    const mlpi_text_key key = mlpi_text_key_of(text.text, text.length);
    const uint32_t hash = mlpi_text_hash(column, key, text.text, text.length);
    if (!mlpi_slots_fit(&v->slots, v->count + 1) ||
        !mlpi_grow(&v->words, &v->words_room, v->count + 1, sizeof *v->words) ||
        !mlpi_grow(&v->text, &v->text_room, v->text_size + text.length + 1, 1))
        return NULL;
    mlpi_draft *word = &v->words[v->count++];
    *word = (mlpi_draft){.key = key,
                         .at = v->text_size,
                         .length = (uint32_t)text.length,
                         .column = (uint32_t)column,
                         .place = v->counts[column]++,
                         .decimal = decimal};
    word->cell = (uint8_t)mlpi_table_classify(table, text, decimal, &word->number, &word->dress);
    if (word->dress == MLPI_MAY_BE_MISSING && table->lacks != NULL && table->lacks[column])
        word->cell = MLPI_CELL_MISSING;
    if (text.length > 0) /* an empty text may be NULL */
        memcpy(v->text + v->text_size, text.text, text.length);
    v->text_size += text.length;
    mlpi_slots_put(&v->slots, (mlpi_slot){hash, (uint32_t)v->count});
    return word;
}
