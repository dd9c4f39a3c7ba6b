public import Verification
import Vocabulary

/// A capture's summary as JSON, version `wscap-summary/1`: members may be added to it, none will
/// change its meaning or go away.
///
/// ```
/// format        "wscap-summary/1"
/// source        what was read
/// file          { state, detail }
/// records, firstTime, lastTime, seconds
/// connections   [ { connection, clientAddress, target, openedAt, answeredAt, status, accepted,
///                   upgradeCaptured, extensions, endedAt, end: { origin, cause, detail, clientClose, serverClose },
///                   clientToServer: { frames, bytes, messages }, serverToClient: { … } } ]
/// unlistedConnections
/// outages       [ { path, from, through, seconds, before, after, refused } ]
/// directions    [ { direction, frames, bytes, messages, opcodes: [ { opcode, frames, payloadBytes } ],
///                   json, types: [ { type, messages } ] } ]
/// faults        [ { name, type, from, rewritten: [ { deed, messages } ], held, heldNanosecondsMax,
///                   withheldBytes, endedConnections } ]
/// marks         [ { time, label } ]
/// gaps          [ { from, through, open, frames, bytes, streamBytes, connection, direction, reason } ]
/// notes         [ sentence ]: of packet files
/// ```
///
/// What is not known is null. Times are RFC 3339 with nanoseconds.
public enum SummaryJSON {
    /// The version in the member `format`.
    public static let format = "wscap-summary/1"

    /// Writes a summary.
    ///
    /// - Parameters:
    ///   - summary: The summary.
    ///   - source: The name of the capture.
    /// - Returns: The JSON text, with a line break at its end.
    public static func render(_ summary: CaptureSummary, source: String) -> String {
        var writer = JSONWriter()
        writer.object { json in
            json.member("format", format)
            json.member("source", source)
            json.member("file") { FileStateJSON.write(summary.fileState, to: &$0) }
            json.member("records", summary.recordCount)
            json.member("firstTime", time(summary.firstTime))
            json.member("lastTime", time(summary.lastTime))
            json.member("seconds", summary.duration.inSeconds)
            json.member("connections") { $0.array(summary.connections) { write($1, to: &$0) } }
            json.member("unlistedConnections", summary.unlistedConnectionCount)
            json.member("outages") { $0.array(summary.outages) { write($1, to: &$0) } }
            json.member("directions") { $0.array(summary.directions) { write($1, to: &$0) } }
            json.member("faults") { $0.array(summary.faults.entries) { write($1, to: &$0) } }
            json.member("marks") { json in
                json.array(summary.faults.marks) { json, mark in
                    json.object { json in
                        json.member("time", time(mark.time))
                        json.member("label", mark.label)
                    }
                }
            }
            json.member("gaps") { $0.array(summary.gaps) { write($1, to: &$0) } }
            json.member("notes") { json in
                json.array(summary.notes) { json, note in json.string(note) }
            }
        }
        return writer.text + "\n"
    }

    private static func time(_ instant: Instant?) -> String? {
        instant?.rfc3339(fractionDigits: 9)
    }

    private static func write(
        _ connection: CaptureSummary.Connection,
        to json: inout JSONWriter
    ) {
        json.object { json in
            json.member("connection", connection.connection.description)
            json.member("clientAddress", connection.clientAddress)
            json.member("target", connection.target)
            json.member("openedAt", time(connection.openedAt))
            json.member("answeredAt", time(connection.answeredAt))
            json.member("status") { json in
                guard let status = connection.status else { return json.null() }
                json.number(UInt64(status))
            }
            json.member("accepted", connection.isAccepted)
            json.member("upgradeCaptured", !connection.isMidway)
            json.member("extensions", connection.extensions)
            json.member("endedAt", time(connection.endedAt))
            json.member("end") { json in
                guard let ending = connection.ending else { return json.null() }
                write(ending, to: &json)
            }
            json.member("clientToServer") { write(connection.toServer, to: &$0) }
            json.member("serverToClient") { write(connection.toClient, to: &$0) }
        }
    }

    private static func write(_ fault: FaultLedger.Entry, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", fault.name)
            json.member("type", fault.type)
            json.member("from", time(fault.from))
            json.member("rewritten") { json in
                json.array(fault.rewrites) { json, rewrite in
                    json.object { json in
                        json.member("deed", rewrite.deed)
                        json.member("messages", rewrite.count)
                    }
                }
            }
            json.member("held", fault.heldCount)
            json.member("heldNanosecondsMax", fault.heldNanosecondsMax)
            json.member("withheldBytes", fault.withheldByteCount)
            json.member("endedConnections", fault.endedCount)
        }
    }

    private static func write(_ ending: CaptureSummary.Ending, to json: inout JSONWriter) {
        json.object { json in
            json.member("origin", ending.origin)
            json.member("cause", ending.cause)
            json.member("detail", ending.detail)
            json.member("clientClose") { write(ending.clientClose, to: &$0) }
            json.member("serverClose") { write(ending.serverClose, to: &$0) }
        }
    }

    private static func write(_ close: CaptureSummary.CloseFrame?, to json: inout JSONWriter) {
        guard let close else { return json.null() }
        json.object { json in
            json.member("code", UInt64(close.code))
            json.member("reason", close.reason)
        }
    }

    private static func write(_ flow: CaptureSummary.Flow, to json: inout JSONWriter) {
        json.object { writeMembers(of: flow, to: &$0) }
    }

    private static func writeMembers(of flow: CaptureSummary.Flow, to json: inout JSONWriter) {
        json.member("frames", flow.frameCount)
        json.member("bytes", flow.byteCount)
        json.member("messages", flow.messageCount)
    }

    private static func write(_ outage: CaptureSummary.Outage, to json: inout JSONWriter) {
        json.object { json in
            json.member("path", outage.path)
            json.member("from", time(outage.from))
            json.member("through", time(outage.through))
            json.member("seconds", outage.duration.inSeconds)
            json.member("before", outage.before.description)
            json.member("after", outage.after.description)
            json.member("refused", outage.refusedCount)
        }
    }

    private static func write(
        _ figures: CaptureSummary.DirectionFigures,
        to json: inout JSONWriter
    ) {
        json.object { json in
            json.member("direction", figures.direction.description)
            writeMembers(of: figures.total, to: &json)
            json.member("opcodes") { json in
                json.array(figures.opcodes) { json, opcode in
                    json.object { json in
                        json.member("opcode", opcode.opcode)
                        json.member("frames", opcode.frameCount)
                        json.member("payloadBytes", opcode.payloadByteCount)
                    }
                }
            }
            json.member("json", figures.jsonCount)
            json.member("types") { json in
                json.array(figures.types) { json, type in
                    json.object { json in
                        json.member("type", type.type)
                        json.member("messages", type.count)
                    }
                }
            }
        }
    }

    private static func write(_ gap: CaptureSummary.Gap, to json: inout JSONWriter) {
        json.object { json in
            json.member("from", time(gap.from))
            json.member("through", time(gap.through))
            json.member("open", gap.isOpen)
            json.member("frames", gap.frameCount)
            json.member("bytes", gap.byteCount)
            json.member("streamBytes", gap.streamByteCount)
            json.member("connection", gap.connection?.description)
            json.member("direction", gap.direction?.description)
            json.member("reason", gap.reason)
        }
    }
}
