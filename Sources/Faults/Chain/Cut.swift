/// How a fault ends a connection.
public enum Cut: Equatable, Sendable {
    /// In order, behind what was written: both peers see FIN.
    case close
    /// Both peers see RST.
    case reset
}
