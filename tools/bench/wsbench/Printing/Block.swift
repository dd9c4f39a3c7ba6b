/// A title, a table, and what there is to say about it.
struct Block {
    var title: String
    var table: Table
    var notes: [Note]

    /// A line below a table.
    struct Note {
        var kind: Kind
        var text: String

        enum Kind {
            case remark
            case warning
            case reached
            case missed
        }
    }

    /// The lines of the block.
    func text(_ format: Format) -> String {
        switch format {
        case .text(let style):
            let notes = notes.map { "  " + $0.painted(style) }
            return ([style.bold(title)] + table.lines(style) + notes).joined(separator: "\n")
        case .markdown:
            let notes = notes.map { "* " + $0.marked }
            let parts = [["### \(title)"], table.markdown, notes].filter { !$0.isEmpty }
            return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
        }
    }
}

extension Block.Note {
    /// The text with a mark that tells its kind without colours.
    fileprivate var marked: String {
        switch kind {
        case .remark: text
        case .warning: "Warning: " + text
        case .reached: "✓ " + text
        case .missed: "✗ " + text
        }
    }

    fileprivate func painted(_ style: Style) -> String {
        switch kind {
        case .remark: style.dim(marked)
        case .warning: style.warning(marked)
        case .reached: style.good(marked)
        case .missed: style.bad(marked)
        }
    }
}
