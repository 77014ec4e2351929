#include "PackedBlocks.h"
#include "BitPacking.h"

enum { mini_block = 128 };

static size_t pack(const int64_t *words, size_t count, uint64_t base, unsigned width, uint8_t *bytes) {
    uint8_t *start = bytes;
    for (; count >= 64; count -= 64, words += 64, bytes += width * 8) tape_pack64(words, base, width, bytes);
    if (count > 0) {
        int64_t padded[64];
        uint8_t packed[512];
        // The base packs to zero bits.
        for (size_t i = 0; i < 64; i++) padded[i] = i < count ? words[i] : (int64_t)base;
        tape_pack64(padded, base, width, packed);
        size_t size = (count * width + 7) / 8;
        memcpy(bytes, packed, size);
        bytes += size;
    }
    return (size_t)(bytes - start);
}

static uint8_t *write_varint(uint64_t value, uint8_t *bytes) {
    for (; value >= 0x80; value >>= 7) *bytes++ = (uint8_t)(value | 0x80);
    *bytes++ = (uint8_t)value;
    return bytes;
}

static uint8_t *write_patches(const int64_t *words, size_t count, uint64_t base, unsigned width, unsigned patches, uint8_t *bytes) {
    uint8_t positions[mini_block + 1];
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        positions[found] = (uint8_t)i;
        found += ((uint64_t)words[i] - base) >> width != 0;
    }
    // As many as the plan counted: it is made of the same words.
    if (found > patches) found = patches;
    *bytes++ = (uint8_t)found;
    memcpy(bytes, positions, found);
    bytes += found;
    for (size_t i = 0; i < found; i++) bytes = write_varint(((uint64_t)words[positions[i]] - base) >> width, bytes);
    return bytes;
}

size_t tape_packed_write(
    const int64_t *words, size_t count, const int64_t *bases, const uint8_t *widths, const uint8_t *patches, uint8_t *bytes
) {
    uint8_t *next = bytes;
    for (size_t block = 0; block * mini_block < count; block++) {
        size_t size = count - block * mini_block < mini_block ? count - block * mini_block : mini_block;
        if (widths[block] > 0) next += pack(words + block * mini_block, size, (uint64_t)bases[block], widths[block], next);
    }
    for (size_t block = 0; block * mini_block < count; block++) {
        size_t size = count - block * mini_block < mini_block ? count - block * mini_block : mini_block;
        if (patches[block] > 0)
            next = write_patches(words + block * mini_block, size, (uint64_t)bases[block], widths[block], patches[block], next);
    }
    return (size_t)(next - bytes);
}
