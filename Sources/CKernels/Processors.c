#define _GNU_SOURCE
#include "Processors.h"
#include <sched.h>

int tape_processor_count(void) {
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 0;
}

int tape_current_processor(void) { return sched_getcpu(); }

void tape_move_to_processor(int from, int steps) {
    cpu_set_t allowed;
    if (from < 0 || steps < 0 || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    int count = CPU_COUNT(&allowed);
    if (count < 2) return;
    int processor = from % CPU_SETSIZE;
    for (int left = steps % count; left > 0;) {
        processor = (processor + 1) % CPU_SETSIZE;
        left -= CPU_ISSET(processor, &allowed);
    }
    if (!CPU_ISSET(processor, &allowed)) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    sched_setaffinity(0, sizeof one, &one);
    sched_setaffinity(0, sizeof allowed, &allowed);
}
