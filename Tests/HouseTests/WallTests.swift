import Testing

/// The table of docs/architecture.md: which room may import what.
private let table: [String: Set<String>] = {
    let system: Set = ["Glibc", "Darwin", "Musl"]
    let nio: Set = ["NIOCore", "NIOPosix"]
    let buffer: Set = ["struct NIOCore.ByteBuffer"]
    return [
        "Vocabulary": [],
        "Telemetry": ["Vocabulary", "Synchronization"],
        "Documents": ["Vocabulary", "Yams"],
        "WebSocketWire": ["Vocabulary", "Crypto", "CZlib"],
        "CaptureFormat": ["Vocabulary", "CZlib", "CDeflate", "CZstd", "CLZ4"],
        "Recording": ["Vocabulary", "Telemetry", "WebSocketWire", "CaptureFormat"],
        "ProxyProtocol": ["Vocabulary"],
        "Reassembly": ["Vocabulary"],
        "Dissection": [
            "Vocabulary", "WebSocketWire", "CaptureFormat", "Recording", "Reassembly",
        ],
        "PcapImport": system.union([
            "Vocabulary", "CaptureFormat", "CaptureStore", "Reassembly", "Dissection", "CKernel",
            "CPcap", "CZlib", "Dispatch", "Synchronization",
        ]),
        "Verification": ["Vocabulary", "WebSocketWire", "CaptureFormat", "CSimdJSON"],
        "Reports": ["Vocabulary", "Verification"],
        "Queries": ["Vocabulary", "WebSocketWire", "CSimdJSON"],
        "Exports": [
            "Vocabulary", "CaptureFormat", "WebSocketWire", "Verification", "Queries", "Crypto",
        ],
        "Faults": buffer.union([
            "Vocabulary", "WebSocketWire", "Queries", "CRegex", "Synchronization",
            "func Glibc.cos", "func Glibc.log", "func Glibc.pow",
        ]),
        "ControlAPI": ["Vocabulary", "Documents", "Telemetry", "Faults"],
        "RelayCore": buffer.union([
            "Vocabulary", "Telemetry", "WebSocketWire", "CaptureFormat", "Recording", "Faults",
        ]),
        "Console": system.union(["Vocabulary", "Logging", "ArgumentParser"]),
        "CaptureStore": system.union(["Vocabulary", "CaptureFormat", "CKernel", "SystemPackage"]),
        "Transport": system.union(nio).union([
            "Vocabulary", "Telemetry", "RelayCore", "Faults", "CaptureFormat", "CaptureStore",
            "ProxyProtocol", "CKernel", "Logging", "ServiceLifecycle", "Synchronization", "NIOSSL",
            "NIOTLS", "SystemPackage",
        ]),
        "ControlServer": system.union([
            "Vocabulary", "Documents", "Telemetry", "ControlAPI", "Hummingbird", "HTTPTypes",
            "NIOCore",
            "Logging",
            "ServiceLifecycle",
        ]),
        "ControlClient": nio.union([
            "Vocabulary", "NIOHTTP1", "FoundationEssentials", "Foundation",
        ]),
        "Settings": [
            "Vocabulary", "Documents", "Console", "CaptureStore", "RelayCore", "ProxyProtocol",
            "Transport",
            "ControlAPI", "Yams",
        ],
        "ReferencePeers": system.union(nio).union([
            "Vocabulary", "NIOHTTP1", "NIOWebSocket", "Logging", "Foundation",
            "FoundationEssentials",
            "Synchronization",
        ]),
        "Processes": system.union(["Vocabulary"]),
        "SuiteRunner": system.union(["Vocabulary", "Console", "Processes", "Foundation"]),
    ]
}()

private let executables: Set = ["wsproxy", "wsreplay", "wssuite"]
private let pureRooms: Set = [
    "Vocabulary", "Telemetry", "Documents", "WebSocketWire", "CaptureFormat", "Verification",
    "Reports",
    "Exports",
    "Queries", "Recording", "Reassembly", "Dissection", "ProxyProtocol",
]
private let decisionRooms: Set = ["RelayCore", "Faults", "ControlAPI"]

@Suite struct WallTests {
    @Test func `every room stands in the table`() throws {
        let rooms = Set(try House.rooms().filter { !$0.hasPrefix("C") || table[$0] != nil })
        #expect(rooms.subtracting(executables) == Set(table.keys))
    }

    @Test(arguments: table.keys.sorted())
    func `imports stay within the table`(room: String) throws {
        for file in try House.files(of: room) {
            for module in file.imports {
                #expect(table[room]?.contains(module) == true, "\(file.path) imports \(module)")
            }
        }
    }

    @Test(arguments: pureRooms.union(decisionRooms).sorted())
    func `no clock, no dice and no output where decisions are made`(room: String) throws {
        let banned = [
            "Date()", ".now()", "ContinuousClock", "SystemRandomNumberGenerator", ".random(in:",
            "print(",
            "FileHandle", "DispatchQueue", "Task {", "await ",
        ]
        for file in try House.files(of: room) {
            for (number, line) in file.lines.enumerated() {
                let code = line.prefix(upTo: line.firstRange(of: "//")?.lowerBound ?? line.endIndex)
                for word in banned where code.contains(word) && !code.contains("using:") {
                    Issue.record("\(file.path):\(number + 1) uses \(word)")
                }
            }
        }
    }

    @Test(arguments: Array(table.keys).sorted() + executables.sorted())
    func `nothing is forced, swallowed or left undone`(room: String) throws {
        let banned = [" try!", " try?", "(try?", "fatalError(", "TODO", "FIXME", "catch {}"]
        for file in try House.files(of: room) {
            for (number, line) in file.lines.enumerated() {
                for word in banned where line.contains(word) {
                    Issue.record("\(file.path):\(number + 1) has \(word)")
                }
            }
        }
    }

    @Test(arguments: Array(table.keys).sorted() + executables.sorted())
    func `what is unsafe says why it is not`(room: String) throws {
        /// How far above its use a reason may stand, in lines.
        let reach = 12
        for file in try House.files(of: room) {
            let lines = file.lines
            for (number, line) in lines.enumerated() {
                let code = line.prefix(upTo: line.firstRange(of: "//")?.lowerBound ?? line.endIndex)
                let isUnsafe =
                    code.contains("unsafe ") || code.contains("@unchecked")
                    || code.contains("(unsafe)")
                guard isUnsafe else { continue }
                let above = lines[max(0, number - reach)...number]
                #expect(
                    above.contains { $0.contains("Safety:") },
                    "\(file.path):\(number + 1) gives no reason"
                )
            }
        }
    }
}
