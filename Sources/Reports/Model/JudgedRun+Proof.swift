public import Verification
public import Vocabulary

extension JudgedRun {
    /// How many commands are printed for one finding.
    static let commandsMax = 3

    /// The commands that show a finding's proof, the first few.
    func showCommands(for finding: Finding) -> [String] {
        guard let place else { return [] }
        return finding.references.prefix(Self.commandsMax).map(place.showCommand)
    }
}

extension Finding {
    /// The frames that prove it, each once.
    public var references: [FrameReference] {
        var seen: Set<FrameReference> = []
        return proof.filter { $0.frame > 0 }.map(\.reference).filter { seen.insert($0).inserted }
    }
}

extension String {
    /// The text in at most so many characters; what was cut shows as `…`.
    func limited(to count: Int) -> String {
        self.count > count ? String(prefix(Swift.max(0, count - 1))) + "…" : self
    }

    /// The text without line breaks and blanks at either end.
    var trimmed: String {
        let isSpace = { (character: Character) in character == "\n" || character == " " }
        guard let first = firstIndex(where: { !isSpace($0) }),
            let last = lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(self[first...last])
    }
}
