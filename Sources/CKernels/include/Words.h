// One pass over 64-bit words: what an encoder must know of them. Plain loops that the compiler vectorises for the target named.
#ifndef TAPEDECK_WORDS_H
#define TAPEDECK_WORDS_H
#include <stddef.h>
#include <stdint.h>

/// The smallest and largest word, and how many differ from the word before; count > 0.
void tape_summary(const int64_t *words, size_t count, int64_t *min, int64_t *max, size_t *changes);

/// The number of line feeds.
size_t tape_line_feeds(const uint8_t *bytes, size_t count);

/// words[i] = table[words[i]]; `table_count` is not 0. Returns 0 where a word was not below it.
int tape_look_up_words(const int64_t *table, size_t table_count, int64_t *words, size_t count);
#endif
