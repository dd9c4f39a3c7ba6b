import TestKit
import Verification

/// The verdict of a history.
func verdict(_ history: String, fileState: FileState = .sealed) -> Verdict {
    var verifier = Verifier()
    for recorded in History(history).entries {
        verifier.observe(recorded.entry, bytes: recorded.bytes.span.bytes)
    }
    return verifier.finish(fileState: fileState)
}

/// The summary of a history.
func summary(_ history: String, fileState: FileState = .sealed) -> CaptureSummary {
    var builder = SummaryBuilder()
    for recorded in History(history).entries {
        builder.observe(recorded.entry, bytes: recorded.bytes.span.bytes)
    }
    return builder.finish(fileState: fileState)
}
