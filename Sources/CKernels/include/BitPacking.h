// Bit packing of 64 values at a time: 64 values of w bits are exactly w little-endian 64-bit words, so a
// full group reads and writes no byte outside its own. Written for a constant w; the compiler unrolls.
#ifndef TAPEDECK_BITPACKING_H
#define TAPEDECK_BITPACKING_H
#include <stdint.h>
#include <string.h>

static inline uint64_t tape_word(const uint8_t *bytes, unsigned index) {
    uint64_t word;
    memcpy(&word, bytes + 8 * (size_t)index, 8);
    return word;
}

/// values[i] = base + the i-th w-bit number of `bytes`, for 64 numbers; w*8 bytes are read.
void tape_unpack64(const uint8_t *bytes, unsigned width, uint64_t base, int64_t *values);

/// Writes the low w bits of values[i] - base, for 64 values; w*8 bytes are written.
void tape_pack64(const int64_t *values, uint64_t base, unsigned width, uint8_t *bytes);
#endif
