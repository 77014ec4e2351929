#ifndef TAPEDECK_MEMORY_H
#define TAPEDECK_MEMORY_H
#include <malloc.h>

/// Makes the allocator keep what is freed, for its next use.
static inline void tape_keep_freed_memory(void) {
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}
#endif
