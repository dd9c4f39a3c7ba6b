import CaptureFormat
import Console
import Reports
import Verification

/// Judges several views of one run: what one source has seen already counts there, and is compared.
///
/// Captures of proxies come first, because they know most; packet files are held against them.
enum VantageRun {
    /// Judges all sources, each in a call of `attempt`, which takes what it throws.
    ///
    /// - Returns: One run for each source that has seen something of its own.
    static func judge(
        _ sources: [CaptureSource],
        _ options: VerificationOptions,
        _ attempt: (CaptureSource, () throws -> JudgedRun?) throws -> JudgedRun?
    ) throws -> [JudgedRun] {
        var runs: [JudgedRun] = []
        /// Where the run stands that the others are held against.
        var first: Int?
        var originals = VantageObserver()
        for source in sources {
            let run = try attempt(source) {
                if first == nil || !source.holdsPackets {
                    return try judgeOriginal(source, &originals, options)
                }
                return try judgeOther(source, &originals, options, first: &runs[first ?? 0])
            }
            guard let run else { continue }
            if first == nil, run.verdict != nil { first = runs.count }
            runs.append(run)
        }
        return runs
    }

    private static func judgeOriginal(
        _ source: CaptureSource,
        _ originals: inout VantageObserver,
        _ options: VerificationOptions
    ) throws -> JudgedRun {
        var judge = Judge(options)
        let state = try source.read { entry, bytes in
            judge.observe(entry, bytes: bytes)
            originals.observe(entry, bytes: bytes)
        }
        let (verdict, timeline) = judge.finish(FileState(state))
        return JudgedRun(
            source: source.title,
            place: source.place,
            result: .verdict(verdict, timeline)
        )
    }

    private static func judgeOther(
        _ source: CaptureSource,
        _ originals: inout VantageObserver,
        _ options: VerificationOptions,
        first: inout JudgedRun
    ) throws -> JudgedRun? {
        originals.finish()
        var judge = Judge(options)
        var filter = VantageFilter(originals)
        let state = try source.read { entry, bytes in
            filter.observe(entry, bytes: bytes) { judge.observe($0, bytes: $1) }
        }
        let hasOwn = filter.hasOwn
        let comparisons = filter.finish()
        if case .verdict(var verdict, let timeline) = first.result {
            verdict.add(comparisons, of: source.title)
            first.result = .verdict(verdict, timeline)
        }
        guard hasOwn || comparisons.isEmpty || state.isDamaged else { return nil }
        let (verdict, timeline) = judge.finish(FileState(state))
        let rest = comparisons.isEmpty ? "" : ", what \(first.source) has not"
        return JudgedRun(
            source: source.title + rest,
            place: source.place,
            result: .verdict(verdict, timeline)
        )
    }
}
