import CaptureFormat
import Exports
import Foundation
import Queries
import TestKit
import Testing
import Vocabulary
import WebSocketWire

struct JSONLinesExportTests {
    /// A record of every kind.
    private static let entries = HistoryBuilder.entries { run in
        run.add(
            .notice(
                NoticeRecord(
                    topic: "configuration",
                    text: "recording began",
                    values: [HeaderField(name: "keep-secrets", value: "false")]
                )
            )
        )
        run.add(
            .bytes(
                BytesRecord(
                    connection: c1,
                    direction: .clientToServer,
                    offset: 0,
                    kind: .head,
                    data: 0..<9,
                    blanked: [4..<6]
                )
            ),
            bytes: Array("GET ** \r\n".utf8)
        )
        run.open(c1, extensions: "permessage-deflate")
        run.text(c1, .clientToServer, #"{"type":"grüße"}"#)
        run.raw(
            c1,
            .serverToClient,
            FrameBytes.frame(.binary, [0xFF, 0xFE, 0xFD, 0xFC]),
            cuts: [1, 3]
        )
        run.send(
            c1,
            .serverToClient,
            .text,
            DeflateBytes.stored(Array("inflated".utf8)),
            reservedBits: 4
        )
        run.progress(c1)
        run.add(
            .outcome(
                OutcomeRecord(
                    connection: c1,
                    direction: .serverToClient,
                    kind: .injected,
                    sent: [0x88, 0],
                    byteCount: 2,
                    cause: "shutdown"
                )
            )
        )
        run.close(c1, .clientToServer)
        run.end(c1, .closeUnanswered, by: .client)
        run.add(.gap(GapRecord(from: run.now, through: run.now, byteCount: 5, reason: "disk full")))
        run.add(.unknown(schema: "wscap.v2.Event"))
        run.add(
            .faultChange(
                FaultChangeRecord(
                    action: "added",
                    fault: "slow",
                    type: "latency",
                    stream: "upstream",
                    toxicity: "1",
                    attributes: [HeaderField(name: "latency", value: "100")],
                    seed: 7,
                    source: "127.0.0.1:1 test"
                )
            )
        )
        run.add(
            .held(
                HeldRecord(
                    connection: c1,
                    direction: .clientToServer,
                    offset: 3,
                    byteCount: 4,
                    heldNanoseconds: 100_000_000,
                    cause: "slow"
                )
            )
        )
    }

    private static let state = CaptureFileState(
        run: [
            HeaderField(name: "run", value: "0a1b"), HeaderField(name: "proxy", value: "bridge"),
        ],
        library: "wscap golden"
    )

    private func export(
        _ entries: [HistoryBuilder.Recorded] = Self.entries,
        _ query: String? = nil,
        forMessages: Bool = false
    ) throws -> [String] {
        var export = JSONLinesExport(query: try query.map(Query.init), forMessages: forMessages)
        var lines = [export.beginning(Self.state)]
        for recorded in entries {
            lines += export.take(recorded.entry, bytes: recorded.bytes.span.bytes)
        }
        return lines + export.finish(Self.state)
    }

    private func objects(_ lines: [String]) throws -> [[String: Any]] {
        try lines.map { line in
            let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(value as? [String: Any])
        }
    }

    private func kinds(_ lines: [String]) throws -> [String] {
        try objects(lines).dropFirst().compactMap { $0["record"] as? String }
    }

    @Test func `Every kind of record is a line, as the golden file has it`() throws {
        let text = try export().map { $0 + "\n" }.joined()
        #expect(try GoldenFile("captures/exports/records.jsonl").difference(from: text) == nil)
        #expect(
            try Set(kinds(export())) == [
                "notice", "bytes", "opened", "handshake", "frame", "progress", "outcome", "closed",
                "gap", "unknown", "fault_change", "held", "end",
            ]
        )
    }

    @Test func `With messages, frames give way to what they mean`() throws {
        let text = try export(forMessages: true).map { $0 + "\n" }.joined()
        #expect(try GoldenFile("captures/exports/messages.jsonl").difference(from: text) == nil)
        let found = try objects(export(forMessages: true)).filter {
            $0["record"] as? String == "message"
        }
        #expect(
            found.map { $0["text"] as? String } == [
                #"{"type":"grüße"}"#, nil, "inflated", nil,
            ]
        )
    }

    @Test func `The bytes of the wire can be rebuilt`() throws {
        for direction in Direction.allCases {
            var wire: [UInt8] = []
            for recorded in Self.entries {
                switch recorded.entry.record {
                case .frame(let frame) where frame.direction == direction: wire += recorded.bytes
                case .bytes(let record) where record.direction == direction: wire += recorded.bytes
                default: break
                }
            }
            var rebuilt = Data()
            for object in try objects(export())
            where object["direction"] as? String == direction.description {
                for name in ["data", "header", "payload"] {
                    guard let text = object[name] as? String else { continue }
                    rebuilt += try #require(Data(base64Encoded: text))
                }
            }
            #expect(Array(rebuilt) == wire)
        }
    }

    @Test func `Base64 is what everybody else reads`() throws {
        var dice = SeededGenerator(seed: 64)
        for count in 0..<70 {
            let payload = dice.bytes(count)
            let entries = HistoryBuilder.entries { run in
                run.open(c1)
                run.send(c1, .serverToClient, .binary, payload)
            }
            let frame = try #require(try objects(export(entries)).first { $0["header"] != nil })
            #expect(frame["payload"] as? String == Data(payload).base64EncodedString())
        }
    }

    @Test func `Parts of a masked frame are unmasked each by itself`() throws {
        let frame = FrameBytes.frame(.text, Array("abcdefgh".utf8), maskKey: 0x0A0B_0C0D)
        let entries = HistoryBuilder.entries { run in
            run.open(c1)
            run.raw(c1, .clientToServer, frame, cuts: [3, 9, 12])
        }
        let texts = try objects(export(entries)).filter { $0["record"] as? String == "frame" }
            .map { $0["text"] as? String }
        #expect(texts == [nil, "abc", "def", "gh"])
    }

    @Test(arguments: [
        ("connection == c2", ["end"]), ("opcode == close", ["frame", "end"]),
        ("/type == 'grüße'", ["frame", "end"]),
        ("direction == server-to-client and not exists opcode", ["frame", "outcome", "end"]),
        ("size == 4", ["frame", "frame", "end"]),
        ("not exists connection", ["notice", "gap", "unknown", "fault_change", "end"]),
    ])
    func `A query chooses lines`(query: String, expected: [String]) throws {
        #expect(try kinds(export(Self.entries, query)) == expected)
    }

    @Test func `The first line tells the query, the last one how many lines there are`() throws {
        let lines = try objects(export(Self.entries, "opcode == close"))
        #expect(lines.first?["format"] as? String == "wscap-jsonl/1")
        #expect(lines.first?["where"] as? String == "opcode == close")
        #expect((lines.first?["run"] as? [String: String])?["proxy"] == "bridge")
        #expect(lines.last?["lines"] as? Int == 1)
        #expect(lines.last?["state"] as? String == "sealed")
    }
}
