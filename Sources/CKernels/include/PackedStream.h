// Decoding of packed streams (PackedEncoding): mini-blocks of 128 numbers, each with its own base and width, then patches.
#ifndef TAPEDECK_PACKEDSTREAM_H
#define TAPEDECK_PACKEDSTREAM_H
#include <stddef.h>
#include <stdint.h>

/// Decodes `count` words from the data and patches in `bytes`. `widths` has a byte per mini-block: the width, at most 64, and 128 where there are
/// patches. Returns the bytes taken, or SIZE_MAX where they are not what they should be. Reads no byte outside `bytes[0..<size]`.
size_t tape_packed_words(const uint8_t *bytes, size_t size, size_t count, const int64_t *bases, const uint8_t *widths, int64_t *words);

/// The same where every number fits in 16 bits; `highest` becomes the largest. SIZE_MAX also where one does not fit, or a width is above 16.
size_t tape_packed_codes(
    const uint8_t *bytes, size_t size, size_t count, const int64_t *bases, const uint8_t *widths, uint16_t *codes, uint32_t *highest);
#endif
