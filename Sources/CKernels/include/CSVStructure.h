// Finds where the fields of CSV text end: every comma and line feed outside quotes.
#ifndef TAPEDECK_CSVSTRUCTURE_H
#define TAPEDECK_CSVSTRUCTURE_H
#include <stddef.h>
#include <stdint.h>

/// Writes the positions of commas and line feeds outside quotes, ascending, and returns how many; and into `ends`, for each of those line
/// feeds, its index among the positions. Both have room for `count` (plus 64, written as scratch). The text starts outside quotes. `quotes` is
/// set to whether it has any quote.
size_t tape_csv_structure(
    const uint8_t *bytes, size_t count, uint32_t *positions, uint32_t *ends, size_t *end_count, int *quotes);

/// The same, byte by byte; tests hold the two equal.
size_t tape_csv_structure_portable(
    const uint8_t *bytes, size_t count, uint32_t *positions, uint32_t *ends, size_t *end_count, int *quotes);
#endif
