#include "BlockPlan.h"
#include <string.h>

#define DELTAS(name, target) \
    target static void name(const int64_t *words, size_t count, int64_t *deltas) { \
        for (size_t i = 0; i + 1 < count; i++) deltas[i] = (int64_t)((uint64_t)words[i + 1] - (uint64_t)words[i]); \
    }

#define PLANES(name, target) \
    target static void name(const int64_t *words, size_t count, int64_t base, unsigned planes, uint8_t *bytes) { \
        for (unsigned plane = 0; plane < planes; plane++, bytes += count) \
            for (size_t i = 0; i < count; i++) bytes[i] = (uint8_t)(((uint64_t)words[i] - (uint64_t)base) >> (8 * plane)); \
    }

#if defined(__x86_64__)
#include <immintrin.h>
DELTAS(deltas_avx2, __attribute__((target("avx2"))))
PLANES(planes_avx2, __attribute__((target("avx2"))))
#endif
DELTAS(deltas_portable, )
PLANES(planes_portable, )

#if defined(__x86_64__)
#define CALL(wide, portable) (__builtin_cpu_supports("avx2") ? wide : portable)
#else
#define CALL(wide, portable) portable
#endif

void tape_deltas(const int64_t *words, size_t count, int64_t *deltas) { CALL(deltas_avx2, deltas_portable)(words, count, deltas); }

void tape_planes(const int64_t *words, size_t count, int64_t base, unsigned planes, uint8_t *bytes) {
    CALL(planes_avx2, planes_portable)(words, count, base, planes, bytes);
}

/// Words from `first` on. Without a branch: each word is written where the next run begins, and stays if it does begin one.
static size_t run_ends(
    const int64_t *words, size_t first, size_t count, size_t runs, size_t room, int64_t *values, int64_t *ends
) {
    for (size_t i = first; i + 1 < count; i++) {
        values[runs] = words[i];
        ends[runs] = (int64_t)i;
        runs += words[i] != words[i + 1];
        runs = runs < room - 1 ? runs : room - 1;
    }
    values[runs] = words[count - 1];
    ends[runs] = (int64_t)count - 1;
    return runs + 1;
}

#if defined(__x86_64__)
__attribute__((target("avx512f,popcnt"))) static size_t run_ends_avx512(const int64_t *words, size_t count, size_t room, int64_t *values, int64_t *ends) {
    size_t runs = 0, i = 0;
    __m512i places = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    // All eight lanes are stored, so there must be room for them.
    for (; i + 9 <= count && runs + 8 < room; i += 8, places = _mm512_add_epi64(places, _mm512_set1_epi64(8))) {
        __m512i here = _mm512_loadu_si512(words + i);
        __mmask8 last = _mm512_cmpneq_epi64_mask(here, _mm512_loadu_si512(words + i + 1));
        if (last == 0) continue;
        _mm512_storeu_si512(values + runs, _mm512_maskz_compress_epi64(last, here));
        _mm512_storeu_si512(ends + runs, _mm512_maskz_compress_epi64(last, places));
        runs += (size_t)__builtin_popcount(last);
    }
    return run_ends(words, i, count, runs, room, values, ends);
}
#endif

static size_t ends_to_lengths(int64_t *ends, size_t runs) {
    for (size_t run = runs - 1; run > 0; run--) ends[run] -= ends[run - 1] + 1;
    return runs;
}

size_t tape_runs_portable(const int64_t *words, size_t count, size_t room, int64_t *values, int64_t *lengths) {
    return ends_to_lengths(lengths, run_ends(words, 0, count, 0, room, values, lengths));
}

size_t tape_runs(const int64_t *words, size_t count, size_t room, int64_t *values, int64_t *lengths) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return ends_to_lengths(lengths, run_ends_avx512(words, count, room, values, lengths));
#endif
    return tape_runs_portable(words, count, room, values, lengths);
}

/// Where a word's rank is; a word that is out of range, which there should be none of, gets another's.
static inline uint64_t place(int64_t word, int64_t base, unsigned range) {
    uint64_t offset = (uint64_t)word - (uint64_t)base;
    return offset < range ? offset : range;
}

size_t tape_small_dictionary(const int64_t *words, size_t count, int64_t base, unsigned range, int16_t *ranks) {
    memset(ranks, 0, (range + 1) * sizeof *ranks);
    for (size_t i = 0; i < count; i++) ranks[place(words[i], base, range)] = 1;
    int16_t found = 0;
    for (unsigned value = 0; value <= range; value++) {
        int16_t present = ranks[value];
        ranks[value] = present ? found : -1;
        found = (int16_t)(found + present);
    }
    return (size_t)found;
}

void tape_small_codes(const int64_t *words, size_t count, int64_t base, unsigned range, const int16_t *ranks, int64_t *codes) {
    for (size_t i = 0; i < count; i++) codes[i] = ranks[place(words[i], base, range)];
}

size_t tape_dictionary(
    const int64_t *words, size_t count, size_t distinct_max, size_t sample_max, int16_t *slots, int64_t *distinct, int64_t *codes
) {
    enum { slot_count = 4096, sample = 512 };
    memset(slots, -1, slot_count * sizeof *slots);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t slot = (uint64_t)words[i] * 0x9E3779B97F4A7C15ull >> 52;
        while (slots[slot] >= 0 && distinct[slots[slot]] != words[i]) slot = (slot + 1) & (slot_count - 1);
        if (slots[slot] < 0) {
            if (found == distinct_max || (i < sample && found >= sample_max)) return 0;
            slots[slot] = (int16_t)found;
            distinct[found++] = words[i];
        }
        codes[i] = slots[slot];
    }
    return found;
}

typedef struct {
    int64_t word;
    int16_t code;
} coded_word;

void tape_dictionary_ranks(int64_t *distinct, size_t count, int16_t *ranks) {
    coded_word buffers[2][2048], *from = buffers[0], *to = buffers[1];
    uint64_t differing = 0;
    for (size_t i = 0; i < count; i++) {
        // The sign is flipped, so that words order as unsigned numbers do.
        from[i] = (coded_word){(int64_t)((uint64_t)distinct[i] ^ (uint64_t)1 << 63), (int16_t)i};
        differing |= (uint64_t)distinct[i] ^ (uint64_t)distinct[0];
    }
    // Radix sort by bytes, those left out that are equal in all words.
    for (unsigned shift = 0; shift < 64; shift += 8) {
        if ((differing >> shift & 0xFF) == 0) continue;
        unsigned ends[256] = {0}, total = 0;
        for (size_t i = 0; i < count; i++) ends[(uint64_t)from[i].word >> shift & 0xFF]++;
        for (unsigned digit = 0; digit < 256; digit++) {
            unsigned size = ends[digit];
            ends[digit] = total;
            total += size;
        }
        for (size_t i = 0; i < count; i++) to[ends[(uint64_t)from[i].word >> shift & 0xFF]++] = from[i];
        coded_word *swap = from;
        from = to;
        to = swap;
    }
    for (size_t i = 0; i < count; i++) {
        distinct[i] = (int64_t)((uint64_t)from[i].word ^ (uint64_t)1 << 63);
        ranks[from[i].code] = (int16_t)i;
    }
}

void tape_rank_codes(int64_t *codes, size_t count, const int16_t *ranks) {
    for (size_t i = 0; i < count; i++) codes[i] = ranks[codes[i]];
}
