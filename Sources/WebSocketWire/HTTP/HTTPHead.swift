/// The head of an HTTP/1.1 request or response (RFC 9112 §2.1): a start line and header lines.
public struct HTTPHead: Equatable, Sendable {
    /// One header line.
    public struct Field: Equatable, Sendable {
        /// The name as on the wire.
        public var name: String
        /// The value without surrounding blanks.
        public var value: String
    }

    /// The start line without its line end.
    public let startLine: String
    /// The header lines in order.
    public let fields: [Field]

    /// Reads a head.
    ///
    /// - Parameter bytes: All of the head, with the empty line at its end. Lines may end in LF
    /// alone
    ///   (RFC 9112 §2.2).
    /// - Throws: ``WireError/malformedHead(line:)``.
    init(_ bytes: [UInt8]) throws(WireError) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
            .filter { !$0.isEmpty }
        guard !lines.isEmpty else { throw .malformedHead(line: "") }
        startLine = String(decoding: lines.removeFirst(), as: UTF8.self)
        var fields: [Field] = []
        for line in lines {
            if let first = line.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t"),
                !fields.isEmpty
            {
                // RFC 9112 §5.2: a folded line continues the value before it.
                fields[fields.count - 1].value += " " + Self.trimmed(line)
                continue
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
                throw .malformedHead(line: String(decoding: line.prefix(80), as: UTF8.self))
            }
            fields.append(
                Field(
                    name: String(decoding: line[..<colon], as: UTF8.self),
                    value: Self.trimmed(line[line.index(after: colon)...])
                )
            )
        }
        self.fields = fields
    }

    /// The value of a header, several lines of it joined by commas (RFC 9110 §5.3).
    public subscript(name: String) -> String? {
        let wanted = name.lowercased()
        let values = fields.filter { $0.name.lowercased() == wanted }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// The comma-separated elements of a header, trimmed, empty ones left out.
    public func list(_ name: String) -> [String] {
        (self[name] ?? "").split(separator: ",")
            .map { String($0.drop { $0 == " " || $0 == "\t" }) }
            .map { element in
                var element = Substring(element)
                while element.last == " " || element.last == "\t" { element.removeLast() }
                return String(element)
            }
            .filter { !$0.isEmpty }
    }

    /// Whether a comma-separated header has `token` among its elements, whatever their case.
    public func hasToken(_ token: String, in name: String) -> Bool {
        list(name).contains { $0.lowercased() == token }
    }

    private var words: [Substring] {
        startLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
    }

    /// Of a request: the method.
    public var method: String { words.first.map(String.init) ?? "" }
    /// Of a request: the request target.
    public var target: String { words.count > 1 ? String(words[1]) : "" }
    /// Whether the start line ends as a request's does.
    public var isRequest: Bool { words.count == 3 && words[2].hasPrefix("HTTP/1.") }

    /// Of a response: the status code; `nil` when the start line is no status line.
    public var status: Int? {
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].count == 3 else {
            return nil
        }
        return Int(words[1])
    }

    /// Of a request: whether it asks to switch to WebSocket (RFC 6455 §4.1).
    public var isWebSocketUpgrade: Bool {
        method == "GET" && hasToken("websocket", in: "Upgrade")
            && hasToken("upgrade", in: "Connection")
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        var bytes = bytes.drop(while: isBlank)
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
