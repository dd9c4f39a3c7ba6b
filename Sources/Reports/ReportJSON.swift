import Verification
import Vocabulary

/// A report as JSON: of one capture its verdict, `wscap-verdict/1`; of several, or where something could not be
/// read, `wscap-verdicts/1`, to which members may be added.
///
/// ```
/// format      "wscap-verdicts/1"
/// exit        "pass" | "fail" | "inconclusive" | "damaged" | "not-read"     the worst of them
/// line        { strict, failOn, allowEmpty, moved }
/// verdicts    [ wscap-verdict/1 … ]
/// notRead     [ { source, reason } ]
/// remarks     [ one sentence each ]
/// ```
enum ReportJSON {
    /// The version in the member `format`.
    static let format = "wscap-verdicts/1"

    /// Writes a report.
    static func render(_ report: Report) -> String {
        if report.runs.count == 1, let verdict = report.runs[0].verdict {
            return VerdictJSON.render(
                verdict,
                source: report.runs[0].source,
                line: report.line,
                remarks: report.remarks
            )
        }
        var writer = JSONWriter()
        writer.object { json in
            json.member("format", format)
            json.member("exit", name(of: report.outcome))
            json.member("line") { VerdictJSON.write(report.line, to: &$0) }
            let judged = report.runs.filter { $0.verdict != nil }
            json.member("verdicts") { json in
                json.array(judged) { json, run in
                    guard let verdict = run.verdict else { return }
                    VerdictJSON.write(verdict, source: run.source, line: report.line, to: &json)
                }
            }
            json.member("notRead") { json in
                json.array(report.runs.filter { $0.verdict == nil }) { json, run in
                    guard case .trouble(let reason) = run.result else { return }
                    json.object { json in
                        json.member("source", run.source)
                        json.member("reason", reason)
                    }
                }
            }
            json.member("remarks") { $0.array(report.remarks) { $0.string($1) } }
        }
        return writer.text + "\n"
    }

    private static func name(of outcome: RunOutcome) -> String {
        switch outcome {
        case .pass: "pass"
        case .inconclusive: "inconclusive"
        case .damaged: "damaged"
        case .fail: "fail"
        case .trouble: "not-read"
        }
    }
}
