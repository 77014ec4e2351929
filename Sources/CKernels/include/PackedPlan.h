// Of how many bits to pack each mini-block.
#ifndef TAPEDECK_PACKEDPLAN_H
#define TAPEDECK_PACKEDPLAN_H
#include <stddef.h>
#include <stdint.h>

/// For each mini-block of 128 words (the last may be short): its smallest word, the width (of those that some word has) that packs it
/// in the fewest bytes when the words that are wider are patched in, and how many those are. Returns the bytes of the packed words and of the
/// patches.
///
/// A patch costs a byte for its position and a varint of the bits above the width; a mini-block with patches one byte more.
size_t tape_packed_plan(const int64_t *words, size_t count, int64_t *bases, uint8_t *widths, uint8_t *patches);

/// The same, word by word; tests hold the two equal.
size_t tape_packed_plan_portable(const int64_t *words, size_t count, int64_t *bases, uint8_t *widths, uint8_t *patches);
#endif
