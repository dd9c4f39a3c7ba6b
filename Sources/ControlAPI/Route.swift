/// A path of the API.
enum Route: Equatable {
    case version
    case reset
    case populate
    case proxies
    case proxy(String)
    case toxics(String)
    case toxic(String, String)
    case partition
    case faults
    case scenarios
    case scenario(String)

    /// Reads a path; a slash at its end is one too many.
    init?(_ path: String) {
        var parts: [String] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            guard !part.isEmpty, let decoded = part.percentDecoded else { return nil }
            parts.append(decoded)
        }
        switch (parts.first, parts.count) {
        case ("version", 1): self = .version
        case ("reset", 1): self = .reset
        case ("populate", 1): self = .populate
        case ("proxies", 1): self = .proxies
        case ("proxies", 2): self = .proxy(parts[1])
        case ("proxies", 3) where parts[2] == "toxics": self = .toxics(parts[1])
        case ("proxies", 4) where parts[2] == "toxics": self = .toxic(parts[1], parts[3])
        case ("partition", 1): self = .partition
        case ("faults", 1): self = .faults
        case ("scenarios", 1): self = .scenarios
        case ("scenarios", 2): self = .scenario(parts[1])
        default: return nil
        }
    }

    /// Whether the route is one of the original's, which refuses browsers by their name.
    var isOriginals: Bool {
        switch self {
        case .version, .reset, .populate, .proxies, .proxy, .toxics, .toxic: true
        case .partition, .faults, .scenarios, .scenario: false
        }
    }

    /// The methods that it takes.
    var methods: Set<String> {
        switch self {
        case .version: ["GET"]
        case .reset, .populate: ["POST"]
        case .proxies, .toxics: ["GET", "POST"]
        case .proxy, .toxic: ["GET", "POST", "PATCH", "DELETE"]
        case .partition: ["GET", "POST", "DELETE"]
        case .faults: ["GET", "PUT"]
        case .scenarios: ["GET", "POST"]
        case .scenario: ["GET", "DELETE"]
        }
    }
}

extension Substring {
    /// The text behind percent signs (RFC 3986 §2.1); `nil` when it is none.
    var percentDecoded: String? {
        var out: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                out.append(byte)
                continue
            }
            guard rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            out.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: out, as: UTF8.self)
    }
}
