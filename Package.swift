// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: language mode 6, and each unsafe expression spelled `unsafe`.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .strictMemorySafety()]

func module(
    _ name: String, _ dependencies: [Target.Dependency], settings: [SwiftSetting] = [],
    resources: [Resource] = []
) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources,
            swiftSettings: strict + settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies + ["TapeTestSupport"],
                swiftSettings: strict)
}

let package = Package(
    name: "tapedeck",
    products: [
        .library(name: "Tapedeck", targets: ["Tapedeck"]),
        .executable(name: "tapedeck", targets: ["TapeCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        // C: two system libraries for compression, one for YAML, and our own few kernels.
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(name: "CKernels"),

        // The engine: free of any market.
        module("TapeBytes", ["CLZ4", "CZlib", "CYAML", "CKernels"],
               settings: [.enableExperimentalFeature("Lifetimes")]),
        module("TapeColumns", ["TapeBytes"]),
        module("TapeStore", ["TapeColumns"]),
        module("TapeIngest", ["TapeStore"]),
        module("TapeQuery", ["TapeStore"]),
        module("TapeJobs", ["TapeStore"]),

        // The market.
        module("TapeMarket", ["TapeQuery", "TapeIngest", "TapeJobs"],
               resources: [.embedInCode("Schemas")]),
        module("TapeAnalysis", ["TapeMarket"]),
        module("TapeReport", ["TapeAnalysis"]),
        module("Tapedeck", ["TapeReport"]),
        .executableTarget(
            name: "TapeCommand",
            dependencies: [
                "TapeReport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // Tests: one target per source target, and the built command as a whole.
        .target(name: "TapeTestSupport", dependencies: ["TapeReport"],
                path: "Tests/TapeTestSupport", swiftSettings: strict),
        tests("TapeBytes", ["TapeBytes"]),
        tests("TapeColumns", ["TapeColumns"]),
        tests("TapeStore", ["TapeStore"]),
        tests("TapeIngest", ["TapeIngest"]),
        tests("TapeQuery", ["TapeQuery"]),
        tests("TapeJobs", ["TapeJobs"]),
        tests("TapeMarket", ["TapeMarket"]),
        tests("TapeAnalysis", ["TapeAnalysis"]),
        tests("TapeReport", ["TapeReport"]),
        tests("Tapedeck", ["Tapedeck", "LibraryExample"]),
        .executableTarget(name: "LibraryExample", dependencies: ["Tapedeck"], path: "Tests/LibraryExample", swiftSettings: strict),
        .testTarget(name: "CommandTests", dependencies: ["TapeTestSupport", "TapeCommand"],
                    swiftSettings: strict),
    ]
)
