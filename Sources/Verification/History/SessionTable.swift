import Vocabulary

/// Joins connections across reconnects: a session is one client's life.
///
/// A connection continues the session of an earlier one to the same path that has ended. When
/// several sessions could be continued, the one whose streams go on where they stopped is taken;
/// when that does not decide, the choice is a guess and said to be one.
final class SessionTable {
    /// How well the streams of a session fit the first message of a new connection.
    enum Fit: Int, Comparable {
        /// The session has no such stream, or has left the number far behind.
        case none
        /// The number is after the last one seen.
        case later
        /// The number is the next, or the very message has been seen.
        case exact

        static func < (left: Fit, right: Fit) -> Bool { left.rawValue < right.rawValue }
    }

    private struct Known {
        var path: String
        var address: String
        /// It was open already when it was first told of.
        var resumedAt: Instant?
        var endedAt: Instant?
        var session: Int?
    }

    private struct Session {
        var path: String
        var address: String
        var connections: [ConnectionID]
    }

    private var connections: [ConnectionID: Known] = [:]
    private var sessions: [Session] = []

    /// Connections whose session was chosen by a guess.
    private(set) var guesses: [ConnectionID] = []

    /// How many sessions there are.
    var count: Int { sessions.count }

    /// A connection was accepted.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - target: The request's target.
    ///   - clientAddress: Where the client is.
    ///   - resumedAt: When it was first told of, if it was open already then: it continues none that was
    ///     open beside it.
    func open(
        _ connection: ConnectionID,
        target: String,
        clientAddress: String,
        resumedAt: Instant? = nil
    ) {
        let path = String(target.prefix { $0 != "?" })
        connections[connection] = Known(
            path: path,
            address: Self.host(of: clientAddress),
            resumedAt: resumedAt
        )
    }

    /// A connection ended.
    func end(_ connection: ConnectionID, at time: Instant) {
        connections[connection]?.endedAt = time
    }

    /// The session that a connection was given, if any.
    func known(of connection: ConnectionID) -> Int? {
        connections[connection]?.session
    }

    /// The connections of a session, in the order of joining it.
    func connections(of session: Int) -> [ConnectionID] {
        sessions.indices.contains(session) ? sessions[session].connections : []
    }

    /// The session of a connection, chosen with its first message.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - time: When its first message came.
    ///   - mayOverlap: Whether the connection may continue one that is still open: a producer that
    ///     comes back before the proxy has seen its old connection end. A receiver cannot be told from
    ///     another one that is sent the same.
    ///   - fit: How well a session's streams fit that message; `nil` when the message has no number.
    /// - Returns: The session's number, from 0.
    func session(
        of connection: ConnectionID,
        at time: Instant,
        mayOverlap: Bool,
        fit: (Int) -> Fit?
    ) -> Int {
        if let session = connections[connection]?.session { return session }
        let path = connections[connection]?.path ?? ""
        let address = connections[connection]?.address ?? ""
        let resumedAt = connections[connection]?.resumedAt
        let ended = sessions.indices.filter {
            sessions[$0].path == path && isEnded($0, by: resumedAt ?? time)
        }
        var chosen = ended.last
        if ended.count > 1 {
            chosen = choose(among: ended, address: address, fit: fit, for: connection)
        } else if ended.isEmpty, mayOverlap, resumedAt == nil {
            chosen = sessions.indices.last {
                sessions[$0].path == path && sessions[$0].address == address && fit($0) == .exact
            }
        }
        let session = chosen ?? sessions.count
        if chosen == nil {
            sessions.append(Session(path: path, address: address, connections: []))
        }
        sessions[session].connections.append(connection)
        connections[connection, default: Known(path: path, address: address)].session = session
        return session
    }

    private func choose(
        among candidates: [Int],
        address: String,
        fit: (Int) -> Fit?,
        for connection: ConnectionID
    ) -> Int? {
        let near = candidates.filter { sessions[$0].address == address }
        let pool = near.isEmpty ? candidates : near
        let fits = pool.compactMap(fit)
        guard fits.count == pool.count, let best = fits.max() else { return pool.last }
        let fitting = zip(pool, fits).filter { $0.1 == best }.map(\.0)
        if fitting.count > 1, best != .none { guesses.append(connection) }
        return best == .none ? nil : fitting.last
    }

    private func isEnded(_ session: Int, by time: Instant) -> Bool {
        sessions[session].connections.allSatisfy {
            guard let end = connections[$0]?.endedAt else { return false }
            return end <= time
        }
    }

    /// `192.0.2.1:4711` and `[2001:db8::1]:4711` without their ports, which change with each dial.
    private static func host(of address: String) -> String {
        guard let colon = address.lastIndex(of: ":") else { return address }
        return String(address[..<colon])
    }
}
