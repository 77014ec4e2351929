#include "PackedPlan.h"
#include <string.h>

// Four bits or less are not worth a patch: 128 words of four bits are 64 bytes.
enum { mini_block = 128, patch_max = mini_block / 4, unpatched_width = 4 };

static inline unsigned width_of(uint64_t offset) { return offset == 0 ? 0 : 64 - (unsigned)__builtin_clzll(offset); }

static inline size_t packed_size(size_t count, unsigned width) { return (count * width + 7) / 8; }

/// Weighs each narrower width that some word has against the patches that it needs: the widest words are taken away, width by width, until they
/// are too many to be patches. Offsets of 32 bits go twice as many to a register, and have a maximum of their own there.
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
            if (widest <= unpatched_width) { \
                total += packed_size(size, widest); \
            } else if (widest <= 32) { \
                OFFSETS(uint32_t, choose##32) \
            } else { \
                OFFSETS(uint64_t, choose##64) \
            } \
        } \
        return total; \
    }

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512cd,lzcnt,popcnt")))

/// As above, from the width of each word, a byte each: how many words have a width is two comparisons.
AVX512 static size_t choose_avx512(const uint8_t *widths, size_t count, unsigned widest, uint8_t *width, uint8_t *patch_count) {
    __m512i first = _mm512_loadu_si512(widths), second = _mm512_loadu_si512(widths + 64);
    size_t best = packed_size(count, widest);
    unsigned wide_length[patch_max], wide_count[patch_max], wide = 0, patched = 0;
    for (unsigned w = widest;; w--) {
        __m512i wanted = _mm512_set1_epi8((char)w);
        uint64_t a = _mm512_cmpeq_epi8_mask(first, wanted), b = _mm512_cmpeq_epi8_mask(second, wanted);
        unsigned found = (unsigned)(__builtin_popcountll(a) + __builtin_popcountll(b));
        if (found == 0) continue;
        if (patched > 0) {
            size_t size = packed_size(count, w) + 1 + patched;
            for (unsigned k = 0; k < wide; k++) size += wide_count[k] * ((wide_length[k] - w + 6) / 7);
            if (size < best) {
                best = size;
                *width = (uint8_t)w;
                *patch_count = (uint8_t)patched;
            }
        }
        patched += found;
        // The smallest word has no width, so that the loop ends there at the latest.
        if (w == 0 || patched >= patch_max) return best;
        wide_length[wide] = w;
        wide_count[wide++] = found;
    }
}

AVX512 static inline __mmask8 first_lanes(size_t count) { return (__mmask8)(count < 8 ? (1u << count) - 1 : 0xFF); }

AVX512 static size_t plan_avx512(const int64_t *words, size_t count, int64_t *bases, uint8_t *widths, uint8_t *patches) {
    size_t total = 0;
    for (size_t block = 0; block * mini_block < count; block++) {
        const int64_t *first = words + block * mini_block;
        size_t size = count - block * mini_block < mini_block ? count - block * mini_block : mini_block;
        __m512i lows = _mm512_set1_epi64(first[0]), highs = lows;
        for (size_t i = 0; i < size; i += 8) {
            __mmask8 lanes = first_lanes(size - i);
            __m512i word = _mm512_maskz_loadu_epi64(lanes, first + i);
            lows = _mm512_mask_min_epi64(lows, lanes, lows, word);
            highs = _mm512_mask_max_epi64(highs, lanes, highs, word);
        }
        int64_t low = _mm512_reduce_min_epi64(lows), high = _mm512_reduce_max_epi64(highs);
        unsigned widest = width_of((uint64_t)high - (uint64_t)low);
        bases[block] = low;
        widths[block] = (uint8_t)widest;
        patches[block] = 0;
        if (widest <= unpatched_width) {
            total += packed_size(size, widest);
            continue;
        }
        uint8_t width_of_word[mini_block];
        // No word has this width.
        if (size < mini_block) memset(width_of_word, 0xFF, sizeof width_of_word);
        for (size_t i = 0; i < size; i += 8) {
            __m512i word = _mm512_maskz_loadu_epi64(first_lanes(size - i), first + i);
            __m512i offset = _mm512_sub_epi64(word, _mm512_set1_epi64(low));
            __m128i width = _mm512_cvtepi64_epi8(_mm512_sub_epi64(_mm512_set1_epi64(64), _mm512_lzcnt_epi64(offset)));
            if (size - i >= 8)
                _mm_storel_epi64((__m128i *)(width_of_word + i), width);
            else
                _mm_mask_storeu_epi8(width_of_word + i, first_lanes(size - i), width);
        }
        total += choose_avx512(width_of_word, size, widest, widths + block, patches + block);
    }
    return total;
}

PLAN(plan_avx2, choose_avx2, __attribute__((target("avx2,lzcnt"))))
#endif
PLAN(plan_portable, choose_portable, )

size_t tape_packed_plan(const int64_t *words, size_t count, int64_t *bases, uint8_t *widths, uint8_t *patches) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512cd"))
        return plan_avx512(words, count, bases, widths, patches);
    if (__builtin_cpu_supports("avx2")) return plan_avx2(words, count, bases, widths, patches);
#endif
    return plan_portable(words, count, bases, widths, patches);
}

size_t tape_packed_plan_portable(const int64_t *words, size_t count, int64_t *bases, uint8_t *widths, uint8_t *patches) {
    return plan_portable(words, count, bases, widths, patches);
}
