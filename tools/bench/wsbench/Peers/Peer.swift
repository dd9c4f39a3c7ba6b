/// Something that stands between load and sink.
protocol Peer {
    var name: PeerName { get }

    /// What of it is measured.
    var sections: Set<Section> { get }

    /// TLS at the ends, when it has TLS on both of its legs; else nil.
    var tls: TLSEnds? { get }

    /// Whether it is so slow that its runs are as long as its own speed allows, not as long as
    /// those of the others.
    var isSlow: Bool { get }

    /// Whether it takes frames apart and masks them anew, with keys of its own.
    var masksAnew: Bool { get }

    /// The configuration or command line that it runs with, for the reader of the figures.
    ///
    /// It listens at `listen`, like `127.0.0.1:8000`, and connects to `sink`.
    func configuration(listen: String, sink: String) -> String

    /// The version as the program itself tells it.
    ///
    /// - Throws: When the program cannot do on this machine what is asked of it here.
    func version(in folder: TemporaryFolder) throws -> String

    /// Starts it and returns when it takes connections.
    ///
    /// It connects to the port `sink` of 127.0.0.1 and finds an empty folder for its files.
    func start(sink: UInt16, in folder: TemporaryFolder) throws -> RunningPeer
}

extension Peer {
    var sections: Set<Section> { Section.plain }
    var tls: TLSEnds? { nil }
    var isSlow: Bool { false }
    var masksAnew: Bool { false }

    /// The name as people read it when it stands alone.
    var title: String { name.title + (tls == nil ? "" : " with TLS") }

    /// The configuration with names in place of this run's ports and folders.
    var configurationShown: String {
        let text = configuration(listen: "127.0.0.1:LISTEN", sink: "127.0.0.1:SINK")
        guard let tls else { return text }
        return text.replacing(tls.files.folder, with: "FOLDER")
    }

    /// Starts the peer in a folder of its own for the time that `body` takes.
    ///
    /// However that ends, its processes are ended, and the folder is deleted unless it is to be
    /// kept.
    func run<Result>(
        sink: UInt16,
        in folder: TemporaryFolder,
        placement: Placement?,
        keep: Bool,
        _ body: (RunningPeer) throws -> Result
    ) throws -> Result {
        let own = try TemporaryFolder(name.kind.rawValue, in: folder.path)
        // Deleting at once also drops what the system has not yet written to the disk, so that one
        // peer's recording does not slow the next one down.
        defer { if !keep { own.delete() } }
        let running = try start(sink: sink, in: own)
        defer { running.stop() }
        for process in running.processes { try placement?.place(process, in: own) }
        return try body(running)
    }
}
