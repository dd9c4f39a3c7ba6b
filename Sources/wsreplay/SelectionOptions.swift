import ArgumentParser
import Exports
import Queries
import Vocabulary
import WebSocketWire

/// Which frames or messages a command is about.
struct SelectionOptions: ParsableArguments {
    @Option(help: "Only this connection, for example c3.")
    var connection: String?

    @Option(help: "Only this direction: client-to-server or server-to-client.")
    var direction: String?

    @Option(
        help: ArgumentHelp(
            "Only this opcode: text, binary, continuation, close, ping, pong, or a number from 0 "
                + "to 15."
        )
    )
    var opcode: String?

    @Option(help: "Only what contains this text (with --messages, compressed messages too).")
    var text: String?

    @Option(help: "Nothing before this time, RFC 3339 in UTC: 2026-11-22T12:00:03.5Z.")
    var from: String?

    @Option(help: "Nothing after this time.")
    var to: String?

    @OptionGroup var query: QueryOptions

    /// Whether nothing was said.
    var isEmpty: Bool {
        connection == nil && direction == nil && hasOnlyFlow
    }

    /// Whether nothing was said but, perhaps, connection and direction.
    var hasOnlyFlow: Bool {
        opcode == nil && text == nil && from == nil && to == nil && query.expression == nil
    }

    /// Reads the words.
    ///
    /// - Parameter forMessages: Whether messages are meant, which have no heads of their own.
    /// - Returns: What they say.
    /// - Throws: ``OperatorError`` or `QueryError` for a word that says nothing.
    func filter(forMessages: Bool) throws -> FrameFilter {
        var filter = FrameFilter()
        filter.text = text
        if let connection { filter.connection = try FrameOptions.connection(connection) }
        if let direction { filter.direction = try FrameOptions.direction(direction) }
        if let opcode { filter.opcode = try FrameOptions.opcode(opcode) }
        if let from { filter.from = try FrameOptions.time(from, name: "--from") }
        if let to { filter.through = try FrameOptions.time(to, name: "--to") }
        filter.query = try query.read(forMessages: forMessages)
        return filter
    }
}

/// The expression that chooses.
struct QueryOptions: ParsableArguments {
    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only what fulfils this expression: \"/type == 'trade' and size > 100\" ('wsreplay "
                + "frames --help' teaches it).",
            valueName: "expression"
        )
    )
    var expression: String?

    /// What the expression may say.
    static let lesson = """
        --where EXPRESSION chooses by any condition:
          fields      connection direction opcode frame parts size time fin
                      rsv1 masked text (size: bytes of payload)
          JSON        pointers into the payload (RFC 6901): /type, /levels/0
          literals    12, -0.5, 'text', "text", true, false, null,
                      2026-11-22T12:00:03.5Z, c3 (connections), close
                      (opcodes), client-to-server (directions)
          comparisons == != < <= > >=, for texts contains startswith endswith
          conditions  and, or, not, ( ), exists /id; and fin, masked or
                      /active by itself, when that is true
        A value that is not there makes every comparison false, != too. Two integers are compared exactly, other \
        numbers as doubles; texts by their bytes; a text beside a time is read as RFC 3339. Payloads are looked into as \
        JSON only when the expression gets that far, up to 1 MiB of a frame; compressed and fragmented messages are no \
        JSON in frames: --messages joins and inflates them.
        """

    /// Reads the expression.
    func read(forMessages: Bool) throws -> Query? {
        guard let expression else { return nil }
        let query = try Query(expression)
        let ofFrames = query.fields.filter { [.parts, .fin, .masked].contains($0) }
        if forMessages, let field = ofFrames.map(\.rawValue).min() {
            throw OperatorError(
                .usage,
                "--where asks for '\(field)', which frames have and messages have not; leave out "
                    + "--messages or '\(field)'."
            )
        }
        return query
    }
}

/// The words of the filter, read.
enum FrameOptions {
    static func connection(_ text: String) throws(OperatorError) -> ConnectionID {
        let digits = text.hasPrefix("c") ? text.dropFirst() : text[...]
        guard let number = UInt64(digits), number > 0 else {
            throw OperatorError(.usage, "--connection is '\(text)'; write it as c1, c2, ….")
        }
        return ConnectionID(rawValue: number)
    }

    static func direction(_ text: String) throws(OperatorError) -> Direction {
        guard let direction = Direction.allCases.first(where: { $0.description == text }) else {
            throw OperatorError(
                .usage,
                "--direction is '\(text)'; choose one of: client-to-server, server-to-client."
            )
        }
        return direction
    }

    static func opcode(_ text: String) throws(OperatorError) -> Opcode {
        let known = (UInt8(0)...15).map(Opcode.init(rawValue:))
        if let opcode = known.first(where: { $0.description == text }) { return opcode }
        guard let number = UInt8(text), number < 16 else {
            throw OperatorError(
                .usage,
                "--opcode is '\(text)'; choose text, binary, continuation, close, ping, pong, or "
                    + "a number from 0 to 15."
            )
        }
        return Opcode(rawValue: number)
    }

    static func time(_ text: String, name: String) throws(OperatorError) -> Instant {
        guard let instant = Instant(rfc3339: text) else {
            throw OperatorError(
                .usage,
                "\(name) is '\(text)'; write a time in UTC such as 2026-11-22T12:00:03.5Z."
            )
        }
        return instant
    }

    static func pointers(
        _ texts: [String],
        name: String = "--pointer"
    ) throws(OperatorError) -> [JSONPointer] {
        var pointers: [JSONPointer] = []
        for text in texts {
            do throws(JSONPointer.Failure) {
                pointers.append(try JSONPointer(text))
            } catch {
                throw OperatorError(.usage, "\(name) is '\(text)'; \(error).")
            }
        }
        return pointers
    }
}
