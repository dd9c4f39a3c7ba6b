import Foundation
import Testing

/// Wrong flags, wrong files and cut captures end with a sentence and the right exit code.
struct BadInputTests {
    /// One wrong call.
    struct Call: CustomTestStringConvertible, Sendable {
        let name: String
        let program: URL
        /// `FOLDER` and `PORT` stand for this test's folder and for a port in use.
        let arguments: [String]
        let exitCode: Int32
        /// What the message must name, so that the operator knows what to change.
        let named: String

        var testDescription: String { name }

        static func proxy(
            _ name: String,
            _ arguments: [String],
            exit exitCode: Int32,
            names named: String
        ) -> Call {
            Call(
                name: "wsproxy, \(name)",
                program: Workshop.proxy,
                arguments: ["run"] + arguments,
                exitCode: exitCode,
                named: named
            )
        }

        static func replay(
            _ name: String,
            _ arguments: [String],
            exit exitCode: Int32,
            names named: String
        ) -> Call {
            Call(
                name: "wsreplay, \(name)",
                program: Workshop.replay,
                arguments: arguments,
                exitCode: exitCode,
                named: named
            )
        }
    }

    @Test(arguments: Call.proxyCalls + Call.replayCalls)
    func `A wrong call ends with one sentence and its exit code`(call: Call) async throws {
        try await inScratchFolder { folder in
            try Fixture.make(in: folder)
            let busy = try BusyPort()
            let process = try ChildProcess(
                call.program,
                call.arguments.map { fill($0, folder, busy) },
                name: "call",
                in: folder
            )
            let ending = try await process.ending(within: .seconds(20))
            return mismatch([ending], [.exit(call.exitCode)], "ended with")
                + sentenceFindings(process.errors, naming: fill(call.named, folder, busy))
        }
    }

    @Test func `A capture that exists is never written over`() async throws {
        try await inScratchFolder { folder in
            try Fixture.make(in: folder)
            let existing = folder.appending(path: "text.wscap")
            let before = try Data(contentsOf: existing)
            let process = try ChildProcess(
                Workshop.proxy,
                [
                    "run", "--listen", "127.0.0.1:0", "--upstream", "ws://127.0.0.1:9",
                    "--capture", existing.path,
                ],
                name: "call",
                in: folder
            )
            let ending = try await process.ending(within: .seconds(20))
            return try mismatch([ending], [.exit(73)], "ended with")
                + sentenceFindings(process.errors, naming: "text.wscap")
                + (Data(contentsOf: existing) == before ? [] : ["the file was changed"])
        }
    }

    private func fill(_ argument: String, _ folder: URL, _ busy: BusyPort) -> String {
        argument.replacingOccurrences(of: "FOLDER", with: folder.path)
            .replacingOccurrences(of: "PORT", with: "\(busy.port)")
    }

    private func sentenceFindings(_ errors: String, naming value: String) -> [String] {
        let lines = errors.split(separator: "\n")
        var findings: [String] = []
        if lines.isEmpty { findings.append("said nothing on standard error") }
        if lines.count > 3 { findings.append("said \(lines.count) lines:\n\(errors.prefix(1000))") }
        if !errors.contains(value) {
            findings.append("did not name '\(value)': \(errors.prefix(500))")
        }
        if errors.contains("Fatal error") { findings.append("crashed: \(errors.prefix(500))") }
        return findings
    }
}

extension BadInputTests.Call {
    private static let listen = ["--listen", "127.0.0.1:0"]
    private static let upstream = ["--upstream", "ws://127.0.0.1:9"]
    private static let capture = ["--capture", "FOLDER/new.wscap"]

    static let proxyCalls: [Self] = [
        .proxy(
            "unknown flag",
            listen + upstream + capture + ["--nonsense"],
            exit: 64,
            names: "--nonsense"
        ),
        .proxy("no upstream", listen + capture, exit: 64, names: "--upstream"),
        .proxy(
            "upstream without a colon",
            listen + ["--upstream", "http//x"] + capture,
            exit: 64,
            names: "http//x"
        ),
        .proxy(
            "upstream without a host",
            listen + ["--upstream", "ws://"] + capture,
            exit: 64,
            names: "ws://"
        ),
        .proxy(
            "upstream by FTP",
            listen + ["--upstream", "ftp://x"] + capture,
            exit: 64,
            names: "ftp://x"
        ),
        .proxy(
            "upstream port beyond 65535",
            listen + ["--upstream", "ws://x:70000"] + capture,
            exit: 64,
            names: "70000"
        ),
        .proxy(
            "listen without a port",
            ["--listen", "nonsense"] + upstream + capture,
            exit: 64,
            names: "nonsense"
        ),
        .proxy(
            "listen port beyond 65535",
            ["--listen", "127.0.0.1:99999"] + upstream + capture,
            exit: 64,
            names: "99999"
        ),
        .proxy(
            "a duration in words",
            listen + upstream + capture + ["--handshake-timeout", "soon"],
            exit: 64,
            names: "soon"
        ),
        .proxy(
            "a negative duration",
            listen + upstream + capture + ["--grace=-1s"],
            exit: 64,
            names: "-1s"
        ),
        .proxy(
            "an unknown choice",
            listen + upstream + capture + ["--on-upstream-failure", "explode"],
            exit: 64,
            names: "explode"
        ),
        .proxy(
            "a port in use",
            ["--listen", "127.0.0.1:PORT"] + upstream + capture,
            exit: 73,
            names: "PORT"
        ),
        .proxy(
            "a capture folder that is missing",
            listen + upstream + ["--capture", "FOLDER/missing/"],
            exit: 73,
            names: "missing"
        ),
        .proxy(
            "a capture in a folder that is missing",
            listen + upstream + ["--capture", "FOLDER/missing/new.wscap"],
            exit: 73,
            names: "missing"
        ),
        .proxy(
            "a capture below a file",
            listen + upstream + ["--capture", "FOLDER/text.wscap/new.wscap"],
            exit: 73,
            names: "text.wscap"
        ),
        .proxy(
            "a capture where nobody may write",
            listen + upstream + ["--capture", "/proc/new.wscap"],
            exit: 73,
            names: "/proc"
        ),
    ]

    static let replayCalls: [Self] =
        [
            .replay("no file", [], exit: 64, names: "file"),
            .replay(
                "unknown flag",
                ["FOLDER/text.wscap", "--nonsense"],
                exit: 64,
                names: "--nonsense"
            ),
            .replay(
                "unknown format",
                ["verify", "FOLDER/text.wscap", "--format", "yaml"],
                exit: 64,
                names: "yaml"
            ),
            .replay(
                "unknown direction",
                ["frames", "FOLDER/text.wscap", "--direction", "sideways"],
                exit: 64,
                names: "sideways"
            ),
            .replay(
                "unknown opcode",
                ["frames", "FOLDER/text.wscap", "--opcode", "speech"],
                exit: 64,
                names: "speech"
            ),
            .replay(
                "a connection that is no number",
                ["frames", "FOLDER/text.wscap", "--connection", "banana"],
                exit: 64,
                names: "banana"
            ),
        ]
        + ["missing.wscap", "empty.wscap", "text.wscap", "picture.png", "without-captures"]
        .flatMap { file in
            [
                .replay("summary of \(file)", ["FOLDER/\(file)"], exit: 65, names: file),
                .replay("verify \(file)", ["FOLDER/\(file)", "--verify"], exit: 65, names: file),
                .replay("frames of \(file)", ["frames", "FOLDER/\(file)"], exit: 65, names: file),
                .replay("seal \(file)", ["seal", "FOLDER/\(file)"], exit: 65, names: file),
            ]
        }
}

/// Files that are no captures.
private enum Fixture {
    static func make(in folder: URL) throws {
        try Data().write(to: folder.appending(path: "empty.wscap"))
        try Data("just some text\nin two lines\n".utf8)
            .write(to: folder.appending(path: "text.wscap"))
        try Data(onePixel).write(to: folder.appending(path: "picture.png"))
        let bare = folder.appending(path: "without-captures")
        try FileManager.default.createDirectory(at: bare, withIntermediateDirectories: true)
        try Data("notes".utf8).write(to: bare.appending(path: "notes.txt"))
    }

    /// A PNG of one pixel.
    private static let onePixel: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52,
        0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1F, 0x15, 0xC4, 0x89, 0, 0, 0, 13, 0x49, 0x44,
        0x41, 0x54, 0x78, 0x9C, 0x63, 0, 1, 0, 0, 5, 0, 1, 0x0D, 0x0A, 0x2D, 0xB4, 0, 0, 0, 0,
        0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]
}
