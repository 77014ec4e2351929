#include "Signals.h"
#include <signal.h>
#include <string.h>

static volatile sig_atomic_t pending;

static void remember(int number) { pending = number; }

void tape_watch_signals(void) {
    struct sigaction action;
    pending = 0;
    memset(&action, 0, sizeof action);
    action.sa_handler = remember;
    action.sa_flags = SA_RESTART | (int)SA_RESETHAND;
    sigaction(SIGINT, &action, 0);
    sigaction(SIGTERM, &action, 0);
}

void tape_unwatch_signals(void) {
    pending = 0;
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

int tape_pending_signal(void) { return pending; }
