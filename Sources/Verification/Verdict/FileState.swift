/// In what state a capture file was found; the reader of the file says it.
public enum FileState: Equatable, Sendable {
    /// Ended and indexed.
    case sealed
    /// Never sealed: the proxy still runs or was killed. What is there is intact; a record that was
    /// being written when it stopped may be missing its end, `tornBytes` of it.
    case unfinished(tornBytes: UInt64)
    /// Something in its middle cannot be read.
    case damaged(reason: String)
}

extension FileState: CustomStringConvertible {
    /// `sealed`, or a few words.
    public var description: String {
        switch self {
        case .sealed: "sealed"
        case .unfinished(0): "unfinished"
        case .unfinished(let bytes): "unfinished, \(bytes) bytes of a torn record left out"
        case .damaged(let reason): "damaged: \(reason)"
        }
    }
}
