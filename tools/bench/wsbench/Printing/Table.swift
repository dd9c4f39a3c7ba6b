/// Columns of text under a heading: names to the left, figures to the right.
struct Table {
    /// A piece of text and how it is painted, which does not count for its width.
    struct Cell: ExpressibleByStringLiteral {
        var text: String
        var paint: (String) -> String

        init(_ text: String, paint: @escaping (String) -> String = { $0 }) {
            self.text = text
            self.paint = paint
        }

        init(stringLiteral text: String) {
            self.init(text)
        }
    }

    var heading: [String]
    var rows: [[Cell]] = []

    /// The lines of the table, indented by two spaces; columns without any text are left out.
    func lines(_ style: Style) -> [String] { used.allLines(style) }

    /// The lines of the table as GitHub's Markdown has it; columns without any text are left out.
    var markdown: [String] {
        let table = used
        let rule = table.heading.indices.map { $0 == 0 ? "---" : "---:" }
        return ([table.heading, rule] + table.rows.map { $0.map(\.text) }).map { cells in
            "| " + cells.joined(separator: " | ") + " |"
        }
    }

    /// The table without columns that have no text.
    private var used: Table {
        let used = heading.indices.filter { column in rows.contains { !$0[column].text.isEmpty } }
        return Table(
            heading: used.map { heading[$0] },
            rows: rows.map { row in used.map { row[$0] } }
        )
    }

    private func allLines(_ style: Style) -> [String] {
        let head = heading.map { Cell($0, paint: style.dim) }
        let widths = heading.indices.map { column in
            ([head] + rows).map { $0[column].text.count }.max() ?? 0
        }
        return ([head] + rows).map { row in
            let cells = row.indices.map { column in
                let cell = row[column]
                let space = String(repeating: " ", count: widths[column] - cell.text.count)
                return column == 0
                    ? cell.paint(cell.text) + space : space + cell.paint(cell.text)
            }
            return trimmed("  " + cells.joined(separator: "   "))
        }
    }

    private func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
