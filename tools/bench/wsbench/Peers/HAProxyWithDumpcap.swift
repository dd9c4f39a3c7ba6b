/// HAProxy, and dumpcap that records every packet between it and the client: what people do today
/// who want to know what passed.
struct HAProxyWithDumpcap: Peer {
    let name = PeerName.dumpcap
    let haproxy: HAProxy
    /// The path of dumpcap.
    let program: String
    let sections: Set<Section> = [.throughput]

    /// The kernel's buffer for packets that dumpcap has not yet taken, in MiB.
    let bufferMebibytes: Int

    func configuration(listen: String, sink: String) -> String {
        let port = listen.split(separator: ":").last.map(String.init) ?? listen
        return "HAProxy as above, and dumpcap "
            + arguments(port: port, file: "FOLDER/packets.pcapng")
            .map { $0.contains(" ") ? "\"\($0)\"" : $0 }.joined(separator: " ")
    }

    func version(in folder: TemporaryFolder) throws -> String {
        _ = try haproxy.version(in: folder)
        // Lists the link types of the loopback interface, which takes the right to capture there.
        let access = "\(folder.path)/dumpcap-access.log"
        _ = try ChildProcess(program, ["-i", "lo", "-L"], log: access).finish()
        // "Dumpcap (Wireshark) 4.0.17 (Git v4.0.17 packaged as 4.0.17-0+deb12u3)."
        let log = "\(folder.path)/dumpcap-version.log"
        let words = try ChildProcess(program, ["--version"], log: log).finish().split(
            separator: " "
        )
        return words.count > 2 ? "dumpcap \(words[2])" : ""
    }

    func start(sink: UInt16, in folder: TemporaryFolder) throws -> RunningPeer {
        let relay = try haproxy.start(sink: sink, in: folder)
        let file = "\(folder.path)/packets.pcapng"
        let recorder = try ChildProcess(
            program,
            arguments(port: String(relay.port), file: file),
            log: "\(folder.path)/dumpcap.log"
        )
        // It names the file when the interface is open.
        try recorder.waitUntil("captured", within: ChildProcess.startLimit) {
            recorder.printed.contains("File: ") ? () : nil
        }
        return RunningPeer(
            port: relay.port,
            processes: relay.processes + [recorder],
            recording: PacketRecording(file: file, port: relay.port, recorder: recorder)
        )
    }

    private func arguments(port: String, file: String) -> [String] {
        [
            "-q", "-i", "lo", "-f", "tcp port \(port)", "-s", "0",
            "-B", String(bufferMebibytes), "-w", file,
        ]
    }
}
