public import Vocabulary

extension CaptureRecord {
    /// The connection that the record is about; `nil` for what concerns the recording.
    public var connection: ConnectionID? {
        switch self {
        case .frame(let record): record.connection
        case .bytes(let record): record.connection
        case .outcome(let record): record.connection
        case .held(let record): record.connection
        case .rewrite(let record): record.connection
        case .opened(let record): record.connection
        case .secured(let record): record.connection
        case .handshake(let record): record.connection
        case .progress(let record): record.connection
        case .closed(let record): record.connection
        case .resumed(let record): record.connection
        case .faultChange, .mark, .gap, .notice, .unknown: nil
        }
    }
}
