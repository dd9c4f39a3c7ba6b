extension Report {
    /// A line for each goal: `✓ wsproxy: frames/s 1.03 × HAProxy's (0.98–1.07); goal ≥ 1 ×`.
    func notes(_ outcomes: [Outcome]) -> [Block.Note] {
        outcomes.map { outcome in
            var text = "\(outcome.peer.title): \(outcome.figure)"
            if let reference = outcome.reference, let ratio = outcome.ratio {
                let range = Figure.range(ratio)
                text += " \(Figure.ratio(ratio.median)) \(reference.title)'s"
                text += range.isEmpty ? "" : " (\(range))"
            }
            return Block.Note(
                kind: outcome.isReached ? .reached : .missed,
                text: "\(text); goal \(outcome.goal)"
            )
        }
    }

    /// A line for each peer that failed.
    func notes(_ failures: [Failure]) -> [Block.Note] {
        failures.map { failure in
            Block.Note(
                kind: .warning,
                text: "without \(failure.peer.title), which failed. \(failure.reason)"
            )
        }
    }

    /// How many of the goals were reached.
    func conclusion(_ results: Results) -> String {
        let reached = results.outcomes.filter(\.isReached).count
        let all = results.outcomes.count
        guard all > 0 else {
            return style.dim("No goal was judged: that takes wsproxy and one of the others.")
        }
        let text = "\(reached) of \(all) goals reached"
        return reached == all ? style.good("✓ " + text) : style.bad("✗ " + text)
    }
}
