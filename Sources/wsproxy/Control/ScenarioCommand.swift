import ArgumentParser
import CaptureStore
import Console
import ControlAPI
import ControlClient
import Documents
import Settings
import Vocabulary

/// `wsproxy scenario`: timelines of faults.
struct ScenarioCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenario",
        abstract: "Play a timeline of faults on a running wsproxy.",
        discussion: """
            docs/scenarios.md says what stands in a scenario; tools/scenarios has some that are ready.

            Examples:
              wsproxy scenario run tools/scenarios/network-partition.yaml
              wsproxy scenario list
              wsproxy scenario stop
            """,
        subcommands: [Run.self, List.self, Stop.self]
    )

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Play a scenario to its end, and tell what it does.",
            discussion: """
                Ctrl-C stops it and undoes what it has put in place. Exits with 0 when all steps were made, with 1 when one could \
                not be or somebody else stopped it, and with 130 after Ctrl-C.
                """
        )

        @Argument(help: "The scenario, YAML or JSON.") var file: String
        @Option(help: "The proxy, instead of the one that the scenario names.") var proxy: String?
        @Flag(help: "Only check the file; nothing is called.") var check = false
        @OptionGroup var target: ControlTarget

        func run() async throws {
            let text = try TextFile.read(file)
            let document: Document
            let scenario: Scenario
            do throws(DocumentError) {
                document = try YAMLDocument.read(text)
                scenario = try Scenario(document)
            } catch {
                throw error.sentence(in: file)
            }
            guard !check else {
                return ControlOutput.say("\(file): '\(scenario.name)' is a scenario")
            }
            var members = document.value.members
            if let proxy {
                members.removeAll { $0.0 == "proxy" }
                members.append(("proxy", .string(proxy)))
            }
            try await ScenarioPlayer(client: try target.client()).play(.object(members))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List scenarios that are played, and the last of those that were."
        )

        @Flag(help: "The control port's own JSON.") var json = false
        @OptionGroup var target: ControlTarget

        func run() async throws {
            let text = try await target.client().call("GET", "/scenarios")
            guard !json else { return ControlOutput.say(text) }
            let runs = try JSONValue.answer(text).elements
            guard !runs.isEmpty else { return ControlOutput.say("no scenarios") }
            for run in runs {
                func word(_ name: String) -> String { run[name]?.plain ?? "" }
                var line =
                    "\(word("id"))  \(word("state"))  '\(word("name"))' on \(word("proxy"))  "
                    + "\(word("done")) of \(word("calls"))"
                if let next = run["next"] {
                    line += "  next at \(next["at"]?.plain ?? "") s: \(next["does"]?.plain ?? "")"
                }
                if let error = run["error"] { line += "  \(error.plain)" }
                ControlOutput.say(line)
            }
        }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop a scenario and undo what it has put in place."
        )

        @Argument(help: "Its number; not needed when one is running.") var id: UInt64?
        @OptionGroup var target: ControlTarget

        func run() async throws {
            let client = try target.client()
            var number = id.map(String.init)
            if number == nil {
                let runs = try JSONValue.answer(await client.call("GET", "/scenarios")).elements
                let running = runs.filter { $0["state"]?.plain == "running" }
                guard running.count == 1 else {
                    throw OperatorError(
                        .usage,
                        running.isEmpty
                            ? "No scenario is running on \(client.address)."
                            : "\(running.count) scenarios are running; say which: "
                                + "'wsproxy scenario list' has their numbers."
                    )
                }
                number = running[0]["id"]?.plain
            }
            let answer = try JSONValue.answer(
                await client.call("DELETE", "/scenarios/\(number ?? "")")
            )
            ControlOutput.say(
                "\(answer["state"]?.plain ?? ""): '\(answer["name"]?.plain ?? "")'"
            )
        }
    }
}
