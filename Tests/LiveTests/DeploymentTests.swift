import Foundation
import Testing

/// What people copy from `tools/compose` and `docs/compose.md` fits the programs.
@Suite(.needsPeers)
struct DeploymentTests {
    @Test func `Compose files, the pod, the unit and their page name what the programs have`()
        async throws
    {
        try await inScratchFolder { folder in
            try await Peers.findings(
                "deployments",
                ["--programs", Workshop.binaries.path, "--folder", folder.path],
                in: folder
            )
        }
    }
}
