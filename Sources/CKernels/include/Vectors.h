// Loops over the vectors of a question. Codes index tables; that they do so in bounds is the caller's to check (`tape_highest_code`).
#ifndef TAPEDECK_VECTORS_H
#define TAPEDECK_VECTORS_H
#include <stddef.h>
#include <stdint.h>

uint16_t tape_highest_code(const uint16_t *codes, size_t count);
uint32_t tape_highest_group(const uint32_t *groups, size_t count);

/// marks[i] = 1 where words[i] compares so with the word, else 0; the other way round where `flip` is 1.
void tape_compare_equal(const int64_t *words, size_t count, int64_t word, uint8_t flip, uint8_t *marks);
void tape_compare_less(const int64_t *words, size_t count, int64_t word, uint8_t flip, uint8_t *marks);
void tape_compare_greater(const int64_t *words, size_t count, int64_t word, uint8_t flip, uint8_t *marks);

/// out[i] = table[codes[i]]; all codes are below `table_count`.
void tape_look_up_8(const uint8_t *table, size_t table_count, const uint16_t *codes, size_t count, uint8_t *out);
void tape_look_up_16(const uint16_t *table, size_t table_count, const uint16_t *codes, size_t count, uint16_t *out);
void tape_look_up_32(const uint32_t *table, size_t table_count, const uint16_t *codes, size_t count, uint32_t *out);
void tape_look_up_64(const uint64_t *table, size_t table_count, const uint16_t *codes, size_t count, uint64_t *out);

/// out[i] = values[rows[i]]; rows at or above `value_count` take the last value.
void tape_take_8(const uint8_t *values, size_t value_count, const int32_t *rows, size_t count, uint8_t *out);
void tape_take_16(const uint16_t *values, size_t value_count, const int32_t *rows, size_t count, uint16_t *out);
void tape_take_64(const uint64_t *values, size_t value_count, const int32_t *rows, size_t count, uint64_t *out);

/// out[…] = values[run], or the run's number where `values` is NULL, lengths[run] + 1 times, run by run. Returns 0 where the runs are not `count` long in all.
int tape_fill_codes(const uint16_t *values, const uint16_t *lengths, size_t runs, size_t count, uint16_t *out);
/// The same, by runs alone.
int tape_fill_codes_narrow(const uint16_t *values, const uint16_t *lengths, size_t runs, size_t count, uint16_t *out);
/// The same with words. Returns 0 where a length is negative, or the runs are not `count` long in all.
int tape_fill_runs_64(const int64_t *values, const int64_t *lengths, size_t runs, size_t count, int64_t *out);

/// The numbers of the bytes that are not 0; `rows` has room for `count`. Returns how many.
size_t tape_marked_rows(const uint8_t *marks, size_t count, int32_t *rows);

/// out[i] = left * right, each a word per row, or table[codes[i]] where there are codes; in 64 bits, which the caller has seen to be enough.
void tape_multiply(const int64_t *left, const uint16_t *left_codes, const int64_t *right, const uint16_t *right_codes, size_t count, int64_t *out);

/// Bit c is set where a code c occurs; all are below 32.
uint32_t tape_small_codes_seen(const uint16_t *codes, size_t count);
/// seen[c] = 1 where a code c occurs.
void tape_codes_seen(const uint16_t *codes, size_t count, uint8_t *seen);

/// counts[i % 4 * limit + codes[i]] += 1: four counts a code, to be added up. All codes are below the limit.
void tape_histogram(const uint16_t *codes, size_t count, size_t limit, uint32_t *counts);
/// The rows by code, those of one code in order. `starts` says by code where its rows begin, and afterwards where they end.
void tape_rows_by_code(const uint16_t *codes, size_t count, uint32_t *starts, int32_t *rows);
/// Writes the decimal digits of a number to `out`, which has room for 20; returns how many.
size_t tape_digits(uint64_t value, uint8_t *out);
/// counts[groups[i]] += 1.
void tape_count_groups(const uint32_t *groups, size_t count, int64_t *counts);

/// out[i] = left[i] * stride + right[i].
void tape_join_codes(const uint16_t *left, const uint16_t *right, size_t count, unsigned stride, uint16_t *out);

/// Sums of 128 bits, two words each, the lower first.
/// sums[groups[i]] += words[i].
void tape_sum_words(const uint32_t *groups, const int64_t *words, size_t count, uint64_t *sums);
/// sums[groups[codes[i]]] += words[i].
void tape_sum_words_by_code(const uint16_t *codes, const uint32_t *groups, const int64_t *words, size_t count, uint64_t *sums);
/// sums[groups[codes[i]]] += table[values[i]].
void tape_sum_codes_by_code(
    const uint16_t *codes, const uint32_t *groups, const int64_t *table, const uint16_t *values, size_t count, uint64_t *sums);
/// sums[groups[i]] += table[values[i]].
void tape_sum_codes(const uint32_t *groups, const int64_t *table, const uint16_t *values, size_t count, uint64_t *sums);
/// Four sums a code, as in `tape_histogram`, of table[values[i]] + more or words[i] + more; in 64 bits, which the caller has seen to be enough.
void tape_local_sums_of_codes(
    const uint16_t *codes, const int64_t *table, const uint16_t *values, size_t count, int64_t more, size_t limit, int64_t *sums);
void tape_local_sums(const uint16_t *codes, const int64_t *words, size_t count, int64_t more, size_t limit, int64_t *sums);
/// How many of the marks, each 0 or 1, are 1.
size_t tape_count_marks(const uint8_t *marks, size_t count);
/// The sum of the words whose mark is 1, not 0, where it and all parts of it fit in 64 bits; a word per row, or one of a table.
int64_t tape_sum_marked(const int64_t *words, const uint8_t *marks, size_t count);
int64_t tape_sum_marked_codes(const int64_t *table, const uint16_t *values, const uint8_t *marks, size_t count);
/// The sum of all words.
void tape_sum_all(const int64_t *words, size_t count, uint64_t *sum);

/// Numbers words in order of first appearance by open addressing. `slots` has `mask + 1` pairs of a word and its number plus one (0 where there is
/// none); `words` has room for every number given. Stops before a word that would make more than `limit`; returns the words done.
size_t tape_number_words(
    const int64_t *keys, size_t count, uint64_t *slots, size_t mask, int64_t *words, uint32_t *number_count, uint32_t limit, uint32_t *numbers);

/// codes[i] = how many of the splitters, which ascend, are at or below words[i].
void tape_range_codes(const int64_t *words, size_t count, const int64_t *splitters, size_t splitter_count, uint16_t *codes);
#endif
