internal import Yams

/// Reads YAML into a tree of values.
///
/// Plain words are read as YAML 1.2's JSON schema reads them: `null`, `true`, `false` and numbers as JSON
/// writes them; everything else is text.
public enum YAMLDocument {
    /// Aliases at most: each can repeat what it names, and those within it.
    static let aliasCountMax = 16

    /// Reads a text.
    ///
    /// - Returns: Its values, and where each of them stands.
    /// - Throws: ``DocumentError``: what is wrong, with line and column.
    public static func read(_ text: String) throws(DocumentError) -> Document {
        guard aliasCount(text) <= aliasCountMax else {
            throw DocumentError("there are more than \(aliasCountMax) aliases ('*name') in it")
        }
        guard let root = try parse(text) else { throw DocumentError("it is empty") }
        var reader = Reader()
        let value = try reader.value(root, "", depth: 0)
        return Document(value, places: reader.places)
    }

    private static func parse(_ text: String) throws(DocumentError) -> Node? {
        do {
            return try compose(yaml: text)
        } catch let error as YamlError {
            throw explain(error)
        } catch {
            throw DocumentError("it is not YAML: \(error)")
        }
    }

    private static func explain(_ error: YamlError) -> DocumentError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            DocumentError("it is not YAML: \(problem)", at: Reader.place(mark))
        case .duplicatedKeysInMapping(let duplicates, let context):
            DocumentError(
                "given twice: \(duplicates.joined(separator: ", ").prefix(120))",
                at: Reader.place(context.mark)
            )
        default: DocumentError("it is not YAML")
        }
    }

    /// Counts what looks like an alias.
    private static func aliasCount(_ text: String) -> Int {
        var count = 0
        var last = UInt8(ascii: "\n")
        var isStar = false
        for byte in text.utf8 {
            if isStar, byte > 0x20 { count += 1 }
            isStar = byte == UInt8(ascii: "*") && (last <= 0x20 || "[{,:-".utf8.contains(last))
            last = byte
        }
        return count
    }

    /// Turns nodes into values.
    private struct Reader {
        var places: [String: Document.Place] = [:]
        private var count = 0

        mutating func value(
            _ node: Node,
            _ pointer: String,
            depth: Int
        ) throws(DocumentError) -> JSONValue {
            count += 1
            guard count <= Document.valueCountMax else {
                throw DocumentError(
                    "there are more than \(Document.valueCountMax) values in it"
                )
            }
            guard depth < Document.depthMax else {
                throw DocumentError(
                    "more than \(Document.depthMax) levels",
                    at: node.mark.map(Self.place)
                )
            }
            places[pointer] = node.mark.map(Self.place)
            switch node {
            case .scalar(let scalar): return Self.value(scalar)
            case .sequence(let list):
                var values: [JSONValue] = []
                for (index, node) in list.enumerated() {
                    let pointer = Document.pointer(to: String(index), in: pointer)
                    values.append(try value(node, pointer, depth: depth + 1))
                }
                return .array(values)
            case .mapping(let mapping):
                var members: [(String, JSONValue)] = []
                for (key, node) in mapping {
                    guard case .scalar(let name) = key else {
                        throw DocumentError(
                            "a name is no text but a list or a map",
                            at: key.mark.map(Self.place)
                        )
                    }
                    let pointer = Document.pointer(to: name.string, in: pointer)
                    members.append((name.string, try value(node, pointer, depth: depth + 1)))
                }
                return .object(members)
            case .alias:
                throw DocumentError("an alias names nothing", at: node.mark.map(Self.place))
            }
        }

        static func place(_ mark: Mark) -> Document.Place {
            Document.Place(line: mark.line, column: mark.column)
        }

        private static func value(_ scalar: Node.Scalar) -> JSONValue {
            guard scalar.style == .plain else { return .string(scalar.string) }
            switch scalar.string {
            case "", "~", "null": return .null
            case "true": return .bool(true)
            case "false": return .bool(false)
            case let text: return isNumber(text) ? .number(text) : .string(text)
            }
        }

        /// Whether JSON would read a number (RFC 8259 §6).
        private static func isNumber(_ text: String) -> Bool {
            var rest = Array(text.utf8)[...]
            func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
            func takeDigits() -> Int {
                let digits = rest.prefix(while: isDigit)
                rest = rest.dropFirst(digits.count)
                return digits.count
            }
            if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
            let isZeroFirst = rest.first == UInt8(ascii: "0")
            let whole = takeDigits()
            guard whole == 1 || (whole > 1 && !isZeroFirst) else { return false }
            if rest.first == UInt8(ascii: ".") {
                rest.removeFirst()
                guard takeDigits() > 0 else { return false }
            }
            if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
                rest.removeFirst()
                if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
                    rest.removeFirst()
                }
                guard takeDigits() > 0 else { return false }
            }
            return rest.isEmpty
        }
    }
}
