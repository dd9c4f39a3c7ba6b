/// The number of one accepted connection and its upstream leg; unique within a run, from 1.
public struct ConnectionID: RawRepresentable, Hashable, Comparable, Sendable {
    /// The number; 0 stands for "no connection".
    public var rawValue: UInt64

    /// Creates an identifier from its number.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Orders by number, which is the order of acceptance.
    public static func < (left: ConnectionID, right: ConnectionID) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension ConnectionID: CustomStringConvertible {
    /// `c7`.
    public var description: String { "c\(rawValue)" }
}

/// A position in the bytes that one leg received or sent, from 0.
public typealias ByteOffset = UInt64
