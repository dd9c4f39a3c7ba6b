/// What all streams together may hold before it is known what they are.
final class SearchBudget {
    /// In bytes.
    static let byteCountMax = 32 << 20

    private(set) var byteCount = 0

    /// Whether nothing more should be held.
    var isExhausted: Bool { byteCount > Self.byteCountMax }

    func change(by difference: Int) { byteCount += difference }
}
