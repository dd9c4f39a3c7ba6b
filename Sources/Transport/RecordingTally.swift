internal import Logging
internal import Vocabulary

/// What a recording has done, for its status line.
struct RecordingTally {
    /// Bytes of the files that are sealed.
    var bytes: UInt64 = 0
    /// Files that are sealed.
    var fileCount = 0
    var gapCount = 0
    /// Attempts to write that failed.
    var errorCount: UInt64 = 0
    var missedFrameCount: UInt64 = 0
    /// How long reading was held back by a disk that could not keep up.
    var waited = Duration.zero
    /// How long traffic was held by `--on-capture-failure block`.
    var held = Duration.zero
    private var reported: UInt64 = 0
    private var reportedWait = Duration.zero

    /// Waiting for less than this is not worth a warning.
    private static let waitMin = Duration.milliseconds(100)

    /// Logs a line, when there is news.
    mutating func report(recorded: UInt64, capture: String, to logger: Logger) {
        guard recorded != reported else { return }
        reported = recorded
        let isSlow = waited - reportedWait >= Self.waitMin
        reportedWait = waited
        logger.log(
            level: isSlow ? .warning : .info,
            isSlow ? "recording, held back by a slow disk" : "recording",
            metadata: [
                "capture": "\(capture)", "bytes": "\(recorded)", "sealed_files": "\(fileCount)",
                "gaps": "\(gapCount)", "missing_frames": "\(missedFrameCount)",
                "waited_ms": "\(waited.inNanoseconds / 1_000_000)",
                "held_ms": "\(held.inNanoseconds / 1_000_000)",
            ]
        )
    }
}
