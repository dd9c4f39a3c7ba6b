import Console
import ControlAPI
import ControlClient
import Documents
import UnixSignals
import Vocabulary

/// Has a scenario played, and tells line by line what it does.
struct ScenarioPlayer {
    let client: ControlClient

    /// How often it is looked at.
    private static let interval = Duration.milliseconds(100)

    /// Plays a scenario to its end.
    ///
    /// - Throws: ``VerdictExit`` when a step failed, or somebody stopped it.
    func play(_ scenario: JSONValue) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let begun = try JSONValue.answer(
            await client.call("POST", "/scenarios", body: scenario.text)
        )
        let id = begun["id"]?.plain ?? ""
        ControlOutput.say(
            "scenario \(id) '\(word(begun, "name"))' on \(word(begun, "proxy")): "
                + "\(word(begun, "length")) s\(times(begun)), seed "
                + "\(word(begun, "seed"))"
        )
        let client = client
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Self.watch(id, begun, client) }
            group.addTask { try await Self.stop(id, on: signals, client) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func word(_ value: JSONValue, _ name: String) -> String { value[name]?.plain ?? "" }

    private func times(_ begun: JSONValue) -> String {
        let count = word(begun, "passes")
        return count == "1" ? "" : ", \(count) times"
    }

    private static func watch(
        _ id: String,
        _ begun: JSONValue,
        _ client: ControlClient
    ) async throws {
        var state = begun
        var count = 0
        while true {
            for entry in state["log"]?.elements ?? [] {
                count += 1
                ControlOutput.say(line(entry))
            }
            let word = state["state"]?.plain ?? ""
            guard word == "running" else { return try finish(state, word) }
            try await Task.sleep(for: interval)
            state = try JSONValue.answer(
                await client.call("GET", "/scenarios/\(id)?after=\(count)")
            )
        }
    }

    private static func stop(
        _ id: String,
        on signals: UnixSignalsSequence,
        _ client: ControlClient
    ) async throws {
        for await _ in signals {
            _ = try await client.call("DELETE", "/scenarios/\(id)")
            ControlOutput.say("stopped, and everything undone")
            throw VerdictExit(.interrupted)
        }
        try await Task.sleep(for: .seconds(86_400))
    }

    private static func finish(_ state: JSONValue, _ word: String) throws {
        switch word {
        case "done":
            guard let error = state["error"] else { return ControlOutput.say("done") }
            ControlOutput.say("done, but \(error.plain)")
        case "stopped":
            ControlOutput.say("stopped by somebody else")
        default:
            ControlOutput.say("failed: \(state["error"]?.plain ?? "")")
        }
        throw VerdictExit(.fail)
    }

    /// `  5.00s  step 1  partition both`.
    private static func line(_ entry: JSONValue) -> String {
        let seconds = Double(entry["at"]?.plain ?? "") ?? 0
        let hundredths = Int((seconds * 100).rounded())
        let rest = String(100 + hundredths % 100).dropFirst()
        let time = "\(hundredths / 100).\(rest)s"
        let padding = String(repeating: " ", count: max(9 - time.count, 0))
        return
            "\(padding)\(time)  step \(entry["step"]?.plain ?? "")  \(entry["does"]?.plain ?? "")"
    }
}
