// Decoding of packed streams (PackedEncoding): mini-blocks of 128 numbers, each with its own base and width, then patches.
#ifndef TAPEDECK_PACKEDSTREAM_H
#define TAPEDECK_PACKEDSTREAM_H
#include <stddef.h>
#include <stdint.h>

/// words[i] = base + the i-th number of `width` bits, at most 64, for `count` numbers, which lie in `bytes[0..<size]`; nothing outside is read.
void tape_unpack(const uint8_t *bytes, size_t size, size_t count, unsigned width, uint64_t base, int64_t *words);

/// Decodes `count` words from a stream's body in `bytes`, behind its base and base width: bases, widths, data and patches. Returns the bytes taken, or SIZE_MAX
/// where they are not what they should be. Reads no byte outside `bytes[0..<size]`.
size_t tape_packed_words(const uint8_t *bytes, size_t size, size_t count, int64_t base, unsigned base_width, int64_t *words);

/// The same where every number fits in 16 bits; `highest` becomes the largest. SIZE_MAX also where one does not fit, or a width is above 16.
size_t tape_packed_codes(const uint8_t *bytes, size_t size, size_t count, int64_t base, unsigned base_width, uint16_t *codes, uint32_t *highest);
#endif
