// Words as offsets from a base, in whole bytes.
#ifndef TAPEDECK_NARROWWORDS_H
#define TAPEDECK_NARROWWORDS_H
#include <stddef.h>
#include <stdint.h>

/// Writes words[i] − base as `width` (1, 2, 4, 8) bytes each.
void tape_narrow(const int64_t *words, size_t count, int64_t base, unsigned width, uint8_t *bytes);

/// Copies the items of `width` (1, 2, 4, 8) bytes that `rows` names, each below `from_count`, which is not 0.
void tape_gather(const uint8_t *from, size_t from_count, const int32_t *rows, size_t count, unsigned width, uint8_t *bytes);

/// Reads `count` offsets of `width` (1, 2, 4, 8) bytes and adds the base.
void tape_widen(const uint8_t *bytes, size_t count, int64_t base, unsigned width, int64_t *words);
#endif
