/// mitmproxy as a reverse proxy; it decodes every message and keeps all of them in memory.
struct Mitmproxy: Peer {
    let name = PeerName.mitmproxy
    /// The path of mitmdump.
    let program: String
    let sections: Set<Section> = [.throughput]
    let isSlow = true
    let masksAnew = true

    func configuration(listen: String, sink: String) -> String {
        let port = listen.split(separator: ":").last.map(String.init) ?? listen
        return "mitmdump "
            + arguments(port: port, sink: sink, folder: "FOLDER").joined(separator: " ")
    }

    func version(in folder: TemporaryFolder) throws -> String {
        // "Mitmproxy: 11.0.2", then those of Python, OpenSSL and the system.
        let log = "\(folder.path)/mitmdump-version.log"
        let lines = try ChildProcess(program, ["--version"], log: log).finish().split(
            separator: "\n"
        )
        let line = lines.first { $0.hasPrefix("Mitmproxy:") }
        return line?.split(separator: " ").last.map(String.init) ?? ""
    }

    func start(sink: UInt16, in folder: TemporaryFolder) throws -> RunningPeer {
        let port = try FreePort.find()
        let process = try ChildProcess(
            program,
            arguments(port: String(port), sink: "127.0.0.1:\(sink)", folder: folder.path),
            log: "\(folder.path)/mitmdump.log"
        )
        try process.waitUntil(listeningAt: port)
        return RunningPeer(port: port, processes: [process])
    }

    /// "lazy": otherwise each look whether it listens opens a connection to the sink.
    private func arguments(port: String, sink: String, folder: String) -> [String] {
        [
            "--quiet", "--mode", "reverse:http://\(sink)", "--listen-host", "127.0.0.1",
            "--listen-port", port, "--set", "connection_strategy=lazy",
            "--set", "confdir=\(folder)/mitmproxy",
        ]
    }
}
