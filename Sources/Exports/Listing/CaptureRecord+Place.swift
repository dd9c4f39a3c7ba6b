internal import CaptureFormat
internal import Vocabulary

extension CaptureRecord {
    /// The direction in which the record happened, where it has one.
    var direction: Direction? {
        switch self {
        case .frame(let record): record.direction
        case .bytes(let record): record.direction
        case .outcome(let record): record.direction
        case .held(let record): record.direction
        case .rewrite(let record): record.direction
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
