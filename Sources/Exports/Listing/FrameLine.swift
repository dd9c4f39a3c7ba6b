internal import Crypto
public import Vocabulary
public import WebSocketWire

/// One frame as a line that people and programs read.
public struct FrameLine: Equatable, Sendable {
    /// When its first byte arrived.
    public var time: Instant
    /// The connection.
    public var connection: ConnectionID
    /// The flow.
    public var direction: Direction
    /// The number of the frame in its connection and direction, from 1.
    public var frame: UInt64
    /// The head; `nil` when it never was whole.
    public var header: FrameHeader?
    /// Bytes of payload that are there.
    public var length: UInt64
    /// Where the frame begins in the leg's byte stream.
    public var offset: ByteOffset
    /// Whether all of it arrived.
    public var isComplete: Bool
    /// Bytes of the payload that were blanked in the record.
    public var redactedByteCount: UInt64 = 0
    /// The beginning of the payload, unmasked.
    var payload: [UInt8] = []
    /// SHA-256 of a payload that is longer than what is held of it.
    var longSHA256: String?
    /// In how many parts it arrived.
    public var partCount: UInt64 = 0
    /// The JSON values that were asked for.
    var pointers: PointerValues?

    /// SHA-256 of the unmasked payload as recorded, in hexadecimal; what is compressed stays
    /// compressed, and what is redacted does not match what was sent.
    public var sha256: String { longSHA256 ?? SHA256.hash(data: payload).hexadecimal }

    /// The beginning of a text payload that is not compressed.
    public var text: String? {
        isPlainText ? String(decoding: payload, as: UTF8.self) : nil
    }

    private var isPlainText: Bool { header?.opcode == .text && header?.isCompressed == false }

    /// Names the frame in short.
    public var reference: FrameReference {
        FrameReference(connection: connection, direction: direction, frame: frame)
    }

    /// Characters of ``text`` in a JSON line.
    static let textCountMax = 120

    /// One JSON object.
    public var json: String {
        var members: [(String, String)] = [
            ("time", JSONText.quoted(time.rfc3339(fractionDigits: 9))),
            ("connection", JSONText.quoted(connection.description)),
            ("direction", JSONText.quoted(direction.description)),
            ("frame", String(frame)),
            ("reference", JSONText.quoted(reference.description)),
        ]
        if let header {
            members += [
                ("opcode", JSONText.quoted(header.opcode.description)),
                ("fin", String(header.isFinal)), ("rsv", String(header.reservedBits)),
                ("masked", String(header.isMasked)),
            ]
        }
        if !isComplete, let header {
            members.append(("announced", String(header.payloadLength)))
        }
        members += [
            ("length", String(length)), ("offset", String(offset)),
            ("complete", String(isComplete)),
            ("sha256", JSONText.quoted(sha256)),
        ]
        if redactedByteCount > 0 { members.append(("redactedBytes", String(redactedByteCount))) }
        if let text {
            members.append(("text", JSONText.quoted(String(text.prefix(Self.textCountMax)))))
        }
        if let pointers { members.append(("pointers", pointers.json)) }
        return JSONText.object(members)
    }

    /// Writes the line, with a line break, as it stands where lines may be of any length.
    ///
    /// It is the line of ``line(width:)``, made without a string for each of its parts.
    public func append(to out: inout [UInt8]) {
        time.appendTimeOfDay(fractionDigits: 3, to: &out)
        out.append(contentsOf: "  ".utf8)
        out.append(UInt8(ascii: "c"))
        out.append(decimal: connection.rawValue)
        out.append(UInt8(ascii: " "))
        out.append(contentsOf: direction.arrow.utf8)
        out.append(contentsOf: " #".utf8)
        out.append(decimal: frame)
        out.append(contentsOf: "  ".utf8)
        out.append(contentsOf: (header?.opcode.shout ?? "?").utf8)
        out.append(contentsOf: " [".utf8)
        appendTraits(to: &out)
        out.append(UInt8(ascii: "]"))
        if let pointers {
            out.append(contentsOf: "  \(pointers.line(width: .max))".utf8)
        } else if isPlainText, !payload.isEmpty {
            out.append(contentsOf: "  ".utf8)
            Self.append(printable: payload, to: &out)
        }
        out.append(UInt8(ascii: "\n"))
    }

    private func appendTraits(to out: inout [UInt8]) {
        let isUsual =
            isComplete && redactedByteCount == 0 && header?.reservedBits == 0
            && header?.isFinal == true && header?.opcode.isReserved == false
            && header?.isMasked == (direction == .clientToServer)
        guard isUsual else {
            out.append(contentsOf: traits.joined(separator: ", ").utf8)
            return
        }
        out.append(decimal: length)
        out.append(contentsOf: " B".utf8)
    }

    /// Text without controls; nearly always all of it is plain ASCII.
    private static func append(printable payload: [UInt8], to out: inout [UInt8]) {
        guard payload.allSatisfy({ 0x20..<0x7F ~= $0 }) else {
            out.append(contentsOf: String(decoding: payload, as: UTF8.self).printable.utf8)
            return
        }
        out.append(contentsOf: payload)
    }

    /// One line for a terminal.
    ///
    /// - Parameter width: Characters to fill; longer text is cut.
    /// - Returns: The line, without a line break.
    public func line(width: Int) -> String {
        let name = header?.opcode.shout ?? "?"
        let head =
            "\(time.timeOfDay())  \(connection) \(direction.arrow) #\(frame)  \(name) "
            + "[\(traits.joined(separator: ", "))]"
        return Self.join(head, pointers, text, width: width)
    }

    /// What is to be said of the frame: its size, and whatever is not as usual.
    private var traits: [String] {
        let announced = isComplete ? nil : header?.payloadLength
        var traits = [announced.map { "\(length) of \($0) B" } ?? "\(length) B"]
        if let header {
            if !header.isFinal { traits.append("more follows") }
            if header.isCompressed { traits.append("compressed") }
            if header.opcode.isReserved { traits.append("reserved") }
            if header.isMasked != (direction == .clientToServer) {
                traits.append(header.isMasked ? "masked" : "unmasked")
            }
        }
        if redactedByteCount > 0 { traits.append("\(redactedByteCount) B redacted") }
        if !isComplete { traits.append("cut") }
        return traits
    }

    /// A head, and behind it the values that were asked for, or else the text.
    static func join(
        _ head: String,
        _ pointers: PointerValues?,
        _ text: String?,
        width: Int
    ) -> String {
        let room = width == .max ? width : max(0, width - head.count - 2)
        if let pointers { return "\(head)  \(pointers.line(width: room))" }
        guard let text, !text.isEmpty else { return head }
        let shown = room == .max ? text[...] : text.prefix(room + 1)
        return "\(head)  \(String(shown).printable)".shortened(to: width)
    }
}

extension Opcode {
    /// The name in capitals, as listings show it.
    fileprivate var shout: String {
        switch self {
        case .continuation: "CONTINUATION"
        case .text: "TEXT"
        case .binary: "BINARY"
        case .close: "CLOSE"
        case .ping: "PING"
        case .pong: "PONG"
        default: description.uppercased()
        }
    }
}
