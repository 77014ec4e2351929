// Decimal integers in one column of CSV text.
#ifndef TAPEDECK_INTEGERFIELDS_H
#define TAPEDECK_INTEGERFIELDS_H
#include <stddef.h>
#include <stdint.h>

/// Parses one field of each row: 1 to 19 digits without a sign, at most INT64_MAX. Row r's field lies between the positions with the indices
/// starts[r] + field − 1 and starts[r] + field (index −1 stands for position −1). Words of other fields become 0 and their rows, ascending, go to
/// `irregular`, which has room for all; returns how many. `low` and `high` are widened to hold all words of good fields. No byte at or after `size` is read.
size_t tape_integer_fields(
    const uint8_t *text, size_t size, const uint32_t *positions, const int32_t *starts, size_t rows, size_t field, int64_t *words,
    int32_t *irregular, int64_t *low, int64_t *high);

/// The same, byte by byte; tests hold the two equal.
size_t tape_integer_fields_portable(
    const uint8_t *text, size_t size, const uint32_t *positions, const int32_t *starts, size_t rows, size_t field, int64_t *words,
    int32_t *irregular, int64_t *low, int64_t *high);
#endif
