/* SPDX-License-Identifier: MIT */
/* Numbers in the "dress" of signs and separators with which people write them: $7,150.40 and 76.4%
 * and 12.881,85 and 1 234 and (45.20). */
#ifndef MLPI_NUMBER_STYLE_H
#define MLPI_NUMBER_STYLE_H

#include "data/block.h"

/** The parts of a number's dress, as bits. */
enum { MLPI_PERCENT = 1, MLPI_CURRENCY = 2, MLPI_GROUPS = 4, MLPI_BRACKETS = 8 };

/** Reads a number in such dress: a currency sign before or after it, groups of three digits, a
 * percent sign (7% is read as 7), or brackets, in which accounts put numbers below 0. `decimal` is
 * '.' or ','; groups are separated by the other of the two, a space or an apostrophe. Returns the
 * bits of its dress; 0: the text is a number without dress, or not a number. */
unsigned mlpi_number_undress(mlpi_span text, char decimal, double *value);
/** Whether a text begins with a letter with which no number begins, in any dress; most texts do. */
bool mlpi_begins_as_a_word(mlpi_span text);

/** Copies a number that has a decimal comma into `plain`, of MLPI_COMMA_ROOM bytes, with a point in
 * place of the comma. Returns the length; 0: the text is not such a number. */
enum { MLPI_COMMA_ROOM = 48 };
size_t mlpi_number_with_point(mlpi_span text, char *plain);

#endif
