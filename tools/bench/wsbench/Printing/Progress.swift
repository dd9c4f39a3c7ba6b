import Foundation

/// One line on a terminal's standard error that says what is being measured.
struct Progress {
    let isShown = isatty(STDERR_FILENO) == 1

    /// Replaces the line.
    func show(_ text: String) {
        if isShown { write("\r\u{1B}[K\(text) …") }
    }

    /// Takes the line away.
    func clear() {
        if isShown { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
