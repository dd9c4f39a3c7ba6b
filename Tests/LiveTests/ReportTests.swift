import Foundation
import Testing

/// Reports in files: what other programs make of them, and when they are written.
struct ReportTests {
    private static let captures = Workshop.root.appending(path: "captures")
    private static let schema = Workshop.root.appending(
        path: "docs/schemas/wscap-verdict-1.schema.json"
    )

    /// Captures of every outcome: pass, fail, inconclusive, damaged.
    private static let judged = [
        "pcap/both-legs.pcap", "pcap/killed.pcap", "pcap/violations.pcap", "golden/kinds.wscap",
        "golden/segments.wscap", "pcap/clean-truncated.pcap", "pcap/tls.pcap",
    ]

    @Test(.needsPeers, arguments: judged, [[], ["--strict"], ["--fail-on", "corrupted"]])
    func `PyPI's readers agree on what JUnit and JSON say`(
        name: String,
        options: [String]
    ) async throws {
        try await inScratchFolder { folder in
            let file = Self.captures.appending(path: name)
            return try await agreement(on: [file], options, in: folder)
        }
    }

    @Test(.needsPeers) func `Several captures stand in one report, those that cannot be read, too`()
        async throws
    {
        try await inScratchFolder { folder in
            let files = ["golden/kinds.wscap", "golden/exchange.wscap", "golden/minimal.wscap"]
                .map { Self.captures.appending(path: $0) }
            try BadFiles.make(in: folder)
            let bad = folder.appending(path: "files/text.wscap")
            return try await agreement(on: files, [], in: folder)
                + agreement(on: [bad], [], in: folder)
        }
    }

    private func agreement(
        on files: [URL],
        _ options: [String],
        in folder: URL
    ) async throws -> [String] {
        let junit = folder.appending(path: "junit.xml").path
        let json = folder.appending(path: "verdict.json").path
        let process = try ChildProcess(
            Workshop.replay,
            ["report"] + files.map(\.path) + options + ["-o", junit, "-o", json],
            name: "report",
            in: folder
        )
        _ = try await process.ending(within: .seconds(60))
        return try await Peers.findings("check_junit", [junit, json], in: folder)
            + Peers.findings("check_verdict", [Self.schema.path, json], in: folder)
    }

    // MARK: - Files

    @Test func `All reports are of one reading, and standard output has the text`() async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let capture = Self.captures.appending(path: "pcap/killed.pcap").path
            let names = ["a.md", "a.xml", "a.json", "a.txt", "github:a.log"]
            let outputs = names.flatMap { name -> [String] in
                let pieces = name.split(separator: ":")
                let path = captures.url.appending(path: String(pieces.last ?? "")).path
                return ["-o", pieces.count > 1 ? "\(pieces[0]):\(path)" : path]
            }
            let call = try await captures.replay(["verify", capture] + outputs)
            let text = try String(
                contentsOf: captures.url.appending(path: "a.txt"),
                encoding: .utf8
            )
            return try mismatch([call.ending], [.exit(1)], "ended with")
                + mismatch([text], [call.output], "the text in the file")
                + mismatch(
                    captures.names,
                    ["a.json", "a.log", "a.md", "a.txt", "a.xml"],
                    "files"
                )
        }
    }

    @Test func `A report replaces a file as a whole, and keeps who may read it`() async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let report = captures.url.appending(path: "report.md")
            try Data("old".utf8).write(to: report)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o640],
                ofItemAtPath: report.path
            )
            let link = captures.url.appending(path: "link.md")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: report)
            let old = try FileHandle(forReadingFrom: report)
            let capture = Self.captures.appending(path: "pcap/killed.pcap").path
            var findings = try await captures.findings(
                ["report", capture, "-o", link.path],
                exits: 1,
                saying: ["FAIL", "report.md"]
            )
            let attributes = try FileManager.default.attributesOfItem(atPath: report.path)
            let new = try String(contentsOf: report, encoding: .utf8)
            if !new.hasPrefix("## FAIL") { findings.append("it begins with \(new.prefix(20))") }
            if attributes[.posixPermissions] as? Int != 0o640 { findings.append("another mode") }
            // Who had it open still has the old file.
            if try old.readToEnd() != Data("old".utf8) { findings.append("the file was changed") }
            return try findings + mismatch(captures.names, ["link.md", "report.md"], "files")
        }
    }

    @Test func `A report that cannot be created is said before anything is read`() async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let missing = captures.url.appending(path: "missing/report.md").path
            let capture = Self.captures.appending(path: "pcap/killed.pcap").path
            return try await captures.findings(
                ["verify", "nothing.wscap", "-o", missing],
                exits: 73,
                saying: ["missing/report.md cannot be created"]
            )
                + captures.findings(
                    ["verify", capture, "-o", "markdown:\(captures.url.path)"],
                    exits: 73,
                    saying: ["is a folder"]
                )
                + captures.findings(
                    ["verify", capture, "-o", "json:\(capture)"],
                    exits: 64,
                    saying: ["names a capture"]
                )
                + mismatch(captures.names, [], "files")
        }
    }

    @Test func `What cannot be read is in the reports, and keeps its exit code`() async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let report = captures.url.appending(path: "report.xml")
            let findings = try await captures.findings(
                ["verify", "gone.wscap", "-o", report.path],
                exits: 65,
                saying: ["gone.wscap"]
            )
            let text = try String(contentsOf: report, encoding: .utf8)
            return findings
                + (text.contains("<error type=\"not-read\"") ? [] : ["no error in \(text)"])
        }
    }

    // MARK: - The line

    @Test(arguments: [
        ("pcap/killed.pcap", ["--fail-on", "corrupted"], 2 as Int32, "fail (allowed)"),
        ("pcap/killed.pcap", ["--fail-on", "lost"], 1, "Judged by --fail-on lost"),
        ("pcap/tls.pcap", [], 2, "INCONCLUSIVE"), ("pcap/tls.pcap", ["--strict"], 1, "--strict"),
        ("pcap/tls.pcap", ["--fail-on", "nonsense"], 64, "nonsense"),
        ("pcap/tls.pcap", ["--fail-on", "lost,"], 64, "--fail-on is ''"),
    ])
    func `Who moves the line is told in the verdict`(
        name: String,
        options: [String],
        code: Int32,
        text: String
    ) async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let capture = Self.captures.appending(path: name).path
            return try await captures.findings(
                ["verify", capture] + options,
                exits: code,
                saying: [text]
            )
        }
    }

    @Test(arguments: [
        ["--strict"], ["--fail-on", "lost"], ["--format", "junit"], ["-o", "a.md"],
    ])
    func `A summary has no verdict to move or to report`(options: [String]) async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let capture = Self.captures.appending(path: "golden/minimal.wscap").path
            return try await captures.findings(
                [capture] + options,
                exits: 64,
                saying: ["add --verify"]
            )
        }
    }
}
