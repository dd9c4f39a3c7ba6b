import CSimdJSON
internal import Vocabulary

// Safety: the document is created once, used only by this value, and destroyed in `deinit`; pointers
// into it never leave this file.

/// One JSON text after another, in which values are found by pointer.
///
/// A text is indexed once for all pointers, and judged only as far as they lead.
@safe
struct JSONDocument: ~Copyable {
    private let document: OpaquePointer?

    /// Creates a document without a text; without memory for it nothing is ever found.
    init() {
        unsafe document = wscap_json_document_create()
    }

    deinit {
        // Safety: no other reference to the document exists.
        unsafe wscap_json_document_destroy(document)
    }

    /// Takes a text, and forgets the one before.
    ///
    /// - Returns: Whether it may be JSON.
    @discardableResult
    mutating func read(_ text: RawSpan) -> Bool {
        guard let document = unsafe document else { return false }
        // Safety: `count` bytes are read, all inside the span, and no pointer to them is kept.
        return unsafe text.withUnsafeBytes { buffer in
            let bytes = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return unsafe wscap_json_document_read(document, bytes, buffer.count) != 0
        }
    }

    /// What a pointer leads to.
    func member(at pointer: JSONPointer) -> JSONMember? {
        guard let document = unsafe document else { return nil }
        let tokens = pointer.tokens.map { Array($0.utf8) }
        let starts = tokens.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        let lengths = tokens.map(\.count)
        // One byte more, so that there is memory to point to even when all tokens are empty.
        let bytes = Array(tokens.joined()) + [0]
        // Safety: tokens are only read during the call, and the value is copied before the next.
        return unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return nil }
            let places = unsafe tokens.indices.map { unsafe Optional(base + starts[$0]) }
            return unsafe places.withUnsafeBufferPointer { places in
                unsafe lengths.withUnsafeBufferPointer { lengths in
                    unsafe Self.copy(
                        wscap_json_document_find(
                            document,
                            places.baseAddress,
                            lengths.baseAddress,
                            lengths.count
                        )
                    )
                }
            }
        }
    }

    private static func copy(_ found: wscap_json_value) -> JSONMember? {
        // Safety: text and raw point to as many bytes as they say, and are copied at once.
        let raw = unsafe String(
            decoding: UnsafeBufferPointer(start: found.raw, count: found.raw_length),
            as: UTF8.self
        )
        let value: QueryValue
        switch unsafe found.type {
        case WSCAP_JSON_NULL: value = .null
        case WSCAP_JSON_FALSE: value = .truth(false)
        case WSCAP_JSON_TRUE: value = .truth(true)
        // Safety: numbers are plain data.
        case WSCAP_JSON_POSITIVE: value = .integer(Int128(unsafe found.positive))
        case WSCAP_JSON_NEGATIVE: value = .integer(Int128(unsafe found.negative))
        case WSCAP_JSON_REAL: value = .real(unsafe found.real)
        case WSCAP_JSON_STRING:
            let text = unsafe UnsafeBufferPointer(start: found.text, count: found.text_length)
            // Safety: as above.
            value = .text(unsafe String(decoding: text, as: UTF8.self))
        case WSCAP_JSON_ARRAY, WSCAP_JSON_STRUCTURE: value = .container
        default: return nil
        }
        return JSONMember(value: value, raw: raw)
    }
}
