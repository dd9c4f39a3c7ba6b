/// How a fault ends a connection.
public enum Cut: Equatable, Sendable {
    /// In order, behind what was written: both peers see FIN.
    case close
    /// Both peers see RST.
    case reset
    /// Behind a close frame that was written: when its receiver has answered, or after so long.
    case closeHandshake(wait: Duration)
}
