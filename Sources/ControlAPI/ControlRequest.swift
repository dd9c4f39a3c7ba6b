public import Documents

/// A call of the control port, as far as it matters.
public struct ControlRequest: Sendable {
    /// The HTTP method.
    public var method: String
    /// The path, percent-encoded as it came, without the query.
    public var path: String
    /// The query, percent-encoded as it came, without the question mark.
    public var query: String
    /// The header `User-Agent`.
    public var userAgent: String?
    /// The header `Host`.
    public var host: String?
    /// The header `Origin`.
    public var origin: String?
    /// The header `Authorization`.
    public var authorization: String?
    /// The body.
    public var body: [UInt8]
    /// The body as a document, where it was YAML.
    public var document: Document?
    /// Who calls, for the record.
    public var source: String

    /// Describes a call.
    public init(
        method: String,
        path: String,
        query: String = "",
        userAgent: String? = nil,
        host: String? = nil,
        origin: String? = nil,
        authorization: String? = nil,
        body: [UInt8] = [],
        document: Document? = nil,
        source: String = ""
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.userAgent = userAgent
        self.host = host
        self.origin = origin
        self.authorization = authorization
        self.body = body
        self.document = document
        self.source = source
    }

    /// A parameter of the query; `nil` when it is not there.
    func parameter(_ name: String) -> String? {
        for part in query.split(separator: "&") {
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard words[0] == name else { continue }
            return words.count == 2 ? PercentText.decoded(words[1]) ?? String(words[1]) : ""
        }
        return nil
    }

    /// What the body says, whichever way it was written.
    func bodyDocument() throws(ControlError) -> Document {
        if let document { return document }
        return Document(try JSONValue(body: body))
    }
}
