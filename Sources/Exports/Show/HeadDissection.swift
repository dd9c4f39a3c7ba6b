internal import Vocabulary
internal import WebSocketWire

/// The head of a frame, bit by bit (RFC 6455 §5.2).
struct HeadDissection {
    let head: [UInt8]
    let header: FrameHeader?
    let direction: Direction

    /// One line for each piece of the head: its bits or bytes, its name, what it says.
    func lines(_ ink: Ink) -> [String] {
        rows.map { bits, name, text in
            let gap = String(repeating: " ", count: max(1, 13 - bits.count))
            let pad = text.isEmpty ? "" : String(repeating: " ", count: max(1, 8 - name.count))
            return "  \(bits)\(gap)\(ink.dim(name))\(pad)\(text)"
        }
    }

    private var rows: [(String, String, String)] {
        guard let first = head.first else { return [("", "", "not one byte of it arrived")] }
        let opcode = Opcode(rawValue: first)
        var rows = [
            (bits(first, 0x80), "FIN", first & 0x80 != 0 ? "ends its message" : "more follows"),
            (bits(first, 0x70), "RSV", reserved(first)),
            (bits(first, 0x0F), "opcode", "\(opcode.rawValue), \(opcode)"),
        ]
        guard head.count > 1 else { return rows + [("", "", "the head ends here")] }
        let second = head[1]
        rows.append((bits(second, 0x80), "MASK", mask(second & 0x80 != 0)))
        rows += length(second)
        let wanted = FrameHeader.byteCount(secondByte: second)
        if second & 0x80 != 0, head.count > wanted - 4 {
            let key = head.dropFirst(wanted - 4)
            rows.append((hex(key), "key", ""))
        }
        if head.count < wanted {
            rows.append(("", "", "the head is cut: \(head.count) of \(wanted) bytes arrived"))
        }
        return rows
    }

    private func reserved(_ first: UInt8) -> String {
        let names = [(UInt8(0x40), "RSV1"), (0x20, "RSV2"), (0x10, "RSV3")]
        let set = names.filter { first & $0.0 != 0 }.map(\.1)
        guard !set.isEmpty else { return "none" }
        let meaning = first & 0x40 != 0 ? " (RSV1: the message is compressed, RFC 7692 §6)" : ""
        return set.joined(separator: ", ") + meaning
    }

    private func mask(_ isMasked: Bool) -> String {
        switch (direction, isMasked) {
        case (.clientToServer, true): "masked, as a client must"
        case (.clientToServer, false): "not masked, which a client must (RFC 6455 §5.1)"
        case (.serverToClient, false): "not masked, as a server must not"
        case (.serverToClient, true): "masked, which a server must not (RFC 6455 §5.1)"
        }
    }

    private func length(_ second: UInt8) -> [(String, String, String)] {
        let short = second & 0x7F
        let bits = bits(second, 0x7F)
        guard short > 125 else { return [(bits, "length", Self.bytes(UInt64(short)))] }
        let count = short == 126 ? 2 : 8
        let further = "\(short): the next \(8 * count) bits say it"
        let shorter = header?.isMinimalLength == false
        let value = header.map { Self.bytes($0.payloadLength) } ?? "not whole"
        let complaint = shorter ? ", which fits into fewer bits (RFC 6455 §5.2)" : ""
        return [
            (bits, "length", further),
            (hex(head.dropFirst(2).prefix(count)), "", value + complaint),
        ]
    }

    private static func bytes(_ count: UInt64) -> String {
        count == 1 ? "1 byte" : "\(count) bytes"
    }

    /// `.000 ....`: the bits of a byte that belong to a field, dots for the others.
    private func bits(_ byte: UInt8, _ field: UInt8) -> String {
        var text = ""
        for place in (0..<8).reversed() {
            let bit = UInt8(1) << UInt8(place)
            text += field & bit == 0 ? "." : byte & bit == 0 ? "0" : "1"
            if place == 4 { text += " " }
        }
        return text
    }

    private func hex(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { [$0].hexadecimal }.joined(separator: " ")
    }
}
