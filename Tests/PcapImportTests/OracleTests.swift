import Exports
import Foundation
import Testing
import Verification
import Vocabulary
import WebSocketWire

/// Other projects' captures, frame by frame and message by message, against tables made by other tools.
@Suite(.enabled(if: PacketFolder.hasShared, "the folder of other projects' captures is not here"))
struct OracleTests {
    /// A file with its tables.
    struct Case: CustomTestStringConvertible, Sendable {
        var path: String
        var name: String

        var testDescription: String { name }
    }

    static let cases: [Case] = ["", "made/"].flatMap { folder in
        PacketFolder.files(in: PacketFolder.shared.appending(path: folder)).map { name in
            Case(path: PacketFolder.shared.appending(path: folder + name).path(), name: name)
        }
    }

    /// These are no packets at all, or only the beginning of a file's head.
    private static let unreadable: Set = ["jupyter.header-cut.pcap", "zero-bytes.pcap"]
    /// Their packets were cut when captured: payloads are missing, and what the tables make of the rest is
    /// not what was sent.
    private static let cut: Set = ["jupyter.snap300.pcap", "lab-snap400.pcap"]

    @Test func `there are tables for everything`() {
        #expect(Self.cases.count > 50)
    }

    @Test(arguments: cases)
    func `Frames are those of the table`(file: Case) throws {
        guard !Self.unreadable.contains(file.name) else { return }
        let rows = try Table(file.name, "frames").rows
        let read = try ReadPackets(file.path)
        var expected: [String: [String]] = [:]
        for row in rows { expected[Self.flow(of: row), default: []].append(Self.frame(of: row)) }
        var actual: [String: [String]] = [:]
        for frame in read.frames {
            guard let connection = read.connections[frame.connection] else { continue }
            let flow = Self.flow(connection, frame.direction)
            actual[flow, default: []].append(Self.text(frame))
        }
        #expect(actual == expected)
    }

    @Test(arguments: cases)
    func `Messages are those of the table`(file: Case) throws {
        guard !Self.unreadable.contains(file.name), !Self.cut.contains(file.name) else { return }
        let flows = Dictionary(
            try Table(file.name, "frames").rows.map { ("\($0[1]) \($0[4])", Self.flow(of: $0)) },
            uniquingKeysWith: { first, _ in first }
        )
        var expected: [String: [String]] = [:]
        for row in try Table(file.name, "messages").rows {
            let flow = try #require(flows["\(row[0]) \(row[1])"])
            expected[flow, default: []].append(
                "\(row[3]) \(row[8]) \(row[9]) \(Self.closeCode(ofNote: row[10], kind: row[3]))"
            )
        }
        let read = try ReadPackets(file.path)
        var actual: [String: [String]] = [:]
        for line in read.messages where line.message.isComplete {
            guard let connection = read.connections[line.message.connection] else { continue }
            let flow = Self.flow(connection, line.message.direction)
            actual[flow, default: []].append(Self.text(line))
        }
        #expect(Self.withoutLongControls(actual) == Self.withoutLongControls(expected))
    }

    // MARK: - Rows

    private static func flow(of row: [String]) -> String {
        row[4] == "c2s" ? "\(row[5]) > \(row[6]) \(row[4])" : "\(row[6]) > \(row[5]) \(row[4])"
    }

    private static func flow(_ connection: ReadPackets.Connection, _ direction: Direction) -> String
    {
        // The tables write IPv6 addresses without brackets.
        "\(connection.client) > \(connection.server) ".filter { !"[]".contains($0) }
            + (direction == .clientToServer ? "c2s" : "s2c")
    }

    /// Of a frame that is not all there, its head alone is compared.
    private static func frame(of row: [String]) -> String {
        let isPartial = row[16].contains("PARTIAL")
        let key = row[11].isEmpty ? "-" : row[11]
        return
            "\(row[9]) fin \(row[7]) rsv \(row[8]) \(key) \(row[13]) \(isPartial ? "cut" : row[14])"
    }

    private static func text(_ frame: FrameLine) -> String {
        guard let header = frame.header else { return "no head" }
        let key = header.maskKey.map { key in
            (0..<4).map { index in
                let byte = UInt8(truncatingIfNeeded: key >> (8 * UInt32(index)))
                return (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
            .joined()
        }
        return "\(header.opcode.rawValue) fin \(header.isFinal ? 1 : 0) rsv \(header.reservedBits) "
            + "\(key ?? "-") \(header.payloadLength) \(frame.isComplete ? frame.sha256 : "cut")"
    }

    private static func text(_ line: MessageLine) -> String {
        let message = line.message
        return "\(message.opcode) \(message.payloadByteCount) \(line.sha256) "
            + (line.closeCode.map(String.init) ?? "-")
    }

    private static func closeCode(ofNote note: String, kind: String) -> String {
        guard kind == "close", let start = note.firstRange(of: "code=")?.upperBound else {
            return "-"
        }
        return String(note[start...].prefix { $0.isNumber })
    }

    /// Control frames beyond 125 bytes are told by their beginning; their digests differ.
    private static func withoutLongControls(_ flows: [String: [String]]) -> [String: [String]] {
        flows.mapValues { lines in
            lines.map { line in
                let words = line.split(separator: " ").map(String.init)
                let isControl = ["close", "ping", "pong"].contains(words[0])
                guard isControl, let length = Int(words[1]), length > 125 else { return line }
                return "\(words[0]) \(words[1]) \(words[3])"
            }
        }
    }
}

/// A table of the folder, without its heading.
private struct Table {
    var rows: [[String]] = []

    init(_ name: String, _ kind: String) throws {
        let url = PacketFolder.shared.appending(path: "oracles/\(name).\(kind).csv")
        let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
        rows = text.split(whereSeparator: \.isNewline).dropFirst().map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        .filter { $0.count > 10 }
    }
}
