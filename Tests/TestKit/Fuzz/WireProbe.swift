internal import WebSocketWire

/// Reads any bytes as what a socket may bring, and holds the reading against its laws.
///
/// Whatever the input: frames, HTTP messages and inflated messages do not depend on how the bytes were cut
/// into buffers; every byte is accounted for; and a message never inflates beyond its limit.
public enum WireProbe {
    /// A law that does not hold.
    public struct Violation: Error, CustomStringConvertible {
        /// What was seen.
        public let description: String
    }

    /// What inflated messages may come to, in bytes.
    private static let messageByteCountMax = 1 << 16

    /// Examines one input.
    ///
    /// - Parameters:
    ///   - bytes: What a socket brings.
    ///   - pieceByteCount: The size of the buffers of a second reading.
    /// - Throws: ``Violation``.
    public static func examine(_ bytes: [UInt8], pieceByteCount: Int) throws(Violation) {
        let cut = pieces(of: bytes, byteCount: max(1, pieceByteCount))
        try expectSame("frames", frames([bytes]), frames(cut))
        try expectSame("HTTP", http([bytes]), http(cut))
        for keepsContext in [false, true] {
            try expectSame(
                "inflating",
                inflated([bytes], keepsContext: keepsContext),
                inflated(cut, keepsContext: keepsContext)
            )
        }
    }

    private static func expectSame<Reading: Equatable>(
        _ what: String,
        _ whole: Reading,
        _ cut: Reading
    ) throws(Violation) {
        guard whole == cut else { throw Violation(description: "\(what): \(whole), cut: \(cut)") }
    }

    private static func pieces(of bytes: [UInt8], byteCount: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: byteCount).map { start in
            Array(bytes[start..<min(bytes.count, start + byteCount)])
        }
    }

    // MARK: Frames

    private struct Frames: Equatable {
        /// Head and payload bytes by frame, and whether it is whole.
        var frames: [[UInt8]] = []
        var heads: [FrameHeader?] = []
        var isWhole: [Bool] = []
        var error: WireError?
    }

    private static func frames(_ buffers: [[UInt8]]) -> Frames {
        var scanner = FrameScanner()
        var found = Frames()
        for buffer in buffers where found.error == nil {
            var position = 0
            do throws(WireError) {
                while let part = try scanner.next(in: buffer.span.bytes, from: &position) {
                    if part.part == 0 {
                        found.frames.append([])
                        found.heads.append(nil)
                        found.isWhole.append(false)
                    }
                    let last = found.frames.count - 1
                    found.frames[last] += buffer[part.header] + buffer[part.payload]
                    found.heads[last] = part.head ?? found.heads[last]
                    found.isWhole[last] = part.isLast
                }
            } catch {
                found.error = error
                // Parts of the head that cannot be framed may have been handed out before.
                while found.isWhole.last == false {
                    found.frames.removeLast()
                    found.heads.removeLast()
                    found.isWhole.removeLast()
                }
            }
        }
        return found
    }

    // MARK: HTTP

    private struct Messages: Equatable {
        var startLines: [String] = []
        var bodies: [[UInt8]] = []
        var open: [UInt8] = []
        var secretByteCount = 0
        var byteCount = 0
        var error: WireError?
    }

    private static func http(_ buffers: [[UInt8]]) -> Messages {
        var scanner = HTTPScanner()
        var found = Messages()
        for buffer in buffers where found.error == nil {
            var position = 0
            do throws(WireError) {
                while let part = try scanner.next(in: buffer.span.bytes, from: &position) {
                    found.byteCount += part.range.count
                    found.secretByteCount += part.secrets.reduce(0) { $0 + $1.count }
                    if part.kind == .body { found.open += buffer[part.range] }
                    var isOver = part.endsMessage
                    if let head = part.head {
                        found.startLines.append(head.startLine)
                        isOver = scanner.expect(try HTTPBody.ofRequest(head))
                    }
                    if isOver {
                        found.bodies.append(found.open)
                        found.open = []
                    }
                }
            } catch {
                found.error = error
                // How much of the unreadable run was handed out before depends on the buffers.
                found.byteCount = 0
                found.secretByteCount = 0
                found.open = []
            }
        }
        return found
    }

    // MARK: Inflating

    private struct Inflated: Equatable {
        var output: [UInt8] = []
        var error: WireError?
        var next: [UInt8] = []
        var nextError: WireError?
    }

    /// Inflates a message, and then `Hello` of RFC 7692 §7.2.3.1 behind it.
    private static func inflated(_ buffers: [[UInt8]], keepsContext: Bool) -> Inflated {
        var found = Inflated()
        do throws(WireError) {
            var inflater = try Inflater(
                windowBits: 15,
                keepsContext: keepsContext,
                messageBytesMax: messageByteCountMax
            )
            do throws(WireError) {
                for buffer in buffers {
                    try inflater.inflate(buffer.span.bytes, into: &found.output)
                }
                try inflater.finishMessage(into: &found.output)
            } catch {
                found.error = error
                inflater.abandonMessage()
            }
            let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
            try inflater.inflate(hello.span.bytes, into: &found.next)
            try inflater.finishMessage(into: &found.next)
        } catch {
            found.nextError = error
        }
        precondition(found.output.count <= messageByteCountMax, "the limit is not kept")
        return found
    }
}
