public import Verification
import Vocabulary

/// A verdict as JSON, version `wscap-verdict/1`: members may be added to it, none will change its
/// meaning or go away.
///
/// ```
/// format      "wscap-verdict/1"
/// source      what was verified
/// outcome     "pass" | "fail" | "inconclusive"            the worst of the checks
/// exit        "pass" | "fail" | "inconclusive" | "damaged"                the same, as the line counts it
/// line        { moved, strict, failOn: [ anomaly ] | null, allowEmpty }   --strict, --fail-on, --allow-empty
/// file        { state: "sealed" | "unfinished" | "damaged", detail }
/// figures     { connections, refused, frames, messages, delivered, recovered, resent, duplicates,
///               lost, unknown }
/// checks      [ { check, outcome, countsAs, summary, reasons: […], counts: { anomaly: messages },
///                 omittedFindings, findings: [ … ] } ]
///   finding   { anomaly, cause?, direction?, stream?, sequences?: { first, last }, messages,
///               explanation, proof: [ { source, connection, direction, frame, reference?, time } ] }
/// detected    [ { direction, type, part, sequence, identifier, timestamp, scope, messages,
///                 acknowledgements, greetings, sequenced, sequencedShare, steps, stepsOfOne,
///                 stepShare } ]
/// notes       [ one sentence each ]
/// ```
///
/// Consecutive numbers of one stream share a finding; `sequences` holds the first and the last, both
/// included. `frame` is 0, and there is no `reference`, where the proof is no single frame; `wsreplay
/// show` takes the reference. Times are RFC 3339 with nanoseconds.
public enum VerdictJSON {
    /// The version in the member `format`.
    public static let format = "wscap-verdict/1"

    /// Writes a verdict.
    ///
    /// - Parameters:
    ///   - verdict: The verdict.
    ///   - source: The name of what was verified.
    ///   - line: Where the line between pass and fail is drawn.
    ///   - remarks: What else is to be said of the call.
    /// - Returns: The JSON text, with a line break at its end.
    public static func render(
        _ verdict: Verdict,
        source: String,
        line: FailureLine = .standard,
        remarks: [String] = []
    ) -> String {
        var writer = JSONWriter()
        write(verdict, source: source, line: line, remarks: remarks, to: &writer)
        return writer.text + "\n"
    }

    /// Writes a verdict as the next value.
    static func write(
        _ verdict: Verdict,
        source: String,
        line: FailureLine,
        remarks: [String] = [],
        to json: inout JSONWriter
    ) {
        json.object { json in
            json.member("format", format)
            json.member("source", source)
            json.member("outcome", verdict.outcome.rawValue)
            json.member("exit", line.exitClass(of: verdict).rawValue)
            json.member("line") { write(line, to: &$0) }
            json.member("file") { FileStateJSON.write(verdict.fileState, to: &$0) }
            json.member("figures") { write(verdict.figures, to: &$0) }
            json.member("checks") {
                $0.array(verdict.checks) { write($1, source: source, line: line, to: &$0) }
            }
            json.member("detected") { $0.array(verdict.detections) { write($1, to: &$0) } }
            json.member("notes") { $0.array(verdict.notes + remarks) { $0.string($1) } }
        }
    }

    /// Writes where the line is drawn as the next value.
    static func write(_ line: FailureLine, to json: inout JSONWriter) {
        json.object { json in
            json.member("moved", line.isMoved)
            json.member("strict", line.isStrict)
            json.member("failOn") { json in
                guard let chosen = line.chosen else { return json.null() }
                json.array(chosen) { $0.string($1) }
            }
            json.member("allowEmpty", line.allowsEmpty)
        }
    }

    private static func write(_ figures: VerdictFigures, to json: inout JSONWriter) {
        json.object { json in
            json.member("connections", figures.connectionCount)
            json.member("refused", figures.refusedCount)
            json.member("frames", figures.frameCount)
            json.member("messages", figures.messageCount)
            json.member("delivered", figures.deliveredCount)
            json.member("recovered", figures.recoveredCount)
            json.member("resent", figures.resentCount)
            json.member("duplicates", figures.duplicateCount)
            json.member("lost", figures.lostCount)
            json.member("unknown", figures.unknownCount)
        }
    }

    private static func write(
        _ check: CheckResult,
        source: String,
        line: FailureLine,
        to json: inout JSONWriter
    ) {
        json.object { json in
            json.member("check", check.check.rawValue)
            json.member("outcome", check.outcome.rawValue)
            json.member("countsAs", line.outcome(of: check).rawValue)
            json.member("summary", check.summary)
            json.member("reasons") { $0.array(check.reasons) { $0.string($1) } }
            json.member("counts") { json in
                json.object { json in
                    for anomaly in Anomaly.allCases where check.findings.count(of: anomaly) > 0 {
                        json.member(anomaly.rawValue, check.findings.count(of: anomaly))
                    }
                }
            }
            json.member("omittedFindings", check.findings.omittedCount)
            json.member("findings") {
                $0.array(check.findings.held) { write($1, source: source, to: &$0) }
            }
        }
    }

    private static func write(_ finding: Finding, source: String, to json: inout JSONWriter) {
        json.object { json in
            json.member("anomaly", finding.anomaly.rawValue)
            if let cause = finding.cause { json.member("cause", cause.rawValue) }
            if let direction = finding.direction { json.member("direction", direction.description) }
            if let stream = finding.stream { json.member("stream", stream) }
            if let sequences = finding.sequences {
                json.member("sequences") { json in
                    json.object { json in
                        json.member("first", sequences.lowerBound)
                        json.member("last", sequences.upperBound)
                    }
                }
            }
            json.member("messages", finding.count)
            json.member("explanation", finding.explanation)
            json.member("proof") { $0.array(finding.proof) { write($1, source: source, to: &$0) } }
        }
    }

    private static func write(_ proof: Finding.Proof, source: String, to json: inout JSONWriter) {
        json.object { json in
            json.member("source", source)
            json.member("connection", proof.connection.description)
            json.member("direction", proof.direction.description)
            json.member("frame", proof.frame)
            if proof.frame > 0 { json.member("reference", proof.reference.description) }
            json.member("time", proof.time.rfc3339(fractionDigits: 9))
        }
    }

    private static func write(_ detection: Detection, to json: inout JSONWriter) {
        let fields = detection.fields
        json.object { json in
            json.member("direction", detection.direction.description)
            json.member("type", fields.type?.text)
            json.member("part", fields.part?.text)
            json.member("sequence", fields.sequence?.text)
            json.member("identifier", fields.identifier?.text)
            json.member("timestamp", fields.timestamp?.text)
            json.member("scope", fields.scope.rawValue)
            json.member("messages", detection.messageCount)
            json.member("acknowledgements", detection.acknowledgementCount)
            json.member("greetings", detection.greetingCount)
            json.member("sequenced", detection.sequencedCount)
            json.member("sequencedShare", detection.sequencedShare)
            json.member("steps", detection.stepCount)
            json.member("stepsOfOne", detection.stepsOfOne)
            json.member("stepShare", detection.stepShare)
        }
    }
}

/// The state of a file as JSON: a word for programs and a few for people.
enum FileStateJSON {
    static func write(_ state: FileState, to json: inout JSONWriter) {
        json.object { json in
            switch state {
            case .sealed: json.member("state", "sealed")
            case .unfinished(let tornBytes):
                json.member("state", "unfinished")
                json.member("tornBytes", tornBytes)
            case .damaged: json.member("state", "damaged")
            }
            json.member("detail", state.description)
        }
    }
}
