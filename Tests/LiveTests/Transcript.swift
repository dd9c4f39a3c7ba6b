import Foundation

/// What one peer wrote down in one run, twice: as values, and as JSON for comparison.
struct Transcript {
    let connections: [String: Connection]
    let json: JSONValue

    /// One connection, as far as it is held against captures; the rest is only compared as JSON.
    struct Connection: Decodable {
        let sent: [Message]
        let received: [Message]
        let pingsSent: [Message]
        let pongsReceived: [Message]
        let closesReceived: [Close]
        let servedAs: String?
        let ordinal: Int?
        let bytesSent: Run?
    }

    /// A message by its digest.
    struct Message: Decodable, Equatable, CustomStringConvertible {
        let kind: String
        let length: Int
        let sha256: String

        var description: String { "\(kind) of \(length) bytes (\(sha256.prefix(8)))" }
    }

    /// A close frame.
    struct Close: Decodable, Equatable, CustomStringConvertible {
        let code: Int?
        let reason: String

        var description: String { "close \(code.map(String.init) ?? "without code") '\(reason)'" }
    }

    /// A run of raw bytes by its digest.
    struct Run: Decodable, Equatable, CustomStringConvertible {
        let length: Int
        let sha256: String

        var description: String { "\(length) bytes (\(sha256.prefix(8)))" }
    }

    /// Reads `client-direct.json` and its like.
    init(_ name: String, in folder: URL) throws {
        let data = try Data(contentsOf: folder.appending(path: "\(name).json"))
        connections = try JSONDecoder().decode([String: Connection].self, from: data)
        json = try JSONDecoder().decode(JSONValue.self, from: data)
    }
}

/// The transcripts of both peers in both runs.
struct Transcripts {
    let clientDirect: Transcript
    let clientThrough: Transcript
    let serverDirect: Transcript
    let serverThrough: Transcript

    init(in folder: URL) throws {
        clientDirect = try Transcript("client-direct", in: folder)
        clientThrough = try Transcript("client-through", in: folder)
        serverDirect = try Transcript("server-direct", in: folder)
        serverThrough = try Transcript("server-through", in: folder)
    }

    /// Each respect in which a peer saw something else through the proxy than directly.
    var differences: [String] {
        clientDirect.json.differences(to: clientThrough.json, at: "client")
            + serverDirect.json.differences(to: serverThrough.json, at: "server")
    }

    /// Each connection on which one peer received something else than the other sent.
    ///
    /// Without this, two runs in which nothing arrives would be equal.
    var losses: [String] {
        clientThrough.connections.flatMap { label, client -> [String] in
            guard let target = client.servedAs else { return [] }
            guard let server = serverThrough.connections[target] else {
                return ["\(label): the server never saw \(target)"]
            }
            return mismatch(server.received, client.sent, "\(label): the server received")
                + mismatch(client.received, server.sent, "\(label): the client received")
        }
    }
}
