import ControlAPI
import ControlClient
import Documents
import Vocabulary

/// What a running proxy says about its health.
struct Readiness {
    /// Whether it can do its work.
    let isReady: Bool
    /// What is wrong, one check each, such as `capture: bridge: No space is left`.
    let problems: [String]

    /// Asks.
    ///
    /// - Parameter client: Who is asked.
    /// - Returns: What was answered, well or not.
    /// - Throws: ``OperatorError`` when nobody answers, or something else than health.
    static func ask(_ client: ControlClient) async throws(OperatorError) -> Readiness {
        let answer = try await client.send("GET", "/health/ready")
        guard answer.status == 200 || answer.status == 503 else { throw client.refusal(of: answer) }
        let checks = try JSONValue.answer(answer.body)["checks"]?.members ?? []
        let problems = checks.filter { $0.1["ok"] == .bool(false) }
            .map { "\($0.0): \($0.1.text(at: "reason"))" }
        let isReady = answer.status == 200
        // Where the port itself is not done in time, there are no checks, but a sentence.
        return Readiness(
            isReady: isReady,
            problems: problems.isEmpty && !isReady ? [answer.reason] : problems
        )
    }

    /// In a line of a table.
    var text: String {
        guard !problems.isEmpty else { return "ready" }
        return "\(isReady ? "ready, but" : "not ready:") \(problems.joined(separator: "; "))"
    }
}
