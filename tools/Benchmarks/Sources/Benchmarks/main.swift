// What `tools/benchmark kernels` and `tools/benchmark query` run:
//
//     Benchmarks kernels [PART OF A NAME]     the kernels of convert and of scans, as a table
//     Benchmarks questions STORE WORKERS      a question of each line of standard input, in ms, as JSON

let arguments = CommandLine.arguments.dropFirst()
if arguments.first == "questions", arguments.count == 3 {
    var texts: [String] = []
    while let line = readLine() { texts.append(line) }
    print(try Questions(path: arguments[arguments.startIndex + 1], workers: Int(arguments[arguments.startIndex + 2]) ?? 1).times(texts))
} else {
    var measurements = Measurements(filter: arguments.dropFirst().first ?? "")
    let text = SampleData.csv
    measurements.measureRoofs(text)
    try measurements.measureText(text)
    try measurements.measureEncodings()
    try measurements.measureBits()
    try measurements.measureBytes(text)
    measurements.print()
}
