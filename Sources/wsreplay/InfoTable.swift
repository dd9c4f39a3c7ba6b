/// The rows of `wsreplay info`: facts with their names, and counts below a title.
enum InfoTable {
    static func show(
        _ rows: [(String, String)],
        _ title: String,
        _ counts: [(name: String, count: UInt64)]
    ) {
        let width = (rows.map(\.0.count) + counts.map(\.name.count)).max() ?? 0
        for (name, value) in rows { print(pad(name, width), value) }
        print(title)
        for (name, count) in counts { print(" ", pad(name, width), count) }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
