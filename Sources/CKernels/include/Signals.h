// Remembers that the program was asked to stop.
#ifndef TAPEDECK_SIGNALS_H
#define TAPEDECK_SIGNALS_H

/// Forgets what came so far. From now on the first SIGINT or SIGTERM is remembered; a second one ends the process as always.
void tape_watch_signals(void);

/// Forgets what came. From now on the first SIGINT or SIGTERM ends the process again.
void tape_unwatch_signals(void);

/// The signal that came, 0 if none.
int tape_pending_signal(void);
#endif
