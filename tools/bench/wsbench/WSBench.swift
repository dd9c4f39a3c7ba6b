import ArgumentParser
import Foundation

/// `wsbench`: wsproxy beside the proxies that people know, in one run on one machine.
@main
struct WSBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wsbench",
        abstract: "Measures wsproxy beside HAProxy and nginx, on loopback, in one run.",
        discussion: """
            Every round starts each proxy anew, sends the same frames through it, and ends it; \
            the order rotates. Figures are medians over the rounds; ratios are taken round by \
            round. docs/benchmarks.md tells how to read them.
            """
    )

    /// What can be measured alone.
    enum Section: String, ExpressibleByArgument, CaseIterable {
        case relay
        case latency
        case memory
    }

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

    @Option(help: "Measure only this.")
    var only: Section?

    @Option(
        help: ArgumentHelp(
            "The proxies to measure, separated by commas; haproxy is what ratios refer to.",
            valueName: "names"
        )
    )
    var peers = "haproxy,nginx,wsproxy"

    @Flag(help: "One short round of everything: shows that it works, measures little.")
    var quick = false

    @Flag(name: .customLong("assert"), help: "Exit with 1 when a goal is missed.")
    var assertsGoals = false

    @Option(help: ArgumentHelp("Write the results to this file as JSON, too.", valueName: "file"))
    var json: String?

    @Option(
        help: ArgumentHelp("The wsproxy to measure (default: beside wsbench).", valueName: "path")
    )
    var wsproxy: String?

    @Option(help: ArgumentHelp("Where captures are written while it runs.", valueName: "folder"))
    var folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"

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
        _ = try peerNames()
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
        let peers = try Lineup(wsproxy: wsproxy).peers(peerNames())
        let folder = try TemporaryFolder("wsbench", in: folder)
        defer { if !keep { folder.delete() } }
        let placement = unpinned ? nil : try Placement()
        try placement?.placeLoad(in: folder)
        let progress = Progress()
        defer { progress.clear() }

        let bench = Bench(
            plan: plan,
            peers: peers,
            folder: folder,
            placement: placement,
            keep: keep,
            progress: progress
        )
        try bench.checkSpace()
        let results = try measure(with: bench)
        if let json { try ResultsFile.write(results, to: json) }
        if keep { print("Configurations, logs and captures are in \(folder.path)") }
        return results
    }

    private var plan: Plan {
        var plan: Plan = quick ? .quick : .full
        if let rounds { plan.rounds = rounds }
        if let megabytes { plan.relayBytes = megabytes * 1_000_000 }
        return plan
    }

    /// Prints each table as soon as it is there.
    private func measure(with bench: Bench) throws -> Results {
        let report = Report(style: .forStandardOutput())
        var results = Results(
            machine: Machine(captures: bench.folder, placement: bench.placement),
            plan: bench.plan,
            peers: try bench.peers.map { peer in
                Results.Version(peer: peer.name, version: try peer.version(in: bench.folder))
            }
        )
        func show(_ text: String) throws {
            bench.progress.clear()
            guard TextFile.append(text + "\n\n", to: STDOUT_FILENO) else {
                let reason = SystemError.current
                try Interruption.check()
                throw BenchError(.failed, "The report could not be printed: \(reason).")
            }
        }

        try show(report.introduction(results, peers: bench.peers))
        if only == nil || only == .relay {
            for payloadBytes in bench.plan.payloadBytes {
                let measurement = try bench.measureRelay(payloadBytes: payloadBytes)
                results.relay.append(measurement)
                try show(report.relay(measurement, rounds: bench.plan.rounds))
            }
        }
        if only == nil || only == .latency {
            for connections in bench.plan.connections {
                let measurement = try bench.measureLatency(connections: connections)
                results.latency.append(measurement)
                try show(report.latency(measurement, rounds: bench.plan.rounds))
            }
        }
        if only == nil || only == .memory {
            let measurement = try bench.measureMemory()
            results.memory = measurement
            try show(report.memory(measurement))
        }
        try show(report.conclusion(results))
        if quick { try show(report.quickNote) }
        return results
    }

    private func peerNames() throws -> [PeerName] {
        let names = peers.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let known = PeerName.allCases.filter { $0 != .direct }
        return try names.map { name in
            guard let peer = known.first(where: { $0.rawValue == name }) else {
                let all = known.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--peers does not know \"\(name)\"; it takes \(all).")
            }
            return peer
        }
    }
}
