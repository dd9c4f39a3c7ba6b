import Glibc

/// nginx with one worker, relaying and recording nothing.
///
/// The headers are those that its manual asks for to proxy WebSockets.
struct Nginx: Peer {
    let name = PeerName.nginx
    let program: String
    /// The most connections that it is prepared for; each takes one to the client and one to the
    /// server.
    let connectionsMax: Int

    func configuration(listen: String, sink: String) -> String {
        configuration(listen: listen, sink: "http://\(sink)", further: [])
    }

    /// The configuration with directives besides, for the proxying of everything.
    func configuration(listen: String, sink: String, further: [String]) -> String {
        let further = further.map { "\n        \($0)" }.joined()
        return """
            worker_processes 1;
            events { worker_connections \(2 * connectionsMax); }

            http {
                access_log off;
                server {
                    listen \(listen);\(further)
                    location / {
                        proxy_pass \(sink);
                        proxy_http_version 1.1;
                        proxy_set_header Upgrade $http_upgrade;
                        proxy_set_header Connection "upgrade";
                        proxy_read_timeout 1h;
                    }
                }
            }
            """
    }

    func version(in folder: TemporaryFolder) throws -> String {
        let log = "\(folder.path)/nginx-version.log"
        // "nginx version: nginx/1.22.1"
        let printed = try ChildProcess(program, ["-v"], log: log).finish()
        let version = printed.drop(while: { $0 != "/" }).dropFirst()
        return String(version.prefix(while: { !$0.isWhitespace }))
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
        let file = try folder.write(housekeeping(in: folder) + text + "\n", to: "nginx.conf")
        let process = try ChildProcess(
            program,
            ["-p", folder.path, "-e", "stderr", "-c", file],
            log: "\(folder.path)/nginx.log"
        )
        try process.waitUntil(listeningAt: port)
        return RunningPeer(port: port, processes: [process])
    }

    /// Directives that keep nginx in the foreground and inside its folder; none touches relaying.
    private func housekeeping(in folder: TemporaryFolder) -> String {
        // Started by root, workers would become a user who may not enter the folder.
        let user = geteuid() == 0 ? "user root;\n" : ""
        return user + """
            daemon off;
            pid \(folder.path)/nginx.pid;

            """
    }
}
