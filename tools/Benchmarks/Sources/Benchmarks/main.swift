// Measures the kernels of convert and of scans. `swift run -c release --package-path tools/Benchmarks Benchmarks [part of a name]`

var measurements = Measurements(filter: CommandLine.arguments.dropFirst().first ?? "")
let text = SampleData.csv
measurements.measureRoofs(text)
try measurements.measureText(text)
try measurements.measureEncodings()
try measurements.measureBits()
try measurements.measureBytes(text)
measurements.print()
