import TapeBytes
import TapeMarket
import TapeQuery
import TapeStore

/// A question in SQL, as the command line asks it.
struct SQLQuestion {
    let text: String

    func query(_ store: Store, _ options: QueryOptions) throws(CommandError) -> Query {
        do {
            return try Query(text, store: store, options: options)
        } catch {
            throw CommandError.query(error, text)
        }
    }

    func answer(_ store: Store, _ options: QueryOptions) throws(CommandError) -> QueryAnswer {
        let query = try query(store, options)
        do {
            return try query.run()
        } catch {
            throw CommandError.query(error, text)
        }
    }

    func explanation(_ store: Store, _ options: QueryOptions) throws(CommandError) -> String {
        let query = try query(store, options)
        do {
            return try query.explain()
        } catch {
            throw CommandError.query(error, text)
        }
    }
}

extension CommandError {
    /// The error with the line of the question and a mark under the place.
    static func query(_ error: QueryError, _ question: String) -> CommandError {
        let code: ExitStatus = switch error.kind {
        case .syntax, .unknownName, .type: .usage
        case .damaged: .badData
        case .unreadable: .missing
        case .outdated: .locked
        case .overflow, .memory, .cancelled: .failed
        }
        let details = error.excerpt(of: question).map { [$0.line, $0.marker] } ?? []
        // What the engine advises, with the option that does it.
        let help: String? = switch error.kind {
        case .memory: "allow more with --memory, or ask for fewer groups or rows"
        case .damaged: "convert its source files into a new store, or leave it out with --skip-damaged"
        default: error.help
        }
        return CommandError(code, error.message, details: details, help: help)
    }
}
