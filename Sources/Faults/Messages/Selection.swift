internal import Queries
internal import Vocabulary
internal import WebSocketWire

/// Which messages a fault is meant for.
struct Selection: Equatable, Sendable {
    /// A value in a JSON message.
    struct Member: Equatable, Sendable {
        var pointer: JSONPointer
        var value: String
    }

    /// What the messages are, by opcode; empty for data messages.
    private var opcodeText = ""
    private var opcodes: Set<Opcode> = []
    /// The value at `/type`.
    private var type = ""
    private var memberText = ""
    private var member: Member?
    private var regex: RegularExpression?
    /// Bytes of payload at least.
    private var byteCountMin: Int64 = 0
    /// The path of the upgrade's target, without its query.
    private var path = ""
    /// The number of the connection; 0 for all.
    private var connection: Int64 = 0
    /// How often, and how long.
    var limits = BudgetLimits()

    init() {}

    init(_ values: AttributeValues) throws(FaultFlaw) {
        opcodeText = values.text("match_opcode", "")
        opcodes = try Self.opcodes(opcodeText)
        type = values.text("match_type", "")
        memberText = values.text("match_json", "")
        member = try Self.member(memberText)
        let pattern = values.text("match_regex", "")
        regex = pattern.isEmpty ? nil : try RegularExpression(pattern)
        byteCountMin = try values.integer("match_min_bytes", 0, in: 0...Int64.max)
        path = values.text("path", "")
        connection = try values.integer("connection", 0, in: 0...Int64.max)
        limits = try BudgetLimits(values)
    }

    /// All attributes.
    var attributes: [Attribute] {
        [
            Attribute("match_opcode", opcodeText), Attribute("match_type", type),
            Attribute("match_json", memberText), Attribute("match_regex", regex?.pattern ?? ""),
            Attribute("match_min_bytes", byteCountMin), Attribute("path", path),
            Attribute("connection", connection),
        ] + limits.attributes
    }

    // MARK: Asking

    /// Whether messages of a connection can be meant.
    func admits(_ id: ConnectionID, path target: String) -> Bool {
        guard connection == 0 || UInt64(connection) == id.rawValue else { return false }
        guard !path.isEmpty else { return true }
        return target.split(separator: "?", omittingEmptySubsequences: false).first.map {
            String($0) == path
        } ?? false
    }

    /// Whether messages of an opcode can be meant; `named` are those that count when none are named.
    func admits(_ opcode: Opcode, named: Set<Opcode>) -> Bool {
        (opcodes.isEmpty ? named : opcodes).contains(opcode)
    }

    /// Whether a message's payload has to be known.
    private var needsPayload: Bool {
        !type.isEmpty || member != nil || regex != nil
    }

    /// Whether a message is meant; its opcode and connection are.
    func admits(_ message: Message, reading payload: JSONPayload) -> Bool {
        if byteCountMin > 0, Int64(message.payloadByteCount) < byteCountMin { return false }
        guard needsPayload else { return true }
        guard let bytes = message.payload else { return false }
        if let regex, !regex.matches(bytes) { return false }
        guard !type.isEmpty || member != nil else { return true }
        payload.put(bytes)
        if !type.isEmpty, payload.text(at: Self.typePointer) != type { return false }
        if let member, payload.text(at: member.pointer) != member.value { return false }
        return true
    }

    // MARK: Reading

    private static let typePointer: JSONPointer = {
        do throws(JSONPointer.Failure) {
            return try JSONPointer("/type")
        } catch {
            preconditionFailure("/type is no pointer: \(error)")
        }
    }()

    private static func opcodes(_ text: String) throws(FaultFlaw) -> Set<Opcode> {
        var opcodes: Set<Opcode> = []
        for word in text.split(separator: ",") {
            switch word {
            case "text": opcodes.insert(.text)
            case "binary": opcodes.insert(.binary)
            case "ping": opcodes.insert(.ping)
            case "pong": opcodes.insert(.pong)
            case "close": opcodes.insert(.close)
            case "data": opcodes.formUnion([.text, .binary])
            case "control": opcodes.formUnion([.ping, .pong, .close])
            case "any": opcodes.formUnion([.text, .binary, .ping, .pong, .close])
            default:
                throw FaultFlaw(
                    "match_opcode has '\(word)'; it is text, binary, ping, pong, close, data, "
                        + "control or any, with commas between"
                )
            }
        }
        return opcodes
    }

    private static func member(_ text: String) throws(FaultFlaw) -> Member? {
        guard !text.isEmpty else { return nil }
        guard let equals = text.firstIndex(of: "=") else {
            throw FaultFlaw("match_json is '\(text)'; write it as /pointer=value")
        }
        do throws(JSONPointer.Failure) {
            return Member(
                pointer: try JSONPointer(String(text[..<equals])),
                value: String(text[text.index(after: equals)...])
            )
        } catch {
            throw FaultFlaw("match_json is '\(text)': \(error)")
        }
    }
}

extension JSONPayload {
    /// The text of a value: that of a string, and any other as it is written.
    fileprivate func text(at pointer: JSONPointer) -> String? {
        guard let member = member(at: pointer) else { return nil }
        return if case .text(let text) = member.value { text } else { member.raw }
    }
}
