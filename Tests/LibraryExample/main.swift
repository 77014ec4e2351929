import Tapedeck

// Who traded most, and what a share cost on average: once asked in SQL, once by walking the stored columns of each day.
//
//     LibraryExample FOLDER STORE        converts the CSV files of FOLDER into STORE first

do {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let conversion = try Store.convert([arguments[0]], into: arguments[1])
    print("\(conversion.rowsRead) rows read, \(conversion.rowsStored) stored")

    let store = try Store(path: arguments[1])
    for table in store.tables { print("\(table.name): \(table.rowCount) rows in \(table.partitions.count) partitions") }

    // Asked: a value at a time.
    let answer = try store.query("SELECT participant_id, sum(quantity) AS total FROM trades GROUP BY 1 ORDER BY 2 DESC LIMIT 3")
    for row in 0..<answer.rowCount { print("participant \(answer.columns[0][row]): \(answer.columns[1][row])") }

    // Walked: each column's memory is lent as a Span, nothing is copied.
    var value: Int128 = 0
    var quantity: Int128 = 0
    for partition in store.tables.first(where: { $0.name == "trades" })?.partitions ?? [] {
        try store.read(partition, columns: ["price", "quantity"]) { rows in
            rows.columns[0].withIntegers { prices in
                rows.columns[1].withIntegers { quantities in
                    for row in prices.indices {
                        value += Int128(prices[row]) * Int128(quantities[row])
                        quantity += Int128(quantities[row])
                    }
                }
            }
        }
    }
    print("\(quantity) shares for \(value) in units of the price")
    print("asked: \(try store.query("SELECT sum(price * quantity), sum(quantity) FROM trades").csv)")
} catch let error as TapedeckError {
    print("failed: \(error)")
}
