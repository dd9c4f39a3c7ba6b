public import CaptureFormat
import Vocabulary
import WebSocketWire

/// What was seen of each connection at one place, so that it can be recognised at another.
///
/// A connection is known by the `Sec-WebSocket-Key` of its upgrade (RFC 6455 §4.1: chosen anew for each), which
/// proxies pass on.
public struct VantageObserver: ~Copyable {
    /// One connection.
    struct Seen {
        var connection: ConnectionID
        var toServer = MessageChain()
        var toClient = MessageChain()

        subscript(direction: Direction) -> MessageChain {
            direction == .clientToServer ? toServer : toClient
        }
    }

    private final class Track {
        var key: String
        var seen: Seen
        var toServer: MessageAssembler
        var toClient: MessageAssembler

        init(_ record: HandshakeRecord, key: String) {
            let agreement = ExtensionAgreement(response: record.extensions)
            self.key = key
            seen = Seen(connection: record.connection)
            toServer = MessageAssembler(
                connection: record.connection,
                direction: .clientToServer,
                agreement: agreement
            )
            toClient = MessageAssembler(
                connection: record.connection,
                direction: .serverToClient,
                agreement: agreement
            )
        }
    }

    private var tracks: [ConnectionID: Track] = [:]
    /// The connections that have a key, by key.
    private(set) var seen: [String: Seen] = [:]

    /// Creates an observer that has seen nothing.
    public init() {}

    /// How many connections have a key.
    public var connectionCount: Int { seen.count + tracks.count }

    /// Takes the next record.
    public mutating func observe(_ entry: CaptureEntry, bytes: RawSpan) {
        switch entry.record {
        case .handshake(let record) where record.isAccepted:
            guard let key = record.key else { return }
            tracks[record.connection] = Track(record, key: key)
        case .frame(let record):
            guard let track = tracks[record.connection] else { return }
            if record.direction == .clientToServer {
                Self.take(record, entry, bytes, &track.toServer, &track.seen.toServer)
            } else {
                Self.take(record, entry, bytes, &track.toClient, &track.seen.toClient)
            }
        case .closed(let record): end(record.connection)
        default: return
        }
    }

    /// Says that no more records come.
    public mutating func finish() {
        for connection in Array(tracks.keys) { end(connection) }
    }

    private mutating func end(_ connection: ConnectionID) {
        guard let track = tracks.removeValue(forKey: connection) else { return }
        seen[track.key] = track.seen
    }

    private static func take(
        _ record: FrameRecord,
        _ entry: CaptureEntry,
        _ bytes: RawSpan,
        _ assembler: inout MessageAssembler,
        _ chain: inout MessageChain
    ) {
        let step = assembler.take(record, at: entry.arrival, bytes: bytes)
        if step.hole != nil { chain.breakOff() }
        guard let message = step.message, message.isData, message.content == .whole else { return }
        assembler.withPayload(of: message) { chain.append($0, opcode: message.opcode) }
    }
}

extension HandshakeRecord {
    /// What the client has chosen for this upgrade.
    var key: String? {
        requestHeaders.first { $0.name.lowercased() == "sec-websocket-key" }?.value
    }
}
