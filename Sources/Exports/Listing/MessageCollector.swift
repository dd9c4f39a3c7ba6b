internal import CaptureFormat
internal import Verification
internal import Vocabulary
internal import WebSocketWire

/// One message with its payload, as far as it is held.
struct CollectedMessage {
    var message: ObservedMessage
    var payload: [UInt8]
}

/// Puts the messages of all flows together.
struct MessageCollector {
    private var assemblers: [Flow: AssemblerBox] = [:]

    /// Takes a record of the capture.
    ///
    /// - Returns: The message that is complete with it, and those that a connection's end cut.
    mutating func take(_ entry: CaptureEntry, bytes: RawSpan) -> [CollectedMessage] {
        switch entry.record {
        case .handshake(let handshake) where handshake.isAccepted:
            let agreement = ExtensionAgreement(response: handshake.extensions)
            for direction in Direction.allCases {
                let flow = Flow(connection: handshake.connection, direction: direction)
                assemblers[flow] = AssemblerBox(flow.connection, direction, agreement)
            }
            return []
        case .resumed(let resumed):
            for direction in Direction.allCases { resume(resumed, direction) }
            return []
        case .frame(let frame):
            let flow = Flow(connection: frame.connection, direction: frame.direction)
            let box = assemblers[flow] ?? AssemblerBox(flow.connection, flow.direction, .none)
            assemblers[flow] = box
            return [box.take(frame, at: entry.arrival, bytes: bytes)].compactMap { $0 }
        case .closed(let closed):
            return Direction.allCases.compactMap { direction in
                end(Flow(connection: closed.connection, direction: direction))
            }
        default:
            return []
        }
    }

    /// Ends the capture: messages that are open come out as cut.
    mutating func finish() -> [CollectedMessage] {
        Flow.ordered(assemblers.keys).compactMap { end($0) }
    }

    /// A connection was open when the file began: news only when nothing of it has come yet.
    private mutating func resume(_ record: ResumedRecord, _ direction: Direction) {
        let flow = Flow(connection: record.connection, direction: direction)
        guard assemblers[flow] == nil, record[direction].frame > 0 else { return }
        let agreement = record.handshake.map { ExtensionAgreement(response: $0.extensions) }
        let box = AssemblerBox(flow.connection, direction, agreement ?? .unknown)
        box.resume(at: record[direction])
        assemblers[flow] = box
    }

    private mutating func end(_ flow: Flow) -> CollectedMessage? {
        assemblers.removeValue(forKey: flow)?.finish()
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

    func take(_ frame: FrameRecord, at time: Instant, bytes: RawSpan) -> CollectedMessage? {
        collected(assembler.take(frame, at: time, bytes: bytes).message)
    }

    func resume(at flow: ResumedFlow) { assembler.resume(at: flow) }

    func finish() -> CollectedMessage? {
        collected(assembler.finish().message)
    }

    private func collected(_ message: ObservedMessage?) -> CollectedMessage? {
        guard let message else { return nil }
        return assembler.withPayload(of: message) { payload in
            // Safety: the pointer is used while the span is alive.
            unsafe payload.withUnsafeBytes {
                unsafe CollectedMessage(message: message, payload: Array($0))
            }
        }
    }
}
