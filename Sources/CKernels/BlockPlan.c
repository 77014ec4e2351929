#include "BlockPlan.h"
#include <string.h>

enum { mini_block = 128, patch_max = mini_block / 4 };

static inline unsigned width_of(uint64_t offset) { return offset == 0 ? 0 : 64 - (unsigned)__builtin_clzll(offset); }

static inline size_t packed_size(size_t count, unsigned width) { return (count * width + 7) / 8; }

/// Weighs each narrower width against the patches that it needs. Only widths that some word has matter, for between two of them a narrower one
/// only saves; so the widest words are taken away, width by width, until they are too many to be patches. Offsets of 32 bits go twice as many to a
/// register, and have a maximum of their own there.
#define CHOOSE(name, type, target) \
    target static inline size_t name(const type *offsets, size_t count, unsigned widest, uint8_t *width, uint8_t *patch_count) { \
        size_t best = packed_size(count, widest); \
        unsigned wide_length[patch_max], wide_count[patch_max], wide = 0, patched = 0; \
        for (unsigned w = widest; w > 0;) { \
            type large = 0, rest = 0; \
            for (size_t i = 0; i < count; i++) { \
                type is_rest = (offsets[i] >> (w - 1)) == 0; \
                type below = offsets[i] & (0 - is_rest); \
                /* Words that were taken away are large, too. */ \
                large += 1 - is_rest; \
                rest = below > rest ? below : rest; \
            } \
            if (large >= patch_max) break; \
            wide_length[wide] = w; \
            wide_count[wide++] = (unsigned)large - patched; \
            patched = (unsigned)large; \
            w = width_of(rest); \
            size_t size = packed_size(count, w) + 1 + patched; \
            for (unsigned k = 0; k < wide; k++) size += wide_count[k] * ((wide_length[k] - w + 6) / 7); \
            if (size < best) { \
                best = size; \
                *width = (uint8_t)w; \
                *patch_count = (uint8_t)patched; \
            } \
        } \
        return best; \
    }

#define OFFSETS(type, choose) \
    type offsets[mini_block]; \
    for (size_t i = 0; i < size; i++) offsets[i] = (type)((uint64_t)first[i] - (uint64_t)low); \
    total += choose(offsets, size, widest, widths + block, patches + block);

#define PLAN(name, choose, target) \
    CHOOSE(choose##32, uint32_t, target) \
    CHOOSE(choose##64, uint64_t, target) \
    target static size_t name(const int64_t *words, size_t count, int64_t *bases, uint8_t *widths, uint8_t *patches) { \
        size_t total = 0; \
        for (size_t block = 0; block * mini_block < count; block++) { \
            const int64_t *first = words + block * mini_block; \
            size_t size = count - block * mini_block < mini_block ? count - block * mini_block : mini_block; \
            int64_t low = first[0], high = first[0]; \
            for (size_t i = 0; i < size; i++) { \
                low = first[i] < low ? first[i] : low; \
                high = first[i] > high ? first[i] : high; \
            } \
            unsigned widest = width_of((uint64_t)high - (uint64_t)low); \
            bases[block] = low; \
            widths[block] = (uint8_t)widest; \
            patches[block] = 0; \
            /* Four bits or less are not worth a patch: 128 words of four bits are 64 bytes. */ \
            if (widest <= 4) { \
                total += packed_size(size, widest); \
            } else if (widest <= 32) { \
                OFFSETS(uint32_t, choose##32) \
            } else { \
                OFFSETS(uint64_t, choose##64) \
            } \
        } \
        return total; \
    }

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
PLAN(plan_avx512, choose_avx512, __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,lzcnt"))))
PLAN(plan_avx2, choose_avx2, __attribute__((target("avx2,lzcnt"))))
DELTAS(deltas_avx2, __attribute__((target("avx2"))))
PLANES(planes_avx2, __attribute__((target("avx2"))))
#endif
PLAN(plan_portable, choose_portable, )
DELTAS(deltas_portable, )
PLANES(planes_portable, )

#if defined(__x86_64__)
#define CALL(wide, portable) (__builtin_cpu_supports("avx2") ? wide : portable)
#else
#define CALL(wide, portable) portable
#endif

size_t tape_packed_plan(const int64_t *words, size_t count, int64_t *bases, uint8_t *widths, uint8_t *patches) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
        return plan_avx512(words, count, bases, widths, patches);
#endif
    return CALL(plan_avx2, plan_portable)(words, count, bases, widths, patches);
}

void tape_deltas(const int64_t *words, size_t count, int64_t *deltas) { CALL(deltas_avx2, deltas_portable)(words, count, deltas); }

void tape_planes(const int64_t *words, size_t count, int64_t base, unsigned planes, uint8_t *bytes) {
    CALL(planes_avx2, planes_portable)(words, count, base, planes, bytes);
}

size_t tape_runs(const int64_t *words, size_t count, size_t room, int64_t *values, int64_t *lengths) {
    // Without a branch: each word is written where the next run begins, and stays if it does begin one.
    size_t runs = 0, last = room - 1;
    for (size_t i = 0; i + 1 < count; i++) {
        values[runs] = words[i];
        lengths[runs] = (int64_t)i;
        runs += words[i] != words[i + 1];
        runs = runs < last ? runs : last;
    }
    values[runs] = words[count - 1];
    lengths[runs] = (int64_t)count - 1;
    for (size_t run = runs; run > 0; run--) lengths[run] -= lengths[run - 1] + 1;
    return runs + 1;
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
    const int64_t *words, size_t count, size_t distinct_max, int16_t *slots, int64_t *distinct, int64_t *codes
) {
    enum { slot_count = 4096, sample = 512, sample_max = 256 };
    memset(slots, -1, slot_count * sizeof *slots);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t slot = (uint64_t)words[i] * 0x9E3779B97F4A7C15ull >> 52;
        while (slots[slot] >= 0 && distinct[slots[slot]] != words[i]) slot = (slot + 1) & (slot_count - 1);
        if (slots[slot] < 0) {
            if (found == distinct_max || (i < sample && found == sample_max)) return 0;
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
