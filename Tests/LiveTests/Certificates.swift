import Foundation
import Testing

/// The certificates of `tools/certs`, made anew once for each run of the tests.
///
/// tools/certs/README.md says what each is for.
struct Certificates {
    let folder: URL

    /// Those of this run.
    static var ofThisRun: Certificates {
        get async throws { try await making.value }
    }

    private static let making = Task {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "wscap-certificates-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        atexit(Certificates.remove)
        let script = Workshop.root.appending(path: "tools/certs/make.sh")
        let process = try ChildProcess(
            URL(filePath: "/bin/bash"),
            [script.path, folder.path],
            name: "make-certificates",
            in: folder
        )
        try await process.finish()
        return Certificates(folder: folder)
    }

    /// Nobody is left who could be told of a failure.
    private static let remove: @convention(c) () -> Void = {
        let number = ProcessInfo.processInfo.processIdentifier
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "wscap-certificates-\(number)")
        _ = Result { try FileManager.default.removeItem(at: folder) }
    }

    /// Where a certificate is.
    func certificate(_ name: String) -> String { folder.appending(path: "\(name).pem").path }

    /// Where a key is.
    func key(_ name: String) -> String { folder.appending(path: "\(name).key").path }

    /// Options of a peer that shows a certificate.
    func showing(_ name: String, key: String? = nil) -> [String] {
        ["--certificate", certificate(name), "--key", self.key(key ?? name)]
    }

    /// Options of a peer that believes what an authority has signed; a server then wants a certificate.
    func trusting(_ name: String = "ca") -> [String] { ["--trust", certificate(name)] }

    /// Flags of a proxy that speaks TLS with clients.
    func listening(_ name: String = "server") -> [String] {
        ["--tls-cert", certificate(name), "--tls-key", key(name)]
    }
}

/// Which legs of a proxy speak TLS, and in which version; `nil` for the best that both know.
struct SecuredLegs {
    /// One leg.
    enum Leg: Equatable {
        case plain
        case secured(version: String?)

        /// The option of the peer on this leg.
        var version: [String] {
            if case .secured(let version?) = self { ["--tls-version", version] } else { [] }
        }
    }

    let certificates: Certificates?
    var client = Leg.plain
    var server = Leg.plain
    /// Whether the peers speak TLS with each other in the direct run, too.
    var isSecuredDirectly = false

    /// TLS nowhere.
    static let none = SecuredLegs(certificates: nil)

    /// The scheme of the proxy's upstream.
    var scheme: String { server == .plain ? "ws" : "wss" }

    /// Options of the server.
    var serving: [String] {
        guard let certificates, server != .plain else { return [] }
        return certificates.showing("server") + server.version + direct
    }

    /// Options of the client.
    var connecting: [String] {
        guard let certificates, client != .plain else { return [] }
        return certificates.trusting() + client.version + direct
    }

    /// Flags of the proxy.
    var relaying: [String] {
        guard let certificates else { return [] }
        return (client == .plain ? [] : certificates.listening())
            + (server == .plain ? [] : ["--upstream-ca", certificates.certificate("ca")])
    }

    private var direct: [String] { isSecuredDirectly ? ["--tls-direct"] : [] }
}
