import Glibc

/// dumpcap's file of packets.
struct PacketRecording: Recording {
    let file: String
    /// The port where the relay takes connections.
    let port: UInt16
    let recorder: ChildProcess

    /// How often dumpcap is looked at, in microseconds.
    private static let interval: UInt32 = 100_000
    /// So many looks without work in between mean that it has caught up.
    private static let quietLooks = 3
    /// The looks after which it is not waited for any longer: half a minute.
    private static let looksMax = 300

    /// Lets dumpcap take what is in the kernel's buffer: it forgets that when it is told to end.
    func settle() throws {
        var cpu = recorder.cpu
        var quiet = 0
        for _ in 0..<Self.looksMax where quiet < Self.quietLooks {
            usleep(Self.interval)
            try Interruption.check()
            let now = recorder.cpu
            // It wakes up now and then to see whether it should end.
            quiet = now - cpu < .milliseconds(2) ? quiet + 1 : 0
            cpu = now
        }
    }

    func recorded(ofFrameBytes sent: Int) throws -> Recorded {
        let packets = try PacketFile(file)
        let head = HandshakeHead.request(port: port).text.utf8.count
        return Recorded(
            fileBytes: packets.fileBytes,
            bytesMissing: max(0, head + sent - (try packets.payloadBytes(toPort: port))),
            packetsDropped: packetsDropped
        )
    }

    /// The second number in a line like
    /// `Packets received/dropped on interface 'Loopback: lo': 1200/34 (pcap:34/dumpcap:0/…)`.
    private var packetsDropped: Int? {
        for line in recorder.printed.split(separator: "\n")
        where line.hasPrefix("Packets received/dropped") {
            guard
                let counts = line.split(separator: "'").last?.split(separator: " ").dropFirst()
                    .first
            else { continue }
            return counts.split(separator: "/").last.flatMap { Int($0) }
        }
        return nil
    }
}
