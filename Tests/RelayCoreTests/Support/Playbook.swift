import CaptureFormat
import Faults
import RelayCore
import Telemetry
import TestKit
import Testing
import Vocabulary
import WebSocketWire

import struct NIOCore.ByteBuffer

/// A relay under test: events go in, commands and records come out and are kept.
///
/// ```
/// book >> .accepted(local: "p:1", remote: "c:1")     // an event
/// book << [.dial]                                    // exactly these commands
/// ```
final class Playbook {
    private var relay: Relay
    private var encoder = CaptureEncoder(
        run: RunDescription(runID: "t", proxy: "p", library: "l", started: .epoch)
    )
    private var file: [UInt8] = []
    private var commands: [RelayCommand] = []
    private var time: UInt64 = 1_000_000_000

    init(
        policy: RelayConfiguration.UpstreamFailurePolicy = .respond,
        keepsSecrets: Bool = false,
        redactedPointers: [JSONPointer] = [],
        securesClients: Bool = false,
        addsForwardedFor: Bool = false,
        faults: FaultPlan? = nil
    ) {
        relay = Relay(
            connection: ConnectionID(rawValue: 1),
            configuration: RelayConfiguration(
                upstream: "server:80",
                onUpstreamFailure: policy,
                keepsSecrets: keepsSecrets,
                redactedPointers: redactedPointers,
                securesClients: securesClients,
                addsForwardedFor: addsForwardedFor,
                faults: faults
            )
        )
    }

    /// Tells the relay an event, one microsecond after the last.
    func tell(_ event: RelayEvent) {
        time += 1000
        relay.handle(
            event,
            at: Instant(nanoseconds: time),
            capture: &encoder,
            commands: &commands
        )
    }

    /// Lets time pass; the next event comes a microsecond after this time.
    func wait(until instant: Instant) {
        time = max(time, instant.nanoseconds)
    }

    /// Tells bytes.
    func bytes(_ leg: Leg, _ bytes: [UInt8]) {
        tell(.received(leg, ByteBuffer(bytes: bytes)))
    }

    /// What the relay has wished since the last call.
    func take() -> [RelayCommand] {
        defer { commands = [] }
        return commands
    }

    /// Expects exactly these commands since the last look.
    func expect(
        _ expected: [RelayCommand],
        _ location: SourceLocation = #_sourceLocation
    ) {
        let got = take()
        #expect(got == expected, sourceLocation: location)
    }

    /// How the connection looks from outside.
    var snapshot: ConnectionSnapshot { relay.snapshot(opened: Instant(nanoseconds: 7)) }
    /// Why it ends.
    var endingText: String { relay.endingText }

    /// Opens both legs.
    func connect() {
        tell(.accepted(local: "p:1", remote: "c:1"))
        tell(.dialled(local: "p:2", remote: "s:80"))
        _ = take()
    }

    /// Opens both legs and upgrades to WebSocket.
    func upgrade() {
        connect()
        bytes(.downstream, Wire.request)
        bytes(.upstream, Wire.accepted)
        _ = take()
    }

    /// Ends both legs, as the transport does once it was asked to.
    func end() {
        tell(.legClosed(.downstream, LegProgress()))
        tell(.legClosed(.upstream, LegProgress()))
    }

    /// How often each fault has done something.
    var faultCounts: [String: UInt64] { relay.faultCounts }

    /// The records so far.
    func records() -> [CaptureRecord] {
        entries().map(\.record)
    }

    /// The bytes of one direction as the capture holds them, re-read ones left out.
    func recordedBytes(_ direction: Direction) -> [UInt8] {
        var out: [UInt8] = []
        forEachEntry { entry, window in
            switch entry.record {
            case .frame(let frame) where frame.direction == direction && !frame.isReread:
                precondition(
                    frame.offset == UInt64(out.count),
                    "frame at \(frame.offset), stream at \(out.count)"
                )
                out +=
                    frame.header.map { window.byte(at: $0) }
                    + frame.payload.map { window.byte(at: $0) }
            case .bytes(let bytes) where bytes.direction == direction:
                precondition(
                    bytes.offset == UInt64(out.count),
                    "bytes at \(bytes.offset), stream at \(out.count)"
                )
                out += bytes.data.map { window.byte(at: $0) }
            default:
                break
            }
        }
        return out
    }

    /// The record of the end.
    func closed() -> ClosedRecord? {
        for case .closed(let closed) in records() { return closed }
        return nil
    }

    private func entries() -> [CaptureEntry] {
        var all: [CaptureEntry] = []
        forEachEntry { entry, _ in all.append(entry) }
        return all
    }

    private func forEachEntry(_ body: (CaptureEntry, RawSpan) -> Void) {
        if encoder.hasPending {
            file += encoder.withPending { span in span.withUnsafeBytes { Array($0) } }
            precondition(encoder.committed() == nil, "the playbook's capture outgrew its segment")
        }
        var scanner = CaptureScanner(fileByteCount: UInt64(file.count))
        var reader = CaptureReader()
        var position = 0
        let file = file
        let window = file.span.bytes
        do throws(CaptureScanner.Refusal) {
            while case .item(let item, _, let offset) = try scanner.next(
                in: window,
                from: &position
            ) {
                if let entry = reader.read(item, at: offset, in: window) { body(entry, window) }
            }
        } catch {
            Issue.record("the capture is refused: \(error)")
        }
        #expect(reader.state.damage == [])
    }
}

/// Bytes of a handshake.
enum Wire {
    static let request = Array(
        """
        GET /ws HTTP/1.1\r\nHost: server\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nCookie: token=abc\r\n\r\n
        """.utf8
    )
    static let accepted = Array(
        """
        HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n
        """.utf8
    )
    static let refused = Array("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno".utf8)
    static let get = Array("GET /health HTTP/1.1\r\nHost: server\r\n\r\n".utf8)
    static let ok = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)

    static func write(_ leg: Leg, _ bytes: [UInt8]) -> RelayCommand {
        .write(leg, ByteBuffer(bytes: bytes))
    }
}
