/// The states of a trading session, by the names of the feed. Ids are configuration and may change; names do not.
package enum SessionState {
    /// Of the states in force at several levels, the one with the highest priority is that of the book.
    package static func priority(of name: String) -> Int? {
        switch name {
        case "OPEN", "OPEN_NIGHT-TRADING", "OPEN_QUOTE-DISPLAY": 10
        case "REG_HALT": 25
        case "LATE_TRADING", "PRE_CSPA": 30
        case "OSPA": 35
        case "POST_CLOSE": 37
        case "CSPA": 40
        case "PRE_OPEN": 41
        case "PRE_NR": 42
        case "ADJUST": 70
        case "ADJUST_ON": 71
        case "TRADING_HALT": 75
        case "PRE_NIGHT-TRADING": 80
        case "CANCEL_ONLY": 85
        case "ENQUIRE": 90
        case "SUSPEND": 100
        case "PURGE_ORDERS": 110
        case "SYSTEM_MAINTENANCE": 111
        case "CLOSE": 120
        default: nil
        }
    }

    /// Continuous matching, and with it Centre Point, exists in this state alone.
    package static let open = "OPEN"
}
