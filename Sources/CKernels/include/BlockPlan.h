// What encoders need to know of a block before they write it.
#ifndef TAPEDECK_BLOCKPLAN_H
#define TAPEDECK_BLOCKPLAN_H
#include <stddef.h>
#include <stdint.h>

/// deltas[i] = words[i + 1] − words[i], wrapping, for i below count − 1.
void tape_deltas(const int64_t *words, size_t count, int64_t *deltas);

/// Neighbours that are equal, once, and how many there are besides the first of each. Returns the number of runs; `room` is no less, or the last ones are
/// lost.
size_t tape_runs(const int64_t *words, size_t count, size_t room, int64_t *values, int64_t *lengths);

/// The same, word by word; tests hold the two equal.
size_t tape_runs_portable(const int64_t *words, size_t count, size_t room, int64_t *values, int64_t *lengths);

/// For words between base and base + range (at most 4,095): the rank of each value among those that occur, −1 for one that does not. `ranks` holds
/// range + 1 entries. Returns how many occur.
size_t tape_small_dictionary(const int64_t *words, size_t count, int64_t base, unsigned range, int16_t *ranks);

/// codes[i] = ranks[words[i] − base].
void tape_small_codes(const int64_t *words, size_t count, int64_t base, unsigned range, const int16_t *ranks, int64_t *codes);

/// Numbers the distinct words in order of first appearance. `slots` holds 4,096 entries of scratch. Returns the count of distinct words; 0 where there
/// are more than `distinct_max` (at most 2,048), or more than `sample_max` among the first 512 words.
size_t tape_dictionary(
    const int64_t *words, size_t count, size_t distinct_max, size_t sample_max, int16_t *slots, int64_t *distinct, int64_t *codes);

/// Sorts at most 2,048 distinct words, and says for each old place its new one.
void tape_dictionary_ranks(int64_t *distinct, size_t count, int16_t *ranks);

/// codes[i] = ranks[codes[i]].
void tape_rank_codes(int64_t *codes, size_t count, const int16_t *ranks);

/// Writes `count` bytes per plane, the lowest bytes of all (words[i] − base) first.
void tape_planes(const int64_t *words, size_t count, int64_t base, unsigned planes, uint8_t *bytes);
#endif
