/* SPDX-License-Identifier: MIT */
/* Numbers in everyday dress: $7,150.40 and 76.4% and 12.881,85 and 1 234 and (45.20). */
#ifndef MLPI_NUMBER_STYLE_H
#define MLPI_NUMBER_STYLE_H

#include "data/block.h"

/** What a number is dressed in, as bits. */
enum { MLPI_PERCENT = 1, MLPI_CURRENCY = 2, MLPI_GROUPS = 4, MLPI_BRACKETS = 8 };

/** Reads a number in everyday dress: a currency sign before or behind it, groups of three digits, a
 * percent sign, which leaves the number as it is written, brackets, in which accounts put
 * what is below 0. `decimal` is '.' or ','; between groups
 * stands the other of them, a space or an apostrophe. Returns what it is dressed in; 0: in nothing,
 * or it is not a number. */
unsigned mlpi_number_undress(mlpi_span text, char decimal, double *value);
/** Whether a text begins with a letter that begins no number in any dress; most texts do. */
bool mlpi_begins_as_a_word(mlpi_span text);

/** Writes a number with a decimal comma as one with a point, into `plain` of MLPI_COMMA_ROOM bytes.
 * Returns the length; 0: it is none. */
enum { MLPI_COMMA_ROOM = 48 };
size_t mlpi_number_with_point(mlpi_span text, char *plain);

#endif
