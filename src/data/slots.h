/* SPDX-License-Identifier: MIT */
/* Where things are found by a hash: what is numbered from 0 on in the order in which it was found
 * has a slot at its hash, or behind it where that is taken. */
#ifndef MLPI_SLOTS_H
#define MLPI_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Most things that are not the one looked for differ in the hash. */
typedef struct mlpi_slot {
    uint32_t hash, number; /* 1 + number of a thing; 0: none */
} mlpi_slot;

/** Zeroed at first. */
typedef struct mlpi_slots {
    mlpi_slot *slots;
    size_t count, room; /* a power of two; room: for things */
} mlpi_slots;

/** Takes more slots, with room for so many things. false: out of memory. */
bool mlpi_slots_grow(mlpi_slots *slots, size_t things);
/** Makes room for so many things, which may move all slots. false: out of memory. */
static inline bool mlpi_slots_fit(mlpi_slots *slots, size_t things)
{
    return things <= slots->room || mlpi_slots_grow(slots, things);
}
void mlpi_slots_release(mlpi_slots *slots);
/** Forgets all things. */
void mlpi_slots_clear(mlpi_slots *slots);

/** The slot where the search for a hash begins. There is room for one thing at least, and a third of
 * the slots is empty, so that it ends: at the thing, or at an empty slot, where it belongs. */
static inline mlpi_slot *mlpi_slots_first(const mlpi_slots *slots, uint32_t hash)
{
    return &slots->slots[hash & (slots->count - 1)];
}

/** The slot where it goes on. */
static inline mlpi_slot *mlpi_slots_next(const mlpi_slots *slots, const mlpi_slot *slot)
{
    return &slots->slots[((size_t)(slot - slots->slots) + 1) & (slots->count - 1)];
}

/** Puts a thing that has none yet into its slot. */
static inline void mlpi_slots_put(mlpi_slots *slots, mlpi_slot thing)
{
    mlpi_slot *slot = mlpi_slots_first(slots, thing.hash);
    while (slot->number != 0)
        slot = mlpi_slots_next(slots, slot);
    *slot = thing;
}

#endif
