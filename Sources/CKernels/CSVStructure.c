#include "CSVStructure.h"

static size_t scan(
    const uint8_t *bytes, size_t first, size_t count, uint32_t *positions, size_t found, int inside, int *quotes
) {
    for (size_t i = first; i < count; i++) {
        uint8_t byte = bytes[i];
        if (byte == '"') {
            inside = !inside;
            *quotes = 1;
        }
        positions[found] = (uint32_t)i;
        found += (!inside) & (byte == ',' || byte == '\n');
    }
    return found;
}

size_t tape_csv_structure_portable(const uint8_t *bytes, size_t count, uint32_t *positions, int *quotes) {
    *quotes = 0;
    return scan(bytes, 0, count, positions, 0, 0, quotes);
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
__attribute__((target("avx2,pclmul,bmi"))) static size_t structure_avx2(
    const uint8_t *bytes, size_t count, uint32_t *positions, int *quotes
) {
    size_t found = 0, i = 0;
    uint64_t inside = 0;
    for (; i + 64 <= count; i += 64) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(bytes + i));
        __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + i + 32));
        uint64_t quote = equal(low, high, '"');
        uint64_t mask = equal(low, high, ',') | equal(low, high, '\n');
        if (quote | inside) {
            *quotes = 1;
            __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)quote), _mm_set1_epi8(-1), 0);
            uint64_t in = (uint64_t)_mm_cvtsi128_si64(product) ^ inside;
            inside = (uint64_t)((int64_t)in >> 63);
            mask &= ~in;
        }
        size_t next = found + (size_t)__builtin_popcountll(mask);
        while (mask) {
            // Eight at a time: most steps have fewer than sixteen, so the loop runs once or twice.
            for (int k = 0; k < 8; k++) {
                positions[found + (size_t)k] = (uint32_t)(i + (size_t)__builtin_ctzll(mask | (1ull << 63)));
                mask &= mask - 1;
            }
            found += 8;
        }
        found = next;
    }
    return scan(bytes, i, count, positions, found, inside != 0, quotes);
}
#endif

size_t tape_csv_structure(const uint8_t *bytes, size_t count, uint32_t *positions, int *quotes) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul")) {
        *quotes = 0;
        return structure_avx2(bytes, count, positions, quotes);
    }
#endif
    return tape_csv_structure_portable(bytes, count, positions, quotes);
}
