// swift-tools-version: 6.2
import PackageDescription

// Every target is built with the same strictness; the pure rooms add strict memory safety.
// docs/architecture.md says which room may import which; Tests/HouseTests holds the same table.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let pure: [SwiftSetting] = strict + [.strictMemorySafety()]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle",
    package: "swift-service-lifecycle"
)
let signals: Target.Dependency = .product(
    name: "UnixSignals",
    package: "swift-service-lifecycle"
)
let argumentParser: Target.Dependency = .product(
    name: "ArgumentParser",
    package: "swift-argument-parser"
)
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

let package = Package(
    name: "wscap",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "wsproxy", targets: ["wsproxy"]),
        .executable(name: "wsreplay", targets: ["wsreplay"]),
        .executable(name: "wssuite", targets: ["wssuite"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.5.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Shims: C and C++ behind headers that Swift can read.
        .target(name: "CKernel"),
        .target(name: "CRegex"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CDeflate",
            pkgConfig: "libdeflate",
            providers: [.apt(["libdeflate-dev"]), .brew(["libdeflate"])]
        ),
        .systemLibrary(
            name: "CZstd",
            pkgConfig: "libzstd",
            providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]
        ),
        .systemLibrary(
            name: "CPcap",
            pkgConfig: "libpcap",
            providers: [.apt(["libpcap-dev"]), .brew(["libpcap"])]
        ),
        .systemLibrary(
            name: "CLZ4",
            pkgConfig: "liblz4",
            providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]
        ),
        .target(
            name: "CSimdJSON",
            linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]
        ),

        // Bottom.
        .target(name: "Vocabulary", swiftSettings: pure),
        .target(name: "Telemetry", dependencies: ["Vocabulary"], swiftSettings: pure),
        .target(name: "Documents", dependencies: ["Vocabulary", yams], swiftSettings: pure),

        // Pure rooms: values in, values out.
        .target(
            name: "WebSocketWire",
            dependencies: ["Vocabulary", "CZlib", crypto],
            swiftSettings: pure
        ),
        .target(
            name: "CaptureFormat",
            dependencies: ["Vocabulary", "CZlib", "CDeflate", "CZstd", "CLZ4"],
            swiftSettings: pure
        ),
        .target(
            name: "Recording",
            dependencies: ["Vocabulary", "Telemetry", "WebSocketWire", "CaptureFormat"],
            swiftSettings: pure
        ),
        .target(name: "ProxyProtocol", dependencies: ["Vocabulary"], swiftSettings: pure),
        .target(name: "Reassembly", dependencies: ["Vocabulary"], swiftSettings: pure),
        .target(
            name: "Dissection",
            dependencies: [
                "Vocabulary", "WebSocketWire", "CaptureFormat", "Recording", "Reassembly",
            ],
            swiftSettings: pure
        ),
        .target(
            name: "Verification",
            dependencies: ["Vocabulary", "WebSocketWire", "CaptureFormat", "CSimdJSON"],
            swiftSettings: pure
        ),
        .target(
            name: "Queries",
            dependencies: ["Vocabulary", "WebSocketWire", "CSimdJSON"],
            swiftSettings: pure
        ),
        .target(
            name: "Reports",
            dependencies: ["Vocabulary", "Verification"],
            swiftSettings: pure
        ),
        .target(
            name: "Exports",
            dependencies: [
                "Vocabulary", "WebSocketWire", "CaptureFormat", "Verification", "Queries", crypto,
            ],
            swiftSettings: pure
        ),

        // Decision rooms: no socket, no clock, no dice.
        .target(
            name: "Faults",
            dependencies: ["Vocabulary", "WebSocketWire", "Queries", "CRegex", nioCore],
            swiftSettings: strict
        ),
        .target(
            name: "ControlAPI",
            dependencies: ["Vocabulary", "Documents", "Telemetry", "Faults"],
            swiftSettings: strict
        ),
        .target(
            name: "RelayCore",
            dependencies: [
                "Vocabulary", "Telemetry", "WebSocketWire", "CaptureFormat", "Recording", "Faults",
                nioCore,
            ],
            swiftSettings: strict
        ),

        // I/O rooms.
        .target(
            name: "Console",
            dependencies: ["Vocabulary", logging, argumentParser],
            swiftSettings: strict
        ),
        .target(
            name: "CaptureStore",
            dependencies: ["Vocabulary", "CaptureFormat", "CKernel", system],
            swiftSettings: strict
        ),
        .target(
            name: "PcapImport",
            dependencies: [
                "Vocabulary", "CaptureFormat", "CaptureStore", "Reassembly", "Dissection",
                "CKernel", "CPcap", "CZlib",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Transport",
            dependencies: [
                "Vocabulary", "Telemetry", "RelayCore", "Faults", "CaptureFormat", "CaptureStore",
                "ProxyProtocol", "CKernel",
                nioCore, nioPosix, nioTLS, nioSSL, system, logging, lifecycle,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "ControlServer",
            dependencies: [
                "Vocabulary", "Documents", "Telemetry", "ControlAPI", hummingbird, httpTypes,
                nioCore, logging, lifecycle,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "ControlClient",
            dependencies: ["Vocabulary", nioCore, nioPosix, nioHTTP1],
            swiftSettings: strict
        ),
        .target(
            name: "ReferencePeers",
            dependencies: [
                "Vocabulary", nioCore, nioPosix, nioHTTP1, nioWebSocket, logging,
            ],
            swiftSettings: strict
        ),
        .target(name: "Processes", dependencies: ["Vocabulary"], swiftSettings: strict),
        .target(
            name: "SuiteRunner",
            dependencies: ["Vocabulary", "Console", "Processes"],
            swiftSettings: strict
        ),

        .target(
            name: "Settings",
            dependencies: [
                "Vocabulary", "Documents", "Console", "CaptureStore", "RelayCore", "ProxyProtocol",
                "Transport", "ControlAPI", yams,
            ],
            swiftSettings: strict
        ),

        // Executables: wiring only.
        .executableTarget(
            name: "wsproxy",
            dependencies: [
                "Transport", "Settings", "CaptureStore", "CaptureFormat", "Vocabulary", "Documents",
                "Console", "CKernel", "ControlServer", "ControlAPI", "ControlClient", "Faults",
                "Telemetry",
                argumentParser, logging, lifecycle, signals,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "wsreplay",
            dependencies: [
                "CaptureStore", "CaptureFormat", "PcapImport", "Dissection", "Verification",
                "Reports", "Exports", "Queries", "WebSocketWire", "Vocabulary", "Console",
                argumentParser,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "wssuite",
            dependencies: [
                "ReferencePeers", "SuiteRunner", "Vocabulary", "Console",
                argumentParser, logging, lifecycle,
            ],
            swiftSettings: strict
        ),
        // The benchmark's own ends speak TLS with it; no product links it.
        .systemLibrary(
            name: "COpenSSL",
            path: "tools/bench/COpenSSL",
            pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]
        ),
        .executableTarget(
            name: "wsbench",
            dependencies: ["Vocabulary", "Processes", "COpenSSL", argumentParser],
            path: "tools/bench/wsbench",
            swiftSettings: strict
        ),

        // Tests mirror the rooms; LiveTests alone have sockets, processes and wall time.
        .target(
            name: "TestKit",
            dependencies: [
                "Vocabulary", "WebSocketWire", "CaptureFormat", "Reassembly", "CZlib",
            ],
            path: "Tests/TestKit",
            swiftSettings: strict
        ),
        .testTarget(
            name: "DocumentsTests",
            dependencies: ["Documents", "Vocabulary"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "VocabularyTests",
            dependencies: ["Vocabulary", "TestKit"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WebSocketWireTests",
            dependencies: ["WebSocketWire", "Vocabulary", "TestKit"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CaptureFormatTests",
            dependencies: ["CaptureFormat", "Vocabulary", "WebSocketWire", "TestKit"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CaptureStoreTests",
            dependencies: ["CaptureStore", "CaptureFormat", "Vocabulary", "TestKit", system],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SettingsTests",
            dependencies: [
                "Settings", "CaptureStore", "ControlAPI", "ProxyProtocol", "Transport",
                "Vocabulary",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ProxyProtocolTests",
            dependencies: ["ProxyProtocol", "Vocabulary", "TestKit"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ReassemblyTests",
            dependencies: ["Reassembly", "Vocabulary", "TestKit"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DissectionTests",
            dependencies: [
                "Dissection", "Reassembly", "Exports", "CaptureFormat", "Vocabulary",
                "WebSocketWire", "TestKit",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PcapImportTests",
            dependencies: [
                "PcapImport", "Dissection", "Exports", "Verification", "CaptureStore",
                "CaptureFormat", "Vocabulary", "WebSocketWire", "TestKit",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RelayCoreTests",
            dependencies: [
                "RelayCore", "Recording", "Faults", "Telemetry", "CaptureFormat", "Vocabulary",
                "WebSocketWire", "TestKit", nioCore,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "FaultsTests",
            dependencies: ["Faults", "Vocabulary", "WebSocketWire", "TestKit", nioCore],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ControlServerTests",
            dependencies: ["ControlServer", "ControlAPI", "Vocabulary"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ControlClientTests",
            dependencies: [
                "ControlClient", "ControlServer", "ControlAPI", "Vocabulary", logging, nioCore,
                nioPosix,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ControlAPITests",
            dependencies: [
                "ControlAPI", "Documents", "Faults", "Telemetry", "Vocabulary", "TestKit",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TelemetryTests",
            dependencies: ["Telemetry", "Vocabulary"],
            swiftSettings: strict
        ),
        .testTarget(name: "HouseTests", swiftSettings: strict),
        .testTarget(name: "LiveTests", exclude: ["peers"], swiftSettings: strict),
        .testTarget(
            name: "ReferencePeersTests",
            dependencies: ["ReferencePeers", "Vocabulary", logging, nioCore, nioPosix],
            swiftSettings: strict
        ),
        .testTarget(
            name: "VerificationTests",
            dependencies: [
                "Verification", "CaptureFormat", "Vocabulary", "WebSocketWire", "TestKit",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "QueriesTests",
            dependencies: ["Queries", "Vocabulary", "WebSocketWire", "TestKit"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ExportsTests",
            dependencies: [
                "Exports", "Queries", "Verification", "CaptureFormat", "Vocabulary",
                "WebSocketWire", "TestKit",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ReportsTests",
            dependencies: [
                "Reports", "Verification", "CaptureFormat", "Vocabulary", "WebSocketWire",
                "TestKit",
            ],
            swiftSettings: strict
        ),
    ],
    cxxLanguageStandard: .cxx17
)
