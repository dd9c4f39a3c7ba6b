import CaptureFormat
import Reports
import Verification
import Vocabulary

/// Takes the records of one source: for its verdict, and for when things happened.
struct Judge: ~Copyable {
    /// What judges.
    var verifier: Verifier
    private var timeline = TimelineBuilder()

    /// Creates a judge that has seen nothing.
    init(_ options: VerificationOptions) {
        verifier = Verifier(options: options)
    }

    /// Takes the next record.
    mutating func observe(_ entry: CaptureEntry, bytes: RawSpan) {
        timeline.observe(entry)
        verifier.observe(entry, bytes: bytes)
    }

    /// Ends the source.
    consuming func finish(_ state: FileState) -> (Verdict, RunTimeline) {
        (verifier.finish(fileState: state), timeline.finish())
    }
}
