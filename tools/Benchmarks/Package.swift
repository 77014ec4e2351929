// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the product knows nothing of it. The engine shows its kernels to its own package only (`package` access); so the
// engine's modules are targets here too, by way of the link `Engine` to the product's sources. docs/decisions/0012 has the ways not taken.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .strictMemorySafety()]

func module(_ name: String, _ dependencies: [Target.Dependency], settings: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Engine/\(name)", swiftSettings: strict + settings)
}

let package = Package(
    name: "Benchmarks",
    targets: [
        .systemLibrary(name: "CLZ4", path: "Engine/CLZ4", pkgConfig: "liblz4"),
        .systemLibrary(name: "CZlib", path: "Engine/CZlib", pkgConfig: "zlib"),
        .systemLibrary(name: "CYAML", path: "Engine/CYAML", pkgConfig: "yaml-0.1"),
        .target(name: "CKernels", path: "Engine/CKernels"),
        module("TapeBytes", ["CLZ4", "CZlib", "CYAML", "CKernels"], settings: [.enableExperimentalFeature("Lifetimes")]),
        module("TapeColumns", ["TapeBytes"]),
        module("TapeStore", ["TapeColumns"]),
        module("TapeIngest", ["TapeStore"]),
        module("TapeQuery", ["TapeStore"]),
        .executableTarget(name: "Benchmarks", dependencies: ["TapeIngest", "TapeQuery"], swiftSettings: strict),
    ]
)
