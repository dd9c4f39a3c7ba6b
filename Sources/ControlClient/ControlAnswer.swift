#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// What the control port has answered.
public struct ControlAnswer: Equatable, Sendable {
    /// The HTTP status.
    public var status: Int
    /// The body; bytes that are no UTF-8 have become U+FFFD.
    public var body: String

    /// Creates an answer.
    public init(status: Int, body: String) {
        self.status = status
        self.body = body
    }

    /// Why a call was refused: the sentence of the body where it has one, else its first line.
    ///
    /// Without a full stop, so that it can stand within another sentence.
    public var reason: String {
        let text = sentence ?? body.split(separator: "\n").first.map(String.init) ?? ""
        let short = text.prefix(300)
        guard !short.isEmpty, !short.hasPrefix("<") else { return "without a reason" }
        return String(short.last == "." ? short.dropLast() : short)
    }

    private struct Refusal: Decodable {
        let error: String
    }

    private var sentence: String? {
        do {
            return try JSONDecoder().decode(Refusal.self, from: Data(body.utf8)).error
        } catch {
            // Not JSON: another server, or a page of the original.
            return nil
        }
    }
}
