import Foundation
import Testing

/// Bot, wsproxy and dashboard on three hosts, which are network namespaces, and a network between them that
/// breaks: what a compose network does, where there is no engine.
@Suite(.needsPeers, .needsNamespaces, .serialized)
struct NetworkTests {
    @Test(arguments: ["partition", "cable", "move"], ["resend", "fire-and-forget"])
    func `A network that breaks is survived, and the verdict is what happened`(
        fault: String,
        delivery: String
    ) async throws {
        try await play(fault, delivery)
    }

    /// A bot that forgets, so that it is TCP alone that mends.
    @Test(arguments: ["loss", "delay"])
    func `A network that only disturbs loses nothing`(fault: String) async throws {
        try await play(fault, "fire-and-forget")
    }

    private func play(
        _ fault: String,
        _ delivery: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await inScratchFolder(sourceLocation: sourceLocation) { folder in
            try await Peers.findings(
                "netns_faults",
                [
                    "--programs", Workshop.binaries.path, "--folder", folder.path,
                    "--delivery", delivery, fault,
                ],
                in: folder
            )
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where no network of namespaces can be made, and says so.
    static var needsNamespaces: Self {
        .enabled("Network namespaces and TAP devices need root, iproute2 and /dev/net/tun.") {
            let make = "ip tuntap add mode tap name probe && ip link del probe"
            let command = ["unshare", "--net", "--mount", "--pid", "--fork", "sh", "-c", make]
            return try await Probe.output(of: command) != nil
        }
    }
}
