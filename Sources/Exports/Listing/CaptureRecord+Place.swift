internal import CaptureFormat
internal import Vocabulary

extension CaptureRecord {
    /// The connection that the record is about; `nil` for what concerns the recording.
    var connection: ConnectionID? {
        switch self {
        case .frame(let record): record.connection
        case .bytes(let record): record.connection
        case .outcome(let record): record.connection
        case .held(let record): record.connection
        case .opened(let record): record.connection
        case .handshake(let record): record.connection
        case .progress(let record): record.connection
        case .closed(let record): record.connection
        case .resumed(let record): record.connection
        case .faultChange, .gap, .notice, .unknown: nil
        }
    }

    /// The direction in which the record happened, where it has one.
    var direction: Direction? {
        switch self {
        case .frame(let record): record.direction
        case .bytes(let record): record.direction
        case .outcome(let record): record.direction
        case .held(let record): record.direction
        default: nil
        }
    }
}

extension String {
    /// `close-handshake` for `closeHandshake`.
    var kebabCase: String {
        map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }
}
