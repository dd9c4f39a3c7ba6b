import Foundation

/// A folder that a proxy records to, and what a user does with it.
struct CapturesFolder {
    let url: URL
    private let scratch: URL

    /// Makes the folder.
    init(in scratch: URL, name: String = "captures") throws {
        self.scratch = scratch
        url = scratch.appending(path: name)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// All names in it, hidden ones too.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
    }

    /// The captures in it, by name.
    var captures: [URL] {
        get throws {
            try names.filter { $0.hasSuffix(".wscap") }.map { url.appending(path: $0) }
        }
    }

    /// Runs `wsreplay`.
    func replay(
        _ arguments: [String]
    ) async throws -> (ending: ChildProcess.Ending, output: String, errors: String) {
        let process = try ChildProcess(
            Workshop.replay,
            arguments,
            name: "wsreplay",
            in: scratch
        )
        let ending = try await process.ending(within: .seconds(20))
        return (ending, process.output, process.errors)
    }

    /// Runs `wsreplay` and says what is not as expected.
    func findings(
        _ arguments: [String],
        exits code: Int32,
        saying texts: [String] = []
    ) async throws -> [String] {
        let call = arguments.filter { !$0.hasPrefix("/") }.joined(separator: " ")
        let replay = try await replay(arguments)
        // Lines are broken where the terminal's width ends.
        let said = (replay.output + replay.errors).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        let unsaid = texts.filter { !said.contains($0) }
        return mismatch([replay.ending], [.exit(code)], "wsreplay \(call): ended with")
            + unsaid.map { "wsreplay \(call): did not say '\($0)': \(said.prefix(1500))" }
    }

    /// What is wrong with the names: all of one run, numbered without a hole, and no ring left.
    func namingFindings(proxy: String = "bridge", countMax: Int = .max) throws -> [String] {
        let names = try names
        let captures = names.filter { $0.hasSuffix(".wscap") }
        let pattern = try Regex("^[0-9]{8}T[0-9]{6}Z-([0-9a-f]{8})-\(proxy)-([0-9]{6})\\.wscap$")
        let matches = captures.compactMap { $0.wholeMatch(of: pattern) }
        let numbers = matches.compactMap { $0.output[2].substring.flatMap { Int($0) } }
        let runs = Set(matches.compactMap { $0.output[1].substring.map(String.init) })
        var findings: [String] = []
        if matches.count != captures.count { findings.append("odd names: \(captures)") }
        if runs.count != 1 { findings.append("\(runs.count) runs") }
        if let first = numbers.first, numbers != Array(first..<first + numbers.count) {
            findings.append("the files are numbered \(numbers)")
        }
        if captures.count > countMax { findings.append("\(captures.count) files were kept") }
        for name in names where !captures.contains(name) { findings.append("\(name) was left") }
        return findings
    }
}
