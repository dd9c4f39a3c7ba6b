public import WebSocketWire

/// A message as a peer reads it.
public struct ReceivedMessage: Equatable {
    /// What it is.
    public var opcode: Opcode
    /// Its payload, unmasked and inflated.
    public var payload: [UInt8]
    /// How many frames it came in.
    public var frameCount: Int

    /// Its payload as text.
    public var text: String { String(decoding: payload, as: UTF8.self) }

    /// Why a peer fails the connection.
    public enum Failure: Error, Equatable {
        /// A frame that cannot stand there (RFC 6455 §5.4, §5.5).
        case outOfPlace(Opcode)
        /// A mask where there must be none, or none where there must be one.
        case wrongMask
        /// A reserved bit without meaning.
        case reservedBit
        /// The stream ends within a frame or a message.
        case unfinished
    }

    /// Reads a direction as a strict peer does.
    ///
    /// - Parameters:
    ///   - bytes: All of its bytes from the first frame on.
    ///   - isMasked: Whether the sender must mask.
    ///   - inflater: Reads compressed messages; `nil` when none were agreed on.
    /// - Returns: The messages, control frames among them.
    /// - Throws: ``Failure``, or what the inflater throws.
    public static func read(
        _ bytes: [UInt8],
        isMasked: Bool,
        inflater: consuming Inflater? = nil
    ) throws -> [ReceivedMessage] {
        var messages: [ReceivedMessage] = []
        var open: (message: ReceivedMessage, isCompressed: Bool)?
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let header = try FrameHeader(rest.span.bytes),
                rest.count >= header.byteCount + Int(header.payloadLength)
            else { throw Failure.unfinished }
            guard header.isMasked == isMasked else { throw Failure.wrongMask }
            var payload = Array(rest.dropFirst(header.byteCount).prefix(Int(header.payloadLength)))
            rest = rest.dropFirst(header.byteCount + payload.count)
            if let key = header.maskKey {
                Masking.apply(key: key, to: &payload, range: 0..<payload.count, offset: 0)
            }
            let opcode = header.opcode
            if opcode.isControl {
                guard header.isFinal, payload.count <= 125, header.reservedBits == 0 else {
                    throw Failure.outOfPlace(opcode)
                }
                messages.append(ReceivedMessage(opcode: opcode, payload: payload, frameCount: 1))
                continue
            }
            guard (opcode == .continuation) == (open != nil) else {
                throw Failure.outOfPlace(opcode)
            }
            if opcode != .continuation {
                guard !header.isCompressed || inflater != nil else { throw Failure.reservedBit }
                open = (
                    ReceivedMessage(opcode: opcode, payload: [], frameCount: 0),
                    header.isCompressed
                )
            }
            guard header.reservedBits & (opcode == .continuation ? 7 : 3) == 0 else {
                throw Failure.reservedBit
            }
            open?.message.frameCount += 1
            open?.message.payload += payload
            guard header.isFinal, var (message, isCompressed) = open else { continue }
            open = nil
            if isCompressed {
                var text: [UInt8] = []
                try inflater?.inflate(message.payload.span.bytes, into: &text)
                try inflater?.finishMessage(into: &text)
                message.payload = text
                isCompressed = false
            }
            messages.append(message)
        }
        guard open == nil else { throw Failure.unfinished }
        return messages
    }
}
