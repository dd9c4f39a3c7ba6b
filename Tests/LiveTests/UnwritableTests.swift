import Foundation
import Testing

/// Volumes that take nothing, or too little for a ring: one sentence, or another way.
@Suite(.needsPeers, .needsMounts, .serialized)
struct UnwritableTests {
    @Test(arguments: ["auto", "ring", "write"])
    func `A read-only volume is told`(store: String) async throws {
        try await onVolume(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]) { disk, folder in
            try await Mounts.run(["mount", "-o", "remount,ro", disk.path], folder)
            return try await refusal(
                [],
                ["--store", store],
                at: disk,
                saying: "Read-only file system",
                in: folder
            )
        }
    }

    @Test(arguments: ["auto", "ring", "write"])
    func `A folder without permission is told`(store: String) async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            guard chmod(captures.url.path, 0o555) == 0 else { return ["chmod: errno \(errno)"] }
            // Root may write everywhere; nobody may not.
            return try await refusal(
                ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
                ["--store", store],
                at: captures.url,
                saying: "Permission denied",
                in: folder
            )
        }
    }

    @Test func `A ring that does not fit is told`() async throws {
        try await onVolume(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]) { disk, folder in
            try await refusal(
                [],
                ["--store", "ring"],
                at: disk,
                saying: "choose --store auto or --store write",
                in: folder
            )
        }
    }

    @Test(arguments: [["--ring-size", "64M"], ["--ring-size", "4M"]])
    func `Where no ring fits, recording goes without, and says why`(
        options: [String]
    ) async throws {
        try await onVolume(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]) { disk, folder in
            let peers = try await NumberedPeers.serve(in: folder)
            let proxy = try await RunningProxy.start(
                upstream: peers.port,
                capture: disk,
                options: ["--store", "auto"] + options,
                in: folder
            )
            defer { proxy.process.send(SIGKILL) }
            try await peers.talk(through: proxy.port)
            try await proxy.stop()
            let logs = try await peers.stop()
            let notices = proxy.process.errors.split(separator: "\n")
                .filter { $0.contains("recording without a ring") }
            let why = options.contains("4M") ? "too small" : "No space left"
            return try await logs.findings
                + logs.differences(Captured.messages(of: [disk], in: folder))
                + mismatch([notices.count], [1], "notices:")
                + (notices.allSatisfy { $0.contains(why) } ? [] : ["the reason is \(notices)"])
        }
    }

    @Test(.needsLoopDevices, arguments: ["ring", "write"])
    func `Traffic goes on when the volume becomes read-only`(store: String) async throws {
        try await inScratchFolder { folder in
            let image = folder.appending(path: "disk.ext4")
            try await Mounts.run(["truncate", "-s", "64M", image.path], folder)
            try await Mounts.run(["mkfs.ext4", "-q", image.path], folder)
            return try await Mounts.with(["-o", "loop", image.path], in: folder) { disk in
                try await Peers.findings(
                    "read_only",
                    [
                        "--proxy", Workshop.proxy.path, "--replay", Workshop.replay.path,
                        "--disk", disk.path, "--store", store,
                    ],
                    in: folder
                )
            }
        }
    }

    private func onVolume(
        _ mount: [String],
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (URL, URL) async throws -> [String]
    ) async throws {
        try await inScratchFolder(sourceLocation: sourceLocation) { folder in
            try await Mounts.with(mount, in: folder) { disk in try await body(disk, folder) }
        }
    }

    /// What is wrong with how a proxy refuses a folder: exit code 73, one sentence, nothing left.
    private func refusal(
        _ wrapper: [String],
        _ options: [String],
        at target: URL,
        saying text: String,
        in folder: URL
    ) async throws -> [String] {
        let proxy = try ChildProcess(
            URL(filePath: "/usr/bin/env"),
            wrapper + [
                Workshop.proxy.path, "run", "--listen", "127.0.0.1:0", "--upstream",
                "ws://127.0.0.1:9", "--capture", target.path,
            ] + options,
            name: "wsproxy",
            in: folder
        )
        let ending = try await proxy.ending(within: .seconds(20))
        let said = proxy.errors.split(separator: "\n")
        let left = try FileManager.default.contentsOfDirectory(atPath: target.path)
        return mismatch([ending], [.exit(73)], "ended with")
            + mismatch([said.count], [1], "lines in '\(proxy.errors)':")
            + (proxy.errors.contains(text) ? [] : ["said '\(proxy.errors)', not '\(text)'"])
            + (proxy.errors.contains(target.path) ? [] : ["did not name \(target.path)"])
            + left.map { "\($0) was left" }
    }
}

extension Mounts {
    /// Runs a body with a volume mounted on a new folder `disk`.
    static func with(
        _ arguments: [String],
        in folder: URL,
        _ body: (URL) async throws -> [String]
    ) async throws -> [String] {
        let disk = folder.appending(path: "disk")
        try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
        try await run(["mount"] + arguments + [disk.path], folder)
        let findings: [String]
        do {
            findings = try await body(disk)
        } catch {
            try await run(["umount", disk.path], folder)
            throw error
        }
        try await run(["umount", disk.path], folder)
        return findings
    }

    /// Whether a file can be mounted as a volume of its own.
    static let haveLoopDevices =
        areAllowed && FileManager.default.fileExists(atPath: "/dev/loop-control")
        && ["/sbin", "/usr/sbin"].contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/mkfs.ext4")
        }
}

extension Trait where Self == ConditionTrait {
    /// Skips where no file can be mounted, and says so.
    static var needsLoopDevices: Self {
        .enabled(
            if: Mounts.haveLoopDevices,
            "Mounting a file needs root, loop devices and mkfs.ext4."
        )
    }
}
