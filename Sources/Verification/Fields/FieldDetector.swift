import Vocabulary

/// Decides, from the first messages of a direction, which members mean something.
///
/// A member is taken for a type, a part, an identifier or a timestamp when it has one of the common
/// names; of several the one that most messages carry. Of the sequence's possible scopes the one in
/// which numbers step by one most reliably is taken, the finest of equals.
struct FieldDetector {
    /// How many messages are looked at before the decision.
    static let sampleSizeMax = 64

    private var sample: [(connection: ConnectionID, fields: CandidateFields)] = []

    /// Whether the sample is large enough.
    var isReady: Bool { sample.count >= Self.sampleSizeMax }

    /// Takes a message into the sample.
    mutating func take(_ fields: CandidateFields, on connection: ConnectionID) {
        sample.append((connection, fields))
    }

    /// Decides.
    func decide() -> DetectedFields {
        var best = DetectedFields(
            type: mostCarried(FieldName.types),
            part: nil,
            identifier: mostCarried(FieldName.identifiers),
            timestamp: mostCarried(FieldName.timestamps),
            scope: .typeAndPart
        )
        best.part = mostCarried(FieldName.parts)
        best.sequence = mostCarried(FieldName.sequences) { $0.number($1) != nil }
        guard best.sequence != nil else { return best }
        var bestFit = fit(of: best)
        for scope in DetectedFields.Scope.allCases {
            var candidate = best
            candidate.scope = scope
            let fit = fit(of: candidate)
            guard fit > bestFit else { continue }
            best = candidate
            bestFit = fit
        }
        return best
    }

    private func mostCarried(
        _ names: [FieldName],
        where carries: (CandidateFields, FieldName) -> Bool = { $0.has($1) }
    ) -> FieldName? {
        var best: (name: FieldName, count: Int)?
        for name in names {
            let count = sample.count { carries($0.fields, name) }
            if count > (best?.count ?? 0) { best = (name, count) }
        }
        return best?.name
    }

    /// How reliably numbers step by one in a scope, drawn towards one half while there are few steps to
    /// judge by.
    ///
    /// A number that two streams of the finest scope share speaks against a scope that makes one
    /// stream of them.
    private func fit(of fields: DetectedFields) -> Double {
        struct Stream: Hashable {
            var connection: ConnectionID
            var name: [UInt8]
        }
        struct Number: Hashable {
            var name: [UInt8]
            var value: UInt64
        }
        guard let sequence = fields.sequence else { return 0 }
        var finest = fields
        finest.scope = .typeAndPart
        var last: [Stream: UInt64] = [:]
        var owners: [Number: Set<[UInt8]>] = [:]
        var steps = 0
        var stepsOfOne = 0
        for message in sample {
            guard let number = message.fields.number(sequence) else { continue }
            var stream = Stream(connection: message.connection, name: [])
            fields.streamName(of: message.fields, into: &stream.name)
            if let before = last.updateValue(number, forKey: stream) {
                steps += 1
                if number == before &+ 1 { stepsOfOne += 1 }
            }
            var owner: [UInt8] = []
            finest.streamName(of: message.fields, into: &owner)
            owners[Number(name: stream.name, value: number), default: []].insert(owner)
        }
        let shared = owners.values.reduce(0) { $0 + $1.count - 1 }
        return Double(stepsOfOne + 1) / Double(steps + shared + 2)
    }
}
