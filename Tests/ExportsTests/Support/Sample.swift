import CaptureFormat
import Exports
import Queries
import TestKit
import Vocabulary
import WebSocketWire

/// Connection 1.
let c1 = ConnectionID(rawValue: 1)
/// Connection 2.
let c2 = ConnectionID(rawValue: 2)

extension HistoryBuilder {
    /// A history that is built in a closure.
    static func entries(_ build: (inout HistoryBuilder) -> Void) -> [Recorded] {
        var builder = HistoryBuilder()
        build(&builder)
        return builder.entries
    }

    /// A text message in one frame.
    mutating func text(_ connection: ConnectionID, _ direction: Direction, _ text: String) {
        send(connection, direction, .text, Array(text.utf8))
    }
}

/// A filter with nothing but a query.
func filter(_ query: String) throws -> FrameFilter {
    var filter = FrameFilter()
    filter.query = try Query(query)
    return filter
}

/// The frames that a filter admits.
func frames(
    _ entries: [HistoryBuilder.Recorded],
    _ filter: FrameFilter = FrameFilter(),
    pointers: [String] = []
) throws -> [FrameLine] {
    var listing = FrameListing(filter: filter, pointers: try pointers.map(JSONPointer.init))
    var lines: [FrameLine] = []
    for recorded in entries {
        lines += listing.take(recorded.entry, bytes: recorded.bytes.span.bytes)
    }
    return lines + listing.finish()
}

/// The messages that a filter admits.
func messages(
    _ entries: [HistoryBuilder.Recorded],
    _ filter: FrameFilter = FrameFilter(),
    pointers: [String] = []
) throws -> [MessageLine] {
    var listing = MessageListing(filter: filter, pointers: try pointers.map(JSONPointer.init))
    var lines: [MessageLine] = []
    for recorded in entries {
        lines += listing.take(recorded.entry, bytes: recorded.bytes.span.bytes)
    }
    return lines + listing.finish()
}

/// What an inspector finds, as text.
func inspected(
    _ entries: [HistoryBuilder.Recorded],
    _ target: Inspector.Target,
    _ adjust: (inout Inspector.Wish) -> Void = { _ in }
) -> [String] {
    var wish = Inspector.Wish()
    adjust(&wish)
    var inspector = Inspector(target, wish)
    var found: [Inspection] = []
    for recorded in entries where !inspector.isDone {
        found += inspector.take(recorded.entry, bytes: recorded.bytes.span.bytes)
    }
    found += inspector.finish()
    return found.map { InspectionText.render($0, ink: .plain, width: .max) }
}

/// A frame by its short name; a name that is none stops the test.
func named(_ text: String) -> Inspector.Target {
    guard let reference = FrameReference(text) else {
        preconditionFailure("'\(text)' names no frame")
    }
    return .reference(reference)
}
