import CaptureFormat
import Vocabulary

/// What a capture does not cover, in sentences: a check that this can touch cannot pass.
struct Coverage: Equatable {
    /// One sentence for each thing that is missing.
    var reasons: [String] = []

    /// Whether everything is there.
    var isComplete: Bool { reasons.isEmpty }
}

/// Checks the capture itself: gaps that the recorder confessed, frames that should be there and are
/// not, damage.
///
/// An unfinished file is no damage: it holds all that was recorded before its writer stopped.
struct CaptureChecker {
    private var gaps: [GapRecord] = []
    private var gapCount: UInt64 = 0
    private var holes: [MessageAssembler.Hole] = []
    private var holeCount: UInt64 = 0
    private(set) var unknownSchemas: Set<String> = []

    /// How many gaps, holes and schema names are held for the report.
    static let listedMax = 100

    // MARK: - Inputs

    /// The recorder says that something was not recorded.
    mutating func take(_ gap: GapRecord) {
        // A gap is told of twice: when it opens, and when it is over.
        if let open = gaps.firstIndex(where: { $0.isOpen && $0.from == gap.from }) {
            gaps[open] = gap
            return
        }
        gapCount += 1
        if gaps.count < Self.listedMax { gaps.append(gap) }
    }

    /// Frames are missing.
    mutating func take(_ hole: MessageAssembler.Hole) {
        // A gap of which the bytes are known has said so already.
        guard !gaps.contains(where: { $0.explains(hole) }) else { return }
        holeCount += 1
        if holes.count < Self.listedMax { holes.append(hole) }
    }

    /// A record of an unknown kind.
    mutating func take(unknownSchema name: String) {
        if unknownSchemas.count < Self.listedMax { unknownSchemas.insert(name) }
    }

    // MARK: - Outcome

    /// What is missing.
    func coverage(fileState: FileState) -> Coverage {
        var coverage = Coverage()
        for gap in gaps {
            coverage.reasons.append(Self.sentence(gap))
        }
        for hole in holes {
            let what =
                hole.nextFrame > hole.expectedFrame + 1
                ? "frames \(hole.expectedFrame)–\(hole.nextFrame - 1) are"
                : "frame \(hole.expectedFrame) is not whole or"
            coverage.reasons.append(
                "\(hole.connection) \(hole.direction.arrow): \(what) missing from the capture."
            )
        }
        let unlisted = gapCount + holeCount - UInt64(gaps.count + holes.count)
        if unlisted > 0 {
            coverage.reasons.append("\(unlisted) more gaps are not listed.")
        }
        for schema in unknownSchemas.sorted() where Self.concernsBytes(schema) {
            coverage.reasons.append(
                "Records of a kind that this version does not know may say what became of messages: "
                    + "\(schema)."
            )
        }
        if case .damaged(let reason) = fileState {
            coverage.reasons.append("The file is damaged: \(reason)")
        }
        return coverage
    }

    /// Whether records of an unknown kind stand among those that say what passed.
    private static func concernsBytes(_ schema: String) -> Bool {
        schema.hasPrefix(Envelope.stream.schemaName) || schema.hasSuffix("OutcomeKind")
            || schema.hasSuffix("RewriteKind")
    }

    private static func sentence(_ gap: GapRecord) -> String {
        if gap.streamByteCount > 0 { return streamSentence(gap) }
        let from = gap.from.timeOfDay()
        if gap.isOpen { return "Not recorded from \(from) to the end: \(gap.reason)" }
        let span = "Not recorded from \(from) to \(gap.through.timeOfDay())"
        // A file that is gone says nothing of what was in it.
        guard gap.byteCount > 0 else { return "\(span): \(gap.reason)" }
        return "\(span), \(Wording.count(gap.frameCount, "frame")) and \(gap.byteCount) bytes of "
            + "records: \(gap.reason)"
    }

    /// Of captured packets: bytes of one flow.
    private static func streamSentence(_ gap: GapRecord) -> String {
        let place = gap.runs.first.map {
            "\($0.connection) \($0.direction.arrow) frame \($0.first): "
        }
        return "\(place ?? "")\(Wording.count(gap.streamByteCount, "byte")) missing at "
            + "\(gap.through.timeOfDay()), \(gap.reason)"
    }

    /// How the check ended.
    func result(fileState: FileState, coverage: Coverage) -> CheckResult {
        var parts = ["\(fileState)"]
        parts.append(gapCount == 0 ? "no gaps" : Wording.count(gapCount, "gap"))
        if holeCount > 0 { parts.append(Wording.count(holeCount, "hole")) }
        return CheckResult(
            .capture,
            coverage.isComplete ? .pass : .inconclusive,
            summary: parts.joined(separator: ", "),
            reasons: coverage.reasons
        )
    }
}

extension GapRecord {
    /// Whether the bytes that this gap names are those that are missing in a frame.
    fileprivate func explains(_ hole: MessageAssembler.Hole) -> Bool {
        streamByteCount > 0
            && runs.contains {
                $0.connection == hole.connection && $0.direction == hole.direction
                    && $0.first <= hole.expectedFrame && hole.expectedFrame <= $0.last
            }
    }
}
