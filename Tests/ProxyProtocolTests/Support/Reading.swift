import ProxyProtocol
import TestKit
import Testing

/// What the parser makes of some bytes.
enum Reading: Equatable {
    case header(ProxyHeader)
    case error(ProxyHeaderError)
    case more

    init(_ bytes: [UInt8]) {
        let (guarded, range) = DripFeed.guarded(bytes)
        do throws(ProxyHeaderError) {
            let header = try ProxyHeaderParser.parse(guarded.span.bytes.extracting(range))
            self = header.map { .header($0) } ?? .more
        } catch {
            self = .error(error)
        }
    }

    /// Reads text.
    init(_ text: String) {
        self.init(Array(text.utf8))
    }

    var header: ProxyHeader? {
        if case .header(let header) = self { header } else { nil }
    }

    var error: ProxyHeaderError? {
        if case .error(let error) = self { error } else { nil }
    }
}

/// The parser's laws, whatever the bytes: they are judged by the same byte however they arrive, what has been
/// said is never taken back, and a header is told with its last byte.
///
/// - Returns: How the bytes were read, and after how many of them that was certain.
@discardableResult
func readDripping(
    _ bytes: [UInt8],
    _ note: Comment = "",
    sourceLocation: SourceLocation = #_sourceLocation
) -> (reading: Reading, certainAfter: Int) {
    let whole = Reading(bytes)
    for count in 0...bytes.count {
        let part = Reading(Array(bytes[..<count]))
        guard part != .more else { continue }
        #expect(part == whole, "\(note) after \(count) bytes", sourceLocation: sourceLocation)
        if let header = part.header {
            #expect(header.byteCount == count, note, sourceLocation: sourceLocation)
        }
        return (whole, count)
    }
    return (whole, bytes.count + 1)
}
