public import CaptureFormat
internal import Verification
internal import Vocabulary
internal import WebSocketWire

/// Lists the messages of a capture, fragments joined and compression undone, and control frames
/// among them.
public struct MessageListing {
    private struct Flow: Hashable {
        var connection: ConnectionID
        var direction: Direction
    }

    private let filter: FrameFilter
    private var assemblers: [Flow: AssemblerBox] = [:]

    /// Creates a listing.
    public init(filter: FrameFilter) {
        self.filter = filter
    }

    /// Takes a record of the capture.
    ///
    /// - Returns: The message that is complete with it, and those that a connection's end cut.
    public mutating func take(_ entry: CaptureEntry, bytes: RawSpan) -> [MessageLine] {
        switch entry.record {
        case .handshake(let handshake) where handshake.isAccepted:
            let agreement = ExtensionAgreement(response: handshake.extensions)
            for direction in Direction.allCases {
                let flow = Flow(connection: handshake.connection, direction: direction)
                assemblers[flow] = AssemblerBox(flow.connection, direction, agreement)
            }
            return []
        case .frame(let frame):
            guard filter.admits(frame.connection, frame.direction) else { return [] }
            let flow = Flow(connection: frame.connection, direction: frame.direction)
            let box = assemblers[flow] ?? AssemblerBox(flow.connection, flow.direction, .none)
            assemblers[flow] = box
            return [box.take(frame, at: entry.arrival, bytes: bytes)].compactMap { $0 }.filter(
                admits
            )
        case .closed(let closed):
            return Direction.allCases.flatMap { direction in
                end(Flow(connection: closed.connection, direction: direction))
            }
        default:
            return []
        }
    }

    /// Ends the listing: messages that are open come out as cut.
    public mutating func finish() -> [MessageLine] {
        let flows = assemblers.keys.sorted {
            ($0.connection, $0.direction.rawValue) < ($1.connection, $1.direction.rawValue)
        }
        return flows.flatMap { end($0) }
    }

    private mutating func end(_ flow: Flow) -> [MessageLine] {
        let line = assemblers.removeValue(forKey: flow)?.finish()
        return [line].compactMap { $0 }.filter(admits)
    }

    private func admits(_ line: MessageLine) -> Bool {
        filter.admits(line.message.began) && filter.admits(line.message.opcode)
            && filter.admits(text: line.text)
    }
}

/// Holds an assembler, which cannot be copied, in a dictionary.
private final class AssemblerBox {
    private var assembler: MessageAssembler

    init(_ connection: ConnectionID, _ direction: Direction, _ agreement: ExtensionAgreement) {
        assembler = MessageAssembler(
            connection: connection,
            direction: direction,
            agreement: agreement
        )
    }

    func take(_ frame: FrameRecord, at time: Instant, bytes: RawSpan) -> MessageLine? {
        line(of: assembler.take(frame, at: time, bytes: bytes).message)
    }

    func finish() -> MessageLine? {
        line(of: assembler.finish().message)
    }

    private func line(of message: ObservedMessage?) -> MessageLine? {
        guard let message else { return nil }
        return assembler.withPayload(of: message) { payload in
            // Safety: the pointer is used while the span is alive.
            unsafe payload.withUnsafeBytes { unsafe MessageLine(message, payload: Array($0)) }
        }
    }
}
