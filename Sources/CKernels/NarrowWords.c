#include "NarrowWords.h"
#include <string.h>

// One body for each width; stores and loads go through memcpy because the bytes need not be aligned.
#define NARROW(type) \
    for (size_t i = 0; i < count; i++) { \
        type offset = (type)((uint64_t)words[i] - (uint64_t)base); \
        memcpy(bytes + i * sizeof(type), &offset, sizeof(type)); \
    }

#define NARROW_BODY(name, target) \
    target static void name(const int64_t *words, size_t count, int64_t base, unsigned width, uint8_t *bytes) { \
        switch (width) { \
        case 1: NARROW(uint8_t) return; \
        case 2: NARROW(uint16_t) return; \
        case 4: NARROW(uint32_t) return; \
        default: NARROW(uint64_t) \
        } \
    }

#define GATHER(type) \
    for (size_t i = 0; i < count; i++) { \
        size_t row = (uint32_t)rows[i] < limit ? (uint32_t)rows[i] : limit; \
        memcpy(bytes + i * sizeof(type), from + row * sizeof(type), sizeof(type)); \
    }

void tape_gather(const uint8_t *from, size_t from_count, const int32_t *rows, size_t count, unsigned width, uint8_t *bytes) {
    size_t limit = from_count - 1;
    switch (width) {
    case 1: GATHER(uint8_t) return;
    case 2: GATHER(uint16_t) return;
    case 4: GATHER(uint32_t) return;
    default: GATHER(uint64_t)
    }
}

#define WIDEN(type) \
    for (size_t i = 0; i < count; i++) { \
        type offset; \
        memcpy(&offset, bytes + i * sizeof(type), sizeof(type)); \
        words[i] = (int64_t)((uint64_t)base + offset); \
    }

#define WIDEN_BODY(name, target) \
    target static void name(const uint8_t *bytes, size_t count, int64_t base, unsigned width, int64_t *words) { \
        switch (width) { \
        case 1: WIDEN(uint8_t) return; \
        case 2: WIDEN(uint16_t) return; \
        case 4: WIDEN(uint32_t) return; \
        default: WIDEN(uint64_t) \
        } \
    }

#if defined(__x86_64__)
NARROW_BODY(narrow_avx2, __attribute__((target("avx2"))))
WIDEN_BODY(widen_avx2, __attribute__((target("avx2"))))
#endif
NARROW_BODY(narrow_portable, )
WIDEN_BODY(widen_portable, )

void tape_narrow(const int64_t *words, size_t count, int64_t base, unsigned width, uint8_t *bytes) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        narrow_avx2(words, count, base, width, bytes);
        return;
    }
#endif
    narrow_portable(words, count, base, width, bytes);
}

void tape_widen(const uint8_t *bytes, size_t count, int64_t base, unsigned width, int64_t *words) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        widen_avx2(bytes, count, base, width, words);
        return;
    }
#endif
    widen_portable(bytes, count, base, width, words);
}
