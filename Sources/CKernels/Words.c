#include "Words.h"

// The same source for every target: the attribute only lets the compiler use wider registers. `target_clones` would choose by itself but needs
// a resolver that static programs lack, so the choice is spelled out.
#define BODY(name, target) \
    target static void name(const int64_t *words, size_t count, int64_t *min, int64_t *max, size_t *changes) { \
        int64_t low = words[0], high = words[0]; \
        size_t differing = 0; \
        for (size_t i = 1; i < count; i++) { \
            low = words[i] < low ? words[i] : low; \
            high = words[i] > high ? words[i] : high; \
            differing += words[i] != words[i - 1]; \
        } \
        *min = low; \
        *max = high; \
        *changes = differing; \
    }

#if defined(__x86_64__)
BODY(summary_avx512, __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw"))))
BODY(summary_avx2, __attribute__((target("avx2"))))
#endif
BODY(summary_portable, )

void tape_summary(const int64_t *words, size_t count, int64_t *min, int64_t *max, size_t *changes) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")) {
        summary_avx512(words, count, min, max, changes);
        return;
    }
    if (__builtin_cpu_supports("avx2")) {
        summary_avx2(words, count, min, max, changes);
        return;
    }
#endif
    summary_portable(words, count, min, max, changes);
}

#define LOOK_UP(name, target) \
    target static int name(const int64_t *table, size_t table_count, int64_t *words, size_t count) { \
        uint64_t highest = 0; \
        for (size_t i = 0; i < count; i++) { \
            uint64_t code = (uint64_t)words[i]; \
            highest = code > highest ? code : highest; \
            words[i] = table[code < table_count ? code : 0]; \
        } \
        return highest < table_count || count == 0; \
    }

#if defined(__x86_64__)
LOOK_UP(look_up_avx512, __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw"))))
#endif
LOOK_UP(look_up_portable, )

int tape_look_up_words(const int64_t *table, size_t table_count, int64_t *words, size_t count) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
        return look_up_avx512(table, table_count, words, count);
#endif
    return look_up_portable(table, table_count, words, count);
}

size_t tape_line_feeds(const uint8_t *bytes, size_t count) {
    size_t total = 0;
    for (size_t i = 0; i < count;) {
        // Blocks of 255 keep the inner sum in a byte, sixteen to a register.
        size_t end = i + 255 < count ? i + 255 : count;
        uint8_t found = 0;
        for (; i < end; i++) found += bytes[i] == '\n';
        total += found;
    }
    return total;
}
