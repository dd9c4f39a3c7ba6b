/// HAProxy in HTTP mode on one thread, relaying and recording nothing.
///
/// It reads the upgrade as HTTP, as it would in production, and the WebSocket then is a tunnel.
struct HAProxy: Peer {
    let name = PeerName.haproxy
    let program: String
    /// The most connections that it is prepared for.
    let connectionsMax: Int

    func configuration(listen: String, sink: String) -> String {
        """
        global
            nbthread 1
            maxconn \(connectionsMax)

        defaults
            mode http
            option http-server-close
            timeout connect 5s
            timeout client 30s
            timeout server 30s
            timeout tunnel 1h

        frontend load
            bind \(listen)
            default_backend sink

        backend sink
            server sink \(sink)
        """
    }

    func version(in folder: TemporaryFolder) throws -> String {
        let log = "\(folder.path)/haproxy-version.log"
        // "HAProxy version 2.6.12-1+deb12u4 2026/10/17 - https://haproxy.org/"
        let words = try ChildProcess(program, ["-v"], log: log).finish().split(separator: " ")
        return words.count > 2 ? String(words[2]) : ""
    }

    func start(sink: UInt16, in folder: TemporaryFolder) throws -> RunningPeer {
        try start(in: folder) { configuration(listen: $0, sink: "127.0.0.1:\(sink)") }
    }

    /// Starts it with the configuration for where it is to listen.
    func start(
        in folder: TemporaryFolder,
        _ configuration: (_ listen: String) -> String
    ) throws -> RunningPeer {
        let port = try FreePort.find()
        let text = configuration("127.0.0.1:\(port)")
        let file = try folder.write(text + "\n", to: "haproxy.cfg")
        // -db: stays in the foreground, so that the process is ours to measure and to end.
        let process = try ChildProcess(
            program,
            ["-db", "-f", file],
            log: "\(folder.path)/haproxy.log"
        )
        try process.waitUntil(listeningAt: port)
        return RunningPeer(port: port, processes: [process])
    }
}
