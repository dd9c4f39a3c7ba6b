/// Names one frame of a capture in short: `c1→17`.
///
/// It is read in the forms that listings and findings print, `c1 → #17` and `c1 → frame 17`, and in two
/// that every keyboard has: `c1>17` and `c1:client:17`.
public struct FrameReference: Hashable, Sendable {
    /// The connection.
    public var connection: ConnectionID
    /// The flow.
    public var direction: Direction
    /// The number of the frame in its connection and direction, from 1.
    public var frame: UInt64

    /// Creates a reference.
    public init(connection: ConnectionID, direction: Direction, frame: UInt64) {
        self.connection = connection
        self.direction = direction
        self.frame = frame
    }

    /// Reads a reference; of several frames, `c1→17–19`, it is the first.
    ///
    /// - Returns: `nil` when the text is none, or counts from 0.
    public init?(_ text: String) {
        let words = text.split(whereSeparator: { $0.isWhitespace || $0 == "#" })
        let plain = words.filter { $0 != "frame" && $0 != "frames" }.joined()
        guard plain.hasPrefix("c") else { return nil }
        let digits = plain.dropFirst().prefix(while: Self.isDigit)
        var rest = plain.dropFirst(1 + digits.count)
        guard let mark = Self.marks.first(where: { rest.hasPrefix($0.text) }) else { return nil }
        rest = rest.dropFirst(mark.text.count)
        let number = rest.prefix(while: Self.isDigit)
        let tail = rest.dropFirst(number.count)
        let isRange =
            (tail.hasPrefix("–") || tail.hasPrefix("-"))
            && tail.dropFirst().allSatisfy(Self.isDigit)
        guard tail.isEmpty || isRange, let connection = UInt64(digits), connection > 0,
            let frame = UInt64(number), frame > 0
        else { return nil }
        self.init(
            connection: ConnectionID(rawValue: connection),
            direction: mark.direction,
            frame: frame
        )
    }

    private static func isDigit(_ character: Character) -> Bool {
        ("0"..."9").contains(character)
    }

    /// How a direction may be written; what begins like another stands behind it.
    private static let marks: [(text: String, direction: Direction)] = [
        ("→", .clientToServer), ("->", .clientToServer), (">", .clientToServer),
        ("←", .serverToClient), ("<-", .serverToClient), ("<", .serverToClient),
        (":client-to-server:", .clientToServer), (":server-to-client:", .serverToClient),
        (":client:", .clientToServer), (":server:", .serverToClient),
    ]
}

extension FrameReference: CustomStringConvertible {
    /// `c1→17`.
    public var description: String { "\(connection)\(direction.arrow)\(frame)" }
}
