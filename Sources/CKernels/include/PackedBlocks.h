// The data of a packed stream: mini-blocks of bit-packed words, then their patches. docs/format.md has the layout.
#ifndef TAPEDECK_PACKEDBLOCKS_H
#define TAPEDECK_PACKEDBLOCKS_H
#include <stddef.h>
#include <stdint.h>

/// Writes the words as a plan (`tape_packed_plan`) has them, and returns how many bytes that takes. There is room for the size that the plan says.
size_t tape_packed_write(
    const int64_t *words, size_t count, const int64_t *bases, const uint8_t *widths, const uint8_t *patches, uint8_t *bytes);
#endif
