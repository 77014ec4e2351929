#include "CSVStructure.h"

typedef struct {
    uint32_t *positions, *ends;
    size_t count, end_count;
    int inside, quotes;
} structure;

static void scan(const uint8_t *bytes, size_t first, size_t count, structure *found) {
    for (size_t i = first; i < count; i++) {
        uint8_t byte = bytes[i];
        if (byte == '"') {
            found->inside = !found->inside;
            found->quotes = 1;
        }
        int ends_record = !found->inside && byte == '\n';
        found->positions[found->count] = (uint32_t)i;
        found->ends[found->end_count] = (uint32_t)found->count;
        found->end_count += (size_t)ends_record;
        found->count += (size_t)(ends_record || (!found->inside && byte == ','));
    }
}

size_t tape_csv_structure_portable(
    const uint8_t *bytes, size_t count, uint32_t *positions, uint32_t *ends, size_t *end_count, int *quotes
) {
    structure found = {positions, ends, 0, 0, 0, 0};
    scan(bytes, 0, count, &found);
    *end_count = found.end_count;
    *quotes = found.quotes;
    return found.count;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2"))) static inline uint64_t equal(__m256i low, __m256i high, char byte) {
    __m256i wanted = _mm256_set1_epi8(byte);
    uint32_t a = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
    uint32_t b = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted));
    return (uint64_t)b << 32 | a;
}

/// 64 bytes a step. Bit i of the running XOR of the quote bits says whether byte i lies inside quotes: a carry-less
/// product by all ones (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", VLDB Journal 2019).
__attribute__((target("avx2,pclmul,bmi,popcnt"))) static void structure_avx2(const uint8_t *bytes, size_t count, structure *result) {
    structure found = *result;
    size_t i = 0;
    uint64_t inside = 0;
    for (; i + 64 <= count; i += 64) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(bytes + i));
        __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + i + 32));
        uint64_t quote = equal(low, high, '"');
        uint64_t feeds = equal(low, high, '\n');
        uint64_t mask = equal(low, high, ',') | feeds;
        if (quote | inside) {
            found.quotes = 1;
            __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)quote), _mm_set1_epi8(-1), 0);
            uint64_t in = (uint64_t)_mm_cvtsi128_si64(product) ^ inside;
            inside = (uint64_t)((int64_t)in >> 63);
            mask &= ~in;
            feeds &= ~in;
        }
        for (; feeds; feeds &= feeds - 1) {
            uint64_t before = mask & ((feeds & -feeds) - 1);
            found.ends[found.end_count++] = (uint32_t)(found.count + (size_t)__builtin_popcountll(before));
        }
        size_t next = found.count + (size_t)__builtin_popcountll(mask);
        while (mask) {
            // Eight at a time: most steps have fewer than sixteen, so the loop runs once or twice.
            for (int k = 0; k < 8; k++) {
                found.positions[found.count + (size_t)k] = (uint32_t)(i + (size_t)__builtin_ctzll(mask | (1ull << 63)));
                mask &= mask - 1;
            }
            found.count += 8;
        }
        found.count = next;
    }
    found.inside = inside != 0;
    scan(bytes, i, count, &found);
    *result = found;
}
#endif

size_t tape_csv_structure(
    const uint8_t *bytes, size_t count, uint32_t *positions, uint32_t *ends, size_t *end_count, int *quotes
) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul")) {
        structure found = {positions, ends, 0, 0, 0, 0};
        structure_avx2(bytes, count, &found);
        *end_count = found.end_count;
        *quotes = found.quotes;
        return found.count;
    }
#endif
    return tape_csv_structure_portable(bytes, count, positions, ends, end_count, quotes);
}
