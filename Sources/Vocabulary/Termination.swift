/// How a connection is to be ended because somebody asks for it.
public enum Termination: Equatable, Sendable {
    /// Both legs are closed in order, without a word.
    case fin
    /// Both legs are broken with RST.
    case reset
    /// A close frame to both sides, between frames; the legs are closed once both have answered
    /// (RFC 6455 §7.1.1).
    case close(code: UInt16, reason: String)

    /// As captures name it.
    public var cause: String {
        switch self {
        case .fin: "control-fin"
        case .reset: "control-reset"
        case .close: "control-close"
        }
    }
}
