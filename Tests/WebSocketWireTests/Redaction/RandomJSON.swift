import Vocabulary

/// A JSON value as a tree, for laws about texts.
indirect enum JSONTree {
    case string(String)
    /// A number, `true`, `false` or `null`, as written.
    case literal(String)
    case array([JSONTree])
    case object([(name: String, value: JSONTree)])
}

/// Random trees, pointers into them, and splits.
enum RandomJSON {
    private static let names = [
        "a", "b", "api_key", "0", "1", "", "a/b", "m~n", "é", "😀", "a\nb", "\"",
    ]
    private static let scalars = ["0", "-1.5e+10", "12345", "true", "false", "null", "7E-2"]

    static func value(_ dice: inout SeededGenerator, depth: Int) -> JSONTree {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 2), using: &dice) {
        case 0: .literal(scalars.randomElement(using: &dice) ?? "null")
        case 1: .string(text(&dice))
        case 2, 3: .array(list(&dice).map { _ in value(&dice, depth: depth - 1) })
        default:
            .object(
                list(&dice).map { _ in
                    (names.randomElement(using: &dice) ?? "a", value(&dice, depth: depth - 1))
                }
            )
        }
    }

    static func isContainer(_ tree: JSONTree) -> Bool {
        switch tree {
        case .array, .object: true
        default: false
        }
    }

    /// Some paths that lead somewhere, and one that may not.
    static func pointers(_ dice: inout SeededGenerator, in tree: JSONTree) -> [String] {
        let paths = paths(of: tree).filter { !$0.isEmpty }
        var chosen = (0..<Int.random(in: 0...3, using: &dice)).compactMap { _ in
            paths.randomElement(using: &dice)
        }
        chosen.append([names.randomElement(using: &dice) ?? "a"])
        return chosen.map { path in
            path.map { token in
                "/"
                    + token.replacing("~", with: "~0").replacing("/", with: "~1")
            }
            .joined()
        }
    }

    static func pieces(_ dice: inout SeededGenerator, _ bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...max(1, rest.count / 3), using: &dice))
            pieces.append(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }

    private static func list(_ dice: inout SeededGenerator) -> Range<Int> {
        0..<Int.random(in: 0...4, using: &dice)
    }

    private static func text(_ dice: inout SeededGenerator) -> String {
        let characters: [Character] = [
            "x", "{", "}", "[", "]", "\"", "\\", ",", ":", "é", "😀", "\n", " ",
        ]
        return String(list(&dice).map { _ in characters.randomElement(using: &dice) ?? "x" })
    }

    private static func paths(of tree: JSONTree) -> [[String]] {
        switch tree {
        case .string, .literal: [[]]
        case .array(let elements):
            [[]]
                + elements.enumerated().flatMap { index, element in
                    paths(of: element).map { ["\(index)"] + $0 }
                }
        case .object(let members):
            [[]] + members.flatMap { member in paths(of: member.value).map { [member.name] + $0 } }
        }
    }
}

/// Writes a tree twice: as it is, and with the values at pointers blanked.
///
/// It knows the whole tree and each value's path, and so shares nothing with a scanner of bytes.
struct WholeText {
    let pointers: [JSONPointer]
    var dice: SeededGenerator
    private(set) var text: [UInt8] = []
    private(set) var redacted: [UInt8] = []

    init(pointers: [JSONPointer], dice: SeededGenerator) {
        self.pointers = pointers
        self.dice = dice
    }

    mutating func write(_ tree: JSONTree, at path: [String] = []) {
        let isSecret = pointers.contains { $0.tokens.map(Array.init) == path.map(Array.init) }
        let start = redacted.count
        switch tree {
        case .literal(let word):
            put(word)
            guard isSecret else { break }
            let filler = word.first?.isLetter == true ? "null" : "0"
            for (index, place) in (start..<redacted.count).enumerated() {
                redacted[place] = index < filler.utf8.count ? Array(filler.utf8)[index] : 0x20
            }
        case .string(let value):
            put(quoted(value))
            if isSecret { fill(start, with: "*") }
        case .array(let elements):
            put("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { put("," + blanks()) }
                write(element, at: path + ["\(index)"])
            }
            put("]")
            if isSecret { fill(start, with: " ") }
        case .object(let members):
            put("{")
            for (index, member) in members.enumerated() {
                if index > 0 { put("," + blanks()) }
                put(quoted(member.name) + blanks() + ":" + blanks())
                write(member.value, at: path + [member.name])
            }
            put("}")
            if isSecret { fill(start, with: " ") }
        }
    }

    /// Overwrites all but the first and the last byte.
    private mutating func fill(_ start: Int, with filler: Unicode.Scalar) {
        for place in start + 1..<redacted.count - 1 { redacted[place] = UInt8(ascii: filler) }
    }

    private mutating func put(_ string: String) {
        text += Array(string.utf8)
        redacted += Array(string.utf8)
    }

    private mutating func blanks() -> String {
        ["", "", " ", "\n\t", "\r "].randomElement(using: &dice) ?? ""
    }

    /// A JSON string in which some characters are escaped though they need not be.
    private mutating func quoted(_ value: String) -> String {
        var out = "\""
        for character in value.unicodeScalars {
            let isNeeded = character == "\"" || character == "\\" || character.value < 0x20
            if isNeeded || Int.random(in: 0..<4, using: &dice) == 0 {
                for unit in String(character).utf16 {
                    let digits = String(unit, radix: 16, uppercase: Bool.random(using: &dice))
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                out.unicodeScalars.append(character)
            }
        }
        return out + "\""
    }
}
