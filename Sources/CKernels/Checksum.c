#include "Checksum.h"
#include <string.h>

static uint32_t table[256];

__attribute__((constructor)) static void fill_table(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82F63B78u & (0u - (crc & 1)));
        table[i] = crc;
    }
}

uint32_t tape_crc32c_portable(uint32_t crc, const uint8_t *bytes, size_t count) {
    crc = ~crc;
    for (size_t i = 0; i < count; i++) crc = (crc >> 8) ^ table[(crc ^ bytes[i]) & 0xFF];
    return ~crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>
__attribute__((target("sse4.2"))) static uint32_t crc32c_sse(uint32_t crc, const uint8_t *bytes, size_t count) {
    uint64_t state = ~crc;
    for (; count >= 8; count -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        state = _mm_crc32_u64(state, word);
    }
    for (; count > 0; count--) state = _mm_crc32_u8((uint32_t)state, *bytes++);
    return ~(uint32_t)state;
}
#endif

uint32_t tape_crc32c(uint32_t crc, const uint8_t *bytes, size_t count) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return crc32c_sse(crc, bytes, count);
#endif
    return tape_crc32c_portable(crc, bytes, count);
}

/// Each word is folded in by a 128-bit product, as wyhash does (Wang Yi, "Modern Non-Cryptographic Hash Function").
uint64_t tape_content_hash(uint64_t state, const uint8_t *bytes, size_t count) {
    const uint64_t secret = 0xA0761D6478BD642Full, other = 0xE7037ED1A0B428DBull;
    while (count > 0) {
        uint64_t word = 0;
        size_t size = count < 8 ? count : 8;
        memcpy(&word, bytes, size);
        __uint128_t product = (__uint128_t)(state ^ secret ^ word) * (other ^ (word >> 32) ^ size);
        state = (uint64_t)product ^ (uint64_t)(product >> 64) ^ (word * secret);
        bytes += size;
        count -= size;
    }
    return state;
}
