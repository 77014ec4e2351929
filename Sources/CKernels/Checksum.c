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

static inline uint64_t load(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

#if defined(__x86_64__)
#include <immintrin.h>
#define SSE __attribute__((target("sse4.2,pclmul")))

/// The states of three neighbouring stretches of `size` bytes as one: the checksum is a remainder of polynomials, so a state moves on by n bytes when it is
/// multiplied by x^8n. `one` is x^(8 size - 33) modulo the polynomial and `two` x^(16 size - 33); the instruction multiplies by x^32, a reflected product by x.
/// (Gopal et al., "Fast CRC Computation for iSCSI Polynomial Using CRC32 Instruction", 2011.)
SSE static uint64_t joined(uint64_t a, uint64_t b, uint64_t c, uint32_t one, uint32_t two) {
    __m128i powers = _mm_set_epi64x((long long)one, (long long)two);
    uint64_t first = (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)a), powers, 0x00));
    uint64_t second = (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)b), powers, 0x10));
    return _mm_crc32_u64(0, first ^ second) ^ c;
}

// An instruction takes eight bytes, and three may be on their way at once: so many stretches, as long as there are bytes for three.
#define THREE(size, one, two) \
    for (; count >= 3 * (size); count -= 3 * (size), bytes += 3 * (size)) { \
        uint64_t a = state, b = 0, c = 0; \
        for (size_t i = 0; i < (size); i += 8) { \
            a = _mm_crc32_u64(a, load(bytes + i)); \
            b = _mm_crc32_u64(b, load(bytes + (size) + i)); \
            c = _mm_crc32_u64(c, load(bytes + 2 * (size) + i)); \
        } \
        state = joined(a, b, c, one, two); \
    }

SSE static uint32_t crc32c_sse(uint32_t crc, const uint8_t *bytes, size_t count) {
    uint64_t state = ~crc;
    THREE(1024, 0x170076FA, 0xA51B6135)
    THREE(256, 0xB9E02B86, 0xDD7E3B0C)
    for (; count >= 8; count -= 8, bytes += 8) state = _mm_crc32_u64(state, load(bytes));
    for (; count > 0; count--) state = _mm_crc32_u8((uint32_t)state, *bytes++);
    return ~(uint32_t)state;
}
#endif

uint32_t tape_crc32c(uint32_t crc, const uint8_t *bytes, size_t count) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul")) return crc32c_sse(crc, bytes, count);
#endif
    return tape_crc32c_portable(crc, bytes, count);
}

static inline uint64_t mix(uint64_t a, uint64_t b) {
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/// Three chains of 128-bit products, sixteen bytes a step each, as in wyhash (Wang Yi, "Modern Non-Cryptographic Hash Function").
uint64_t tape_content_hash(uint64_t state, const uint8_t *bytes, size_t count) {
    const uint64_t s0 = 0xA0761D6478BD642Full, s1 = 0xE7037ED1A0B428DBull, s2 = 0x8EBC6AF09C88C6E3ull, s3 = 0x589965CC75374CC3ull;
    uint64_t a = mix(state ^ s0, count ^ s1), b = a ^ s2, c = a ^ s3;
    for (; count >= 48; count -= 48, bytes += 48) {
        a = mix(load(bytes) ^ s1, load(bytes + 8) ^ a);
        b = mix(load(bytes + 16) ^ s2, load(bytes + 24) ^ b);
        c = mix(load(bytes + 32) ^ s3, load(bytes + 40) ^ c);
    }
    a ^= b ^ c;
    while (count > 0) {
        uint8_t tail[16] = {0};
        size_t size = count < 16 ? count : 16;
        memcpy(tail, bytes, size);
        a = mix(load(tail) ^ s1, load(tail + 8) ^ a ^ size);
        bytes += size;
        count -= size;
    }
    return mix(a ^ s0, s3);
}
