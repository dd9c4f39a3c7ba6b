import CaptureFormat
import Console
import Verification

/// Judges several views of one run: what one source has seen already counts there, and is compared.
///
/// Captures of proxies come first, because they know most; packet files are held against them.
enum VantageRun {
    /// Judges all sources.
    ///
    /// - Returns: The verdicts with what they are about: one for each source that has seen something of its
    ///   own.
    static func judge(
        _ sources: [CaptureSource],
        _ options: VerifyOptions
    ) throws -> [(String, Verdict)] {
        var verdicts: [(String, Verdict)] = []
        var originals = VantageObserver()
        for source in sources {
            let isFirst = verdicts.isEmpty
            if isFirst || !source.holdsPackets {
                verdicts.append((source.title, try judgeOriginal(source, &originals, options)))
                continue
            }
            originals.finish()
            var verifier = Verifier(options: options.verification)
            var filter = VantageFilter(originals)
            let state = try source.read { entry, bytes in
                filter.observe(entry, bytes: bytes) { verifier.observe($0, bytes: $1) }
            }
            let hasOwn = filter.hasOwn
            let comparisons = filter.finish()
            verdicts[0].1.add(comparisons, of: source.title)
            guard hasOwn || comparisons.isEmpty || state.isDamaged else { continue }
            let verdict = verifier.finish(fileState: FileState(state))
            let rest = comparisons.isEmpty ? "" : ", what \(verdicts[0].0) has not"
            verdicts.append((source.title + rest, verdict))
        }
        return verdicts
    }

    private static func judgeOriginal(
        _ source: CaptureSource,
        _ originals: inout VantageObserver,
        _ options: VerifyOptions
    ) throws -> Verdict {
        var verifier = Verifier(options: options.verification)
        let state = try source.read { entry, bytes in
            verifier.observe(entry, bytes: bytes)
            originals.observe(entry, bytes: bytes)
        }
        return verifier.finish(fileState: FileState(state))
    }
}
