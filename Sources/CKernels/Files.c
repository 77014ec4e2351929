#define _GNU_SOURCE
#include "Files.h"
#include <fcntl.h>

void tape_start_writing(int descriptor) { (void)sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE); }
