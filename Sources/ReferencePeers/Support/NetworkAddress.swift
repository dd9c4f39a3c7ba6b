/// A host and a port.
public struct NetworkAddress: Hashable, Sendable {
    /// A name or an address; IPv6 without brackets.
    public var host: String
    /// The port; 0 lets the kernel choose one when listening.
    public var port: Int

    /// Creates an address.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT` or `[IPv6]:PORT`.
    ///
    /// - Returns: `nil` unless there is a host and a port from 0 to 65535.
    public init?(parsing text: String) {
        self.init(parsing: text, defaultPort: nil)
    }

    init?(parsing text: String, defaultPort: Int?) {
        let rest: Substring
        if text.hasPrefix("[") {
            guard let bracket = text.firstIndex(of: "]") else { return nil }
            host = String(text[text.index(after: text.startIndex)..<bracket])
            rest = text[text.index(after: bracket)...]
        } else {
            let colon = text.firstIndex(of: ":") ?? text.endIndex
            host = String(text[..<colon])
            rest = text[colon...]
        }
        guard !host.isEmpty else { return nil }
        guard let port = Self.port(in: rest, defaultPort: defaultPort) else { return nil }
        self.port = port
    }

    private static func port(in text: Substring, defaultPort: Int?) -> Int? {
        guard !text.isEmpty else { return defaultPort }
        let digits = text.dropFirst()
        // `UInt16` would also read a sign.
        guard text.hasPrefix(":"), digits.allSatisfy(\.isNumber) else { return nil }
        return UInt16(digits).map { Int($0) }
    }
}

extension NetworkAddress: CustomStringConvertible {
    /// `127.0.0.1:8000`, `[::1]:8000`.
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
