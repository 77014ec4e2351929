// CRC-32C (Castagnoli), as RFC 3720 defines it.
#ifndef TAPEDECK_CHECKSUM_H
#define TAPEDECK_CHECKSUM_H
#include <stddef.h>
#include <stdint.h>

/// The checksum of `count` bytes appended to data whose checksum is `crc` (0 for none).
/// Uses the processor's instruction where it has one.
uint32_t tape_crc32c(uint32_t crc, const uint8_t *bytes, size_t count);

/// The same by table, for processors without the instruction; tests hold the two equal.
uint32_t tape_crc32c_portable(uint32_t crc, const uint8_t *bytes, size_t count);

/// A 64-bit hash of contents, for telling equal files: state = 0 at first; `count` is a multiple of 8 in all calls but the last.
uint64_t tape_content_hash(uint64_t state, const uint8_t *bytes, size_t count);
#endif
