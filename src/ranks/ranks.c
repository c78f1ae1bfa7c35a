/* SPDX-License-Identifier: MIT */
/* Passes bytes along the row of ranks, and from one rank to all. */
#include "ranks/ranks.h"

#include <stdio.h>

/* Bytes that pass through several ranks are sent in parts, so that a rank passes one part on while
 * the next is on its way. */
enum { PART = 1 << 16 };

/* Keeps a failure with the message of the transport; if that is empty, with a message that names
 * the rank that was to be reached. false: there is a failure. */
static bool note(mlpi_comm *r, mlp_status status, const mlp_error *why, size_t other,
                 const char *what)
{
    if (status == MLP_OK)
        return true;
    if (why->message[0] != '\0') {
        r->failure = *why;
        r->failure.status = status;
        return false;
    }
    mlpi_fail(&r->failure, status, "rank %zu could not %s rank %zu, which may have ended; %s",
              r->face.rank, what, other,
              r->way_out != NULL ? r->way_out
                                 : "with `checkpoint` and `resume`, the run resumes from its last "
                                   "checkpoint, with any number of ranks");
    return false;
}

mlp_status mlpi_ranks_check(const mlp_ranks *face, mlp_error *err)
{
    if (face->size < sizeof *face)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`size` of the ranks is %zu; it must be sizeof(mlp_ranks)", face->size);
    if (face->rank >= face->ranks)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "there is no rank %zu of %zu: ranks are counted from 0", face->rank,
                         face->ranks);
    if (face->send == NULL || face->receive == NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "ranks need both callbacks: send and receive");
    return MLP_OK;
}

mlp_status mlpi_comm_begin(mlpi_comm *r, const mlp_ranks *face, mlp_error *err)
{
    MLPI_TRY(mlpi_ranks_check(face, err));
    r->face = *face;
    return MLP_OK;
}

mlp_status mlpi_comm_check(const mlpi_comm *r, mlp_error *err)
{
    if (r->failure.status != MLP_OK && err != NULL)
        *err = r->failure;
    return r->failure.status;
}

static bool receive(mlpi_comm *r, size_t from, void *bytes, size_t count)
{
    mlp_error why = {.message = ""};
    if (r->failure.status != MLP_OK || count == 0)
        return r->failure.status == MLP_OK;
    return note(r, r->face.receive(r->face.context, from, bytes, count, &why), &why, from,
                "hear from");
}

static bool send(mlpi_comm *r, size_t to, const void *bytes, size_t count)
{
    mlp_error why = {.message = ""};
    if (r->failure.status != MLP_OK || count == 0)
        return r->failure.status == MLP_OK;
    return note(r, r->face.send(r->face.context, to, bytes, count, &why), &why, to, "reach");
}

bool mlpi_comm_take(mlpi_comm *r, void *bytes, size_t count)
{
    return mlpi_comm_are_first(r) ? r->failure.status == MLP_OK
                                  : receive(r, r->face.rank - 1, bytes, count);
}

bool mlpi_comm_pass(mlpi_comm *r, const void *bytes, size_t count)
{
    return mlpi_comm_are_last(r) ? r->failure.status == MLP_OK
                                 : send(r, r->face.rank + 1, bytes, count);
}

static size_t part_of(size_t count, size_t at)
{
    return count - at < PART ? count - at : PART;
}

/* Passes bytes on in both directions, away from rank `from`. */
static bool relay(mlpi_comm *r, size_t from, void *bytes, size_t count)
{
    const size_t own = r->face.rank;
    if (own != from && !receive(r, own < from ? own + 1 : own - 1, bytes, count))
        return false;
    if (own <= from && !mlpi_comm_are_first(r) && !send(r, own - 1, bytes, count))
        return false;
    return own < from || mlpi_comm_pass(r, bytes, count);
}

bool mlpi_comm_tell(mlpi_comm *r, size_t from, void *bytes, size_t count)
{
    unsigned char *all = bytes;
    for (size_t at = 0; at < count; at += PART)
        if (!relay(r, from, all + at, part_of(count, at)))
            return false;
    return true;
}

bool mlpi_comm_return(mlpi_comm *r, void *bytes, size_t count)
{
    return mlpi_comm_tell(r, r->face.ranks - 1, bytes, count);
}

bool mlpi_comm_spread(mlpi_comm *r, void *bytes, size_t count)
{
    return mlpi_comm_tell(r, 0, bytes, count);
}

bool mlpi_comm_gather(mlpi_comm *r, void *bytes, size_t first, size_t end, size_t count)
{
    unsigned char *all = bytes;
    const bool heard = mlpi_comm_take(r, all, first) && mlpi_comm_pass(r, all, end);
    if (!heard || (!mlpi_comm_are_last(r) && !receive(r, r->face.rank + 1, all + end, count - end)))
        return false;
    return mlpi_comm_are_first(r) || send(r, r->face.rank - 1, all + first, count - first);
}

bool mlpi_comm_agree(mlpi_comm *r)
{
    uint32_t before = 0;
    if (!mlpi_comm_take(r, &before, sizeof before))
        return false;
    before |= r->wants;
    if (!mlpi_comm_pass(r, &before, sizeof before) || !mlpi_comm_return(r, &before, sizeof before))
        return false;
    r->agreed = before;
    return true;
}

bool mlpi_comm_compare(mlpi_comm *r, uint64_t number, size_t *odd)
{
    struct {
        uint64_t number, odd; /* odd: first rank with another number, else number of ranks */
    } row = {number, r->face.ranks};
    if (!mlpi_comm_take(r, &row, sizeof row))
        return false;
    if (row.number != number && row.odd == r->face.ranks)
        row.odd = r->face.rank;
    if (!mlpi_comm_pass(r, &row, sizeof row) || !mlpi_comm_return(r, &row, sizeof row))
        return false;
    *odd = (size_t)row.odd;
    return true;
}
