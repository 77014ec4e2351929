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

/// What 64 bytes hold: a bit for each byte.
typedef struct {
    uint64_t quotes, feeds, separators;
} marks;

/// Takes out what lies inside quotes, and writes down which fields end their records; returns the separators that are left. Bit i of the running
/// XOR of the quote bits says whether byte i lies inside quotes: a carry-less product by all ones (Langdale and Lemire, "Parsing Gigabytes of JSON per
/// Second", VLDB Journal 2019).
__attribute__((target("pclmul,popcnt,bmi"), always_inline)) static inline uint64_t take_marks(structure *found, marks here, uint64_t *inside) {
    if (here.quotes | *inside) {
        found->quotes = 1;
        __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)here.quotes), _mm_set1_epi8(-1), 0);
        uint64_t in = (uint64_t)_mm_cvtsi128_si64(product) ^ *inside;
        *inside = (uint64_t)((int64_t)in >> 63);
        here.separators &= ~in;
        here.feeds &= ~in;
    }
    for (; here.feeds; here.feeds &= here.feeds - 1) {
        uint64_t before = here.separators & ((here.feeds & -here.feeds) - 1);
        found->ends[found->end_count++] = (uint32_t)(found->count + (size_t)__builtin_popcountll(before));
    }
    return here.separators;
}

__attribute__((target("avx2"))) static inline uint64_t equal(__m256i low, __m256i high, char byte) {
    __m256i wanted = _mm256_set1_epi8(byte);
    uint32_t a = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
    uint32_t b = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted));
    return (uint64_t)b << 32 | a;
}

__attribute__((target("avx2,pclmul,bmi,popcnt"))) static void structure_avx2(const uint8_t *bytes, size_t count, structure *result) {
    structure found = *result;
    size_t i = 0;
    uint64_t inside = 0;
    for (; i + 64 <= count; i += 64) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(bytes + i));
        __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + i + 32));
        // In a convert, with two threads at work, 60 % of the time went into waiting for these loads; in a loop by itself it changes nothing.
        _mm_prefetch((const char *)bytes + i + 1024, _MM_HINT_T0);
        uint64_t feeds = equal(low, high, '\n');
        uint64_t mask = take_marks(&found, (marks){equal(low, high, '"'), feeds, equal(low, high, ',') | feeds}, &inside);
        size_t next = found.count + (size_t)__builtin_popcountll(mask);
        // Sixteen at a time: most steps have fewer, so the processor guesses the loop's end.
        do {
            for (int k = 0; k < 16; k++) {
                found.positions[found.count + (size_t)k] = (uint32_t)(i + (size_t)_tzcnt_u64(mask));
                mask &= mask - 1;
                // One after the other: the compiler would gather them into vectors, in more instructions.
                __asm__("" : "+r"(mask));
            }
            found.count += 16;
        } while (mask);
        found.count = next;
    }
    found.inside = inside != 0;
    scan(bytes, i, count, &found);
    *result = found;
}

#define AVX512 "avx512f,avx512bw,avx512vl,avx512vbmi2,pclmul,bmi,popcnt"

__attribute__((target(AVX512), always_inline)) static inline void store_positions(uint32_t *positions, size_t first, __m128i places) {
    _mm512_storeu_si512(positions, _mm512_add_epi32(_mm512_set1_epi32((int)first), _mm512_cvtepu8_epi32(places)));
}

/// The places of the separators among the 64 bytes come out of one compression; they are stored sixteen at a time, and most steps have fewer.
__attribute__((target(AVX512))) static void structure_avx512(const uint8_t *bytes, size_t count, structure *result) {
    structure found = *result;
    size_t i = 0;
    uint64_t inside = 0;
    uint8_t numbers[64];
    for (int k = 0; k < 64; k++) numbers[k] = (uint8_t)k;
    __m512i all = _mm512_loadu_si512(numbers);
    for (; i + 64 <= count; i += 64) {
        __m512i text = _mm512_loadu_si512(bytes + i);
        uint64_t quotes = _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('"'));
        uint64_t feeds = _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('\n'));
        uint64_t commas = _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8(','));
        uint64_t mask = take_marks(&found, (marks){quotes, feeds, commas | feeds}, &inside);
        size_t size = (size_t)__builtin_popcountll(mask);
        __m512i places = _mm512_maskz_compress_epi8(mask, all);
        uint32_t *positions = found.positions + found.count;
        store_positions(positions, i, _mm512_castsi512_si128(places));
        if (size > 16) {
            store_positions(positions + 16, i, _mm512_extracti32x4_epi32(places, 1));
            store_positions(positions + 32, i, _mm512_extracti32x4_epi32(places, 2));
            store_positions(positions + 48, i, _mm512_extracti32x4_epi32(places, 3));
        }
        found.count += size;
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
        if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2"))
            structure_avx512(bytes, count, &found);
        else
            structure_avx2(bytes, count, &found);
        *end_count = found.end_count;
        *quotes = found.quotes;
        return found.count;
    }
#endif
    return tape_csv_structure_portable(bytes, count, positions, ends, end_count, quotes);
}
