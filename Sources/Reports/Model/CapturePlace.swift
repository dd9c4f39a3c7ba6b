public import Vocabulary

/// Where a run's records can be read: what to hand to `wsreplay show`.
public struct CapturePlace: Equatable, Sendable {
    /// A capture, a packet file, or a folder.
    public var path: String
    /// Which run of the folder; `nil` where the path is a file.
    public var runID: String?

    /// Names a place.
    public init(path: String, runID: String? = nil) {
        self.path = path
        self.runID = runID
    }

    /// The command that shows a frame: `wsreplay show run.wscap c1→17`.
    public func showCommand(_ reference: FrameReference) -> String {
        let file = path.hasPrefix("-") ? "./\(path)" : path
        let run = runID.map { " --run \(Self.word($0))" } ?? ""
        return "wsreplay show \(Self.word(file))\(run) \(reference)"
    }

    /// A word of a POSIX shell's command line.
    private static func word(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
                    || ("0"..."9").contains(scalar) || "/._-+:@%,=".unicodeScalars.contains(scalar)
            }
        guard !isPlain else { return text }
        return "'"
            + text.withoutControls.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: #"'\''"#) + "'"
    }
}
