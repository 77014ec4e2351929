/// How a match arose.
///
/// Only the booked class is excluded from executions by default: internal transfers made by unintentional-crossing
/// prevention, which move matched quantity without a trade.
package enum DealSourceClass: String, Hashable, Sendable, CaseIterable {
    case lit, auction, dark, report, booked
    /// Made by this program's simulation.
    case simulated
}

package enum DealSource {
    package static let lit: Int16 = 1
    package static let tradeReport: Int16 = 5
    package static let auction: Int16 = 20
    package static let litBooked: Int16 = 44
    package static let auctionBooked: Int16 = 45
    package static let centrePointPreferencing: Int16 = 46
    package static let centrePoint: Int16 = 47
    package static let centrePointBooked: Int16 = 48
    package static let block: Int16 = 50
    package static let blockPreferenced: Int16 = 51
    package static let simulated: Int16 = 99

    /// nil for a code of no table.
    package static func classification(of code: Int16) -> DealSourceClass? {
        switch code {
        case 1, 7, 36, 42, 43, 90: .lit
        case 20: .auction
        case 46, 47, 49, 50, 51, 52: .dark
        case 0, 3, 4, 5, 6: .report
        case 44, 45, 48, 91: .booked
        case 99: .simulated
        default: nil
        }
    }

    package static func isBooked(_ code: Int16) -> Bool { code == 44 || code == 45 || code == 48 || code == 91 }

    /// Dark at entry of a sweep: the dark codes and the Centre Point booking among them, 46…52.
    package static func isCentrePointEntry(_ code: Int16) -> Bool { (46...52).contains(code) }

    /// `dealsourcedecoded` as real extracts spell it; nil for codes whose spelling was never seen.
    package static func decoded(_ code: Int16) -> String? {
        switch code {
        case 1: "Continuous Lit"
        case 5: "Trade Report Crossings"
        case 20: "Auction"
        case 44: "Continuous Lit UCP"
        case 45: "Auction UCP"
        case 46: "Centre Point Preferencing"
        case 47: "Centre Point"
        case 48: "Centre Point UCP"
        default: nil
        }
    }
}
