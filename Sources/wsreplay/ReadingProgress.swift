import Console

/// How far a long reading has come, drawn over itself on a terminal; nothing for short ones.
final class ReadingProgress {
    private let verb: String
    private let name: String
    private let byteCount: UInt64
    private var shownPercent = -1

    /// Files below this size are read before anybody would look, in bytes.
    private static let byteCountMin: UInt64 = 100 << 20

    init(of path: String, byteCount: UInt64, verb: String = "reading") {
        self.verb = verb
        name = path
        self.byteCount = byteCount
    }

    /// Shows that so many bytes have been read.
    func report(_ done: UInt64) {
        guard byteCount >= Self.byteCountMin, Terminal.showsProgress else { return }
        let percent = Int(done * 100 / byteCount)
        guard percent != shownPercent else { return }
        shownPercent = percent
        StandardError.write("\r\(verb) \(name) … \(percent) %")
    }

    /// Takes the line away.
    func end() {
        if shownPercent >= 0 { StandardError.write("\r\u{1B}[K") }
        shownPercent = -1
    }
}
