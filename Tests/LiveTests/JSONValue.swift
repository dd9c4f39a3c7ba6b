/// Any JSON, to be compared place by place.
enum JSONValue: Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// One sentence for each place where the value through the proxy differs from this direct one.
    func differences(to through: JSONValue, at path: String) -> [String] {
        switch (self, through) {
        case (.object(let direct), .object(let through)):
            let keys = Set(direct.keys).union(through.keys).sorted()
            return keys.flatMap { key in
                (direct[key] ?? .null).differences(
                    to: through[key] ?? .null,
                    at: "\(path) › \(key)"
                )
            }
        case (.array(let direct), .array(let through)) where direct.count == through.count:
            return zip(direct, through).enumerated().flatMap { index, pair in
                pair.0.differences(to: pair.1, at: "\(path)[\(index)]")
            }
        default:
            return self == through ? [] : ["\(path): direct \(self), through the proxy \(through)"]
        }
    }
}

extension JSONValue: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = Self.attempt({ try container.decode(Bool.self) }) {
            self = .bool(value)
        } else if let value = Self.attempt({ try container.decode(Double.self) }) {
            self = .number(value)
        } else if let value = Self.attempt({ try container.decode(String.self) }) {
            self = .string(value)
        } else if let value = Self.attempt({ try container.decode([JSONValue].self) }) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// The value, or `nil` when the JSON is of another type.
    private static func attempt<Value>(_ body: () throws -> Value) -> Value? {
        do {
            return try body()
        } catch {
            return nil
        }
    }
}

extension JSONValue: CustomStringConvertible {
    var description: String {
        switch self {
        case .null: "nothing"
        case .bool(let value): "\(value)"
        case .number(let value): Int(exactly: value).map(String.init) ?? "\(value)"
        case .string(let value): "'\(value.prefix(200))'"
        case .array(let values):
            "\(values.count) × [\(values.prefix(3).map(\.description).joined(separator: ", "))…]"
        case .object(let members): "{\(members.keys.sorted().joined(separator: " "))}"
        }
    }
}
