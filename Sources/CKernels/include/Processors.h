// The processors that the process may use.
#ifndef TAPEDECK_PROCESSORS_H
#define TAPEDECK_PROCESSORS_H

/// How many there are; 0 if the system does not say.
int tape_processor_count(void);

/// The one that the calling thread is on.
int tape_current_processor(void);

/// Moves the calling thread `steps` processors on from one, round, and lets the scheduler choose again from then on.
void tape_move_to_processor(int from, int steps);
#endif
