/// Why the summary of a file is not to be trusted.
public enum SummaryFlaw: Error, Equatable, Sendable {
    /// There is no summary, or it says nothing of the whole file.
    case missing
    /// The footer carries no checksum of it.
    case unchecked
    /// The footer's checksum is that of other bytes.
    case checksumMismatch
    /// A record of it does not parse.
    case unreadable(detail: String)
    /// It points out of the data section.
    case pointsOutside(String)
    /// It contradicts itself.
    case contradiction(String)
}

extension SummaryFlaw: CustomStringConvertible {
    /// A few words that fit into brackets.
    public var description: String {
        switch self {
        case .missing: "there is none"
        case .unchecked: "it has no checksum"
        case .checksumMismatch: "it fails its checksum"
        case .unreadable(let detail): "it does not parse: \(detail)"
        case .pointsOutside(let what): "\(what) points outside the data"
        case .contradiction(let what): "it contradicts itself: \(what)"
        }
    }
}
