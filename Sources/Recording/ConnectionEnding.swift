public import CaptureFormat
internal import Vocabulary

/// Who showed the first sign that a connection ends, and which sign it was.
public struct ConnectionEnding: Equatable, Sendable {
    /// A sign of the end.
    public struct Sign: Equatable, Sendable {
        /// Who gave it.
        public var origin: ClosedRecord.Origin
        /// What it was.
        public var cause: ClosedRecord.Cause
        /// What kernel or resolver said; for people.
        public var detail: String
    }

    /// The first sign, close frames not counted.
    public private(set) var first: Sign?
    private var firstClose: ClosedRecord.Origin?
    private var isCloseAnswered = false
    private var isSettled = false

    init() {}

    /// In one word why what came was not forwarded any more, or the fault that ended the connection.
    public var cause: String {
        guard let first else { return "ended" }
        return first.cause == .fault ? first.detail : "\(first.cause)"
    }

    /// Notes a sign; only the first counts.
    public mutating func note(
        _ origin: ClosedRecord.Origin,
        _ cause: ClosedRecord.Cause,
        detail: String = ""
    ) {
        if first == nil { first = Sign(origin: origin, cause: cause, detail: detail) }
    }

    /// Says that the first sign stands, whatever close frames follow it: they answer one of our own.
    public mutating func settle() {
        isSettled = isSettled || firstClose == nil
    }

    /// Notes which peers have sent a close frame.
    mutating func noteCloseFrames(client: Bool, server: Bool) {
        isCloseAnswered = client && server
        guard firstClose == nil, client || server else { return }
        firstClose = client ? .client : .server
    }

    /// What the end is put down to.
    var sign: Sign {
        let first = first ?? Sign(origin: .proxy, cause: .failure, detail: "")
        guard let firstClose, first.cause != .shutdown, !isSettled else {
            return first
        }
        // A fault ends what the peers have not.
        guard first.cause != .fault || isCloseAnswered else { return first }
        // A close frame is the end; FIN or RST behind it are only its consequence.
        return Sign(
            origin: firstClose,
            cause: isCloseAnswered ? .closeHandshake : .closeUnanswered,
            detail: first.detail
        )
    }
}
