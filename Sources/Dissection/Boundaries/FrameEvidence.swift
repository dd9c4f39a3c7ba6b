internal import Vocabulary
internal import WebSocketWire

/// How likely it is that frames begin at a place, counted in bits: that other bytes look so by chance has
/// a probability of two to the minus that.
///
/// Frames are followed from the place on, each to where its head says that the next one begins. What no
/// sender of frames would send ends it: the place is impossible then.
struct FrameEvidence {
    /// What is known of the flow.
    struct Expectation: Equatable {
        /// Whether frames are masked; `nil` when the sender's role is not known.
        var isMasked: Bool?
        /// Whether messages may be compressed; `nil` when the handshake is not known.
        var mayBeCompressed: Bool?
    }

    /// What following the frames has shown.
    enum Finding: Equatable {
        case impossible
        case possible(bits: Int, isMasked: Bool?)
    }

    /// Frames that are followed at most.
    static let frameCountMax = 16
    /// Bytes of a text that are looked at.
    static let textByteCountMax = 256

    /// A first byte that is right has one of a dozen values out of 256.
    private static let headBits = 4
    /// A frame that ends where a segment does: segments of hundreds of bytes are usual.
    private static let alignmentBits = 8
    /// The upper half of a 64-bit length.
    private static let longLengthBits = 32

    private let stretch: GappedBytes
    private let expectation: Expectation
    private let isEndOfFlow: Bool
    private var isMasked: Bool?
    private var isInMessage: Bool?
    private var bits = 0

    /// Looks at a place.
    static func at(
        _ position: UInt64,
        in stretch: GappedBytes,
        _ expectation: Expectation,
        isEndOfFlow: Bool
    ) -> Finding {
        var evidence = FrameEvidence(stretch, expectation, isEndOfFlow: isEndOfFlow)
        return evidence.follow(from: position)
    }

    private init(_ stretch: GappedBytes, _ expectation: Expectation, isEndOfFlow: Bool) {
        self.stretch = stretch
        self.expectation = expectation
        self.isEndOfFlow = isEndOfFlow
        isMasked = expectation.isMasked
    }

    private mutating func follow(from start: UInt64) -> Finding {
        var position = start
        for index in 0..<Self.frameCountMax {
            if position == stretch.end {
                if isEndOfFlow { bits += Self.alignmentBits }
                break
            }
            let head = stretch.bytes(at: position, count: FrameHeader.byteCountMax)
            // The rest is not there: nothing speaks against the place.
            guard head.bytes.count >= 2 else { break }
            guard let header = header(head.bytes) else {
                return isHeadCut(head.bytes) ? finding : .impossible
            }
            guard judge(header) else { return .impossible }
            let payload = position + UInt64(header.byteCount)
            guard judgePayload(at: payload, header, isFirst: index == 0) else { return .impossible }
            let (next, hasOverflow) = payload.addingReportingOverflow(header.payloadLength)
            guard !hasOverflow else { return .impossible }
            guard next <= stretch.end else { break }
            if stretch.isPieceStart(next) { bits += Self.alignmentBits }
            position = next
        }
        return finding
    }

    private var finding: Finding { .possible(bits: bits, isMasked: isMasked) }

    private func header(_ bytes: [UInt8]) -> FrameHeader? {
        do throws(WireError) {
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            return try FrameHeader(unsafe bytes.span.bytes)
        } catch {
            return nil
        }
    }

    private func isHeadCut(_ bytes: [UInt8]) -> Bool {
        bytes.count < FrameHeader.byteCount(secondByte: bytes[1])
    }

    // RFC 6455 §5.2, §5.4 and §5.5: what a head may say.
    private mutating func judge(_ header: FrameHeader) -> Bool {
        guard !header.opcode.isReserved, header.isMinimalLength,
            header.reservedBits & 0b011 == 0
        else { return false }
        if header.isCompressed {
            guard expectation.mayBeCompressed != false, !header.opcode.isControl,
                header.opcode != .continuation
            else { return false }
        }
        if header.opcode.isControl {
            guard header.isFinal, header.payloadLength <= 125 else { return false }
        } else {
            let isContinuation = header.opcode == .continuation
            if let isInMessage, isInMessage != isContinuation { return false }
            // Zeros look like empty fragments, and nobody has reason to send those one after the other.
            if isContinuation, !header.isFinal, header.payloadLength == 0 { return false }
            isInMessage = !header.isFinal
        }
        if let isMasked, isMasked != header.isMasked { return false }
        bits += Self.headBits + (isMasked == nil ? 0 : 1)
        isMasked = header.isMasked
        if header.secondByte & 0x7F == 127 { bits += Self.longLengthBits }
        return true
    }

    // RFC 6455 §5.6 and §7.4: what a payload may be.
    private mutating func judgePayload(
        at position: UInt64,
        _ header: FrameHeader,
        isFirst: Bool
    ) -> Bool {
        let wanted = Int(min(header.payloadLength, UInt64(Self.textByteCountMax)))
        guard wanted > 0, header.opcode == .text || header.opcode == .close, !header.isCompressed
        else { return true }
        var payload = stretch.bytes(at: position, count: wanted).bytes
        if let key = header.maskKey {
            Masking.apply(key: key, to: &payload, range: 0..<payload.count, offset: 0)
        }
        if header.opcode == .close {
            guard payload.count >= 2 else { return header.payloadLength != 1 }
            let code = CloseCode(rawValue: UInt16(payload[0]) << 8 | UInt16(payload[1]))
            guard code.isValidOnWire else { return false }
            bits += 8
            payload.removeFirst(2)
        }
        var validator = UTF8Validator()
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        validator.take(unsafe payload.span.bytes)
        guard validator.isValid else { return false }
        // Half of all bytes are no ASCII, and few of those make up a character by chance.
        bits += min(24, payload.count)
        return true
    }
}
