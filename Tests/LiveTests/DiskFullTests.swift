import Foundation
import Testing

/// A volume that fills up, and has room again: traffic as the policy says, nothing corrupt, gaps exact to
/// the frame.
@Suite(.needsPeers, .needsMounts, .serialized)
struct DiskFullTests {
    @Test(arguments: ["ring", "write"], ["pass", "block", "stop"])
    func `A full disk`(store: String, policy: String) async throws {
        try await inScratchFolder { folder in
            let disk = folder.appending(path: "disk")
            try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
            try await Mounts.run(
                ["mount", "-t", "tmpfs", "-o", "size=56m", "tmpfs", disk.path],
                folder
            )
            let findings: [String]
            do {
                findings = try await Peers.findings(
                    "disk_full",
                    [
                        "--proxy", Workshop.proxy.path, "--replay", Workshop.replay.path,
                        "--disk", disk.path, "--policy", policy, "--store", store,
                    ],
                    in: folder
                )
            } catch {
                try await Mounts.run(["umount", disk.path], folder)
                throw error
            }
            try await Mounts.run(["umount", disk.path], folder)
            return findings
        }
    }
}

/// Small volumes of a test's own.
enum Mounts {
    /// Whether this process may mount: mounting needs root.
    static let areAllowed: Bool = {
        guard geteuid() == 0 else { return false }
        let probe = FileManager.default.temporaryDirectory.appending(
            path: "wscap-mount-probe-\(getpid())"
        )
        guard mkdir(probe.path, 0o700) == 0 else { return false }
        defer { rmdir(probe.path) }
        guard mount("tmpfs", probe.path, "tmpfs", 0, "size=1m") == 0 else { return false }
        return umount(probe.path) == 0
    }()

    /// Runs a command that must succeed.
    static func run(_ command: [String], _ folder: URL) async throws {
        let process = try ChildProcess(
            URL(filePath: "/usr/bin/env"),
            command,
            name: command[0],
            in: folder
        )
        try await process.finish()
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where no small volume can be mounted, and says so.
    static var needsMounts: Self {
        .enabled(if: Mounts.areAllowed, "Mounting a small volume needs root.")
    }
}
