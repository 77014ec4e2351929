import CKernels

/// Ctrl-C and SIGTERM, for commands that end in an orderly way when asked to.
package enum Signals {
    /// The number of Ctrl-C.
    package static let interrupt: Int32 = 2

    /// Forgets what came so far. From now on the first signal is remembered; a second one ends the process as always.
    package static func watch() { tape_watch_signals() }

    /// Forgets what came. From now on the first signal ends the process again.
    package static func unwatch() { tape_unwatch_signals() }

    /// The number of the signal that came; nil if none.
    package static var pending: Int32? {
        let number = tape_pending_signal()
        return number == 0 ? nil : number
    }
}
