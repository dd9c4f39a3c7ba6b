import TestKit
import Testing
import Verification
import Vocabulary

/// The summary of a history.
private func summary(_ history: String, fileState: FileState = .sealed) -> CaptureSummary {
    var builder = SummaryBuilder()
    for recorded in History(history).entries {
        builder.observe(recorded.entry, bytes: recorded.bytes.span.bytes)
    }
    return builder.finish(fileState: fileState)
}

@Suite struct `SummaryBuilder: what a capture holds` {
    @Test func `connections with their ends`() {
        let summary = summary("c1:s1-2 c1:a2 c1:x c2:no c3:s3 c3:bye c4:s4")
        #expect(summary.connections.map(\.connection.rawValue) == [1, 2, 3, 4])
        #expect(summary.connections.map(\.isAccepted) == [true, false, true, true])
        #expect(
            summary.connections.map { $0.ending?.cause }
                == ["reset", "upstream-refused", "close-handshake", nil]
        )
        #expect(summary.connections[0].toServer.messageCount == 2)
        #expect(summary.connections[0].toClient.frameCount == 1)
    }

    @Test func `an outage is a time without any connection to the target`() {
        let summary = summary("c1:s1 c1:x c2:no c3:no c4:s2 c5:s1 c4:bye c6:s3 c5:bye c6:bye")
        #expect(summary.outages.count == 1)
        #expect(summary.outages.first?.before.rawValue == 1)
        #expect(summary.outages.first?.after.rawValue == 4)
        #expect(summary.outages.first?.refusedCount == 2)
    }

    @Test func `frames by opcode and messages by type`() {
        let summary = summary("c1:s1-3 c1:u(x) c1:t(y) c1:a3 c1:bye")
        let toServer = summary.directions[0]
        #expect(toServer.opcodes.map(\.opcode) == ["text", "close"])
        #expect(toServer.opcodes.map(\.frameCount) == [5, 1])
        #expect(toServer.jsonCount == 4)
        #expect(toServer.types.map(\.type) == ["m", "note"])
        #expect(toServer.types.map(\.count) == [3, 1])
        #expect(summary.directions[1].types.map(\.type) == ["ack"])
    }

    @Test func `an empty capture has an empty summary`() {
        let summary = summary("", fileState: .unfinished(tornBytes: 0))
        #expect(summary.connections.isEmpty)
        #expect(summary.firstTime == nil)
        #expect(summary.duration == .zero)
    }
}
