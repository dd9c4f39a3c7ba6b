internal import Documents

/// The members of a request's object, read as the original reads them: names in any case, unknown ones
/// ignored, the last of equal ones counts, and `null` is as good as nothing.
struct JSONMembers: Sendable {
    private let members: [String: JSONValue]

    /// Reads a body.
    init(_ body: [UInt8]) throws(ControlError) {
        try self.init(JSONValue(body: body))
    }

    /// Reads a value that should be an object.
    init(_ value: JSONValue, what: String = "the body") throws(ControlError) {
        switch value {
        case .null: members = [:]
        case .object(let list):
            var members: [String: JSONValue] = [:]
            for (name, value) in list { members[name.lowercased()] = value }
            self.members = members
        default: throw .badBody("\(what) is \(value.kindWithArticle), not an object")
        }
    }

    private func value(_ name: String) -> JSONValue? {
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    func string(_ name: String) throws(ControlError) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else { throw wrong(name, value, "a string") }
        return text
    }

    func bool(_ name: String) throws(ControlError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let isOn) = value else { throw wrong(name, value, "a bool") }
        return isOn
    }

    func float(_ name: String) throws(ControlError) -> Float? {
        guard let value = value(name) else { return nil }
        guard case .number(let text) = value else { throw wrong(name, value, "a number") }
        guard let number = Float(text), number.isFinite else {
            throw .badBody("\(name) is \(text), which is out of range")
        }
        return number
    }

    func integer(_ name: String) throws(ControlError) -> Int64? {
        guard let value = value(name) else { return nil }
        guard case .number(let text) = value else { throw wrong(name, value, "an integer") }
        guard let number = Int64(text) else {
            throw .badBody("\(name) is \(text), not an integer of 64 bits")
        }
        return number
    }

    func object(_ name: String) throws(ControlError) -> JSONMembers? {
        guard let value = value(name) else { return nil }
        return try JSONMembers(value, what: name)
    }

    private func wrong(_ name: String, _ value: JSONValue, _ wanted: String) -> ControlError {
        .badBody("\(name) is \(value.kindWithArticle), not \(wanted)")
    }
}

extension JSONValue {
    /// Reads the first value of a body; what stands behind it is ignored, as the original does.
    init(body: [UInt8]) throws(ControlError) {
        do throws(DocumentError) {
            self = try JSONReader.read(body)
        } catch {
            throw ControlError(error)
        }
    }
}
