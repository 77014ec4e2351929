#include "WideVectors.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>
#define WIDE __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vpopcntdq,popcnt")))

int tape_has_wide_vectors(void) {
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vpopcntdq");
}

static inline uint64_t first_64(size_t count) { return count < 64 ? ((uint64_t)1 << count) - 1 : ~(uint64_t)0; }
static inline uint32_t first_32(size_t count) { return count < 32 ? ((uint32_t)1 << count) - 1 : ~(uint32_t)0; }

WIDE size_t tape_marked_rows_wide(const uint8_t *marks, size_t count, int32_t *rows) {
    size_t found = 0, i = 0;
    __m512i row = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    for (; i + 16 <= count; i += 16) {
        __m128i sixteen = _mm_loadu_si128((const __m128i *)(marks + i));
        __mmask16 marked = _mm_test_epi8_mask(sixteen, sixteen);
        // Sixteen are written, of which those that are not marked are written over; there is room for a row per mark.
        _mm512_storeu_si512(rows + found, _mm512_maskz_compress_epi32(marked, row));
        found += (size_t)_mm_popcnt_u32(marked);
        row = _mm512_add_epi32(row, _mm512_set1_epi32(16));
    }
    for (; i < count; i++) {
        rows[found] = (int32_t)i;
        found += marks[i] != 0;
    }
    return found;
}

WIDE void tape_look_up_8_wide(const uint8_t *table, size_t table_count, const uint16_t *codes, size_t count, uint8_t *out) {
    __m512i low = _mm512_maskz_loadu_epi8(first_64(table_count), table);
    __m512i high = _mm512_maskz_loadu_epi8(table_count > 64 ? first_64(table_count - 64) : 0, table + (table_count > 64 ? 64 : 0));
    for (size_t i = 0; i < count; i += 32) {
        uint32_t rows = first_32(count - i);
        __m256i places = _mm512_cvtepi16_epi8(_mm512_maskz_loadu_epi16(rows, codes + i));
        __m512i found = _mm512_permutex2var_epi8(low, _mm512_castsi256_si512(places), high);
        _mm256_mask_storeu_epi8(out + i, rows, _mm512_castsi512_si256(found));
    }
}

WIDE void tape_look_up_16_wide(const uint16_t *table, size_t table_count, const uint16_t *codes, size_t count, uint16_t *out) {
    __m512i low = _mm512_maskz_loadu_epi16(first_32(table_count), table);
    __m512i high = _mm512_maskz_loadu_epi16(table_count > 32 ? first_32(table_count - 32) : 0, table + (table_count > 32 ? 32 : 0));
    for (size_t i = 0; i < count; i += 32) {
        uint32_t rows = first_32(count - i);
        __m512i places = _mm512_maskz_loadu_epi16(rows, codes + i);
        _mm512_mask_storeu_epi16(out + i, rows, _mm512_permutex2var_epi16(low, places, high));
    }
}

/// For 32 rows at a time: the marks of those where a run begins, from the first row on, counted up to each row, are the numbers of their runs.
WIDE int tape_fill_codes_wide(const uint16_t *values, const uint16_t *lengths, size_t runs, size_t count, uint16_t *out) {
    uint8_t begins[tape_wide_fill_max + 32];
    memset(begins, 0, count + 32);
    size_t next = 0;
    for (size_t run = 0; run < runs; run++) {
        if (next >= count) return 0;
        begins[next] = 1;
        next += (size_t)lengths[run] + 1;
    }
    if (next != count) return 0;
    const __m512i up_to_lane = _mm512_set_epi32(
        0xFFFF, 0x7FFF, 0x3FFF, 0x1FFF, 0xFFF, 0x7FF, 0x3FF, 0x1FF, 0xFF, 0x7F, 0x3F, 0x1F, 0xF, 7, 3, 1);
    const __m512i up_to_upper_lane = _mm512_or_si512(_mm512_slli_epi32(up_to_lane, 16), _mm512_set1_epi32(0xFFFF));
    // The run of the row before.
    size_t last = 0;
    for (size_t i = 0; i < count; i += 32) {
        __m256i marks = _mm256_loadu_si256((const __m256i *)(begins + i));
        uint32_t marked = _mm256_test_epi8_mask(marks, marks);
        // The first row's run is number 0, and none begins before it.
        if (i == 0) marked &= ~(uint32_t)1;
        __m512i all = _mm512_set1_epi32((int)marked);
        __m256i lower = _mm512_cvtepi32_epi16(_mm512_popcnt_epi32(_mm512_and_si512(all, up_to_lane)));
        __m256i upper = _mm512_cvtepi32_epi16(_mm512_popcnt_epi32(_mm512_and_si512(all, up_to_upper_lane)));
        __m512i begun = _mm512_inserti64x4(_mm512_castsi256_si512(lower), upper, 1);
        if (values) {
            // At most 32 begin here: the values of these and of the run before.
            __m512i low = _mm512_maskz_loadu_epi16(first_32(runs - last), values + last);
            __m512i high = _mm512_maskz_loadu_epi16(runs - last > 32, values + last + 32);
            begun = _mm512_permutex2var_epi16(low, begun, high);
        } else {
            begun = _mm512_add_epi16(begun, _mm512_set1_epi16((short)last));
        }
        _mm512_mask_storeu_epi16(out + i, first_32(count - i), begun);
        last += (size_t)_mm_popcnt_u32(marked);
    }
    return 1;
}
#endif
