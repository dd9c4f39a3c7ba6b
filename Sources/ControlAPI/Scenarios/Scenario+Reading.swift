public import Documents
internal import Vocabulary

// From a document to a scenario.
extension Scenario {
    private static let names = ["name", "seed", "proxy", "repeat", "length", "steps"]
    private static let actions = [
        "add", "remove", "update", "partition", "cut", "mark", "disable", "enable",
    ]

    /// Reads a scenario.
    ///
    /// - Throws: ``DocumentError``: what is wrong, with its step and its place.
    public init(_ document: Document) throws(DocumentError) {
        var length: (Duration, DocumentNode)?
        var repeating = document.root
        for (name, node) in try document.root.members("the scenario", known: Self.names) {
            switch name {
            case "name": self.name = try Self.name(node)
            case "seed": seed = try node.natural("seed")
            case "proxy": proxy = try node.string("proxy")
            case "length": length = (try node.duration("length"), node)
            case "repeat":
                repeating = node
                let count = try node.natural("repeat")
                guard count >= 1, count <= UInt64(Self.callCountMax) else {
                    throw node.wrong("repeat is \(count); it goes from 1 to \(Self.callCountMax)")
                }
                passCount = Int(count)
            default: try readSteps(node)
            }
        }
        guard !steps.isEmpty else { throw document.root.wrong("the scenario has no steps") }
        arrange(length: length?.0)
        if let (given, node) = length, let last = calls.dropLast().last, last.offset > given {
            throw node.wrong(
                "length is \(DurationText.text(given)), and step \((last.step ?? 0) + 1) ends at "
                    + DurationText.text(last.offset)
            )
        }
        guard passCount == 1 || self.length > .zero else {
            throw repeating.wrong("a pass takes no time; give it a length to repeat it")
        }
        guard calls.count * passCount <= Self.callCountMax else {
            throw repeating.wrong(
                "it would make \(calls.count * passCount) calls; at most \(Self.callCountMax) are made"
            )
        }
    }

    private static func name(_ node: DocumentNode) throws(DocumentError) -> String {
        let name = try node.string("name")
        guard !name.isEmpty, name.utf8.count <= ControlLimits.nameByteCountMax else {
            throw node.wrong(
                "name has \(name.utf8.count) bytes; it has from 1 to "
                    + "\(ControlLimits.nameByteCountMax)"
            )
        }
        return name
    }

    private mutating func readSteps(_ node: DocumentNode) throws(DocumentError) {
        let nodes = try node.elements("steps")
        guard nodes.count <= Self.stepCountMax else {
            throw node.wrong("there are \(nodes.count) steps; at most \(Self.stepCountMax)")
        }
        for node in nodes { steps.append(try Self.step(node, number: steps.count + 1)) }
    }

    private static func step(
        _ node: DocumentNode,
        number: Int
    ) throws(DocumentError) -> Step {
        let what = "step \(number)"
        var at: Duration?
        var lasts: Duration?
        var action: Action?
        for (name, node) in try node.members(what, known: ["at", "for"] + actions, nulls: true) {
            switch name {
            case "at": at = try node.duration("\(what): at")
            case "for": lasts = try node.duration("\(what): for")
            default:
                guard action == nil else {
                    throw node.wrong(
                        "\(what) does two things; make a step of its own for '\(name)'"
                    )
                }
                action = try Self.action(name, node, what: "\(what): \(name)", lasts: &lasts)
            }
        }
        guard let at else { throw node.wrong("\(what) does not say when; write 'at: 5s'") }
        guard let action else {
            throw node.wrong(
                "\(what) does nothing; say one of " + actions.joined(separator: ", ")
            )
        }
        guard lasts == nil || action.canBeUndone else {
            throw node.wrong("\(what): '\(action.text)' cannot be undone, so it takes no 'for'")
        }
        return Step(number: number, at: at, action: action, lasts: lasts)
    }

    private static func action(
        _ name: String,
        _ node: DocumentNode,
        what: String,
        lasts: inout Duration?
    ) throws(DocumentError) -> Action {
        switch name {
        case "add": return .add(try toxic(node, what: what))
        case "remove": return .remove(try node.string(what))
        case "update": return try update(node, what: what)
        case "partition": return .partition(try extent(node, what: what, lasts: &lasts))
        case "cut": return .cut(try termination(node, what: what))
        case "mark":
            let label = try node.string(what)
            guard !label.isEmpty, label.utf8.count <= labelByteCountMax else {
                throw node.wrong(
                    "\(what) has \(label.utf8.count) bytes; it has from 1 to \(labelByteCountMax)"
                )
            }
            return .mark(label)
        default:
            guard node.value == .null || node.value == .bool(true) else {
                throw node.wrong("\(what) takes no value; write '\(name): true'")
            }
            return name == "disable" ? .disable : .enable
        }
    }

    /// Bytes of a mark's label at most.
    static let labelByteCountMax = 1024

    private static func toxic(
        _ node: DocumentNode,
        what: String
    ) throws(DocumentError) -> ToxicWish {
        _ = try node.members(what, known: ToxicWish.names)
        return try node.located(what) { () throws(ControlError) in
            let wish = try ToxicWish(JSONMembers(node.value))
            try wish.checkName()
            // Attributes that cannot be worked with are found out now, and not in the middle.
            _ = try wish.toxic(id: 0)
            return wish
        }
    }

    private static func update(
        _ node: DocumentNode,
        what: String
    ) throws(DocumentError) -> Action {
        let known = ["name", "toxicity", "attributes"]
        let members = try node.members(what, known: known)
        guard let name = try members.first(where: { $0.name == "name" })?.node.string("name") else {
            throw node.wrong("\(what) does not say which toxic; write 'name: …'")
        }
        return try node.located(what) { () throws(ControlError) in
            let values = try JSONMembers(node.value)
            _ = try values.float("toxicity")
            _ = try values.object("attributes")
            return .update(name, values)
        }
    }

    private static func extent(
        _ node: DocumentNode,
        what: String,
        lasts: inout Duration?
    ) throws(DocumentError) -> ProxyPartition.Extent {
        var text: String?
        if case .object = node.value {
            for (name, node) in try node.members(what, known: ["direction", "for"]) {
                if name == "for" {
                    lasts = try node.duration("\(what): for")
                } else {
                    text = try node.string("\(what): direction")
                }
            }
        } else if node.value != .null {
            text = try node.string(what)
        }
        return try node.located(what) { () throws(ControlError) in
            try ProxyBook.extent(text ?? ProxyPartition.Extent.both.rawValue)
        }
    }

    private static func termination(
        _ node: DocumentNode,
        what: String
    ) throws(DocumentError) -> Termination {
        var how = "fin"
        var code: UInt64?
        var reason = ""
        if case .object = node.value {
            for (name, node) in try node.members(what, known: ["how", "code", "reason"]) {
                switch name {
                case "how": how = try node.string("\(what): how")
                case "code": code = try node.natural("\(what): code")
                default: reason = try node.string("\(what): reason")
                }
            }
        } else {
            how = try node.string(what)
        }
        guard how == "close" || (code == nil && reason.isEmpty) else {
            throw node.wrong("\(what) is '\(how.prefix(60))'; only 'close' has a code and a reason")
        }
        switch how {
        case "fin": return .fin
        case "reset": return .reset
        case "close":
            // RFC 6455 §7.4: these may stand in a close frame.
            let number = code ?? 1001
            let isGood =
                (1000...1014).contains(number) && ![1004, 1005, 1006].contains(number)
                || (3000...4999).contains(number)
            guard isGood, let number = UInt16(exactly: number) else {
                throw node.wrong("\(what): code is \(number), which no close frame may have")
            }
            guard reason.utf8.count <= 123 else {
                throw node.wrong("\(what): reason has more than 123 bytes")
            }
            return .close(code: number, reason: reason)
        default:
            throw node.wrong("\(what) is '\(how.prefix(60))'; choose one of: fin, reset, close")
        }
    }
}
