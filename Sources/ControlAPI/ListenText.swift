internal import Vocabulary

/// Where a proxy listens, as it was written.
enum ListenText {
    /// Reads `host:port`; `localhost` is 127.0.0.1, because clients take answers apart at one colon.
    ///
    /// - Returns: The place, or what the original says of such a text.
    static func read(_ text: String) -> Result<Endpoint, ControlError> {
        if text.isEmpty { return .success(Endpoint(host: "0.0.0.0", port: 0)) }
        guard let colon = text.lastIndex(of: ":") else {
            return .failure(ControlError(500, "address \(text): missing port in address"))
        }
        guard var endpoint = Endpoint(text) else {
            let port = text[text.index(after: colon)...]
            return .failure(ControlError(500, "address \(port): invalid port"))
        }
        if endpoint.host == "localhost" { endpoint.host = "127.0.0.1" }
        return .success(endpoint)
    }

    /// Reads an upstream: `host:port`, or a URL without TLS as the command line takes it; `nil` when it is
    /// neither.
    static func upstream(_ text: String) -> Endpoint? {
        if text.contains("://") {
            do throws(OperatorError) {
                let url = try UpstreamURL(text)
                return url.isSecure ? nil : url.endpoint
            } catch {
                return nil
            }
        }
        guard let endpoint = Endpoint(text), endpoint.port != 0, !text.hasPrefix(":") else {
            return nil
        }
        return endpoint
    }
}
