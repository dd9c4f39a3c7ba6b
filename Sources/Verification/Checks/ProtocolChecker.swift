import CaptureFormat
import Vocabulary
import WebSocketWire

/// Checks that both peers keep RFC 6455 and RFC 7692.
///
/// - A *violation* is something that the RFCs tell a peer never to send. Each is a finding.
/// - What a cut leaves unfinished is no violation: the peer did not choose it.
/// - Where frames are missing from the capture, fragments are not judged until the next whole message.
struct ProtocolChecker {
    /// What one direction of one connection has said so far.
    struct DirectionState {
        fileprivate var isInMessage: Bool? = false
        fileprivate var hasClosed = false
        fileprivate var hasDataAfterClose = false
    }

    private var findings = FindingList()
    private var frameCount: UInt64 = 0
    private var connectionCount: UInt64 = 0
    private var rsvUnjudged: Set<String> = []
    /// Connections whose handshake is not in the capture.
    private var unseenHandshakeCount: UInt64 = 0

    // MARK: - Inputs

    /// An upgrade was answered.
    mutating func take(
        _ handshake: HandshakeRecord,
        agreement: ExtensionAgreement,
        at time: Instant
    ) {
        if handshake.isAccepted { connectionCount += 1 }
        for problem in handshake.problems + agreement.problems {
            findings.add(
                Finding(
                    .protocolViolation,
                    explanation: "Handshake of \(handshake.connection): \(problem)",
                    proof: [
                        Finding.Proof(
                            connection: handshake.connection,
                            direction: .clientToServer,
                            frame: 0,
                            time: time
                        )
                    ]
                )
            )
        }
        rsvUnjudged.formUnion(agreement.others)
    }

    /// A connection is there whose handshake is not.
    mutating func takeUnseenHandshake() {
        connectionCount += 1
        unseenHandshakeCount += 1
    }

    /// A frame came by.
    mutating func take(
        _ frame: ObservedFrame,
        agreement: ExtensionAgreement,
        state: inout DirectionState
    ) {
        frameCount += 1
        guard let header = frame.header else {
            report(frame, "its head cannot be read as a frame (RFC 6455 §5.2)")
            return
        }
        checkMask(header, of: frame)
        checkHead(header, of: frame, agreement: agreement)
        if header.opcode.isControl {
            checkControl(header, of: frame)
        } else {
            checkFragments(header, of: frame, state: &state)
        }
        if state.hasClosed, !state.hasDataAfterClose {
            state.hasDataAfterClose = true
            report(frame, "it follows the close frame, which must be the last (RFC 6455 §5.5.1)")
        }
        if header.opcode == .close { state.hasClosed = true }
    }

    /// A close frame's payload.
    mutating func takeClose(_ message: ObservedMessage, payload: RawSpan) {
        guard payload.byteCount > 0 else { return }
        guard payload.byteCount > 1 else {
            report(message, "its payload has one byte, and a code has two (RFC 6455 §5.5.1)")
            return
        }
        let code = CloseCode(
            rawValue: UInt16(payload.byte(at: 0)) << 8 | UInt16(payload.byte(at: 1))
        )
        guard !code.isValidOnWire else { return }
        report(message, "the code \(code) may not be sent (RFC 6455 §7.4)")
    }

    /// Bytes came where frames belong, and are none.
    mutating func takeOpaque(_ record: BytesRecord, at time: Instant) {
        findings.add(
            Finding(
                .protocolViolation,
                direction: record.direction,
                explanation: "\(record.connection) \(record.direction.arrow): from offset "
                    + "\(record.offset) on the bytes cannot be read as frames (RFC 6455 §5.2).",
                proof: [
                    Finding.Proof(
                        connection: record.connection,
                        direction: record.direction,
                        frame: 0,
                        time: time
                    )
                ]
            )
        )
    }

    /// Frames are missing: what is open is not known.
    mutating func takeHole(state: inout DirectionState) {
        state.isInMessage = nil
    }

    // MARK: - Outcome

    /// How the check ended.
    func result() -> CheckResult {
        let summary =
            Wording.count(frameCount, "frame") + " on "
            + Wording.count(connectionCount, "connection")
        var reasons: [String] = []
        if !rsvUnjudged.isEmpty {
            reasons.append(
                "The reserved bits were not judged: the peers agreed on "
                    + rsvUnjudged.sorted().joined(separator: ", ") + "."
            )
        }
        if unseenHandshakeCount > 0 {
            reasons.append(
                "The handshake of \(Wording.count(unseenHandshakeCount, "connection")) is not in the "
                    + "capture: neither it nor the reserved bits were judged."
            )
        }
        let outcome: Outcome =
            if !findings.isEmpty {
                .fail
            } else if connectionCount == 0, frameCount == 0 {
                .notApplicable
            } else {
                .pass
            }
        return CheckResult(
            .protocolRules,
            outcome,
            summary: summary,
            reasons: reasons,
            findings: findings
        )
    }

    // MARK: - Rules

    /// RFC 6455 §5.1: a client masks all frames, a server none.
    private mutating func checkMask(_ header: FrameHeader, of frame: ObservedFrame) {
        switch (frame.direction, header.isMasked) {
        case (.clientToServer, false):
            report(frame, "a client must mask its frames (RFC 6455 §5.1)")
        case (.serverToClient, true):
            report(frame, "a server must not mask its frames (RFC 6455 §5.1)")
        default: break
        }
    }

    private mutating func checkHead(
        _ header: FrameHeader,
        of frame: ObservedFrame,
        agreement: ExtensionAgreement
    ) {
        if header.opcode.isReserved {
            report(frame, "opcode \(header.opcode.rawValue) is reserved (RFC 6455 §5.2)")
        }
        if !header.isMinimalLength {
            report(frame, "its length is not written in as few bytes as it can be (RFC 6455 §5.2)")
        }
        guard agreement.others.isEmpty, agreement.isKnown else { return }
        if header.reservedBits & 0b011 != 0 {
            report(frame, "RSV2 or RSV3 is set and no extension gives it a meaning (RFC 6455 §5.2)")
        }
        guard header.isCompressed else { return }
        if agreement.deflate == nil {
            report(frame, "RSV1 is set and compression was not agreed on (RFC 6455 §5.2)")
        } else if header.opcode.isControl || header.opcode == .continuation {
            report(frame, "RSV1 may be set only on a message's first frame (RFC 7692 §6.1)")
        }
    }

    /// RFC 6455 §5.5: control frames are short and whole.
    private mutating func checkControl(_ header: FrameHeader, of frame: ObservedFrame) {
        if header.payloadLength > 125 {
            report(
                frame,
                "a control frame may have 125 bytes, this one has \(header.payloadLength) (RFC 6455 §5.5)"
            )
        }
        if !header.isFinal {
            report(frame, "a control frame must not be fragmented (RFC 6455 §5.5)")
        }
    }

    /// RFC 6455 §5.4: a message's frames follow each other, with nothing but control frames between.
    private mutating func checkFragments(
        _ header: FrameHeader,
        of frame: ObservedFrame,
        state: inout DirectionState
    ) {
        if header.opcode == .continuation, state.isInMessage == false {
            report(frame, "it continues a message that was not begun (RFC 6455 §5.4)")
        }
        if header.opcode != .continuation, state.isInMessage == true {
            report(frame, "it begins a message inside another one (RFC 6455 §5.4)")
        }
        if state.isInMessage != nil || header.isFinal || header.opcode != .continuation {
            state.isInMessage = !header.isFinal
        }
    }

    // MARK: - Findings

    private mutating func report(_ frame: ObservedFrame, _ rule: String) {
        let kind = frame.header.map { "\($0.opcode.description) frame" } ?? "frame"
        add(
            connection: frame.connection,
            direction: frame.direction,
            frame: frame.number,
            time: frame.began,
            "\(kind) \(frame.number): \(rule)"
        )
    }

    private mutating func report(_ message: ObservedMessage, _ rule: String) {
        add(
            connection: message.connection,
            direction: message.direction,
            frame: message.lastFrame,
            time: message.began,
            "\(message.opcode) frame \(message.lastFrame): \(rule)"
        )
    }

    private mutating func add(
        connection: ConnectionID,
        direction: Direction,
        frame: UInt64,
        time: Instant,
        _ text: String
    ) {
        findings.add(
            Finding(
                .protocolViolation,
                direction: direction,
                explanation: "\(connection) \(direction.arrow) \(text).",
                proof: [
                    Finding.Proof(
                        connection: connection,
                        direction: direction,
                        frame: frame,
                        time: time
                    )
                ]
            )
        )
    }
}
