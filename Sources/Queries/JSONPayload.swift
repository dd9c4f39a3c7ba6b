public import Vocabulary

/// The payload at hand, read as JSON when somebody asks for it and not before.
///
/// One payload after another is put in; the parser's memory is used again for each.
public final class JSONPayload {
    private var document = JSONDocument()
    private var bytes: [UInt8] = []
    private var state = State.fresh

    private enum State {
        /// Nobody has asked.
        case fresh
        case json
        case other
    }

    /// Creates one without a payload.
    public init() {}

    /// Puts in the next payload.
    public func put(_ payload: [UInt8]) {
        bytes = payload
        state = .fresh
    }

    /// What a pointer leads to in the payload; `nil` when there is no such value, or no JSON.
    public func member(at pointer: JSONPointer) -> JSONMember? {
        if state == .fresh {
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            state = document.read(unsafe bytes.span.bytes) ? .json : .other
        }
        return state == .json ? document.member(at: pointer) : nil
    }
}
