import Foundation
import Testing

/// One wrong call, and how it must end.
struct BadCall: CustomTestStringConvertible, Sendable {
    let name: String
    let program: URL
    /// `FOLDER`, `PORT` and `CERTS` stand for the test's folder, a port in use, and certificates.
    let arguments: [String]
    let exitCode: Int32
    /// What the message must name, so that the operator knows what to change.
    let named: String
    /// How many lines the message may have.
    let linesMax: Int

    var testDescription: String { "\(program.lastPathComponent): \(name)" }

    /// A call of `wsproxy run` in which all is well but these arguments.
    static func proxy(
        _ name: String,
        _ wrong: [String],
        _ exitCode: Int32,
        names named: String
    ) -> BadCall {
        let right = [
            ["--listen", "127.0.0.1:0"], ["--upstream", "ws://127.0.0.1:9"],
            ["--capture", "FOLDER/new.wscap"],
        ]
        let rest = right.filter { !wrong.contains($0[0]) }.flatMap(\.self)
        return BadCall(
            name: name,
            program: Workshop.proxy,
            arguments: ["run"] + rest + wrong,
            exitCode: exitCode,
            named: named,
            linesMax: 3
        )
    }

    /// A call of `wsreplay`.
    static func replay(
        _ name: String,
        _ arguments: [String],
        _ exitCode: Int32,
        names named: String,
        linesMax: Int = 3
    ) -> BadCall {
        BadCall(
            name: name,
            program: Workshop.replay,
            arguments: arguments,
            exitCode: exitCode,
            named: named,
            linesMax: linesMax
        )
    }

    /// The call for one test's folder and port.
    func filled(folder: URL, port: UInt16, certificates: String = "") -> BadCall {
        func fill(_ text: String) -> String {
            text.replacingOccurrences(of: "FOLDER", with: folder.path)
                .replacingOccurrences(of: "PORT", with: "\(port)")
                .replacingOccurrences(of: "CERTS", with: certificates)
        }
        return BadCall(
            name: name,
            program: program,
            arguments: arguments.map(fill),
            exitCode: exitCode,
            named: fill(named),
            linesMax: linesMax
        )
    }
}

extension BadCall {
    static let toProxy: [BadCall] = [
        .proxy("an unknown flag", ["--nonsense"], 64, names: "--nonsense"),
        .proxy("no upstream", ["--upstream", ""], 64, names: "upstream"),
        .proxy("an upstream without a colon", ["--upstream", "http//x"], 64, names: "http//x"),
        .proxy("an upstream without a host", ["--upstream", "ws://"], 64, names: "ws://"),
        .proxy("an upstream by FTP", ["--upstream", "ftp://x"], 64, names: "ftp://x"),
        .proxy("an upstream port too high", ["--upstream", "ws://x:70000"], 64, names: "70000"),
        .proxy("an address without a port", ["--listen", "nonsense"], 64, names: "nonsense"),
        .proxy("a port too high", ["--listen", "127.0.0.1:99999"], 64, names: "99999"),
        .proxy("a duration in words", ["--handshake-timeout", "soon"], 64, names: "soon"),
        .proxy("a negative duration", ["--grace=-1s"], 64, names: "-1s"),
        .proxy("an unknown choice", ["--on-upstream-failure", "explode"], 64, names: "explode"),
        .proxy("a pointer without a slash", ["--redact-json", "api_key"], 64, names: "api_key"),
        .proxy("a pointer with an odd escape", ["--redact-json", "/~2"], 64, names: "/~2"),
        .proxy("an empty pointer", ["--redact-json", ""], 64, names: "--redact-json"),
        .proxy("a port in use", ["--listen", "127.0.0.1:PORT"], 69, names: "PORT"),
        .proxy(
            "a control port without a token",
            ["--control", "0.0.0.0:0"],
            64,
            names: "0.0.0.0:0"
        ),
        .proxy("a control port that is none", ["--control", "here"], 64, names: "here"),
        .proxy("a tiny buffer", ["--fault-buffer", "12"], 64, names: "--fault-buffer is '12'"),
        .proxy("no upstream", ["--allow-upstream", "x"], 64, names: "--allow-upstream is 'x'"),
        .proxy("no plan", ["--faults", "FOLDER/none.yaml"], 65, names: "none.yaml"),
        .proxy(
            "another plan",
            ["--faults", "FOLDER/config/none.yaml"],
            64,
            names: ":1:10: proxies"
        ),
        .proxy("a torn plan", ["--faults", "FOLDER/config/unclosed.yaml"], 64, names: ":4:"),
        .proxy("an empty plan", ["--faults", "FOLDER/config/empty.yaml"], 64, names: "empty"),
        .proxy(
            "a seed in words",
            ["--seed", "lucky", "--control", "127.0.0.1:0"],
            64,
            names: "lucky"
        ),
        .proxy("a missing folder", ["--capture", "FOLDER/missing/"], 73, names: "missing"),
        .proxy(
            "a file in a missing folder",
            ["--capture", "FOLDER/missing/a.wscap"],
            73,
            names: "missing"
        ),
        .proxy(
            "a file below a file",
            ["--capture", "FOLDER/files/text.wscap/a.wscap"],
            73,
            names: "text.wscap"
        ),
        .proxy("a file where none can be", ["--capture", "/proc/a.wscap"], 73, names: "/proc"),
    ]

    static let toReplay: [BadCall] =
        [
            // Here alone the whole help is shown.
            .replay("no file", [], 64, names: "file", linesMax: 60),
            .replay("an unknown flag", ["a.wscap", "--nonsense"], 64, names: "--nonsense"),
            .replay(
                "an unknown format",
                ["verify", "a.wscap", "--format", "yaml"],
                64,
                names: "yaml"
            ),
            .replay(
                "a report of no known form",
                ["verify", "a.wscap", "-o", "report.doc"],
                64,
                names: "report.doc"
            ),
            .replay("a report to nowhere", ["report", "a.wscap"], 64, names: "--output"),
            .replay(
                "two reports in one file",
                ["report", "a.wscap", "-o", "FOLDER/a.md", "-o", "json:FOLDER/a.md"],
                64,
                names: "a.md"
            ),
            .replay(
                "an unknown direction",
                ["frames", "a.wscap", "--direction", "sideways"],
                64,
                names: "sideways"
            ),
            .replay(
                "an unknown opcode",
                ["frames", "a.wscap", "--opcode", "speech"],
                64,
                names: "speech"
            ),
            .replay(
                "a connection that is no number",
                ["frames", "a.wscap", "--connection", "banana"],
                64,
                names: "banana"
            ),
            .replay(
                "an unknown compression",
                ["compact", "a.wscap", "--compression", "rar"],
                64,
                names: "rar"
            ),
            .replay(
                "a level that is none",
                ["compact", "a.wscap", "--compression", "lz4", "--level", "13"],
                64,
                names: "13"
            ),
            .replay(
                "an output that is no capture",
                ["compact", "FOLDER/files/text.wscap", "--output", "FOLDER/new.mcap"],
                64,
                names: "new.mcap"
            ),
            .replay(
                "an output in a missing folder",
                ["compact", "FOLDER/files/text.wscap", "--output", "FOLDER/missing/new.wscap"],
                73,
                names: "missing"
            ),
        ] + views + BadFiles.names.flatMap(toReplay(file:))

    /// Wrong words to the views.
    private static let views: [BadCall] = [
        .replay("an unknown field", frames(where: "siez > 1"), 64, names: "did you mean 'size'?"),
        .replay("half an expression", frames(where: "size >"), 64, names: "column 7"),
        .replay("an empty expression", frames(where: ""), 64, names: "empty"),
        .replay(
            "heads of messages",
            frames(where: "fin") + ["--messages"],
            64,
            names: "'fin'"
        ),
        .replay(
            "a pointer without a slash",
            ["frames", "a.wscap", "--pointer", "data"],
            64,
            names: "/api_key"
        ),
        .replay(
            "a pointer with a wrong escape",
            ["frames", "a.wscap", "--pointer", "/a~2"],
            64,
            names: "~0"
        ),
        .replay("nothing to show", ["show", "a.wscap"], 64, names: "--where"),
        .replay("a name of no frame", ["show", "a.wscap", "banana"], 64, names: "'banana'"),
        .replay("frame 0", ["show", "a.wscap", "c1:client:0"], 64, names: "c1:client:0"),
        .replay(
            "frame 0 by option",
            ["show", "a.wscap", "--connection", "c1", "--frame", "0"],
            64,
            names: "--frame is '0'"
        ),
        .replay(
            "a frame without a direction",
            ["show", "a.wscap", "--connection", "c1", "--frame", "3"],
            64,
            names: "--direction"
        ),
        .replay(
            "a frame named twice",
            ["show", "a.wscap", "c1>1", "--frame", "3"],
            64,
            names: "c1>1"
        ),
        .replay(
            "more context than there is room for",
            ["show", "a.wscap", "c1>1", "--context", "1001"],
            64,
            names: "1001"
        ),
        .replay(
            "no matches wanted",
            ["show", "a.wscap", "c1>1", "--first", "0"],
            64,
            names: "--first"
        ),
        .replay(
            "an unknown export format",
            ["export", "a.wscap", "--format", "csv"],
            64,
            names: "csv"
        ),
        .replay(
            "parts of single records",
            ["export", "a.wscap", "--where", "parts > 1"],
            64,
            names: "'parts'"
        ),
    ]

    private static func frames(where expression: String) -> [String] {
        ["frames", "a.wscap", "--where", expression]
    }

    /// Every way to open a file that is no capture.
    private static func toReplay(file: String) -> [BadCall] {
        let path = "FOLDER/files/\(file)"
        return [
            .replay("summary of \(file)", [path], 65, names: file),
            .replay("verdict on \(file)", [path, "--verify"], 65, names: file),
            .replay("frames of \(file)", ["frames", path], 65, names: file),
            .replay("a frame of \(file)", ["show", path, "c1>1"], 65, names: file),
            .replay("export of \(file)", ["export", path], 65, names: file),
            .replay("seal \(file)", ["seal", path], 65, names: file),
            .replay("info on \(file)", ["info", path], 65, names: file),
            .replay("compact \(file)", ["compact", path], 65, names: file),
        ]
    }
}
