internal import Queries
internal import Vocabulary

/// The JSON values that somebody asked to see of a payload.
struct PointerValues: Equatable, Sendable {
    /// Pointer and value as JSON, without blanks between tokens; `nil` where there is none.
    let values: [(pointer: String, json: String?)]

    /// Looks the values up.
    init(_ pointers: [JSONPointer], in payload: JSONPayload) {
        values = pointers.map { pointer in
            // The inside of an array or object is checked here, so that what is printed is JSON.
            let raw = payload.member(at: pointer)?.raw
            return (pointer.text, raw.flatMap { JSONLayout.lay(Array($0.utf8), .compact) })
        }
    }

    static func == (left: PointerValues, right: PointerValues) -> Bool {
        left.values.elementsEqual(right.values) { $0 == $1 }
    }

    /// One JSON object; what a pointer does not lead to is left out.
    var json: String {
        JSONText.object(values.compactMap { value in value.json.map { (value.pointer, $0) } })
    }

    /// The values side by side.
    ///
    /// - Parameter width: Characters to fill; longer values are cut, the longest first.
    /// - Returns: `/type="trade"  /price=–`, for example.
    func line(width: Int) -> String {
        let pieces = values.map { "\($0.pointer)=\($0.json ?? "–")".printable }
        return pieces.map { $0.shortened(to: Self.share(of: width, among: pieces)) }
            .joined(separator: "  ")
    }

    /// How many characters each piece may have so that all of them fit: short ones leave their rest
    /// to long ones.
    private static func share(of width: Int, among pieces: [String]) -> Int {
        guard width < .max else { return .max }
        var room = max(0, width - 2 * (pieces.count - 1))
        var share = room
        for (index, count) in pieces.map(\.count).sorted().enumerated() {
            share = room / (pieces.count - index)
            guard count <= share else { return max(8, share) }
            room -= count
        }
        return max(8, share)
    }
}
