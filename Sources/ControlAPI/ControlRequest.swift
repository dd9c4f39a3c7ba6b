/// A call of the control port, as far as it matters.
public struct ControlRequest: Sendable {
    /// The HTTP method.
    public var method: String
    /// The path, percent-encoded as it came, without the query.
    public var path: String
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
    /// Who calls, for the record.
    public var source: String

    /// Describes a call.
    public init(
        method: String,
        path: String,
        userAgent: String? = nil,
        host: String? = nil,
        origin: String? = nil,
        authorization: String? = nil,
        body: [UInt8] = [],
        source: String = ""
    ) {
        self.method = method
        self.path = path
        self.userAgent = userAgent
        self.host = host
        self.origin = origin
        self.authorization = authorization
        self.body = body
        self.source = source
    }
}
