import Foundation
import Testing

/// Faults on command, driven by a client of Toxiproxy that this project did not write.
@Suite(.needsPeers)
struct FaultTests {
    @Test func `toxiproxy-python drives it, and the capture says what the peers saw`() async throws
    {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let process = try ChildProcess(
                Workshop.proxy,
                [
                    "run", "--listen", "127.0.0.1:0", "--upstream", "ws://127.0.0.1:9",
                    "--capture", captures.url.path, "--control", "127.0.0.1:0", "--seed", "4711",
                    "--log-format", "json",
                ],
                name: "wsproxy",
                in: folder
            )
            defer { process.send(SIGKILL) }
            let port = try await process.line("control port", Self.controlPort)
            let transcript = folder.appending(path: "transcript.json").path
            var findings = try await Peers.findings(
                "fault_peers",
                ["\(port)", transcript],
                in: folder
            )
            process.send(SIGTERM)
            try await process.finish(within: .seconds(20))
            guard findings.isEmpty else { return findings }
            let file = try captures.captures.first { $0.lastPathComponent.contains("-echo-") }
            guard let file else { return ["the created proxy has no capture"] }
            let records = folder.appending(path: "records.jsonl").path
            let export = try ChildProcess(
                Workshop.replay,
                ["export", file.path, "--output", records],
                name: "export",
                in: folder
            )
            try await export.finish(within: .seconds(20))
            findings += try await Peers.findings("check_faults", [transcript, records], in: folder)
            findings += try await Peers.findings("check_mcap", [file.path], in: folder)
            return findings
        }
    }

    @Test func `what receivers behind faults on messages saw is what the capture says was sent`()
        async throws
    {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let process = try ChildProcess(
                Workshop.proxy,
                [
                    "run", "--listen", "127.0.0.1:0", "--upstream", "ws://127.0.0.1:9",
                    "--capture", captures.url.path, "--control", "127.0.0.1:0", "--seed", "4711",
                    "--log-format", "json",
                ],
                name: "wsproxy",
                in: folder
            )
            defer { process.send(SIGKILL) }
            let port = try await process.line("control port", Self.controlPort)
            let transcript = folder.appending(path: "transcript.json").path
            var findings = try await Peers.findings(
                "message_fault_peers",
                ["\(port)", transcript, folder.path],
                in: folder
            )
            process.send(SIGTERM)
            try await process.finish(within: .seconds(20))
            guard findings.isEmpty else { return findings }
            var exports: [String] = []
            for file in try captures.captures {
                let records = folder.appending(path: "\(exports.count).jsonl").path
                let export = try ChildProcess(
                    Workshop.replay,
                    ["export", file.path, "--output", records],
                    name: "export",
                    in: folder
                )
                try await export.finish(within: .seconds(20))
                exports.append(records)
                findings += try await Peers.findings("check_mcap", [file.path], in: folder)
            }
            findings += try await Peers.findings(
                "check_message_faults",
                [transcript, folder.path] + exports,
                in: folder
            )
            return findings
        }
    }

    /// `WSCAP_CHURN_CALLS` makes more of them, `WSCAP_CHURN_SEED` others.
    @Test func `faults that lose nothing lose nothing, however often they are changed`()
        async throws
    {
        try await inScratchFolder { folder in
            let process = try Self.proxy(in: folder)
            defer { process.send(SIGKILL) }
            let port = try await process.line("control port", Self.controlPort)
            let calls = Workshop.number("WSCAP_CHURN_CALLS") ?? 300
            let seed = Workshop.number("WSCAP_CHURN_SEED") ?? 1
            let findings = try await Peers.findings(
                "churn_peers",
                ["\(port)", "\(process.pid)", "\(calls)", "\(seed)"],
                in: folder
            )
            process.send(SIGTERM)
            try await process.finish(within: .seconds(20))
            return findings
        }
    }

    @Test
    func `a plan of the start is at work before the first client, without a control port too`()
        async throws
    {
        try await inScratchFolder { folder in
            let plan = folder.appending(path: "plan.yaml")
            try "seed: 7\nproxies: {bridge: {partition: both, toxics: [{type: slow_close}]}}\n"
                .write(to: plan, atomically: true, encoding: .utf8)
            let proxy = try await RunningProxy.start(
                upstream: 9,
                options: ["--control", "none", "--faults", plan.path],
                in: folder
            )
            try await proxy.stop()
            let export = try ChildProcess(
                Workshop.replay,
                ["export", proxy.capture.path],
                name: "export",
                in: folder
            )
            try await export.finish(within: .seconds(20))
            let lines = export.output.split(separator: "\n")
            let changes = lines.filter { $0.contains(#""record":"fault_change""#) }
            let isTold = changes.allSatisfy {
                $0.contains(#""seed":7,"source":"--faults \#(plan.path)""#)
            }
            return changes.count == 3 && isTold ? [] : ["the capture says \(changes)"]
        }
    }

    @Test func `the command line drives it, and a scenario tells what it does`() async throws {
        try await inScratchFolder { folder in
            let process = try Self.proxy(in: folder)
            defer { process.send(SIGKILL) }
            let port = try await process.line("control port", Self.controlPort)
            let scenario = folder.appending(path: "s.yaml")
            try """
            name: try
            seed: 7
            steps:
              - {at: 50ms, mark: here}
              - {at: 100ms, partition: both, for: 100ms}
              - {at: 150ms, add: {type: latency, attributes: {latency: 9}}}
              - {at: 250ms, cut: reset}
              - {at: 260ms, disable: true, for: 40ms}
            """.write(to: scenario, atomically: true, encoding: .utf8)
            var findings: [String] = []
            for (command, code, expected) in Self.commands(scenario.path) {
                let child = try ChildProcess(
                    Workshop.proxy,
                    command + ["--control", "127.0.0.1:\(port)"],
                    name: "call",
                    in: folder
                )
                let ending = try await child.ending(within: .seconds(20))
                let told = child.output + child.errors.replacing("127.0.0.1:\(port)", with: "PORT")
                if ending != .exit(code) || told != expected {
                    findings.append("\(command): \(ending), \(told)")
                }
            }
            process.send(SIGTERM)
            try await process.finish(within: .seconds(20))
            return findings
        }
    }

    private static func commands(_ scenario: String) -> [([String], Int32, String)] {
        [
            (
                ["toxic", "add", "latency", "-a", "latency=5", "--toxicity", "0.5"], 0,
                "added latency_downstream  latency downstream  toxicity 0.5  latency=5 jitter=0\n"
            ),
            (
                ["toxic", "add", "latency"], 64,
                "wsproxy: The wsproxy on PORT refused: toxic already exists (HTTP 409).\n"
            ),
            (
                ["toxic", "update", "latency_downstream", "-a", "jitter=2"], 0,
                "updated latency_downstream  latency downstream  toxicity 0.5  latency=5 jitter=2\n"
            ),
            (
                ["partition", "--direction", "server-to-client"], 0,
                "bridge is partitioned (server-to-client); heal it with 'wsproxy partition --heal'\n"
            ),
            (
                ["toxic", "list"], 0,
                """
                bridge  latency_downstream  latency downstream  toxicity 0.5  latency=5 jitter=2
                bridge  partition  server-to-client

                """
            ),
            (["toxic", "remove", "latency_downstream"], 0, "removed latency_downstream\n"),
            (["partition", "--heal"], 0, "healed\n"),
            (["reset"], 0, "reset: nothing is disturbed\n"),
            (["toxic", "list"], 0, "bridge  no faults\n"),
            (
                ["scenario", "run", scenario], 0,
                """
                scenario 1 'try' on bridge: 0.3 s, seed 7
                    0.05s  step 1  mark here
                    0.10s  step 2  partition both
                    0.15s  step 3  add latency_downstream (latency)
                    0.20s  step 2  undo: partition both
                    0.25s  step 4  cut reset
                    0.26s  step 5  disable
                    0.30s  step 5  undo: disable
                    0.30s  step 3  undo: add latency_downstream (latency)
                done

                """
            ),
            (["scenario", "list"], 0, "1  done  'try' on bridge  8 of 8\n"),
            (
                ["scenario", "stop"], 64, "wsproxy: No scenario is running on PORT.\n"
            ),
        ]
    }

    private static func proxy(in folder: URL) throws -> ChildProcess {
        let captures = try CapturesFolder(in: folder)
        return try ChildProcess(
            Workshop.proxy,
            [
                "run", "--listen", "127.0.0.1:0", "--upstream", "ws://127.0.0.1:9",
                "--capture", captures.url.path, "--control", "127.0.0.1:0", "--seed", "4711",
                "--log-format", "json",
            ],
            name: "wsproxy",
            in: folder
        )
    }

    private static func controlPort(_ line: Substring) -> UInt16? {
        guard line.contains("control port is open") else { return nil }
        let address = line.firstRange(of: "127.0.0.1:").map { line[$0.upperBound...] }
        return address.flatMap { UInt16($0.prefix { $0.isNumber }) }
    }
}
