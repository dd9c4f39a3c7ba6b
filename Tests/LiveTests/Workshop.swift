import Foundation

/// Where the live tests find what they run, and what the environment asks of them.
enum Workshop {
    /// The root of the repository.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder of `wsproxy` and `wsreplay`: `WSCAP_BIN_DIR`, or where the tests were built.
    static let binaries: URL = {
        if let folder = environment["WSCAP_BIN_DIR"] { return URL(filePath: folder) }
        let beside = Bundle.main.executableURL?.deletingLastPathComponent()
        if let beside, isExecutable(beside.appending(path: "wsproxy")) { return beside }
        return root.appending(path: ".build/release")
    }()

    static let proxy = binaries.appending(path: "wsproxy")
    static let replay = binaries.appending(path: "wsreplay")

    /// Python with the peers of `tools/peers/requirements.txt`.
    static let python = root.appending(path: ".venv/bin/python")
    /// The peers' scripts.
    static let peers = root.appending(path: "Tests/LiveTests/peers")

    /// Whether tests with Python peers are to run.
    ///
    /// In CI they run even without Python, and fail.
    static let runsPeers = isExecutable(python) || environment["CI"] == "true"

    /// Whether tests with tshark are to run; in CI they run even without it, and fail.
    static let runsTshark =
        isExecutable(URL(filePath: "/usr/bin/tshark")) || environment["CI"] == "true"

    /// A whole number from the environment.
    static func number(_ name: String) -> UInt64? {
        environment[name].flatMap(UInt64.init)
    }

    private static let environment = ProcessInfo.processInfo.environment

    private static func isExecutable(_ file: URL) -> Bool {
        FileManager.default.isExecutableFile(atPath: file.path)
    }
}
