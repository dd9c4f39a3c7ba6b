internal import Telemetry
internal import Vocabulary

// The files of the proxies, and what people put into them.
extension ProxyBook {
    func listCaptures(_ call: ControlCall) throws(ControlError) -> ControlTurn {
        observe(try names(call.query["proxy"])) { shots throws(ControlError) in
            .json(JSONText.object([("captures", Self.files(shots))]))
        }
    }

    func rotateCaptures(_ call: ControlCall) throws(ControlError) -> ControlTurn {
        let names = try names(call.query["proxy"])
        return .work(.rotate(proxies: names)) { _, result in
            guard case .sealed(let shots, let failures) = result else { return .reply(.unanswered) }
            guard let failure = failures.first else {
                return .reply(.json(JSONText.object([("sealed", Self.files(shots))])))
            }
            let done = shots.flatMap(\.captures).count
            let rest = done == 0 ? "" : "; \(done) others were rotated"
            return .reply(.refusal(ControlError(500, failure + rest)))
        }
    }

    func mark(_ call: ControlCall) throws(ControlError) -> ControlTurn {
        let members = try JSONMembers(call.request.body)
        guard let label = try members.string("label") else { throw .missing("label") }
        try Self.check(label: label)
        let names = try names(try members.string("proxy"))
        let work = ControlWork.mark(proxies: names, label: label, source: call.request.source)
        return .work(work) { _, result in
            guard result == .done else { return .reply(.unanswered) }
            let answer = JSONText.object([
                ("label", JSONText.quoted(label)),
                ("proxies", JSONText.array(names.map(JSONText.quoted))),
            ])
            return .reply(.json(201, answer))
        }
    }

    static func check(label: String) throws(ControlError) {
        guard (1...ControlLimits.labelByteCountMax).contains(label.utf8.count) else {
            throw ControlError(
                400,
                "label has \(label.utf8.count) bytes; write 1 to \(ControlLimits.labelByteCountMax)"
            )
        }
        guard !label.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw ControlError(400, "label has a control character; write one line of plain text")
        }
    }

    private static func files(_ shots: [ProxySnapshot]) -> String {
        JSONText.array(shots.flatMap { shot in shot.captures.map { $0.json(of: shot.name) } })
    }
}
