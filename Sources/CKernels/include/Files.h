// What the system's headers show to C alone.
#ifndef TAPEDECK_FILES_H
#define TAPEDECK_FILES_H

/// Has the system begin to write a file to the disk. Does not wait, and is only a hint.
void tape_start_writing(int descriptor);
#endif
