internal import Vocabulary

internal import struct NIOCore.ByteBuffer

/// Puts a line behind the others of each request's head that says where the client is (`X-Forwarded-For`).
///
/// It is the last line, because whoever reads several takes them for one list, the nearest proxy last
/// (RFC 9110 §5.3). The empty line that ends a head may be cut in two by the arrival of its bytes: then its
/// CR waits for its LF, and nothing else ever waits.
struct ForwardedFor: Equatable {
    /// Bytes that go on.
    enum Piece: Equatable {
        /// They have come.
        case received(ByteBuffer)
        /// They are put before the received byte at an offset.
        case inserted(ByteBuffer, before: ByteOffset)

        /// The bytes.
        var bytes: ByteBuffer {
            switch self {
            case .received(let bytes), .inserted(let bytes, _): bytes
            }
        }
    }

    private static let carriageReturn = UInt8(ascii: "\r")

    private let line: ByteBuffer
    /// The CR of an empty line has come, and waits for its LF.
    private var isHolding = false

    /// Makes the line.
    ///
    /// - Parameter client: Where the client is, `address:port`.
    init(client: String) {
        let host = Endpoint(client)?.host ?? client
        let address = IPAddress(host).map { "\($0.unmapped)" } ?? host
        line = ByteBuffer(string: "X-Forwarded-For: \(address)\r\n")
    }

    /// Takes received bytes.
    ///
    /// - Parameters:
    ///   - buffer: The bytes.
    ///   - start: The offset of the first one.
    ///   - headEnds: The offsets behind the heads that end among them, in order.
    ///   - endsInEmptyLine: Whether the last of them is the CR of a line that may end a head.
    /// - Returns: What goes on now, in order.
    mutating func pieces(
        of buffer: ByteBuffer,
        at start: ByteOffset,
        headEnds: [ByteOffset],
        endsInEmptyLine: Bool
    ) -> [Piece] {
        var pieces: [Piece] = []
        var rest = buffer
        let end = start + ByteOffset(buffer.readableBytes)
        var position = isHolding ? start - 1 : start
        let pass = { (upper: ByteOffset, pieces: inout [Piece]) in
            guard position < upper else { return }
            if position < start {
                pieces.append(.received(ByteBuffer(bytes: [Self.carriageReturn])))
                position = start
            }
            if let bytes = rest.readSlice(length: Int(upper - position)), bytes.readableBytes > 0 {
                pieces.append(.received(bytes))
            }
            position = upper
        }
        for headEnd in headEnds {
            let place = Self.emptyLine(before: headEnd, in: buffer, at: start, isHolding: isHolding)
            pass(place, &pieces)
            pieces.append(.inserted(line, before: place))
        }
        pass(endsInEmptyLine ? end - 1 : end, &pieces)
        isHolding = endsInEmptyLine
        return pieces
    }

    /// What waits, when nothing more will come.
    mutating func takeHeld() -> ByteBuffer? {
        guard isHolding else { return nil }
        isHolding = false
        return ByteBuffer(bytes: [Self.carriageReturn])
    }

    /// Where the empty line begins that a head ends with; lines may end with LF alone (RFC 9112 §2.2).
    private static func emptyLine(
        before headEnd: ByteOffset,
        in buffer: ByteBuffer,
        at start: ByteOffset,
        isHolding: Bool
    ) -> ByteOffset {
        guard headEnd >= start + 2 else { return isHolding ? headEnd - 2 : headEnd - 1 }
        let index = buffer.readerIndex + Int(headEnd - 2 - start)
        let hasReturn = buffer.getInteger(at: index, as: UInt8.self) == carriageReturn
        return hasReturn ? headEnd - 2 : headEnd - 1
    }
}
