import Foundation

/// What really happened to the messages of a run, by the logs of both ends; the proxy has no part
/// in it.
struct Truth {
    /// A message's place: its stream and number.
    struct Place: Hashable {
        var stream: String
        var sequence: Int
    }

    /// What the bot published.
    let published: Set<Place>
    /// What the dashboard accepted.
    let accepted: Set<Place>

    /// What was published and never accepted.
    var lost: Set<Place> { published.subtracting(accepted) }

    /// Reads the journal of the bot and the log of the dashboard, one message a line.
    init(journal: String, received: String) throws {
        published = try Self.places(in: journal)
        accepted = try Self.places(in: received)
    }

    private struct Message: Decodable {
        var type: String
        var symbol: String?
        var sequence: Int
    }

    private static func places(in path: String) throws -> Set<Place> {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let decoder = JSONDecoder()
        return Set(
            try text.split(separator: "\n").map { line in
                let message = try decoder.decode(Message.self, from: Data(line.utf8))
                let stream = message.symbol.map { "\(message.type)/\($0)" } ?? message.type
                return Place(stream: stream, sequence: message.sequence)
            }
        )
    }
}

/// What a verdict named, read from its JSON.
struct NamedMessages: Decodable {
    private struct Check: Decodable {
        var check: String
        var outcome: String
        var findings: [Finding]
        var omittedFindings: Int
    }

    private struct Finding: Decodable {
        struct Sequences: Decodable {
            var first: Int
            var last: Int
        }

        var anomaly: String
        var cause: String?
        var stream: String?
        var sequences: Sequences?
    }

    private struct Figures: Decodable {
        var recovered: Int
        var delivered: Int
        var lost: Int
        var unknown: Int
    }

    private var checks: [Check]
    private var figures: Figures
    let outcome: String

    /// Reads a verdict in the format `wscap-verdict/1`.
    init(verdict path: String) throws {
        self = try JSONDecoder().decode(
            Self.self,
            from: Data(contentsOf: URL(fileURLWithPath: path))
        )
    }

    /// Messages that were delivered after a connection's end had left them open.
    var recoveredCount: Int { figures.recovered }

    /// The messages that the verdict calls by this word, such as `lost` or `unknown`.
    ///
    /// - Parameters:
    ///   - anomaly: The word.
    ///   - cause: Only those with this cause, such as `fault-dropped`.
    /// - Returns: Where they stand.
    func places(_ anomaly: String, because cause: String? = nil) -> Set<Truth.Place> {
        var found: Set<Truth.Place> = []
        for finding in checks.flatMap(\.findings)
        where finding.anomaly == anomaly && (cause == nil || finding.cause == cause) {
            guard let stream = finding.stream, let sequences = finding.sequences else { continue }
            for sequence in sequences.first...sequences.last {
                found.insert(Truth.Place(stream: stream, sequence: sequence))
            }
        }
        return found
    }
}
