internal import Faults
internal import Vocabulary

extension ControlledProxy {
    /// As it is shown.
    var json: String {
        JSONText.object([
            ("name", JSONText.quoted(name)), ("listen", JSONText.quoted(listen)),
            ("upstream", JSONText.quoted(upstream)), ("enabled", String(isEnabled)),
            ("toxics", toxicsJSON),
        ])
    }

    var toxicsJSON: String {
        "[" + listedToxics.map(\.json).joined(separator: ",") + "]"
    }
}

extension Toxic {
    /// As it is shown.
    var json: String {
        JSONText.object([
            ("attributes", JSONText.object(fault.attributes.map { ($0.name, $0.value.json) })),
            ("name", JSONText.quoted(name)), ("type", JSONText.quoted(fault.type)),
            ("stream", JSONText.quoted(stream)), ("toxicity", toxicity.shortest),
        ])
    }
}

extension AttributeValue {
    /// As it is shown.
    var json: String {
        switch self {
        case .integer(let value): String(value)
        case .text(let value): JSONText.quoted(value)
        case .truth(let value): String(value)
        }
    }
}

extension Float {
    /// As short as it can be written: `1`, `0.2`.
    var shortest: String {
        let text = description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
