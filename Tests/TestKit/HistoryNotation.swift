import CaptureFormat
import Vocabulary
import WebSocketWire

/// A run on one line.
///
/// ```
/// c1:s1-3 c1:a2 c1:x c2:no c3:s3-4 c3:a4 c3:bye
/// ```
///
/// reads: on connection 1 the client sends messages 1 to 3, the server acknowledges up to 2, and the
/// connection is reset; an attempt is refused; on connection 3 the client sends 3 and 4, and so on. A
/// connection opens with its first event. Numbers take `-` for several, `/b` for the stream with
/// symbol `b`, and `!` for a payload that differs from the one the number would have.
///
/// | Event | Says |
/// |---|---|
/// | `open`, `open(bits)` | upgrade accepted, with this `Sec-WebSocket-Extensions` |
/// | `no` | upgrade refused |
/// | `s1` | the client sends message 1 (JSON with `type` `m` and `sequence`) |
/// | `a1` | the server acknowledges up to 1 |
/// | `q1`, `b1` | the same the other way round, with `type` `q` |
/// | `r1`, `r*` | the server's kernel has acknowledged through message 1, or everything so far |
/// | `w1`, `w*` | nothing after message 1, or after what came so far, is ever on the wire to the server |
/// | `r0`, `w0` | the same for nothing at all |
/// | `R1`, `W1` | the same for `q` |
/// | `p` | the progress is recorded |
/// | `hello` | the server greets: JSON with a `type` and no number |
/// | `u(text)`, `U(text)` | client, server: JSON without a number |
/// | `t(text)`, `T(text)` | client, server: plain text |
/// | `cut1`, `cut1@20` | the client's message 1 stops in its middle, or after 20 bytes of its frame |
/// | `drop1`, `alter1` | a fault drops, alters the client's message 1, which has just come |
/// | `defer1`, `late1` | a fault holds message 1 back while others go on; it goes on now |
/// | `Drop1`, `Alter1`, `Defer1`, `Late1` | the same for `q` |
/// | `C`, `S` | close frame of the client, of the server |
/// | `end` | closed in order; `bye` is `C S end` |
/// | `x`, `cx` | reset by the server, by the client |
/// | `fin` | ended by the server without a close frame |
/// | `shut` | ended because the proxy was stopped |
/// | `gap` | without a connection: something was not recorded |
public struct History: Sendable {
    /// The records.
    public var entries: [HistoryBuilder.Recorded]

    /// Reads a line; a mistake in it stops the test.
    public init(_ line: String) {
        var reader = HistoryReader()
        for token in line.split(separator: " ") { reader.take(token) }
        entries = reader.builder.entries
    }

    /// The text of a message, as it stands in a log: `5`, `5/b`, `5!`.
    public static func text(_ number: String, type: String = "m") -> String {
        var body = number[...]
        let isOther = body.hasSuffix("!")
        if isOther { body.removeLast() }
        let pieces = body.split(separator: "/")
        let symbol = pieces.count > 1 ? #""symbol":"\#(pieces[1])","# : ""
        let text = isOther ? "another" : "text of \(pieces[0])"
        return #"{"type":"\#(type)",\#(symbol)"sequence":\#(pieces[0]),"text":"\#(text)"}"#
    }

    /// Lines of a log: `1-3 5/b`.
    public static func lines(_ numbers: String, type: String = "m") -> [String] {
        numbers.split(separator: " ").flatMap { HistoryReader.expand($0) }
            .map { text($0, type: type) }
    }
}

/// Reads history notation, token by token.
private struct HistoryReader {
    var builder = HistoryBuilder()

    mutating func take(_ token: Substring) {
        guard token != "gap" else {
            builder.add(
                .gap(
                    GapRecord(
                        from: builder.now,
                        through: builder.now,
                        byteCount: 100,
                        frameCount: 3,
                        reason: "the disk was full"
                    )
                )
            )
            return
        }
        guard let colon = token.firstIndex(of: ":"), token.hasPrefix("c"),
            let number = UInt64(token.dropFirst()[..<colon])
        else { preconditionFailure("'\(token)' names no connection") }
        let connection = ConnectionID(rawValue: number)
        let event = token[token.index(after: colon)...]
        if event == "no" {
            builder.open(connection, isAccepted: false)
            builder.end(connection, .upstreamRefused)
            return
        }
        if !builder.isOpen(connection) {
            builder.open(
                connection,
                extensions: event.hasPrefix("open(") ? Self.argument(of: event) : ""
            )
        }
        if !event.hasPrefix("open") { take(event, on: connection) }
    }

    private mutating func take(_ event: Substring, on connection: ConnectionID) {
        switch event {
        case "p": builder.progress(connection)
        case "hello":
            send(
                #"{"type":"connection_established","message":"hello"}"#,
                connection,
                .serverToClient
            )
        case "C": builder.close(connection, .clientToServer)
        case "S": builder.close(connection, .serverToClient)
        case "end": builder.end(connection, .closeHandshake, by: .client)
        case "bye":
            builder.close(connection, .clientToServer)
            builder.close(connection, .serverToClient)
            builder.end(connection, .closeHandshake, by: .client)
        case "x": builder.end(connection, .reset)
        case "cx": builder.end(connection, .reset, by: .client)
        case "fin": builder.end(connection, .fin)
        case "shut": builder.end(connection, .shutdown, by: .proxy)
        default: takeWithArgument(event, on: connection)
        }
    }

    private mutating func takeWithArgument(_ event: Substring, on connection: ConnectionID) {
        if let (kind, direction, name) = Self.rewrite(event) {
            for number in Self.expand(name) {
                builder.rewrite(connection, direction, kind, number, by: "f")
            }
            return
        }
        if event.hasPrefix("cut") { return cut(event.dropFirst(3), on: connection) }
        let rest = event.dropFirst()
        let mark = rest == "*" ? nil : String(rest)
        switch event.first {
        case "s": send(rest, type: "m", connection, .clientToServer)
        case "q": send(rest, type: "q", connection, .serverToClient)
        case "a": acknowledge(rest, type: "m", connection, .serverToClient)
        case "b": acknowledge(rest, type: "q", connection, .clientToServer)
        case "r": builder.reach(connection, .clientToServer, through: mark)
        case "R": builder.reach(connection, .serverToClient, through: mark)
        case "w": builder.write(connection, .clientToServer, through: mark)
        case "W": builder.write(connection, .serverToClient, through: mark)
        case "u", "U":
            let text = #"{"type":"note","text":"\#(Self.argument(of: event))"}"#
            send(text, connection, event.first == "u" ? .clientToServer : .serverToClient)
        case "t": send(Self.argument(of: event), connection, .clientToServer)
        case "T": send(Self.argument(of: event), connection, .serverToClient)
        default: preconditionFailure("'\(event)' is no event")
        }
    }

    /// What a fault does, to which direction and messages; `nil` for other events.
    private static func rewrite(
        _ event: Substring
    ) -> (RewriteRecord.Kind, Direction, Substring)? {
        let kinds: [(String, RewriteRecord.Kind)] = [
            ("drop", .dropped), ("alter", .altered), ("defer", .deferred), ("late", .late),
        ]
        for (word, kind) in kinds {
            let name = event.dropFirst(word.count)
            if event.hasPrefix(word) { return (kind, .clientToServer, name) }
            if event.lowercased().hasPrefix(word) { return (kind, .serverToClient, name) }
        }
        return nil
    }

    private mutating func send(
        _ numbers: Substring,
        type: String,
        _ connection: ConnectionID,
        _ direction: Direction
    ) {
        for number in Self.expand(numbers) {
            send(History.text(number, type: type), connection, direction, name: number)
        }
    }

    private mutating func send(
        _ text: String,
        _ connection: ConnectionID,
        _ direction: Direction,
        name: String = ""
    ) {
        builder.send(connection, direction, .text, Array(text.utf8), name: name)
    }

    private mutating func acknowledge(
        _ number: Substring,
        type: String,
        _ connection: ConnectionID,
        _ direction: Direction
    ) {
        let pieces = number.split(separator: "/")
        let stream = pieces.count > 1 ? "\(type)/\(pieces[1])" : type
        let text = #"{"type":"ack","stream":"\#(stream)","last_sequence":\#(pieces[0])}"#
        send(text, connection, direction)
    }

    private mutating func cut(_ argument: Substring, on connection: ConnectionID) {
        let pieces = argument.split(separator: "@")
        let frame = FrameBytes.frame(
            .text,
            Array(History.text(String(pieces[0])).utf8),
            maskKey: HistoryBuilder.maskKey
        )
        let count = pieces.count > 1 ? Int(pieces[1]) ?? 0 : frame.count / 2
        builder.raw(connection, .clientToServer, Array(frame[..<count]), isWhole: false)
    }

    /// `1-3/b` as `1/b`, `2/b`, `3/b`.
    static func expand(_ numbers: Substring) -> [String] {
        let end = numbers.firstIndex { $0 == "/" || $0 == "!" } ?? numbers.endIndex
        let tail = numbers[end...]
        let bounds = numbers[..<end].split(separator: "-").compactMap { UInt64($0) }
        guard let first = bounds.first, let last = bounds.last else {
            preconditionFailure("'\(numbers)' is no number")
        }
        return (first...last).map { "\($0)\(tail)" }
    }

    private static func argument(of event: Substring) -> String {
        guard let open = event.firstIndex(of: "("), event.hasSuffix(")") else { return "" }
        return String(event[event.index(after: open)...].dropLast())
    }
}
