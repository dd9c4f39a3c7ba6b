import Console

/// What the demo shows while it runs.
struct DemoPrinter {
    private let isColoured = Terminal.wantsColor

    func picture() {
        print(
            """

                    faults on command
                         │
                         ▼
              bot ──▶ wsproxy ──▶ dashboard        three processes on this machine
                         │
                         ▼
                     run.wscap ──▶ wsreplay --verify

            """
        )
    }

    func heading(_ mode: String) {
        print(paint("── a bot that publishes in mode \(mode)", "1"))
    }

    func step(_ text: String) {
        clearProgress()
        print("   \(text)")
    }

    /// Shows a command that was run, and what it printed.
    func command(_ command: String, _ output: String) {
        clearProgress()
        print("   $ \(command)")
        for line in output.split(separator: "\n") { print("     \(line)") }
    }

    /// Draws a bar over itself on a terminal; says nothing elsewhere.
    func progress(_ what: String, _ done: Int, _ total: Int) {
        guard Terminal.showsProgress else { return }
        let width = 24
        let filled = min(width, done * width / max(1, total))
        let bar =
            String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        StandardError.write("\r\u{1B}[K   \(bar) \(done) \(what)")
    }

    func verdict(_ command: String, _ text: String, code: Int32) {
        print("\n   $ \(command)")
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            print("   \(line)")
        }
        print("   exit code \(code)\n")
    }

    /// Shows what the truth says of the verdict.
    ///
    /// - Returns: Whether everything holds.
    func compare(_ rows: [(text: String, holds: Bool)]) -> Bool {
        print("   Held against the logs of both ends:")
        for row in rows {
            print("   \(row.holds ? paint("✓", "32") : paint("✗", "31")) \(row.text)")
        }
        print("")
        return rows.allSatisfy(\.holds)
    }

    func end(isRight: Bool, folder: String) {
        print(
            isRight
                ? paint("Both verdicts are what really happened.", "1;32")
                : paint("A verdict is not what really happened.", "1;31")
        )
        print("Captures, logs and verdicts are in \(folder)/. Look at one:")
        print("  .build/release/wsreplay \(folder)/fire-and-forget/run.wscap")
    }

    private func clearProgress() {
        if Terminal.showsProgress { StandardError.write("\r\u{1B}[K") }
    }

    private func paint(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
