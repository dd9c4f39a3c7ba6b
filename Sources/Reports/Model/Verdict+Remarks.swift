import Verification
import Vocabulary

extension Verdict {
    /// What else is good to know, one sentence each: what was detected, the notes, figures.
    var remarks: [String] { detections.map(\.sentence) + notes + counts }

    /// Figures that are no findings.
    private var counts: [String] {
        var result: [String] = []
        if figures.resentCount > 0 {
            result.append(
                "\(Figures.count(figures.resentCount, "message")) came by a second time; "
                    + "\(Figures.grouped(figures.duplicateCount)) of them had been accepted before, "
                    + "which at-least-once delivery allows."
            )
        }
        return result
    }
}

extension Detection {
    /// What was taken for what, and how sure that is.
    var sentence: String {
        let direction = direction.description.capitalizedFirst
        guard messageCount > 0 else {
            return "\(direction): nothing but "
                + "\(Figures.count(acknowledgementCount, "acknowledgement")) and "
                + "\(Figures.count(greetingCount, "greeting"))."
        }
        guard let sequence = fields.sequence else {
            return "\(direction): no sequence number in "
                + "\(Figures.grouped(messageCount)) messages."
        }
        let stream = [fields.type, fields.part].compactMap { $0?.text }.joined(separator: " and ")
        let scope =
            switch fields.scope {
            case .typeAndPart: stream
            case .type: fields.type?.text ?? ""
            case .part: fields.part?.text ?? ""
            case .direction: ""
            }
        let per = scope.isEmpty ? "all messages together" : "each \(scope)"
        return "\(direction): '\(sequence.text)' numbers \(per); "
            + "\(Figures.percent(sequencedShare)) of "
            + "\(Figures.grouped(messageCount)) messages carry it, "
            + "\(Figures.percent(stepShare)) of its steps are by one."
    }
}
