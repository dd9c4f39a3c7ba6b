import ArgumentParser
import Foundation

/// `wsbench`: wsproxy beside the proxies that people know, in one run on one machine.
@main
struct WSBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wsbench",
        abstract: "Measures wsproxy beside other proxies, on loopback, in one run.",
        discussion: """
            Every round starts each proxy anew, sends the same frames through it, and ends it; \
            the order rotates. Figures are medians over the rounds; ratios are taken round by \
            round. docs/benchmarks.md tells how to read them.

            Examples:
              wsbench --quick
              wsbench --only throughput --peers haproxy,wsproxy --rounds 9
              wsbench --wsproxy-option "" --wsproxy-option "--keep-secrets"
            """
    )

    @Option(
        help: ArgumentHelp(
            "How often every peer takes its turn, in rotating order (default: 5).",
            valueName: "number"
        )
    )
    var rounds: Int?

    @Option(
        help: ArgumentHelp(
            "Frames of one relay run, in MB of 10^6 bytes (default: 512).",
            valueName: "number"
        )
    )
    var megabytes: Int?

    @Option(
        help: ArgumentHelp(
            "Payload sizes of the relay runs, in bytes, separated by commas.",
            valueName: "sizes"
        )
    )
    var payload = "120,4096"

    @Option(
        help: ArgumentHelp(
            "What TLS records of the load have: full, up to 16 KiB of frames, or frame, one; "
                + "can be given more than once (default: a table for each).",
            valueName: "what"
        )
    )
    var tlsRecords: [RecordFill] = []

    @Option(
        help: ArgumentHelp(
            "Connections of the idle runs (default: 5000).",
            valueName: "number"
        )
    )
    var idleConnections: Int?

    @Option(help: "Measure only this; can be given more than once.")
    var only: [Section] = []

    @Option(
        help: ArgumentHelp(
            "The proxies to measure, separated by commas; haproxy is what ratios refer to.",
            valueName: "names"
        )
    )
    var peers = "haproxy,haproxy+dumpcap,nginx,mitmproxy,wsproxy"

    @Flag(help: "One short round of everything: shows that it works, measures little.")
    var quick = false

    @Flag(name: .customLong("assert"), help: "Exit with 1 when a goal is missed.")
    var assertsGoals = false

    @Option(help: ArgumentHelp("Write the results to this file as JSON, too.", valueName: "file"))
    var json: String?

    @Flag(help: "Print the report as Markdown, as docs/benchmarks.md has it.")
    var markdown = false

    @Option(
        help: ArgumentHelp("The wsproxy to measure (default: beside wsbench).", valueName: "path")
    )
    var wsproxy: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Measure a wsproxy with these options, as one would type them; given more than once, "
                + "all of them are measured side by side.",
            valueName: "options"
        )
    )
    var wsproxyOption: [String] = []

    @Option(
        help: ArgumentHelp(
            "The kernel's buffer for dumpcap (its -B), in MiB; its own default is 2.",
            valueName: "number"
        )
    )
    var dumpcapBuffer = 256

    @Option(
        help: ArgumentHelp(
            "Where captures are written while it runs (default: the build folder); "
                + "they are deleted after each turn.",
            valueName: "folder"
        )
    )
    var captureFolder: String?

    @Flag(help: "Let the scheduler place load and proxies instead of giving them their cores.")
    var unpinned = false

    @Flag(help: "Keep configurations, logs and captures.")
    var keep = false

    func validate() throws {
        guard (1...1000).contains(rounds ?? 1) else {
            throw ValidationError("--rounds takes a number from 1 to 1000.")
        }
        guard (1...100_000).contains(megabytes ?? 1) else {
            throw ValidationError("--megabytes takes a number from 1 to 100000.")
        }
        // Each connection has a port of its own on the way to the proxy and another one behind it.
        guard (1...20_000).contains(idleConnections ?? 1) else {
            throw ValidationError("--idle-connections takes a number from 1 to 20000.")
        }
        guard (1...2047).contains(dumpcapBuffer) else {
            throw ValidationError("--dumpcap-buffer takes a number of MiB from 1 to 2047.")
        }
        guard Set(wsproxyOption).count == wsproxyOption.count else {
            throw ValidationError("--wsproxy-option has the same options twice.")
        }
        _ = try peerKinds()
        _ = try payloadBytes()
    }

    func run() throws {
        Interruption.watch()
        do {
            let results = try measure()
            if assertsGoals { try check(results.outcomes) }
        } catch let error as BenchError {
            FileHandle.standardError.write(Data("wsbench: \(error.description)\n".utf8))
            throw ExitCode(error.kind.rawValue)
        }
    }

    /// A run that judged nothing has not shown that goals are reached.
    private func check(_ outcomes: [Outcome]) throws {
        guard !outcomes.isEmpty else {
            throw BenchError(
                .failed,
                "--assert had no goal to judge; measure both haproxy and wsproxy."
            )
        }
        guard outcomes.allSatisfy(\.isReached) else { throw ExitCode(1) }
    }

    private func measure() throws -> Results {
        if let json { try ResultsFile.check(json) }
        let folder = try TemporaryFolder("wsbench", in: captureFolder ?? Programs.folder)
        defer { if !keep { folder.delete() } }
        let plan = try plan()
        let lineup = Lineup(
            wsproxy: wsproxy,
            wsproxyOptions: wsproxyOption,
            dumpcapBuffer: dumpcapBuffer,
            connectionsMax: (sections.contains(.idle) ? plan.idleConnections : 0) + 1024
        )
        var found = try lineup.find(peerKinds(), in: folder)
        if sections.contains(.tls) { try lineup.addTLS(to: &found, in: folder) }
        let placement = unpinned ? nil : try Placement()
        try placement?.placeLoad(in: folder)
        let progress = Progress()
        defer { progress.clear() }

        let bench = Bench(
            plan: plan,
            peers: found.peers.filter { !$0.sections.isDisjoint(with: sections) },
            folder: folder,
            placement: placement,
            keep: keep,
            progress: progress
        )
        try bench.checkSpace()
        let session = Session(
            bench: bench,
            report: Report(format: markdown ? .markdown : .text(.forStandardOutput())),
            sections: sections
        )
        let results = try session.measure(found)
        if quick { try session.show(session.report.quickNote) }
        if let json { try ResultsFile.write(results, to: json) }
        if keep { try session.show("Configurations, logs and captures are in \(folder.path)") }
        return results
    }

    private var sections: [Section] { only.isEmpty ? Section.allCases : only }

    private func plan() throws -> Plan {
        var plan: Plan = quick ? .quick : .full
        if let rounds { (plan.rounds, plan.idleRounds) = (rounds, min(rounds, plan.idleRounds)) }
        if let megabytes { plan.relayBytes = megabytes * 1_000_000 }
        if let idleConnections { plan.idleConnections = idleConnections }
        if !tlsRecords.isEmpty { plan.tlsRecords = tlsRecords }
        plan.payloadBytes = try payloadBytes()
        return plan
    }

    private func payloadBytes() throws -> [Int] {
        let sizes = payload.split(separator: ",").map { size in
            Int(size.trimmingCharacters(in: .whitespaces)) ?? 0
        }
        // Frames have at most a two-byte length here (RFC 6455 §5.2), and blocks hold several.
        guard !sizes.isEmpty, sizes.allSatisfy((1...65_535).contains) else {
            throw ValidationError("--payload takes sizes from 1 to 65535, separated by commas.")
        }
        return sizes
    }

    private func peerKinds() throws -> [PeerKind] {
        let names = peers.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let known = PeerKind.allCases.filter { $0 != .direct }
        let all = known.map(\.rawValue).joined(separator: ", ")
        guard !names.isEmpty else {
            throw ValidationError("--peers needs at least one of \(all).")
        }
        return try names.map { name in
            guard let kind = known.first(where: { $0.rawValue == name }) else {
                throw ValidationError("--peers does not know \"\(name)\"; it takes \(all).")
            }
            return kind
        }
    }
}
