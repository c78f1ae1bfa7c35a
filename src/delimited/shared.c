/* SPDX-License-Identifier: MIT */
/* Pieces of a text that several ranks split. A block is sent as it lies in memory, since all ranks
 * run the same program. */
#include "delimited/shared.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "ranks/ranks.h"

/* --- which rank splits what ------------------------------------------------------------------- */

size_t mlpi_shared_by(const mlpi_source *text)
{
    return text->ranks != NULL ? text->ranks->face.ranks : 1;
}

/* The first piece of a rank. */
static size_t begin_of(const mlpi_source *text, size_t count, size_t rank)
{
    return count * rank / mlpi_shared_by(text);
}

size_t mlpi_shared_own(const mlpi_source *text, size_t count, size_t *first)
{
    const size_t rank = text->ranks != NULL ? text->ranks->face.rank : 0;
    *first = begin_of(text, count, rank);
    return begin_of(text, count, rank + 1) - *first;
}

/* --- whether all ranks read the same ---------------------------------------------------------- */

enum { SAMPLES = 64, SAMPLE = 1 << 12 }; /* number of samples, bytes of each */

/* Hashes samples that are spread over the text. */
static mlp_status hash_samples(const mlpi_source *text, uint64_t *hash, mlp_error *err)
{
    char bytes[SAMPLE];
    const size_t size = text->size - text->begin, most = size < SAMPLE ? size : SAMPLE;
    for (size_t i = 0; i < SAMPLES; i++) {
        const size_t at = text->begin + (size - most) * i / (SAMPLES - 1);
        MLPI_TRY(mlpi_source_read(text, at, most, bytes, err));
        *hash = mlpi_hash(*hash, bytes, most);
    }
    return MLP_OK;
}

/* Hashes everything that determines where pieces begin and how their cells are read. */
static uint64_t hash_shape(const mlpi_source *text, const mlp_table *table, char separator)
{
    const mlp_read_options *o = &table->options;
    const uint64_t numbers[] = {text->size,
                                text->begin,
                                table->columns,
                                table->has_header,
                                (unsigned char)separator,
                                (unsigned char)table->decimal,
                                (unsigned char)o->comment,
                                table->spill != NULL,
                                sizeof(mlpi_piece),
                                sizeof(mlpi_column)};
    uint64_t hash = mlpi_hash(mlpi_table_hash_head(table), numbers, sizeof numbers);
    for (size_t i = 0; i < o->missing.count; i++)
        hash = mlpi_hash(hash, o->missing.items[i], strlen(o->missing.items[i]) + 1);
    return mlpi_hash(hash, MLP_VERSION, sizeof MLP_VERSION);
}

mlp_status mlpi_shared_meet(const mlpi_source *text, const mlp_table *table, char separator,
                            mlp_error *err)
{
    const size_t none = mlpi_shared_by(text);
    size_t odd = none;
    if (none == 1)
        return MLP_OK;
    uint64_t hash = hash_shape(text, table, separator);
    MLPI_TRY(hash_samples(text, &hash, err));
    if (!mlpi_comm_compare(text->ranks, hash, &odd))
        return mlpi_comm_check(text->ranks, err);
    if (odd == none)
        return MLP_OK;
    return mlpi_fail_at(err, MLP_ERROR_DATA, text->name, 0, 0,
                        "rank %zu does not read what rank 0 reads: the file or the options for "
                        "reading differ; give all ranks the same file and options",
                        odd);
}

/* --- giving pieces to all ranks --------------------------------------------------------------- */

/* Makes room for a block like that of another rank. */
static mlp_status make_room(const mlpi_block *theirs, size_t columns, mlpi_block *made,
                            mlp_error *err)
{
    *made = *theirs;
    made->columns = calloc(columns, sizeof *made->columns);
    made->memory = malloc(theirs->bytes);
    if (made->columns != NULL && made->memory != NULL)
        return MLP_OK;
    mlpi_block_release(made);
    return mlpi_fail_memory(err, "the cells of the data");
}

/* Gives the block of `owner` to all ranks. `theirs` is the block as the owner has it, with pointers
 * into the owner's memory. */
static mlp_status give_block(mlpi_comm *ranks, size_t owner, const mlpi_block *theirs,
                             size_t columns, mlpi_block *block, mlp_error *err)
{
    const bool own = owner == ranks->face.rank;
    if (!own)
        MLPI_TRY(make_room(theirs, columns, block, err));
    if (!mlpi_comm_tell(ranks, owner, block->columns, columns * sizeof *block->columns) ||
        !mlpi_comm_tell(ranks, owner, block->memory, block->bytes))
        return mlpi_comm_check(ranks, err);
    for (size_t c = 0; !own && c < columns; c++)
        block->columns[c].kind = &mlpi_column_of_codes;
    if (!own)
        mlpi_block_move(block, columns, theirs->memory, block->memory);
    return MLP_OK;
}

static mlp_status give(const mlpi_source *text, size_t owner, mlpi_piece *piece, size_t columns,
                       mlp_error *err)
{
    mlpi_comm *const ranks = text->ranks;
    mlpi_piece told = *piece;
    if (!mlpi_comm_tell(ranks, owner, &told, sizeof told))
        return mlpi_comm_check(ranks, err);
    if (told.from != piece->from || told.stop != piece->stop)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, text->name, 0, 0,
            "rank %zu and rank %zu read different pieces; give all ranks the same file and options",
            owner, ranks->face.rank);
    const mlpi_block theirs = told.block;
    told.block = piece->block;
    *piece = told;
    return theirs.rows > 0 ? give_block(ranks, owner, &theirs, columns, &piece->block, err)
                           : MLP_OK;
}

mlp_status mlpi_shared_give(const mlpi_source *text, mlpi_piece *pieces, size_t count,
                            size_t columns, mlp_error *err)
{
    const size_t ranks = mlpi_shared_by(text);
    for (size_t owner = 0; ranks > 1 && owner < ranks; owner++)
        for (size_t i = begin_of(text, count, owner); i < begin_of(text, count, owner + 1); i++)
            MLPI_TRY(give(text, owner, &pieces[i], columns, err));
    return MLP_OK;
}
