import Foundation
import Testing

/// Packet files as a user meets them: tcpdump beside the proxy, and files that are none.
@Suite(.serialized)
struct PacketTests {
    @Test(
        .needsPeers,
        .needsTap,
        arguments: ["messages", "fragments", "closes", "deflate", "deflate_fresh", "concurrency"]
    )
    func `tcpdump on the server's leg and wsproxy hold the same messages`(
        family: String
    ) async throws {
        try await inScratchFolder { folder in
            var bench = Bench(
                family: family,
                client: "websockets",
                server: "websockets",
                folder: folder
            )
            bench.isTapped = true
            let (transcripts, capture) = try await bench.run()
            let recorded = try await Captured.messages(of: [capture], in: folder)
            let overheard = try await Captured.messages(of: [bench.packets], in: folder)
            let together = try await replay(
                ["verify", capture.path, bench.packets.path],
                in: folder
            )
            let isSame = together.output.contains("the same ones, which count once")
            return transcripts.losses + differences(Self.flows(recorded), Self.flows(overheard))
                + (isSame ? [] : ["verify of both said:\n\(together.output.suffix(600))"])
        }
    }

    @Test(.needsPeers, .needsTap)
    func `An imported capture is an MCAP file that says what the pcap said`() async throws {
        try await inScratchFolder { folder in
            var bench = Bench(
                family: "deflate",
                client: "websockets",
                server: "aiohttp",
                folder: folder
            )
            bench.isTapped = true
            _ = try await bench.run()
            let imported = folder.appending(path: "imported.wscap")
            let made = try await replay(
                ["import", bench.packets.path, "-o", imported.path],
                in: folder
            )
            let direct = try await Captured.messages(of: [bench.packets], in: folder)
            let again = try await Captured.messages(of: [imported], in: folder)
            return try await mismatch([made.ending], [.exit(0)], "import ended with")
                + differences(Self.flows(direct), Self.flows(again))
                + Peers.findings("check_mcap", [imported.path], in: folder)
        }
    }

    /// A call that fails, with its exit code and what it must say.
    struct BadCall: CustomTestStringConvertible, Sendable {
        var arguments: [String]
        var code: Int32
        var saying: [String]

        var testDescription: String { arguments.joined(separator: " ") }

        static let all = [
            BadCall(arguments: ["frames", "head.pcap"], code: 65, saying: ["truncated"]),
            BadCall(arguments: ["wifi.pcap"], code: 65, saying: ["IEEE802_11", "instead"]),
            BadCall(arguments: ["verify", "absurd.pcap"], code: 3, saying: []),
            BadCall(arguments: ["frames", "cut.pcap"], code: 3, saying: ["damaged", "packet 10"]),
            BadCall(arguments: ["seal", "clean.pcap"], code: 65, saying: ["wsreplay import"]),
            BadCall(arguments: ["compact", "clean.pcap"], code: 65, saying: ["wsreplay import"]),
            BadCall(
                arguments: ["frames", "clean.pcap", "--follow"],
                code: 64,
                saying: ["--follow"]
            ),
            BadCall(
                arguments: ["clean.pcap", "--assume-websocket", "here"],
                code: 64,
                saying: ["'here'", ":8000"]
            ),
            BadCall(arguments: ["import", "text.pcap"], code: 65, saying: ["a text file"]),
            BadCall(arguments: ["import", "no.pcap"], code: 65, saying: ["does not exist"]),
            BadCall(
                arguments: ["import", "clean.pcap", "-o", "x.txt"],
                code: 64,
                saying: [".wscap"]
            ),
            BadCall(
                arguments: ["import", "clean.pcap", "-o", "there.wscap"],
                code: 73,
                saying: ["not overwritten"]
            ),
            BadCall(
                arguments: ["import", "clean.pcap", "-o", "nowhere/x.wscap"],
                code: 73,
                saying: ["mkdir -p"]
            ),
            BadCall(
                arguments: ["verify", "clean.pcap", "cut.pcap", "--journal", "text.pcap"],
                code: 64,
                saying: ["There are 2 runs"]
            ),
        ]
    }

    @Test(arguments: BadCall.all)
    func `What cannot be read gets one sentence and the right code`(call: BadCall) async throws {
        try await inScratchFolder { folder in
            try Self.makeFiles(in: folder)
            let arguments = call.arguments.map { word in
                word.contains(".") ? folder.appending(path: word).path : word
            }
            let found = try await replay(arguments, in: folder)
            return mismatch([found.ending], [.exit(call.code)], "ended with")
                + call.saying.filter { !found.errors.contains($0) }
                .map { "did not say '\($0)': \(found.errors)" }
        }
    }

    @Test func `A million streams of one packet are read, more than are followed at a time`()
        async throws
    {
        try await inScratchFolder { folder in
            let file = folder.appending(path: "streams.pcap")
            try Self.writeStreams(1_000_000, to: file)
            let found = try await replay(["info", file.path], in: folder)
            return mismatch([found.ending], [.exit(0)], "ended with")
                + (found.output.contains("TCP streams 1000000") ? [] : [found.output])
        }
    }

    // MARK: - Helpers

    private static func makeFiles(in folder: URL) throws {
        let own = Workshop.root.appending(path: "captures/pcap")
        let clean = try Data(contentsOf: own.appending(path: "clean.pcap"))
        func write(_ bytes: Data, _ name: String) throws {
            try bytes.write(to: folder.appending(path: name))
        }
        try write(clean, "clean.pcap")
        try write(clean.prefix(9), "head.pcap")
        try write(Data("no packets\n".utf8), "text.pcap")
        try write(Data(), "there.wscap")
        var wifi = Data(clean.prefix(24))
        wifi[20] = 105
        try write(wifi, "wifi.pcap")
        // The second packet claims to be two gigabytes long.
        var absurd = clean
        let first = Int(clean[32]) | Int(clean[33]) << 8
        let second = 24 + 16 + first
        absurd.replaceSubrange(second + 8..<second + 12, with: [0, 0, 0, 0x7F])
        try write(absurd, "absurd.pcap")
        var end = 24
        for _ in 0..<10 { end += 16 + (Int(clean[end + 8]) | Int(clean[end + 9]) << 8) }
        try write(clean.prefix(end + 20), "cut.pcap")
    }

    /// SYNs from as many addresses.
    private static func writeStreams(_ count: Int, to file: URL) throws {
        var bytes: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        bytes += [0xFF, 0xFF, 0, 0, 101, 0, 0, 0]
        for number in 0..<count {
            bytes += [1, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0, 40, 0, 0, 0]
            bytes += [0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0]
            bytes += [
                10, UInt8(number >> 16 & 0xFF), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF),
            ]
            bytes += [10, 255, 255, 255, 0x9C, 0x40, 0x1F, 0x40, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2]
            bytes += [0xFF, 0xFF, 0, 0, 0, 0]
        }
        try Data(bytes).write(to: file)
    }

    private func replay(
        _ arguments: [String],
        in folder: URL
    ) async throws -> (ending: ChildProcess.Ending, output: String, errors: String) {
        let process = try ChildProcess(Workshop.replay, arguments, name: "replay", in: folder)
        let ending = try await process.ending(within: .seconds(60))
        return (ending, process.output, process.errors)
    }

    /// The flows that carry messages, in their order: connections without any are numbered by the proxy alone.
    private static func flows(_ messages: [Captured.Flow: [Captured.Message]]) -> [String: [String]]
    {
        var lines: [String: [String]] = [:]
        for (flow, messages) in messages {
            let noted = messages.map {
                "\($0.opcode) \($0.length) \($0.sha256) \($0.closeCode ?? 0) \($0.closeReason ?? "")"
            }
            lines["\(noted.hashValue) \(flow.direction)"] = noted
        }
        return lines
    }

    private func differences(_ left: [String: [String]], _ right: [String: [String]]) -> [String] {
        let onlyLeft = left.filter { right[$0.key] == nil }
        let onlyRight = right.filter { left[$0.key] == nil }
        return onlyLeft.map { "only the first has \($0.key): \($0.value.prefix(5))" }
            + onlyRight.map { "only the second has \($0.key): \($0.value.prefix(5))" }
    }
}
