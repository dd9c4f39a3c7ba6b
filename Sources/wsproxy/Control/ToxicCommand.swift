import ArgumentParser
import Console
import ControlAPI
import ControlClient
import Documents
import Vocabulary

/// `wsproxy toxic`: faults of a running proxy, one at a time.
struct ToxicCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "toxic",
        abstract: "Add, change, remove and list faults of a running wsproxy.",
        discussion: """
            Each call counts at once, for connections that are open too. docs/faults says what each type does.

            Examples:
              wsproxy toxic add latency -a latency=500 -a jitter=50
              wsproxy toxic add timeout --stream upstream --toxicity 0.5 --name swallow
              wsproxy toxic update latency_downstream -a latency=900
              wsproxy toxic remove swallow
              wsproxy toxic list
            """,
        subcommands: [Add.self, Update.self, Remove.self, List.self]
    )
}

/// What changes a toxic.
struct ToxicOptions: ParsableArguments {
    @Option(help: "The share of connections that it works on, from 0 to 1.")
    var toxicity: Float?

    @Option(
        name: [.customShort("a"), .customLong("attribute")],
        help: ArgumentHelp(
            "One of its attributes; give it again for more. A value that is JSON is taken as such, "
                + "anything else as text.",
            valueName: "name=value"
        )
    )
    var attributes: [String] = []

    /// As the control port takes them.
    func members() throws(OperatorError) -> [(String, JSONValue)] {
        var members: [(String, JSONValue)] = []
        if let toxicity { members.append(("toxicity", .number("\(toxicity)"))) }
        var values: [(String, JSONValue)] = []
        for text in attributes {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw OperatorError(
                    .usage,
                    "-a is '\(text)'; write it as name=value, for example -a latency=500."
                )
            }
            values.append((String(parts[0]), Self.value(String(parts[1]))))
        }
        if !values.isEmpty { members.append(("attributes", .object(values))) }
        return members
    }

    /// A value that is JSON as a whole, or text.
    private static func value(_ text: String) -> JSONValue {
        do throws(DocumentError) {
            let value = try JSONValue.read(text)
            // What stands behind a value would be lost.
            return value.text == text ? value : .string(text)
        } catch {
            return .string(text)
        }
    }
}

extension ToxicCommand {
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a fault.")

        @Argument(help: "What it does: latency, bandwidth, slicer, … (docs/faults).")
        var type: String

        @Option(help: "upstream (what the client sends) or downstream (what the server sends).")
        var stream: String?

        @Option(help: "Its name. [default: <type>_<stream>]") var name: String?

        @OptionGroup var options: ToxicOptions
        @OptionGroup var proxy: ProxyOption
        @OptionGroup var target: ControlTarget

        func run() async throws {
            let client = try target.client()
            var members: [(String, JSONValue)] = [("type", .string(type))]
            if let stream { members.append(("stream", .string(stream))) }
            if let name { members.append(("name", .string(name))) }
            members += try options.members()
            let path = "/proxies/\(try await proxy.path(client))/toxics"
            let body = JSONValue.object(members).text
            let toxic = try JSONValue.answer(await client.call("POST", path, body: body))
            ControlOutput.say("added \(ToxicText.line(toxic))")
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change attributes and toxicity of a fault; what is not named stays."
        )

        @Argument(help: "Its name.") var name: String
        @OptionGroup var options: ToxicOptions
        @OptionGroup var proxy: ProxyOption
        @OptionGroup var target: ControlTarget

        func run() async throws {
            let client = try target.client()
            let body = JSONValue.object(try options.members()).text
            let path = "/proxies/\(try await proxy.path(client))/toxics/\(name.percentEncoded)"
            let toxic = try JSONValue.answer(await client.call("PATCH", path, body: body))
            ControlOutput.say("updated \(ToxicText.line(toxic))")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a fault.")

        @Argument(help: "Its name.") var name: String
        @OptionGroup var proxy: ProxyOption
        @OptionGroup var target: ControlTarget

        func run() async throws {
            let client = try target.client()
            let path = "/proxies/\(try await proxy.path(client))/toxics/\(name.percentEncoded)"
            _ = try await client.call("DELETE", path)
            ControlOutput.say("removed \(name)")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the faults of all proxies, or of one."
        )

        @Flag(help: "The control port's own JSON.") var json = false
        @OptionGroup var proxy: ProxyOption
        @OptionGroup var target: ControlTarget

        func run() async throws {
            let text = try await target.client().call("GET", "/faults")
            guard !json else { return ControlOutput.say(text) }
            let plan = try JSONValue.answer(text)
            for (name, faults) in plan["proxies"]?.members ?? [] {
                guard proxy.proxy == nil || proxy.proxy == name else { continue }
                for line in ToxicText.lines(faults) { ControlOutput.say("\(name)  \(line)") }
            }
        }
    }
}

/// Toxics as people read them.
enum ToxicText {
    /// `latency_downstream  latency downstream  toxicity 1  latency=500 jitter=50`.
    static func line(_ toxic: JSONValue) -> String {
        func word(_ name: String) -> String { toxic[name]?.plain ?? "" }
        let attributes = (toxic["attributes"]?.members ?? []).map { "\($0.0)=\($0.1.plain)" }
        let parts = [
            word("name"), "\(word("type")) \(word("stream"))", "toxicity \(word("toxicity"))",
            attributes.joined(separator: " "),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "  ")
    }

    /// All that connections of a proxy suffer.
    static func lines(_ faults: JSONValue) -> [String] {
        var lines = (faults["toxics"]?.elements ?? []).map(line)
        if case .string(let direction)? = faults["partition"] {
            lines.append("partition  \(direction)")
        }
        return lines.isEmpty ? ["no faults"] : lines
    }
}
