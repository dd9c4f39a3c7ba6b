public import Reassembly
internal import Vocabulary

/// What was found in the packets besides the records.
public struct DissectionNotes: Equatable, Sendable {
    /// WebSocket connections.
    public internal(set) var connectionCount: UInt64 = 0
    /// Connections of which both legs of a proxy are there.
    public internal(set) var proxiedCount: UInt64 = 0
    /// Connections whose upgrade is not there.
    public internal(set) var midwayCount: UInt64 = 0
    /// Streams of TLS.
    public private(set) var tlsCount: UInt64 = 0
    /// Some of the servers that speak TLS.
    public private(set) var tlsServers: [SocketAddress] = []
    /// Streams of HTTP/2 without TLS.
    public internal(set) var http2Count: UInt64 = 0
    /// Streams of HTTP/1 that stopped to be readable before an upgrade.
    public internal(set) var httpCount: UInt64 = 0
    /// Streams of anything else.
    public internal(set) var otherCount: UInt64 = 0
    /// Bytes that came again with another content.
    public private(set) var conflictCount: UInt64 = 0
    private var conflicts: [String] = []
    /// Where the two legs of a proxy differ, one sentence each.
    var differences: [String] = []

    /// Nothing was found.
    public init() {}

    /// How many of a kind are told one by one.
    static let toldCountMax = 10

    mutating func noteTLS(_ server: SocketAddress) {
        tlsCount += 1
        guard tlsServers.count < Self.toldCountMax, !tlsServers.contains(server) else { return }
        tlsServers.append(server)
    }

    mutating func noteConflict(
        _ connection: ConnectionID,
        _ sender: SocketAddress,
        offset: UInt64,
        byteCount: Int
    ) {
        conflictCount += 1
        guard conflicts.count < Self.toldCountMax else { return }
        conflicts.append(
            "\(connection): \(sender) sent \(Self.count(UInt64(byteCount), "byte")) at byte \(offset) "
                + "of its stream again with another content; those that came first were taken."
        )
    }

    /// What is worth saying, one sentence each.
    func sentences(packets: PacketDecoder.Tally, streams: StreamTable.Tally) -> [String] {
        var told = [overview(packets, streams)]
        if tlsCount > 0 { told.append(adviceOnTLS) }
        if http2Count > 0 {
            told.append(
                "\(Self.count(http2Count, "stream")) of HTTP/2: WebSockets inside it (RFC 8441) are not "
                    + "read."
            )
        }
        if midwayCount > 0 {
            told.append(
                "\(Self.count(midwayCount, "connection")) whose upgrade is not in the file: what was "
                    + "agreed on, compression for example, is not known."
            )
        }
        if proxiedCount > 0 {
            told.append(
                "\(Self.count(proxiedCount, "connection")) with both legs of a proxy in the file: each "
                    + "message counts once, where it arrived."
            )
        }
        told += Self.some(of: conflicts, count: conflictCount, "conflict")
        told += Self.some(of: differences, count: UInt64(differences.count), "difference")
        if packets.cutCount > 0 {
            told.append(
                "\(Self.count(packets.cutCount, "packet")) cut short when captured: tcpdump -s 0 "
                    + "keeps them whole."
            )
        }
        if packets.malformedCount > 0 {
            told.append("\(Self.count(packets.malformedCount, "packet")) with impossible headers.")
        }
        if packets.abandonedDatagramCount > 0 {
            told.append(
                "\(Self.count(packets.abandonedDatagramCount, "fragmented datagram")) of which a "
                    + "fragment is missing."
            )
        }
        if streams.droppedCount > 0 {
            told.append(
                "\(Self.count(streams.droppedCount, "stream")) not followed to the end: too many at a "
                    + "time."
            )
        }
        return told
    }

    private func overview(_ packets: PacketDecoder.Tally, _ streams: StreamTable.Tally) -> String {
        let kinds = [
            (connectionCount + proxiedCount, "WebSocket"), (tlsCount, "TLS"),
            (http2Count, "HTTP/2"),
        ]
        let told = kinds.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let known = kinds.reduce(0) { $0 + $1.0 }
        let others = streams.streamCount - min(streams.streamCount, known)
        let all = told + (others > 0 ? ["\(others) other"] : [])
        let list = all.isEmpty ? "" : ": \(all.joined(separator: ", "))"
        return "\(Self.count(packets.packetCount, "packet")) with "
            + "\(Self.count(streams.streamCount, "TCP stream"))\(list)."
    }

    private var adviceOnTLS: String {
        let servers = tlsServers.map { "\($0)" }.joined(separator: ", ")
        return
            "\(Self.count(tlsCount, "stream")) of TLS (\(servers)): what is inside cannot be read. "
            + "Capture where the traffic is plain, behind what ends TLS, or put wsproxy there."
    }

    private static func some(of told: [String], count: UInt64, _ noun: String) -> [String] {
        let shown = Array(told.prefix(toldCountMax))
        let rest = count - min(count, UInt64(shown.count))
        return rest > 0 ? shown + ["\(Self.count(rest, "more \(noun)"))."] : shown
    }

    private static func count(_ count: UInt64, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
