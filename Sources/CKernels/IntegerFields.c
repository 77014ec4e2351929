#include "IntegerFields.h"
#include <string.h>

typedef struct {
    size_t start, size;
} field_range;

static inline field_range range_of(const uint32_t *positions, size_t index) {
    size_t start = index == 0 ? 0 : (size_t)positions[index - 1] + 1;
    return (field_range){start, (size_t)positions[index] - start};
}

static int parse(const uint8_t *text, size_t size, int64_t *word) {
    if (size == 0 || size > 19) return 0;
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t digit = (uint8_t)(text[i] - '0');
        if (digit > 9) return 0;
        value = value * 10 + digit;
    }
    *word = (int64_t)value;
    return value <= INT64_MAX;
}

static inline size_t parse_row(
    const uint8_t *text, const uint32_t *positions, const int32_t *starts, size_t row, size_t field, int64_t *words, int32_t *irregular,
    size_t found, int64_t *low, int64_t *high
) {
    field_range range = range_of(positions, (size_t)starts[row] + field);
    if (parse(text + range.start, range.size, words + row)) {
        *low = words[row] < *low ? words[row] : *low;
        *high = words[row] > *high ? words[row] : *high;
        return found;
    }
    words[row] = 0;
    irregular[found] = (int32_t)row;
    return found + 1;
}

size_t tape_integer_fields_portable(
    const uint8_t *text, size_t size, const uint32_t *positions, const int32_t *starts, size_t rows, size_t field, int64_t *words,
    int32_t *irregular, int64_t *low, int64_t *high
) {
    (void)size;
    size_t found = 0;
    for (size_t row = 0; row < rows; row++) found = parse_row(text, positions, starts, row, field, words, irregular, found, low, high);
    return found;
}

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2"), always_inline)) static inline

AVX2 __m256i load4(const uint8_t *a, const uint8_t *b, const uint8_t *c, const uint8_t *d) {
    long long words[4];
    memcpy(words, a, 8);
    memcpy(words + 1, b, 8);
    memcpy(words + 2, c, 8);
    memcpy(words + 3, d, 8);
    return _mm256_set_epi64x(words[3], words[2], words[1], words[0]);
}

/// Characters to digits, where `keep` of each eight are digits that count: they move to the end and zeros lead. `bad` collects what is no digit.
AVX2 __m256i digits(__m256i characters, __m256i keep, __m256i *bad) {
    __m256i shift = _mm256_slli_epi64(_mm256_sub_epi64(_mm256_set1_epi64x(8), keep), 3);
    __m256i digit = _mm256_sllv_epi64(_mm256_xor_si256(characters, _mm256_set1_epi8('0')), shift);
    *bad = _mm256_or_si256(*bad, _mm256_subs_epu8(digit, _mm256_set1_epi8(9)));
    return digit;
}

/// Four numbers of eight digits: joined by pairs, then by fours, then by eights (Mula, "SIMD-ized faster parse of unsigned integers").
AVX2 __m256i join(__m256i digit) {
    __m256i pairs = _mm256_maddubs_epi16(digit, _mm256_set1_epi16(0x010A));
    __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00010064));
    return _mm256_add_epi64(_mm256_mul_epu32(fours, _mm256_set1_epi64x(10000)), _mm256_srli_epi64(fours, 32));
}

/// The numbers times 10⁸; they may have more than 32 bits.
AVX2 __m256i times_hundred_million(__m256i number) {
    __m256i factor = _mm256_set1_epi64x(100000000);
    __m256i high = _mm256_slli_epi64(_mm256_mul_epu32(_mm256_srli_epi64(number, 32), factor), 32);
    return _mm256_add_epi64(_mm256_mul_epu32(number, factor), high);
}

AVX2 int all_within(__m256i numbers, long long mask) { return _mm256_testz_si256(numbers, _mm256_set1_epi64x(~mask)); }

/// Four rows a step: fields of one column are of much the same size, so that all four take the same way.
__attribute__((target("avx2"))) static size_t integer_fields_avx2(
    const uint8_t *text, size_t size, const uint32_t *positions, const int32_t *starts, size_t rows, size_t field, int64_t *words,
    int32_t *irregular, int64_t *low, int64_t *high
) {
    size_t found = 0, row = 0, safe = rows;
    // The text's first field has no end before it.
    if (rows > 0 && (size_t)starts[0] + field == 0)
        found = parse_row(text, positions, starts, row++, field, words, irregular, found, low, high);
    // Loads of eight bytes from a field's start may pass the text's end.
    while (safe > row && range_of(positions, (size_t)starts[safe - 1] + field).start + 8 > size) safe--;
    __m256i lows = _mm256_set1_epi64x(*low), highs = _mm256_set1_epi64x(*high), eight = _mm256_set1_epi64x(8), one = _mm256_set1_epi64x(1);
    for (; row + 4 <= safe; row += 4) {
        // The end of the field before and that of the field are neighbours.
        uint64_t ends[4];
        for (size_t k = 0; k < 4; k++) memcpy(ends + k, positions + (size_t)starts[row + k] + field - 1, 8);
        const uint8_t *s[4];
        for (size_t k = 0; k < 4; k++) s[k] = text + (uint32_t)ends[k] + 1;
        __m256i both = _mm256_set_epi64x((long long)ends[3], (long long)ends[2], (long long)ends[1], (long long)ends[0]);
        __m256i start = _mm256_add_epi64(_mm256_and_si256(both, _mm256_set1_epi64x(UINT32_MAX)), one);
        __m256i sizes = _mm256_sub_epi64(_mm256_srli_epi64(both, 32), start);
        __m256i bad = _mm256_setzero_si256(), number = load4(s[0], s[1], s[2], s[3]);
        if (all_within(_mm256_sub_epi64(sizes, one), 7)) {
            number = join(digits(number, sizes, &bad));
        } else {
            const uint8_t *e[4];
            for (size_t k = 0; k < 4; k++) e[k] = text + (ends[k] >> 32);
            if (all_within(_mm256_sub_epi64(sizes, _mm256_set1_epi64x(9)), 7)) {
                number = join(digits(number, _mm256_sub_epi64(sizes, eight), &bad));
            } else if (all_within(_mm256_sub_epi64(sizes, _mm256_set1_epi64x(17)), 3)) {
                __m256i middle = load4(e[0] - 16, e[1] - 16, e[2] - 16, e[3] - 16);
                // Twenty digits are too many.
                bad = _mm256_cmpeq_epi64(sizes, _mm256_set1_epi64x(20));
                number = join(digits(number, _mm256_sub_epi64(sizes, _mm256_set1_epi64x(16)), &bad));
                number = _mm256_add_epi64(times_hundred_million(number), join(digits(middle, eight, &bad)));
            } else {
                goto one_by_one;
            }
            __m256i last = load4(e[0] - 8, e[1] - 8, e[2] - 8, e[3] - 8);
            number = _mm256_add_epi64(times_hundred_million(number), join(digits(last, eight, &bad)));
            // Nineteen digits may be more than INT64_MAX, but never more than UINT64_MAX.
            bad = _mm256_or_si256(bad, _mm256_cmpgt_epi64(_mm256_setzero_si256(), number));
        }
        if (_mm256_testz_si256(bad, bad)) {
            _mm256_storeu_si256((__m256i *)(words + row), number);
            lows = _mm256_blendv_epi8(lows, number, _mm256_cmpgt_epi64(lows, number));
            highs = _mm256_blendv_epi8(highs, number, _mm256_cmpgt_epi64(number, highs));
            continue;
        }
    one_by_one:
        for (size_t k = 0; k < 4; k++) found = parse_row(text, positions, starts, row + k, field, words, irregular, found, low, high);
    }
    for (; row < rows; row++) found = parse_row(text, positions, starts, row, field, words, irregular, found, low, high);
    int64_t extremes[8];
    _mm256_storeu_si256((__m256i *)extremes, lows);
    _mm256_storeu_si256((__m256i *)(extremes + 4), highs);
    for (size_t k = 0; k < 4; k++) {
        *low = extremes[k] < *low ? extremes[k] : *low;
        *high = extremes[k + 4] > *high ? extremes[k + 4] : *high;
    }
    return found;
}

#define AVX512_TARGET "avx512f,avx512bw,avx512dq,avx512vl"
#define AVX512 __attribute__((target(AVX512_TARGET), always_inline)) static inline

/// Eight numbers of the `keep` (at most eight) characters from text[start] on; zero where `keep` is.
AVX512 __m512i eight_numbers(const uint8_t *text, __m512i start, __m512i keep, __m512i *bad) {
    __m512i shift = _mm512_slli_epi64(_mm512_sub_epi64(_mm512_set1_epi64(8), keep), 3);
    __m512i characters = _mm512_i64gather_epi64(start, text, 1);
    __m512i digit = _mm512_sllv_epi64(_mm512_xor_si512(characters, _mm512_set1_epi8('0')), shift);
    *bad = _mm512_or_si512(*bad, _mm512_subs_epu8(digit, _mm512_set1_epi8(9)));
    __m512i pairs = _mm512_maddubs_epi16(digit, _mm512_set1_epi16(0x010A));
    __m512i fours = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00010064));
    return _mm512_add_epi64(_mm512_mul_epu32(fours, _mm512_set1_epi64(10000)), _mm512_srli_epi64(fours, 32));
}

/// How many characters there are before the last eight.
AVX512 __m512i before_last_eight(__m512i sizes) {
    return _mm512_max_epi64(_mm512_sub_epi64(sizes, _mm512_set1_epi64(8)), _mm512_setzero_si512());
}

/// Eight rows a step, of any lengths: the last eight digits, and where some row has more, those before them.
__attribute__((target(AVX512_TARGET))) static size_t integer_fields_avx512(
    const uint8_t *text, size_t size, const uint32_t *positions, const int32_t *starts, size_t rows, size_t field, int64_t *words,
    int32_t *irregular, int64_t *low, int64_t *high
) {
    size_t found = 0, row = 0, safe = rows;
    // The text's first field has no end before it.
    if (rows > 0 && (size_t)starts[0] + field == 0)
        found = parse_row(text, positions, starts, row++, field, words, irregular, found, low, high);
    // Loads of eight bytes from a field's start may pass the text's end.
    while (safe > row && range_of(positions, (size_t)starts[safe - 1] + field).start + 8 > size) safe--;
    __m512i lows = _mm512_set1_epi64(*low), highs = _mm512_set1_epi64(*high);
    __m512i one = _mm512_set1_epi64(1), hundred_million = _mm512_set1_epi64(100000000);
    for (; row + 8 <= safe; row += 8) {
        // The ends of the field and of the one before it are neighbours.
        __m512i ends = _mm512_i32gather_epi64(_mm256_loadu_si256((const __m256i *)(starts + row)), positions + field - 1, 4);
        __m512i start = _mm512_add_epi64(_mm512_and_si512(ends, _mm512_set1_epi64(UINT32_MAX)), one);
        __m512i sizes = _mm512_sub_epi64(_mm512_srli_epi64(ends, 32), start);
        __mmask8 wrong = _mm512_cmpgt_epu64_mask(_mm512_sub_epi64(sizes, one), _mm512_set1_epi64(18));
        __m512i bad = _mm512_setzero_si512(), before = before_last_eight(sizes);
        __m512i number = eight_numbers(text, _mm512_add_epi64(start, before), _mm512_sub_epi64(sizes, before), &bad);
        if (_mm512_test_epi64_mask(before, before)) {
            __m512i first = before_last_eight(before);
            __m512i upper = eight_numbers(text, _mm512_add_epi64(start, first), _mm512_sub_epi64(before, first), &bad);
            if (_mm512_test_epi64_mask(first, first)) {
                __m512i top = eight_numbers(text, start, _mm512_min_epi64(first, _mm512_set1_epi64(8)), &bad);
                upper = _mm512_add_epi64(upper, _mm512_mullo_epi64(top, hundred_million));
            }
            number = _mm512_add_epi64(number, _mm512_mullo_epi64(upper, hundred_million));
            // Nineteen digits may be more than INT64_MAX, but never more than UINT64_MAX.
            wrong |= _mm512_movepi64_mask(number);
        }
        wrong |= _mm512_test_epi64_mask(bad, bad);
        __mmask8 good = (__mmask8)~wrong;
        _mm512_storeu_si512(words + row, _mm512_maskz_mov_epi64(good, number));
        lows = _mm512_mask_min_epi64(lows, good, lows, number);
        highs = _mm512_mask_max_epi64(highs, good, highs, number);
        for (; wrong; wrong &= (__mmask8)(wrong - 1)) irregular[found++] = (int32_t)(row + (size_t)__builtin_ctz(wrong));
    }
    *low = _mm512_reduce_min_epi64(lows);
    *high = _mm512_reduce_max_epi64(highs);
    for (; row < rows; row++) found = parse_row(text, positions, starts, row, field, words, irregular, found, low, high);
    return found;
}
#endif

size_t tape_integer_fields(
    const uint8_t *text, size_t size, const uint32_t *positions, const int32_t *starts, size_t rows, size_t field, int64_t *words,
    int32_t *irregular, int64_t *low, int64_t *high
) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return integer_fields_avx512(text, size, positions, starts, rows, field, words, irregular, low, high);
    if (__builtin_cpu_supports("avx2")) return integer_fields_avx2(text, size, positions, starts, rows, field, words, irregular, low, high);
#endif
    return tape_integer_fields_portable(text, size, positions, starts, rows, field, words, irregular, low, high);
}
