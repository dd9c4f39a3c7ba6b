import CaptureFormat
import Exports
import Foundation
import Verification
import Vocabulary
import WebSocketWire

/// What the peers of a recording noted themselves (captures/pcap/README.md).
struct Truth {
    /// One data message.
    struct Message: Decodable, Equatable {
        var opcode: String
        var length: UInt64
        var sha256: String

        init(_ line: MessageLine) {
            opcode = line.message.opcode.description
            length = line.message.payloadByteCount
            sha256 = line.sha256
        }
    }

    /// A close frame.
    struct Close: Decodable, Equatable {
        var code: UInt16
        var reason: String

        init(_ close: ClosedRecord.CloseFrame) {
            code = close.code
            reason = close.reason
        }

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            code = try container.decodeIfPresent(UInt16.self) ?? 1005
            reason = try container.decodeIfPresent(String.self) ?? ""
        }
    }

    /// The close frames of both sides.
    struct Closes: Decodable {
        var client: Close?
        var server: Close?
    }

    /// One connection, or one leg of it.
    struct Connection: Decodable {
        var outcome: String
        var leg: String?
        var clientToServer: [Message]?
        var serverToClient: [Message]?
        var received: [Message]?
        var close: Closes?
        var violation: String?

        func messages(_ direction: Direction) -> [Message]? {
            direction == .clientToServer ? clientToServer : serverToClient
        }
    }

    private struct File: Decodable {
        var connections: [Connection]?
        var published: [Message]?
        var droppedByBot: Int?
        var sameAs: String?
        var damaged: String?
    }

    /// What the connections carried; of an altered copy, what those of its source did.
    let connections: [Connection]
    /// What the bot's journal holds.
    let published: [Message]?
    /// How many messages the bot never sent.
    let droppedByBot: Int?
    /// The capture that some bytes are missing of.
    let damage: String?

    init(of name: String) throws {
        let stem = name.prefix { $0 != "." }
        var file = try Self.file(String(stem))
        damage = file.damaged
        if let source = file.sameAs { file = try Self.file(source) }
        connections = file.connections ?? []
        published = file.published
        droppedByBot = file.droppedByBot
    }

    private static func file(_ name: String) throws -> File {
        let url = PacketFolder.own.appending(path: "\(name).truth.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(File.self, from: Data(contentsOf: url))
    }
}
