#include "PackedStream.h"
#include "BitPacking.h"

enum { mini_block = 128, shuffled_width_max = 25 };

/// The parts of a stream's body behind its base and base width.
struct parts {
    /// From the mini-blocks' bases on.
    const uint8_t *bytes;
    size_t size;
    int64_t base;
    unsigned base_width;
    const uint8_t *widths;
    /// The mini-blocks' data and patches.
    const uint8_t *data;
    size_t data_size;
};

/// 0 where the bytes have no room for bases and widths.
static int find_parts(struct parts *parts, const uint8_t *bytes, size_t size, size_t count, int64_t base, unsigned base_width) {
    size_t blocks = (count + mini_block - 1) / mini_block;
    if (blocks > size || base_width > 64) return 0;
    size_t bases = (blocks * base_width + 7) / 8;
    if (bases > size - blocks) return 0;
    *parts = (struct parts){bytes, size, base, base_width, bytes + bases, bytes + bases + blocks, size - bases - blocks};
    return 1;
}

/// A mini-block's base.
static inline int64_t base_of(const struct parts *parts, size_t block) {
    if (parts->base_width == 0) return parts->base;
    size_t bit = block * parts->base_width, at = bit / 8, left = parts->size - at;
    unsigned shift = bit % 8;
    uint8_t near[9] = {0};
    const uint8_t *bytes = parts->bytes + at;
    if (left < 9) bytes = memcpy(near, bytes, left);
    uint64_t number = tape_word(bytes, 0) >> shift;
    if (shift > 0) number |= (uint64_t)bytes[8] << (64 - shift);
    if (parts->base_width < 64) number &= ((uint64_t)1 << parts->base_width) - 1;
    return (int64_t)((uint64_t)parts->base + number);
}

/// `count` numbers of `width` <= 64 bits at `bytes`, plus a base. `size` bytes may be read.
static void words_scalar(const uint8_t *bytes, size_t size, size_t count, unsigned width, uint64_t base, int64_t *words) {
    size_t first = 0;
    for (; first + 64 <= count; first += 64) tape_unpack64(bytes + first / 8 * width, width, base, words + first);
    if (first == count) return;
    uint8_t padded[64 * 8] = {0};
    int64_t rest[64];
    size_t at = first / 8 * width, left = ((count - first) * width + 7) / 8;
    memcpy(padded, bytes + at, left < size - at ? left : size - at);
    tape_unpack64(padded, width, base, rest);
    memcpy(words + first, rest, (count - first) * sizeof(int64_t));
}

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2")))

// Eight numbers of w bits take w bytes. Four are shuffled into the 32-bit lanes of each half of a register, shifted to their first bit and masked
// (Lemire and Boytsov, "Decoding billions of integers per second through vectorization", 2015, for the idea).
static uint8_t shuffles[shuffled_width_max + 1][32];
static uint32_t shifts[shuffled_width_max + 1][8];

__attribute__((constructor)) static void fill_tables(void) {
    for (unsigned width = 0; width <= shuffled_width_max; width++) {
        for (unsigned lane = 0; lane < 8; lane++) {
            unsigned bit = lane < 4 ? lane * width : (4 * width & 7) + (lane - 4) * width;
            for (unsigned k = 0; k < 4; k++) shuffles[width][lane * 4 + k] = (uint8_t)(bit / 8 + k);
            shifts[width][lane] = bit & 7;
        }
    }
}

/// Eight numbers from `bytes`, of which 28 may be read.
AVX2 static inline __m256i eight(const uint8_t *bytes, unsigned width, __m256i shuffle, __m256i shift, __m256i mask) {
    __m128i low = _mm_loadu_si128((const __m128i *)bytes), high = _mm_loadu_si128((const __m128i *)(bytes + width / 2));
    __m256i spread = _mm256_shuffle_epi8(_mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1), shuffle);
    return _mm256_and_si256(_mm256_srlv_epi32(spread, shift), mask);
}

#define PREPARE(width) \
    __m256i shuffle = _mm256_loadu_si256((const __m256i *)shuffles[width]), shift = _mm256_loadu_si256((const __m256i *)shifts[width]); \
    __m256i mask = _mm256_set1_epi32((int)((1u << (width)) - 1))

AVX2 static void words_avx2(const uint8_t *bytes, size_t size, size_t count, unsigned width, uint64_t base, int64_t *words) {
    PREPARE(width);
    __m256i bases = _mm256_set1_epi64x((long long)base);
    size_t first = 0;
    for (; first + 8 <= count && first / 8 * width + 28 <= size; first += 8) {
        __m256i numbers = eight(bytes + first / 8 * width, width, shuffle, shift, mask);
        __m256i low = _mm256_cvtepu32_epi64(_mm256_castsi256_si128(numbers)), high = _mm256_cvtepu32_epi64(_mm256_extracti128_si256(numbers, 1));
        _mm256_storeu_si256((__m256i *)(words + first), _mm256_add_epi64(low, bases));
        _mm256_storeu_si256((__m256i *)(words + first + 4), _mm256_add_epi64(high, bases));
    }
    for (; first < count; first += 8) {
        uint8_t padded[64] = {0};
        int64_t rest[8];
        size_t at = first / 8 * width;
        memcpy(padded, bytes + at, size - at < 32 ? size - at : 32);
        __m256i numbers = eight(padded, width, shuffle, shift, mask);
        uint32_t eights[8];
        _mm256_storeu_si256((__m256i *)eights, numbers);
        for (size_t k = 0; k < 8; k++) rest[k] = (int64_t)(base + eights[k]);
        memcpy(words + first, rest, (count - first < 8 ? count - first : 8) * sizeof(int64_t));
    }
}

enum { code_width_max = 16 };

// Sixteen numbers of w <= 16 bits take 2w bytes, eight of them in each half of a register. One that begins s bits into a byte is what is left of that byte,
// shifted down by s, and the two bytes behind it, shifted up by 8 - s: the upper and the lower half of a product with 2^(8 - s), of which each lane has its own.
static uint8_t begun[code_width_max + 1][32], behind[code_width_max + 1][32];
static uint16_t factors[code_width_max + 1][16];

__attribute__((constructor)) static void fill_factors(void) {
    for (unsigned width = 0; width <= code_width_max; width++) {
        for (unsigned lane = 0; lane < 16; lane++) {
            unsigned bit = lane % 8 * width, byte = bit / 8;
            // 128 stands for a zero.
            begun[width][2 * lane] = 128;
            begun[width][2 * lane + 1] = (uint8_t)byte;
            // A byte past the sixteenth would hold no bit of the number.
            behind[width][2 * lane] = (byte + 1) % 16;
            behind[width][2 * lane + 1] = (byte + 2) % 16;
            factors[width][lane] = (uint16_t)(1 << (8 - bit % 8));
        }
    }
}

/// Sixteen numbers from `bytes`, of which `width` + 16 may be read.
AVX2 static inline __m256i sixteen(const uint8_t *bytes, unsigned width, __m256i first, __m256i next, __m256i factor, __m256i mask) {
    __m128i low = _mm_loadu_si128((const __m128i *)bytes), high = _mm_loadu_si128((const __m128i *)(bytes + width));
    __m256i packed = _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
    __m256i down = _mm256_mulhi_epu16(_mm256_shuffle_epi8(packed, first), factor), up = _mm256_mullo_epi16(_mm256_shuffle_epi8(packed, next), factor);
    return _mm256_and_si256(_mm256_or_si256(down, up), mask);
}

/// What all codes of a column say: the largest, and lanes that are 0 where a sum with the base took more than 16 bits.
struct seen {
    __m256i highest, fits;
};

AVX2 static inline void see(struct seen *seen, __m256i codes, __m256i base) {
    // A sum of more than 16 bits is below the base.
    seen->fits = _mm256_and_si256(seen->fits, _mm256_cmpeq_epi16(_mm256_max_epu16(codes, base), codes));
    seen->highest = _mm256_max_epu16(seen->highest, codes);
}

AVX2 static inline void codes_avx2(const uint8_t *bytes, size_t size, size_t count, unsigned width, uint16_t base, uint16_t *codes, struct seen *seen) {
    __m256i first = _mm256_loadu_si256((const __m256i *)begun[width]), next = _mm256_loadu_si256((const __m256i *)behind[width]);
    __m256i factor = _mm256_loadu_si256((const __m256i *)factors[width]), mask = _mm256_set1_epi16((short)((1u << width) - 1));
    __m256i bases = _mm256_set1_epi16((short)base);
    size_t i = 0, at = 0;
    for (; i + 16 <= count && at + width + 16 <= size; i += 16, at += 2 * width) {
        __m256i numbers = _mm256_add_epi16(sixteen(bytes + at, width, first, next, factor, mask), bases);
        see(seen, numbers, bases);
        _mm256_storeu_si256((__m256i *)(codes + i), numbers);
    }
    for (; i < count; i += 16, at += 2 * width) {
        uint8_t near[32] = {0};
        uint16_t last[16];
        size_t left = count - i < 16 ? count - i : 16;
        memcpy(near, bytes + at, size - at < 32 ? size - at : 32);
        _mm256_storeu_si256((__m256i *)last, _mm256_add_epi16(sixteen(near, width, first, next, factor, mask), bases));
        memcpy(codes + i, last, left * sizeof(uint16_t));
        // Those past the end say nothing.
        for (size_t k = left; k < 16; k++) last[k] = base;
        see(seen, _mm256_loadu_si256((const __m256i *)last), bases);
    }
}

AVX2 static uint32_t codes_blocks_avx2(
    const uint8_t *bytes, size_t size, size_t count, const struct parts *parts, uint16_t *codes, size_t *offset
) {
    struct seen seen = {_mm256_setzero_si256(), _mm256_set1_epi16(-1)};
    for (size_t block = 0; block * mini_block < count; block++) {
        size_t n = count - block * mini_block < mini_block ? count - block * mini_block : mini_block;
        unsigned width = parts->widths[block] & 127;
        codes_avx2(bytes + *offset, size - *offset, n, width, (uint16_t)base_of(parts, block), codes + block * mini_block, &seen);
        *offset += (n * width + 7) / 8;
    }
    if (_mm256_movemask_epi8(seen.fits) != -1) return UINT16_MAX + 1;
    uint16_t lanes[16], most = 0;
    _mm256_storeu_si256((__m256i *)lanes, seen.highest);
    for (int k = 0; k < 16; k++) most = lanes[k] > most ? lanes[k] : most;
    return most;
}

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi")))

// Thirty-two numbers of w <= 16 bits take 4w bytes. Each eight bytes of a register take those that hold four numbers, of which a shift of its own brings every
// byte of the result to its place; what is above w bits is masked away.
static uint8_t fours[17][64], places[17][64];

__attribute__((constructor)) static void fill_places(void) {
    for (unsigned width = 0; width <= 16; width++) {
        for (unsigned lane = 0; lane < 32; lane++) {
            unsigned four = lane / 4 * 4 * width, bit = lane * width - four / 8 * 8;
            places[width][2 * lane] = (uint8_t)bit;
            places[width][2 * lane + 1] = (uint8_t)(bit + 8);
        }
        for (unsigned byte = 0; byte < 64; byte++) fours[width][byte] = (uint8_t)(byte / 8 * 4 * width / 8 + byte % 8);
    }
}

AVX512 static uint32_t codes_blocks_avx512(
    const uint8_t *bytes, size_t size, size_t count, const struct parts *parts, uint16_t *codes, size_t *offset
) {
    __m512i highest = _mm512_setzero_si512();
    __mmask32 passes = 0;
    for (size_t block = 0; block * mini_block < count; block++) {
        size_t n = count - block * mini_block < mini_block ? count - block * mini_block : mini_block;
        unsigned width = parts->widths[block] & 127;
        __m512i four = _mm512_loadu_si512(fours[width]), place = _mm512_loadu_si512(places[width]);
        __m512i mask = _mm512_set1_epi16((short)((1u << width) - 1)), base = _mm512_set1_epi16((short)base_of(parts, block));
        for (size_t first = 0; first < n; first += 32) {
            size_t at = *offset + first / 8 * width, left = size - at;
            __m512i packed = _mm512_maskz_loadu_epi8(left < 64 ? ((uint64_t)1 << left) - 1 : ~(uint64_t)0, bytes + at);
            __m512i numbers = _mm512_and_si512(_mm512_multishift_epi64_epi8(place, _mm512_permutexvar_epi8(four, packed)), mask);
            __mmask32 rows = n - first < 32 ? ((uint32_t)1 << (n - first)) - 1 : ~(uint32_t)0;
            numbers = _mm512_maskz_add_epi16(rows, numbers, base);
            // A sum of more than 16 bits is below the base.
            passes |= _mm512_mask_cmplt_epu16_mask(rows, numbers, base);
            highest = _mm512_max_epu16(highest, numbers);
            _mm512_mask_storeu_epi16(codes + block * mini_block + first, rows, numbers);
        }
        *offset += (n * width + 7) / 8;
    }
    if (passes) return UINT16_MAX + 1;
    uint16_t lanes[32], most = 0;
    _mm512_storeu_si512(lanes, highest);
    for (int k = 0; k < 32; k++) most = lanes[k] > most ? lanes[k] : most;
    return most;
}
#endif

/// A varint of at most 64 bits; 0 where it is none.
static int varint(const uint8_t *bytes, size_t size, size_t *offset, uint64_t *value) {
    *value = 0;
    for (unsigned shift = 0; shift < 70 && *offset < size; shift += 7) {
        uint8_t byte = bytes[(*offset)++];
        if (shift == 63 && byte > 1) return 0;
        *value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) return 1;
    }
    return 0;
}

/// Adds the patches of all mini-blocks to words or, where those are NULL, to codes.
static size_t patch(
    const uint8_t *bytes, size_t size, size_t offset, size_t count, const uint8_t *widths, int64_t *words, uint16_t *codes, uint32_t *highest
) {
    for (size_t block = 0; block * mini_block < count; block++) {
        if (widths[block] < 128) continue;
        size_t n = count - block * mini_block < mini_block ? count - block * mini_block : mini_block;
        unsigned width = widths[block] & 127;
        if (offset >= size || width >= 64) return SIZE_MAX;
        size_t patches = bytes[offset++], positions = offset;
        if (patches == 0 || patches >= mini_block || patches > size - offset) return SIZE_MAX;
        offset += patches;
        for (size_t k = 0; k < patches; k++) {
            size_t position = bytes[positions + k];
            uint64_t high;
            if (position >= n || !varint(bytes, size, &offset, &high)) return SIZE_MAX;
            if (words) {
                words[block * mini_block + position] = (int64_t)((uint64_t)words[block * mini_block + position] + (high << width));
                continue;
            }
            if (high > (uint64_t)(UINT16_MAX >> width)) return SIZE_MAX;
            uint32_t code = (uint32_t)codes[block * mini_block + position] + (uint32_t)(high << width);
            if (code > UINT16_MAX) return SIZE_MAX;
            codes[block * mini_block + position] = (uint16_t)code;
            *highest = code > *highest ? code : *highest;
        }
    }
    return offset;
}

/// The bytes of all mini-blocks' data; SIZE_MAX where there are fewer, or a width is above `width_max`.
static size_t data_size(size_t size, size_t count, const uint8_t *widths, unsigned width_max) {
    size_t total = 0;
    for (size_t block = 0; block * mini_block < count; block++) {
        size_t n = count - block * mini_block < mini_block ? count - block * mini_block : mini_block;
        unsigned width = widths[block] & 127;
        if (width > width_max) return SIZE_MAX;
        total += (n * width + 7) / 8;
        if (total > size) return SIZE_MAX;
    }
    return total;
}

void tape_unpack(const uint8_t *bytes, size_t size, size_t count, unsigned width, uint64_t base, int64_t *words) {
#if defined(__x86_64__)
    if (width <= shuffled_width_max && __builtin_cpu_supports("avx2")) {
        words_avx2(bytes, size, count, width, base, words);
        return;
    }
#endif
    words_scalar(bytes, size, count, width, base, words);
}

/// What was read of the body where patches end at `end` of the data; SIZE_MAX where they did not fit.
static size_t taken(const struct parts *parts, size_t end) { return end == SIZE_MAX ? SIZE_MAX : end + (parts->size - parts->data_size); }

size_t tape_packed_words(const uint8_t *bytes, size_t size, size_t count, int64_t base, unsigned base_width, int64_t *words) {
    struct parts parts;
    if (!find_parts(&parts, bytes, size, count, base, base_width)) return SIZE_MAX;
    if (data_size(parts.data_size, count, parts.widths, 64) == SIZE_MAX) return SIZE_MAX;
    size_t offset = 0;
    for (size_t block = 0; block * mini_block < count; block++) {
        size_t n = count - block * mini_block < mini_block ? count - block * mini_block : mini_block;
        unsigned width = parts.widths[block] & 127;
        tape_unpack(parts.data + offset, parts.data_size - offset, n, width, (uint64_t)base_of(&parts, block), words + block * mini_block);
        offset += (n * width + 7) / 8;
    }
    return taken(&parts, patch(parts.data, parts.data_size, offset, count, parts.widths, words, NULL, NULL));
}

size_t tape_packed_codes(const uint8_t *bytes, size_t size, size_t count, int64_t base, unsigned base_width, uint16_t *codes, uint32_t *highest) {
    struct parts parts;
    *highest = 0;
    if (!find_parts(&parts, bytes, size, count, base, base_width)) return SIZE_MAX;
    if (data_size(parts.data_size, count, parts.widths, 16) == SIZE_MAX) return SIZE_MAX;
    for (size_t block = 0; block * mini_block < count; block++) {
        int64_t base = base_of(&parts, block);
        if (base < 0 || base > UINT16_MAX) return SIZE_MAX;
    }
    size_t offset = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        int is_wide = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi");
        *highest = (is_wide ? codes_blocks_avx512 : codes_blocks_avx2)(parts.data, parts.data_size, count, &parts, codes, &offset);
        if (*highest > UINT16_MAX) return SIZE_MAX;
        return taken(&parts, patch(parts.data, parts.data_size, offset, count, parts.widths, NULL, codes, highest));
    }
#endif
    for (size_t block = 0; block * mini_block < count; block++) {
        size_t n = count - block * mini_block < mini_block ? count - block * mini_block : mini_block;
        unsigned width = parts.widths[block] & 127;
        int64_t words[mini_block];
        words_scalar(parts.data + offset, parts.data_size - offset, n, width, (uint64_t)base_of(&parts, block), words);
        for (size_t k = 0; k < n; k++) {
            if (words[k] > UINT16_MAX) return SIZE_MAX;
            codes[block * mini_block + k] = (uint16_t)words[k];
            *highest = (uint32_t)words[k] > *highest ? (uint32_t)words[k] : *highest;
        }
        offset += (n * width + 7) / 8;
    }
    return taken(&parts, patch(parts.data, parts.data_size, offset, count, parts.widths, NULL, codes, highest));
}
