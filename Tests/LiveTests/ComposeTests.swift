import Foundation
import Testing

/// wsproxy in a compose network of a real engine, put there by `tools/compose/docker-compose.wsproxy.yml`.
///
/// The engine is the one that `docker` finds (`DOCKER_HOST`), the image `WSCAP_IMAGE` or `wscap:latest`.
@Suite(.needsPeers, .needsEngine, .needsImage, .serialized)
struct ComposeTests {
    @Test func `The override puts wsproxy in front of a dashboard that nobody changed`()
        async throws
    {
        try await play("placement")
    }

    @Test(arguments: ["stop", "kill", "pause", "disconnect", "recreate"])
    func `Traffic recovers as without a proxy, and the verdict is what happened`(
        fault: String
    ) async throws {
        try await play(fault)
    }

    private func play(
        _ fault: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await inScratchFolder(sourceLocation: sourceLocation) { folder in
            try await Peers.findings(
                "compose_faults",
                [
                    "--image", Engine.image, "--replay", Workshop.replay.path,
                    "--folder", folder.path, fault,
                ],
                within: .seconds(300),
                in: folder
            )
        }
    }
}

/// The container engine that `docker` finds.
enum Engine {
    /// The image that is tested; `tools/compose/build-image.sh` makes it.
    static let image = ProcessInfo.processInfo.environment["WSCAP_IMAGE"] ?? "wscap:latest"

    /// Whether the engine answers, and `docker compose` knows `!override`.
    static func answers() async throws -> Bool {
        guard try await Probe.output(of: ["docker", "info"]) != nil else { return false }
        let version = try await Probe.output(of: ["docker", "compose", "version", "--short"])
        return version.map(isRecent) ?? false
    }

    /// Whether the engine has the image.
    static func hasImage() async throws -> Bool {
        try await Probe.output(of: ["docker", "image", "inspect", image]) != nil
    }

    /// Whether a version of Docker Compose is 2.24.4 or later.
    private static func isRecent(_ version: String) -> Bool {
        let numbers = version.split { !$0.isNumber }.prefix(3).compactMap { Int($0) }
        return !numbers.lexicographicallyPrecedes([2, 24, 4])
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where no container engine answers, and says so.
    static var needsEngine: Self {
        .enabled("`docker info` finds no engine (DOCKER_HOST), or Docker Compose is not 2.24.4.") {
            try await Engine.answers()
        }
    }

    /// Skips where the image is missing, and says so.
    static var needsImage: Self {
        .enabled("The image \(Engine.image) is missing: run tools/compose/build-image.sh.") {
            try await Engine.hasImage()
        }
    }
}
