/* SPDX-License-Identifier: MIT */
/* A hash table with linear probing. Things are numbered from 0 in the order in which they were
 * found; each has the slot that its hash selects, or the next free one. */
#ifndef MLPI_SLOTS_H
#define MLPI_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A slot keeps the hash, too, so that a search compares only things with the same hash. */
typedef struct mlpi_slot {
    uint32_t hash, number; /* number: 1 + the thing's number; 0: the slot is empty */
} mlpi_slot;

/** Begins zeroed. */
typedef struct mlpi_slots {
    mlpi_slot *slots;
    size_t count, room; /* number of slots, a power of two; most things that these may hold */
} mlpi_slots;

/** Adds slots until there is room for `things` things. false: out of memory. */
bool mlpi_slots_grow(mlpi_slots *slots, size_t things);
/** Makes room for `things` things in all, which may move all slots. false: out of memory. */
static inline bool mlpi_slots_fit(mlpi_slots *slots, size_t things)
{
    return things <= slots->room || mlpi_slots_grow(slots, things);
}
void mlpi_slots_release(mlpi_slots *slots);
/** Forgets all things. */
void mlpi_slots_clear(mlpi_slots *slots);

/** The slot where the search for a hash begins; mlpi_slots_fit must have made room. The search
 * ends at the thing, or at an empty slot, where the thing belongs: a third of the slots is always
 * empty. */
static inline mlpi_slot *mlpi_slots_first(const mlpi_slots *slots, uint32_t hash)
{
    return &slots->slots[hash & (slots->count - 1)];
}

/** The next slot of a search. */
static inline mlpi_slot *mlpi_slots_next(const mlpi_slots *slots, const mlpi_slot *slot)
{
    return &slots->slots[((size_t)(slot - slots->slots) + 1) & (slots->count - 1)];
}

/** Puts a thing that is not in the table yet into a slot. */
static inline void mlpi_slots_put(mlpi_slots *slots, mlpi_slot thing)
{
    mlpi_slot *slot = mlpi_slots_first(slots, thing.hash);
    while (slot->number != 0)
        slot = mlpi_slots_next(slots, slot);
    *slot = thing;
}

#endif
