/// How the body of an HTTP/1.1 message ends (RFC 9112 §6.3).
public enum HTTPBody: Equatable, Sendable {
    /// There is none.
    case none
    /// After so many bytes.
    case length(UInt64)
    /// With the last chunk and its trailers.
    case chunked
    /// With the connection.
    case untilClose

    /// The body of a request.
    ///
    /// - Throws: ``WireError/malformedBodyLength(value:)``.
    public static func ofRequest(_ head: HTTPHead) throws(WireError) -> HTTPBody {
        if head["Transfer-Encoding"] != nil { return .chunked }
        return try length(of: head) ?? .none
    }

    /// The body of the response to a request of the given method.
    ///
    /// - Throws: ``WireError/malformedBodyLength(value:)``.
    public static func ofResponse(_ head: HTTPHead, to method: String) throws(WireError) -> HTTPBody
    {
        let status = head.status ?? 0
        // RFC 9112 §6.3 rule 1: these never have a body, whatever their headers say.
        if method == "HEAD" || status < 200 || status == 204 || status == 304 { return .none }
        if let coding = head["Transfer-Encoding"] {
            return coding.lowercased().hasSuffix("chunked") ? .chunked : .untilClose
        }
        return try length(of: head) ?? .untilClose
    }

    private static func length(of head: HTTPHead) throws(WireError) -> HTTPBody? {
        guard let text = head["Content-Length"] else { return nil }
        // RFC 9112 §6.3 rule 5: several equal values count as one.
        let values = Set(head.list("Content-Length"))
        guard values.count == 1, let value = values.first, value.allSatisfy(\.isASCII),
            let length = UInt64(value), length <= UInt64(Int64.max)
        else { throw .malformedBodyLength(value: String(text.prefix(40))) }
        return length == 0 ? HTTPBody.none : .length(length)
    }
}
