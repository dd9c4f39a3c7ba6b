/// The status code of a close frame (RFC 6455 §7.4); every 16-bit value is representable.
public struct CloseCode: RawRepresentable, Hashable, Sendable {
    /// The number.
    public let rawValue: UInt16

    /// Creates a code from its number.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The purpose of the connection is fulfilled.
    public static let normalClosure = CloseCode(rawValue: 1000)
    /// The peer goes away: a server that stops, a page that is left.
    public static let goingAway = CloseCode(rawValue: 1001)
    /// What software reports when a close frame had no code; never on the wire.
    public static let noStatusReceived = CloseCode(rawValue: 1005)

    /// Whether a peer may send the code in a close frame.
    ///
    /// RFC 6455 §7.4.1 reserves 1004 and forbids 1005, 1006 and 1015 on the wire; 1012 to 1014 were
    /// registered later. §7.4.2: below 1000 is not used, 1016 to 2999 belong to future versions,
    /// 3000 to 3999 to libraries, 4000 to 4999 to applications, and nothing above is defined.
    public var isValidOnWire: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

extension CloseCode: CustomStringConvertible {
    /// The number.
    public var description: String { "\(rawValue)" }
}
