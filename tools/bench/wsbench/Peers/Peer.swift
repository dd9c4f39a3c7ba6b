/// Something that stands between load and sink.
protocol Peer {
    var name: PeerName { get }

    /// The configuration or command line that it runs with, for the reader of the figures.
    ///
    /// It listens at `listen`, like `127.0.0.1:8000`, and connects to `sink`.
    func configuration(listen: String, sink: String) -> String

    /// The version as the program itself tells it.
    func version(in folder: TemporaryFolder) throws -> String

    /// Starts it and returns when it takes connections.
    ///
    /// It connects to the port `sink` of 127.0.0.1 and finds an empty folder for its files.
    func start(sink: UInt16, in folder: TemporaryFolder) throws -> RunningPeer
}

/// The peers that can be measured.
enum PeerName: String, Codable, CaseIterable {
    /// No proxy: load and sink are connected to each other.
    case direct
    case haproxy
    case nginx
    case wsproxy

    /// The name as its makers write it.
    var title: String {
        switch self {
        case .direct: "direct"
        case .haproxy: "HAProxy"
        case .nginx: "nginx"
        case .wsproxy: "wsproxy"
        }
    }
}

/// A peer that takes connections.
struct RunningPeer {
    /// The port of 127.0.0.1 where it takes them.
    let port: UInt16
    /// Nil when there is no proxy.
    let process: ChildProcess?
    /// Where it records to, if it records.
    var captures: TemporaryFolder?
}

extension Peer {
    /// Starts the peer in a folder of its own for the time that `body` takes.
    ///
    /// However that ends, the process is ended, and the folder deleted unless it is to be kept.
    func run<Result>(
        sink: UInt16,
        in folder: TemporaryFolder,
        placement: Placement?,
        keep: Bool,
        _ body: (RunningPeer) throws -> Result
    ) throws -> Result {
        let own = try TemporaryFolder(name.rawValue, in: folder.path)
        // Deleting at once also drops what the system has not yet written to the disk, so that one
        // peer's recording does not slow the next one down.
        defer { if !keep { own.delete() } }
        let running = try start(sink: sink, in: own)
        defer { running.process?.stop() }
        if let process = running.process { try placement?.place(process, in: own) }
        return try body(running)
    }
}
