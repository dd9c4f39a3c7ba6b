import ReferencePeers
import Testing
import Vocabulary

struct DashboardMessageTests {
    @Test
    func `an acknowledgement is read as it was written`() {
        let written = Acknowledgement(stream: StreamName(text: "a/\"X\""), lastSequence: 42)
        let text = written.text(at: .epoch)
        #expect(DashboardMessage(parsing: text.utf8) == .acknowledgement(written))
        #expect(
            text == """
                {"type":"ack","stream":"a/\\"X\\"","last_sequence":42,\
                "timestamp":"1970-01-01T00:00:00.000Z"}
                """
        )
    }

    @Test(arguments: [
        (#"{"type":"error","message":"no"}"#, DashboardMessage.complaint("no")),
        (#"{"type":"error"}"#, .complaint("no reason given")),
        (#"{"type":"connection_established"}"#, .other(type: "connection_established")),
        (#"{"type":"ack","stream":"a"}"#, .unintelligible),
        (#"{"type":"ack","stream":"a","last_sequence":-1}"#, .unintelligible),
        ("", .unintelligible),
        ("[1]", .unintelligible),
    ])
    func `whatever a peer sends gives a value`(text: String, expected: DashboardMessage) {
        #expect(DashboardMessage(parsing: text.utf8) == expected)
    }
}
