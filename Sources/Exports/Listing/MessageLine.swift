internal import Crypto
public import Verification
public import Vocabulary
internal import WebSocketWire

/// One message as a line that people and programs read.
public struct MessageLine: Sendable {
    /// What is known of it.
    public let message: ObservedMessage
    /// SHA-256 of its payload as the application sees it, in hexadecimal.
    public let sha256: String
    /// The payload of a text message.
    public let text: String?
    /// The status code of a close frame; `nil` when it has none.
    public let closeCode: UInt16?
    /// The reason of a close frame.
    public let closeReason: String?
    /// The JSON values that were asked for.
    var pointers: PointerValues?

    /// Names the message's first frame in short.
    public var reference: FrameReference {
        FrameReference(
            connection: message.connection,
            direction: message.direction,
            frame: message.firstFrame
        )
    }

    init(_ message: ObservedMessage, payload: [UInt8]) {
        self.message = message
        sha256 = SHA256.hash(data: payload).hexadecimal
        text = message.opcode == .text ? String(decoding: payload, as: UTF8.self) : nil
        let isClose = message.opcode == .close && payload.count >= 2
        closeCode = isClose ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
        closeReason = isClose ? String(decoding: payload.dropFirst(2), as: UTF8.self) : nil
    }

    /// One JSON object.
    public var json: String {
        var members: [(String, String)] = [
            ("time", JSONText.quoted(message.ended.rfc3339(fractionDigits: 9))),
            ("connection", JSONText.quoted(message.connection.description)),
            ("direction", JSONText.quoted(message.direction.description)),
        ]
        if let number = message.number { members.append(("message", String(number))) }
        members += [
            ("reference", JSONText.quoted(reference.description)),
            ("firstFrame", String(message.firstFrame)), ("lastFrame", String(message.lastFrame)),
            ("opcode", JSONText.quoted(message.opcode.description)),
            ("compressed", String(message.isCompressed)),
            ("length", String(message.payloadByteCount)),
            ("complete", String(message.isComplete)),
            ("content", JSONText.quoted(contentName)),
            ("sha256", JSONText.quoted(sha256)),
        ]
        if message.isRedacted { members.append(("redacted", "true")) }
        if let text {
            members.append(("text", JSONText.quoted(String(text.prefix(FrameLine.textCountMax)))))
        }
        if let closeCode { members.append(("closeCode", String(closeCode))) }
        if let closeReason { members.append(("closeReason", JSONText.quoted(closeReason))) }
        if let pointers { members.append(("pointers", pointers.json)) }
        return JSONText.object(members)
    }

    /// One line for a terminal.
    ///
    /// - Parameter width: Characters to fill; longer text is cut.
    /// - Returns: The line, without a line break.
    public func line(width: Int) -> String {
        let frames =
            message.firstFrame == message.lastFrame
            ? "#\(message.firstFrame)" : "#\(message.firstFrame)–\(message.lastFrame)"
        var traits = ["\(message.payloadByteCount) B"]
        if message.isCompressed { traits.append("compressed to \(message.wireByteCount) B") }
        if message.content != .whole { traits.append(contentName) }
        if message.isRedacted, contentName != "redacted" { traits.append("redacted") }
        let name = message.opcode.description.uppercased()
        let head =
            "\(message.ended.timeOfDay())  \(message.connection) \(message.direction.arrow) "
            + "\(frames)  \(name) [\(traits.joined(separator: ", "))]"
        let close = closeCode.map { "\($0) \(closeReason ?? "")" }
        return FrameLine.join(head, pointers, close ?? text, width: width)
    }

    var contentName: String {
        switch message.content {
        case .whole: "whole"
        case .cut: "cut"
        case .tooLarge: "too-large"
        case .corrupt: "corrupt"
        case .undecodable: "undecodable"
        case .redacted: "redacted"
        }
    }
}
