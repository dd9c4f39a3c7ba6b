import Foundation
import Testing

/// Wrong flags and wrong files end with a sentence and the right exit code.
struct BadInputTests {
    @Test(arguments: BadCall.toProxy + BadCall.toRecording + BadCall.toReplay)
    func `A wrong call ends with one sentence and its exit code`(call: BadCall) async throws {
        try await inScratchFolder { folder in
            try BadFiles.make(in: folder)
            try BadConfigurations.make(in: folder)
            let busy = try BusyPort()
            let call = call.filled(folder: folder, port: busy.port)
            let process = try ChildProcess(call.program, call.arguments, name: "call", in: folder)
            let ending = try await process.ending(within: .seconds(20))
            return mismatch([ending], [.exit(call.exitCode)], "ended with")
                + sentenceFindings(process.errors, naming: call.named, linesMax: call.linesMax)
                + leftovers(in: folder)
        }
    }

    @Test(arguments: BadCall.toSecuring)
    func `Wrong files of TLS end with one sentence and an exit code`(call: BadCall) async throws {
        try await inScratchFolder { folder in
            let certificates = try await Certificates.ofThisRun.folder.path
            let call = call.filled(folder: folder, port: 0, certificates: certificates)
            let process = try ChildProcess(call.program, call.arguments, name: "call", in: folder)
            let ending = try await process.ending(within: .seconds(20))
            return mismatch([ending], [.exit(call.exitCode)], "ended with")
                + sentenceFindings(process.errors, naming: call.named, linesMax: call.linesMax)
                + leftovers(in: folder)
        }
    }

    @Test func `A capture that exists is never written over`() async throws {
        try await inScratchFolder { folder in
            try BadFiles.make(in: folder)
            let existing = folder.appending(path: "files/text.wscap")
            let before = try Data(contentsOf: existing)
            let call = BadCall.proxy(
                "existing",
                ["--capture", existing.path],
                73,
                names: "text.wscap"
            )
            let process = try ChildProcess(call.program, call.arguments, name: "call", in: folder)
            let ending = try await process.ending(within: .seconds(20))
            return try mismatch([ending], [.exit(73)], "ended with")
                + (Data(contentsOf: existing) == before ? [] : ["the file was changed"])
        }
    }

    /// What is wrong with a message to the operator.
    private func sentenceFindings(
        _ errors: String,
        naming value: String,
        linesMax: Int
    ) -> [String] {
        let lines = errors.split(separator: "\n")
        var findings: [String] = []
        if lines.isEmpty { findings.append("said nothing on standard error") }
        if lines.count > linesMax { findings.append("said \(lines.count) lines:\n\(errors)") }
        if !errors.contains(value) { findings.append("did not name '\(value)':\n\(errors)") }
        if errors.contains("Fatal error") { findings.append("crashed:\n\(errors)") }
        return findings
    }

    /// A proxy that never ran leaves no capture behind, or the next try would meet it.
    private func leftovers(in folder: URL) -> [String] {
        let capture = folder.appending(path: "new.wscap")
        let exists = FileManager.default.fileExists(atPath: capture.path)
        return exists ? ["left \(capture.lastPathComponent) behind"] : []
    }
}
