import CSimdJSON
import WebSocketWire

// Safety: the parser is created once, used only by this value, and destroyed in `deinit`; pointers
// into it never leave this file.

/// Reads a JSON message once and remembers the members that ``FieldName`` lists.
///
/// The whole text is validated, its UTF-8 included. What was remembered lasts until the next text.
@safe
struct FieldExtractor: ~Copyable {
    /// What a text is.
    enum Form: Equatable, Sendable {
        /// A JSON object.
        case object
        /// Valid JSON with something else at its root.
        case other
        /// Not JSON.
        case invalid
        /// Too deep or too large to be judged.
        case unreadable
    }

    private let parser: OpaquePointer?
    private var hidden: Set<FieldName> = []

    /// Creates an extractor; without memory for its parser every text is `unreadable`.
    init() {
        let names = FieldName.allCases.map { Array($0.text.utf8CString) }
        let starts = names.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        // Safety: the parser copies the names before the closure returns.
        unsafe parser = Array(names.joined()).withUnsafeBufferPointer { characters in
            guard let base = characters.baseAddress else { return nil }
            var pointers = unsafe names.indices.map { unsafe Optional(base + starts[$0]) }
            return unsafe wscap_json_create(&pointers, pointers.count)
        }
    }

    deinit {
        // Safety: no other reference to the parser exists.
        unsafe wscap_json_destroy(parser)
    }

    /// Reads a text, and forgets the one before.
    mutating func read(_ text: RawSpan) -> Form {
        guard let parser = unsafe parser else { return .unreadable }
        // Safety: the parser reads `count` bytes, all inside the span, and keeps no pointer to them.
        let form = unsafe text.withUnsafeBytes { buffer in
            let bytes = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return unsafe wscap_json_read(parser, bytes, buffer.count)
        }
        return switch form {
        case WSCAP_JSON_OBJECT: .object
        case WSCAP_JSON_OTHER: .other
        case WSCAP_JSON_INVALID: .invalid
        default: .unreadable
        }
    }

    /// Takes members for absent from now on: what stands there is not what was sent.
    mutating func hide(_ names: [FieldName]) {
        hidden.formUnion(names)
    }

    /// Whether the object has the member, of whatever kind.
    func has(_ name: FieldName) -> Bool {
        kind(of: name) != WSCAP_JSON_ABSENT
    }

    /// The member's value, when it is an integer from 0 to 2⁶⁴ - 1.
    func number(_ name: FieldName) -> UInt64? {
        guard kind(of: name) == WSCAP_JSON_UNSIGNED else { return nil }
        // Safety: a number is plain data.
        return unsafe member(name).number
    }

    /// The member's value, when it is a text.
    func text(_ name: FieldName) -> String? {
        guard kind(of: name) == WSCAP_JSON_TEXT else { return nil }
        // Safety: the text is copied while the parser still holds it.
        return unsafe String(decoding: buffer(of: name), as: UTF8.self)
    }

    /// Whether the member is exactly this text.
    func isText(_ name: FieldName, _ expected: StaticString) -> Bool {
        guard kind(of: name) == WSCAP_JSON_TEXT else { return false }
        // Safety: both runs of bytes live while this function runs.
        return unsafe buffer(of: name).elementsEqual(
            UnsafeBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount)
        )
    }

    /// Appends the member's bytes, when it is a text, or its digits, when it is an integer.
    ///
    /// - Returns: Whether it is one of these.
    @discardableResult
    func append(_ name: FieldName, to bytes: inout [UInt8]) -> Bool {
        switch kind(of: name) {
        case WSCAP_JSON_TEXT:
            // Safety: the text is copied while the parser still holds it.
            unsafe bytes.append(contentsOf: buffer(of: name))
            return true
        case WSCAP_JSON_UNSIGNED:
            bytes.append(contentsOf: String(number(name) ?? 0).utf8)
            return true
        default:
            return false
        }
    }

    private func kind(of name: FieldName) -> wscap_json_kind {
        guard hidden.isEmpty || !hidden.contains(name) else { return WSCAP_JSON_ABSENT }
        // Safety: a kind is plain data.
        return unsafe member(name).kind
    }

    private func buffer(of name: FieldName) -> UnsafeBufferPointer<UInt8> {
        // Safety: a text has `text_length` bytes; callers copy or compare them at once.
        let member = unsafe member(name)
        return unsafe UnsafeBufferPointer(start: member.text, count: member.text_length)
    }

    private func member(_ name: FieldName) -> wscap_json_member {
        guard let parser = unsafe parser else { return unsafe wscap_json_member() }
        // Safety: the parser has as many members as there are names, from its creation on.
        return unsafe wscap_json_members(parser)[name.rawValue]
    }
}
