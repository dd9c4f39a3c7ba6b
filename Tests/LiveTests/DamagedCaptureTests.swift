import Foundation
import Testing

/// A real capture, cut or changed anywhere, never crashes a reader and never passes for a whole one.
@Suite(.needsPeers)
struct DamagedCaptureTests {
    /// About how many cuts and changes are tried; the whole file is covered evenly.
    private static let samples = 240
    /// What `wsreplay` may answer to a capture that is not whole.
    private static let allowed: Set<Int32> = [0, 1, 2, 3, 65]

    @Test(arguments: [[], ["--verify"]])
    func `A capture cut anywhere is read or refused, never a crash`(options: [String]) async throws
    {
        try await inScratchFolder { folder in
            let whole = try await smallCapture(in: folder)
            return try await findings(places(in: whole), options, in: folder) { whole.prefix($0) }
        }
    }

    @Test func `A capture changed anywhere is read or refused, never a crash`() async throws {
        try await inScratchFolder { folder in
            let whole = try await smallCapture(in: folder)
            return try await findings(places(in: whole), ["--verify"], in: folder) { place in
                var changed = whole
                changed[place] ^= UInt8(1 << (place % 8))
                return changed
            }
        }
    }

    @Test func `A capture cut anywhere is sealed into a whole file or refused`() async throws {
        try await inScratchFolder { folder in
            let whole = try await smallCapture(in: folder)
            var findings: [String] = []
            for (count, place) in places(in: whole).enumerated() where count.isMultiple(of: 12) {
                let file = folder.appending(path: "cut-\(place).wscap")
                try whole.prefix(place).write(to: file)
                let seal = try ChildProcess(
                    Workshop.replay,
                    ["seal", file.path],
                    name: "seal",
                    in: folder
                )
                switch try await seal.ending() {
                case .exit(0):
                    findings += try await Peers.findings("check_mcap", [file.path], in: folder)
                case .exit(65): break
                case let other:
                    findings.append("cut at \(place): \(other)\n\(seal.errors.prefix(500))")
                }
            }
            return findings
        }
    }

    @Test func `The checks themselves find a changed byte`() async throws {
        try await inScratchFolder { folder in
            let whole = try await smallCapture(in: folder)
            var findings: [String] = []
            for place in stride(from: whole.count - 1, to: whole.count / 2, by: -whole.count / 24) {
                let file = folder.appending(path: "changed-\(place).wscap")
                var changed = whole
                changed[place] ^= 0x10
                try changed.write(to: file)
                if try await Peers.findings("check_mcap", [file.path], in: folder).isEmpty {
                    findings.append("check_mcap did not see the changed byte \(place)")
                }
            }
            return findings
        }
    }

    /// Runs `wsreplay` on a damaged copy for each place.
    private func findings(
        _ places: [Int],
        _ options: [String],
        in folder: URL,
        damaged: (Int) -> Data
    ) async throws -> [String] {
        var findings: [String] = []
        let file = folder.appending(path: "damaged.wscap")
        for place in places {
            try damaged(place).write(to: file)
            let replay = try ChildProcess(
                Workshop.replay,
                [file.path] + options,
                name: "wsreplay",
                in: folder
            )
            let ending = try await replay.ending(within: .seconds(20))
            guard case .exit(let code) = ending, Self.allowed.contains(code) else {
                findings.append("at byte \(place): \(ending)\n\(replay.errors.prefix(500))")
                continue
            }
            let said = replay.errors.split(separator: "\n")
            if code == 65, !(1...3).contains(said.count) {
                findings.append("at byte \(place): refused in \(said.count) lines")
            }
        }
        return findings
    }

    /// Places spread over the file, its first and last bytes all included.
    private func places(in whole: Data) -> [Int] {
        let step = max(1, whole.count / Self.samples)
        let edges = Array(0..<16) + Array((whole.count - 48)..<whole.count)
        return Set(stride(from: 0, to: whole.count, by: step)).union(edges).sorted()
    }

    /// A sealed capture of a few connections.
    private func smallCapture(in folder: URL) async throws -> Data {
        let (_, capture) = try await Bench(
            family: "handshakes",
            client: "websockets",
            server: "websockets",
            folder: folder
        ).run()
        return try Data(contentsOf: capture)
    }
}
