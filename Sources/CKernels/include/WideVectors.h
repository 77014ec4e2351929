// The loops of Vectors.h that AVX-512 makes several times as fast; those choose them where the processor has it and the table is small enough.
#ifndef TAPEDECK_WIDEVECTORS_H
#define TAPEDECK_WIDEVECTORS_H
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
int tape_has_wide_vectors(void);

size_t tape_marked_rows_wide(const uint8_t *marks, size_t count, int32_t *rows);

/// Of tables of at most 128 bytes.
void tape_look_up_8_wide(const uint8_t *table, size_t table_count, const uint16_t *codes, size_t count, uint8_t *out);
/// Of tables of at most 64 numbers.
void tape_look_up_16_wide(const uint16_t *table, size_t table_count, const uint16_t *codes, size_t count, uint16_t *out);

/// Of at most so many rows.
enum { tape_wide_fill_max = 8192 };
int tape_fill_codes_wide(const uint16_t *values, const uint16_t *lengths, size_t runs, size_t count, uint16_t *out);
#endif
#endif
