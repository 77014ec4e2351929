#include "Vectors.h"
#include "WideVectors.h"

#include <string.h>

#if defined(__x86_64__)
#define WIDE_IF(condition, call) if ((condition) && tape_has_wide_vectors()) return call
#define CLONE(type, name, parameters, arguments, body) \
    __attribute__((target("avx2"))) static type name##_avx2 parameters body \
    static type name##_portable parameters body \
    type name parameters { \
        if (__builtin_cpu_supports("avx2")) return name##_avx2 arguments; \
        return name##_portable arguments; \
    }
#else
#define WIDE_IF(condition, call)
#define CLONE(type, name, parameters, arguments, body) type name parameters body
#endif

CLONE(uint16_t, tape_highest_code, (const uint16_t *codes, size_t count), (codes, count), {
    uint16_t highest = 0;
    for (size_t i = 0; i < count; i++) highest = codes[i] > highest ? codes[i] : highest;
    return highest;
})

CLONE(uint32_t, tape_highest_group, (const uint32_t *groups, size_t count), (groups, count), {
    uint32_t highest = 0;
    for (size_t i = 0; i < count; i++) highest = groups[i] > highest ? groups[i] : highest;
    return highest;
})

#define COMPARE(name, operator) \
    CLONE(void, tape_compare_##name, (const int64_t *words, size_t count, int64_t word, uint8_t flip, uint8_t *marks), (words, count, word, flip, marks), { \
        for (size_t i = 0; i < count; i++) marks[i] = (uint8_t)(words[i] operator word) ^ flip; \
    })
COMPARE(equal, ==)
COMPARE(less, <)
COMPARE(greater, >)

CLONE(void, tape_mark_code, (const uint16_t *codes, size_t count, uint16_t code, uint8_t mark, uint8_t *out), (codes, count, code, mark, out), {
    for (size_t i = 0; i < count; i++) out[i] = codes[i] == code ? mark : 0;
})

// Where one entry alone of a table is not 0, as with most conditions, which it is; else the table's size.
static size_t only_entry(const uint8_t *table, size_t table_count) {
    size_t found = table_count;
    for (size_t i = 0; i < table_count; i++) {
        if (table[i] == 0) continue;
        if (found < table_count) return table_count;
        found = i;
    }
    return found;
}

void tape_look_up_8(const uint8_t *table, size_t table_count, const uint16_t *codes, size_t count, uint8_t *out) {
    WIDE_IF(table_count <= 128, tape_look_up_8_wide(table, table_count, codes, count, out));
    size_t only = table_count < count ? only_entry(table, table_count) : table_count;
    if (only < table_count) {
        tape_mark_code(codes, count, (uint16_t)only, table[only], out);
        return;
    }
    for (size_t i = 0; i < count; i++) out[i] = table[codes[i]];
}

#define LOOK_UP(bits, wide) \
    void tape_look_up_##bits(const uint##bits##_t *table, size_t table_count, const uint16_t *codes, size_t count, uint##bits##_t *out) { \
        wide; \
        for (size_t i = 0; i < count; i++) out[i] = table[codes[i]]; \
    }
LOOK_UP(16, WIDE_IF(table_count <= 64, tape_look_up_16_wide(table, table_count, codes, count, out)))
LOOK_UP(32, )
LOOK_UP(64, )

#define TAKE(bits) \
    void tape_take_##bits(const uint##bits##_t *values, size_t value_count, const int32_t *rows, size_t count, uint##bits##_t *out) { \
        for (size_t i = 0; i < count; i++) { \
            size_t row = (uint32_t)rows[i]; \
            out[i] = values[row < value_count ? row : value_count - 1]; \
        } \
    }
TAKE(8)
TAKE(16)
TAKE(64)

// Most runs are short: so many values at a time are written, past the run's end, and written over by the next run.
#define FILL_RUNS(at_once, value_of) \
    size_t run = 0; \
    size_t left = count; \
    for (; run < runs && left >= at_once; run++) { \
        __typeof__(*out) value = value_of; \
        for (size_t k = 0; k < at_once; k++) out[k] = value; \
        size_t more = (size_t)lengths[run]; \
        if (more >= at_once) { \
            if (more >= left) return 0; \
            for (size_t k = at_once; k <= more; k++) out[k] = value; \
        } \
        out += more + 1; \
        left -= more + 1; \
    } \
    for (; run < runs; run++) { \
        __typeof__(*out) value = value_of; \
        size_t more = (size_t)lengths[run]; \
        if (more >= left) return 0; \
        for (size_t k = 0; k <= more; k++) out[k] = value; \
        out += more + 1; \
        left -= more + 1; \
    } \
    return left == 0;

CLONE(int, tape_fill_runs_64, (const int64_t *values, const int64_t *lengths, size_t runs, size_t count, int64_t *out),
      (values, lengths, runs, count, out), { FILL_RUNS(8, values[run]) })

CLONE(int, tape_fill_codes_narrow, (const uint16_t *values, const uint16_t *lengths, size_t runs, size_t count, uint16_t *out),
      (values, lengths, runs, count, out), {
    if (values) { FILL_RUNS(16, values[run]) } else { FILL_RUNS(16, (uint16_t)run) }
})

int tape_fill_codes(const uint16_t *values, const uint16_t *lengths, size_t runs, size_t count, uint16_t *out) {
    WIDE_IF(count <= tape_wide_fill_max && runs * 16 > count, tape_fill_codes_wide(values, lengths, runs, count, out));
    return tape_fill_codes_narrow(values, lengths, runs, count, out);
}

CLONE(size_t, tape_count_marks, (const uint8_t *marks, size_t count), (marks, count), {
    size_t total = 0;
    for (size_t first = 0; first < count; first += 255) {
        size_t end = count - first < 255 ? count : first + 255;
        uint8_t part = 0;
        for (size_t i = first; i < end; i++) part += marks[i];
        total += part;
    }
    return total;
})

size_t tape_marked_rows(const uint8_t *marks, size_t count, int32_t *rows) {
    WIDE_IF(1, tape_marked_rows_wide(marks, count, rows));
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        rows[found] = (int32_t)i;
        found += marks[i] != 0;
    }
    return found;
}

void tape_multiply(const int64_t *left, const uint16_t *left_codes, const int64_t *right, const uint16_t *right_codes, size_t count, int64_t *out) {
    if (left_codes && right_codes) for (size_t i = 0; i < count; i++) out[i] = left[left_codes[i]] * right[right_codes[i]];
    else if (left_codes) for (size_t i = 0; i < count; i++) out[i] = left[left_codes[i]] * right[i];
    else if (right_codes) for (size_t i = 0; i < count; i++) out[i] = left[i] * right[right_codes[i]];
    else for (size_t i = 0; i < count; i++) out[i] = left[i] * right[i];
}

CLONE(uint32_t, tape_small_codes_seen, (const uint16_t *codes, size_t count), (codes, count), {
    uint32_t seen = 0;
    for (size_t i = 0; i < count; i++) seen |= (uint32_t)1 << (codes[i] & 31);
    return seen;
})

void tape_codes_seen(const uint16_t *codes, size_t count, uint8_t *seen) {
    for (size_t i = 0; i < count; i++) seen[codes[i]] = 1;
}

// Neighbouring rows have counts of their own, so that rows of one group in a row need not wait for each other.
void tape_histogram(const uint16_t *codes, size_t count, size_t limit, uint32_t *counts) {
    uint32_t *second = counts + limit, *third = second + limit, *fourth = third + limit;
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        counts[codes[i]]++;
        second[codes[i + 1]]++;
        third[codes[i + 2]]++;
        fourth[codes[i + 3]]++;
    }
    for (; i < count; i++) counts[codes[i]]++;
}

void tape_rows_by_code(const uint16_t *codes, size_t count, uint32_t *starts, int32_t *rows) {
    for (size_t i = 0; i < count; i++) rows[starts[codes[i]]++] = (int32_t)i;
}

// The eight digits of a number below 10^8, the first in the lowest byte: fours, pairs and digits of all at once, divided by multiplication.
static inline uint64_t eight_digits(uint32_t value) {
    uint64_t fours = value / 10000 | (uint64_t)(value % 10000) << 32;
    uint64_t hundreds = (fours * 10486 >> 20) & 0x0000007F0000007F;
    uint64_t pairs = hundreds | (fours - hundreds * 100) << 16;
    uint64_t tens = (pairs * 103 >> 10) & 0x000F000F000F000F;
    return tens | (pairs - tens * 10) << 8;
}

static inline void store_digits(uint64_t digits, uint8_t *out) {
    digits += 0x3030303030303030;
    memcpy(out, &digits, 8);
}

// Without zeros at the front.
static inline size_t first_digits(uint32_t value, uint8_t *out) {
    uint64_t digits = eight_digits(value);
    unsigned zeros = value == 0 ? 7 : (unsigned)__builtin_ctzll(digits) / 8;
    store_digits(digits >> 8 * zeros, out);
    return 8 - zeros;
}

size_t tape_digits(uint64_t value, uint8_t *out) {
    const uint64_t eight = 100000000;
    if (value < eight) return first_digits((uint32_t)value, out);
    uint64_t high = value / eight;
    size_t count;
    if (high < eight) {
        count = first_digits((uint32_t)high, out);
    } else {
        count = first_digits((uint32_t)(high / eight), out);
        store_digits(eight_digits((uint32_t)(high % eight)), out + count);
        count += 8;
    }
    store_digits(eight_digits((uint32_t)(value % eight)), out + count);
    return count + 8;
}

void tape_count_groups(const uint32_t *groups, size_t count, int64_t *counts) {
    for (size_t i = 0; i < count; i++) counts[groups[i]]++;
}

CLONE(void, tape_join_codes, (const uint16_t *left, const uint16_t *right, size_t count, unsigned stride, uint16_t *out),
      (left, right, count, stride, out), {
    for (size_t i = 0; i < count; i++) out[i] = (uint16_t)(left[i] * stride + right[i]);
})

static inline void add(uint64_t *sum, int64_t word) {
    unsigned __int128 total = ((unsigned __int128)sum[1] << 64 | sum[0]) + (unsigned __int128)(__int128)word;
    sum[0] = (uint64_t)total;
    sum[1] = (uint64_t)(total >> 64);
}

void tape_sum_words(const uint32_t *groups, const int64_t *words, size_t count, uint64_t *sums) {
    for (size_t i = 0; i < count; i++) add(sums + 2 * (size_t)groups[i], words[i]);
}

void tape_sum_words_by_code(const uint16_t *codes, const uint32_t *groups, const int64_t *words, size_t count, uint64_t *sums) {
    for (size_t i = 0; i < count; i++) add(sums + 2 * (size_t)groups[codes[i]], words[i]);
}

void tape_sum_codes_by_code(
    const uint16_t *codes, const uint32_t *groups, const int64_t *table, const uint16_t *values, size_t count, uint64_t *sums
) {
    for (size_t i = 0; i < count; i++) add(sums + 2 * (size_t)groups[codes[i]], table[values[i]]);
}

void tape_sum_codes(const uint32_t *groups, const int64_t *table, const uint16_t *values, size_t count, uint64_t *sums) {
    for (size_t i = 0; i < count; i++) add(sums + 2 * (size_t)groups[i], table[values[i]]);
}

// As in `tape_histogram`.
#define LOCAL_SUMS(word) \
    int64_t *second = sums + limit; \
    int64_t *third = second + limit; \
    int64_t *fourth = third + limit; \
    size_t i = 0; \
    for (; i + 4 <= count; i += 4) { \
        sums[codes[i]] += word(i); \
        second[codes[i + 1]] += word(i + 1); \
        third[codes[i + 2]] += word(i + 2); \
        fourth[codes[i + 3]] += word(i + 3); \
    } \
    for (; i < count; i++) sums[codes[i]] += word(i);

void tape_local_sums_of_codes(
    const uint16_t *codes, const int64_t *table, const uint16_t *values, size_t count, int64_t more, size_t limit, int64_t *sums
) {
#define WORD(i) table[values[i]] + more
    LOCAL_SUMS(WORD)
#undef WORD
}

void tape_local_sums(const uint16_t *codes, const int64_t *words, size_t count, int64_t more, size_t limit, int64_t *sums) {
#define WORD(i) words[i] + more
    LOCAL_SUMS(WORD)
#undef WORD
}

// Halves are summed apart: of fewer than 2^31 words neither sum leaves 64 bits.
CLONE(void, tape_sum_halves, (const int64_t *words, size_t count, uint64_t *low, int64_t *high), (words, count, low, high), {
    uint64_t lows = 0;
    int64_t highs = 0;
    for (size_t i = 0; i < count; i++) {
        lows += (uint32_t)words[i];
        highs += (int32_t)(words[i] >> 32);
    }
    *low = lows;
    *high = highs;
})

void tape_sum_all(const int64_t *words, size_t count, uint64_t *sum) {
    unsigned __int128 total = 0;
    for (size_t first = 0; first < count; first += (size_t)1 << 30) {
        uint64_t low;
        int64_t high;
        tape_sum_halves(words + first, count - first < (size_t)1 << 30 ? count - first : (size_t)1 << 30, &low, &high);
        total += (unsigned __int128)((__int128)high * ((__int128)1 << 32)) + low;
    }
    sum[0] = (uint64_t)total;
    sum[1] = (uint64_t)(total >> 64);
}

CLONE(int64_t, tape_sum_marked, (const int64_t *words, const uint8_t *marks, size_t count), (words, marks, count), {
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += words[i] & -(int64_t)marks[i];
    return sum;
})

// The marks of 64 rows in one word: that of row 8k + j is bit 8j + k.
static inline uint64_t marks_of_64(const uint8_t *marks) {
    uint64_t all = 0;
    for (unsigned k = 0; k < 8; k++) {
        uint64_t eight;
        memcpy(&eight, marks + 8 * k, 8);
        all |= eight << k;
    }
    return all;
}

static int64_t sum_all_marked(const int64_t *table, const uint16_t *values, const uint8_t *marks, size_t count) {
    int64_t sums[4] = {0};
    size_t i = 0;
    for (; i + 4 <= count; i += 4) for (size_t k = 0; k < 4; k++) sums[k] += table[values[i + k]] & -(int64_t)marks[i + k];
    for (; i < count; i++) sums[0] += table[values[i]] & -(int64_t)marks[i];
    return sums[0] + sums[1] + sums[2] + sums[3];
}

int64_t tape_sum_marked_codes(const int64_t *table, const uint16_t *values, const uint8_t *marks, size_t count) {
    int64_t sum = 0;
    size_t i = 0;
    for (; i + 64 <= count; i += 64) {
        uint64_t marked = marks_of_64(marks + i);
        if (__builtin_popcountll(marked) > 24) {
            sum += sum_all_marked(table, values + i, marks + i, 64);
            continue;
        }
        for (; marked; marked &= marked - 1) {
            unsigned bit = (unsigned)__builtin_ctzll(marked);
            sum += table[values[i + bit % 8 * 8 + bit / 8]];
        }
    }
    return sum + sum_all_marked(table, values + i, marks + i, count - i);
}

static inline size_t hash(int64_t word) {
    uint64_t product = (uint64_t)word * 0x9E3779B97F4A7C15ull;
    return (size_t)(product ^ product >> 32);
}

size_t tape_number_words(
    const int64_t *keys, size_t count, uint64_t *slots, size_t mask, int64_t *words, uint32_t *number_count, uint32_t limit, uint32_t *numbers
) {
    uint32_t next = *number_count;
    size_t i = 0;
    for (; i < count; i++) {
        // The table may be larger than the caches; what is needed soon is asked for now.
        if (i + 12 < count) __builtin_prefetch(slots + 2 * (hash(keys[i + 12]) & mask), 1);
        size_t slot = hash(keys[i]) & mask;
        while (slots[2 * slot + 1] != 0 && slots[2 * slot] != (uint64_t)keys[i]) slot = (slot + 1) & mask;
        if (slots[2 * slot + 1] == 0) {
            if (next == limit) break;
            slots[2 * slot] = (uint64_t)keys[i];
            slots[2 * slot + 1] = (uint64_t)next + 1;
            words[next++] = keys[i];
        }
        numbers[i] = (uint32_t)(slots[2 * slot + 1] - 1);
    }
    *number_count = next;
    return i;
}

CLONE(void, tape_range_codes, (const int64_t *words, size_t count, const int64_t *splitters, size_t splitter_count, uint16_t *codes),
      (words, count, splitters, splitter_count, codes), {
    for (size_t i = 0; i < count; i++) {
        // The splitters at or below the word, by halves without a branch.
        size_t first = 0;
        for (size_t size = splitter_count; size > 0;) {
            size_t half = (size + 1) / 2;
            first += splitters[first + half - 1] <= words[i] ? half : 0;
            size -= half;
        }
        codes[i] = (uint16_t)first;
    }
})
