#include "BitPacking.h"

#define WIDTHS(X) \
    X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16) \
    X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) X(32) \
    X(33) X(34) X(35) X(36) X(37) X(38) X(39) X(40) X(41) X(42) X(43) X(44) X(45) X(46) X(47) X(48) \
    X(49) X(50) X(51) X(52) X(53) X(54) X(55) X(56) X(57) X(58) X(59) X(60) X(61) X(62) X(63)

static inline __attribute__((always_inline)) void unpack(
    const uint8_t *bytes, unsigned width, uint64_t base, int64_t *values
) {
    const uint64_t mask = ((uint64_t)1 << width) - 1;
#pragma clang loop unroll(full)
    for (unsigned i = 0; i < 64; i++) {
        unsigned bit = i * width, word = bit >> 6, shift = bit & 63;
        uint64_t value = tape_word(bytes, word) >> shift;
        if (shift + width > 64) value |= tape_word(bytes, word + 1) << (64 - shift);
        values[i] = (int64_t)(base + (value & mask));
    }
}

void tape_unpack64(const uint8_t *bytes, unsigned width, uint64_t base, int64_t *values) {
    switch (width) {
    case 0:
        for (unsigned i = 0; i < 64; i++) values[i] = (int64_t)base;
        return;
#define CASE(w) case w: unpack(bytes, w, base, values); return;
    WIDTHS(CASE)
#undef CASE
    default:
        for (unsigned i = 0; i < 64; i++) values[i] = (int64_t)(base + tape_word(bytes, i));
    }
}

static inline __attribute__((always_inline)) void pack(const int64_t *values, uint64_t base, unsigned width, uint8_t *bytes) {
    const uint64_t mask = ((uint64_t)1 << width) - 1;
    uint64_t pending = 0;
#pragma clang loop unroll(full)
    for (unsigned i = 0; i < 64; i++) {
        unsigned bit = i * width, shift = bit & 63;
        uint64_t value = ((uint64_t)values[i] - base) & mask;
        pending |= value << shift;
        if (shift + width >= 64) {
            memcpy(bytes + (bit >> 6) * 8, &pending, 8);
            pending = shift + width == 64 ? 0 : value >> (64 - shift);
        }
    }
}

void tape_pack64(const int64_t *values, uint64_t base, unsigned width, uint8_t *bytes) {
    switch (width) {
    case 0: return;
#define CASE(w) case w: pack(values, base, w, bytes); return;
    WIDTHS(CASE)
#undef CASE
    default:
        for (unsigned i = 0; i < 64; i++) {
            uint64_t value = (uint64_t)values[i] - base;
            memcpy(bytes + i * 8, &value, 8);
        }
    }
}
