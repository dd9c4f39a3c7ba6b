public import CaptureFormat
public import Vocabulary

/// What a fault did to frames, as a line that people and programs read.
public struct FaultLine: Equatable, Sendable {
    /// What it did.
    public enum Deed: Equatable, Sendable {
        /// Other bytes went on.
        case rewritten(RewriteRecord.Kind, sentByteCount: UInt64)
        /// They went on later.
        case held(nanoseconds: UInt64)
    }

    /// When.
    public var time: Instant
    /// The connection.
    public var connection: ConnectionID
    /// The flow.
    public var direction: Direction
    /// The frames; `nil` for what nobody has sent.
    public var frames: ClosedRange<UInt64>?
    /// What it did.
    public var deed: Deed
    /// The fault, or several with commas between.
    public var fault: String

    private var word: String {
        switch deed {
        case .rewritten(let kind, _): "\(kind)"
        case .held: "held"
        }
    }

    private var detail: String {
        switch deed {
        case .rewritten(_, let count) where count > 0: ", \(count) B went on"
        case .rewritten: ""
        case .held(let nanoseconds): " for \(nanoseconds / 1_000_000) ms"
        }
    }

    /// One line for a terminal, without a line break.
    public func line(width: Int) -> String {
        let place = frames.map { frames in
            frames.count == 1
                ? " #\(frames.lowerBound)" : " #\(frames.lowerBound)–\(frames.upperBound)"
        }
        return
            ("\(time.timeOfDay())  \(connection) \(direction.arrow)\(place ?? "")  "
            + "\(word.uppercased())\(detail) by '\(fault)'").printable.shortened(to: width)
    }

    /// One JSON object.
    public var json: String {
        var members: [(String, String)] = [
            ("time", JSONText.quoted(time.rfc3339(fractionDigits: 9))),
            ("connection", JSONText.quoted(connection.description)),
            ("direction", JSONText.quoted(direction.description)),
            ("deed", JSONText.quoted(word)), ("fault", JSONText.quoted(fault)),
        ]
        if let frames {
            members += [
                ("firstFrame", String(frames.lowerBound)),
                ("lastFrame", String(frames.upperBound)),
            ]
        }
        switch deed {
        case .rewritten(_, let count): members.append(("sentBytes", String(count)))
        case .held(let nanoseconds): members.append(("heldNanoseconds", String(nanoseconds)))
        }
        return JSONText.object(members)
    }
}
