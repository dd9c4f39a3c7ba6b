import Reports
import Testing
import Verification

@Suite struct `SummaryText: a capture for people` {
    @Test func `connections, outages, frames, types and gaps`() {
        let text = SummaryText.render(
            summary(
                "c1:hello c1:s1-3 c1:a3 c1:x c2:no c3:s4 c3:u(x) c3:bye gap c4:s1",
                fileState: .unfinished(tornBytes: 3)
            ),
            source: "run.wscap"
        )
        #expect(
            text == #"""
                run.wscap
                  unfinished, 3 bytes of a torn record left out, 22 records, from 2026-11-22T12:00:00.000Z on, 21 ms long

                Connections  4
                  c1   12:00:00.000  /ws  reset by the server, after 7 ms
                                     → 3 frames, 150 B   ← 2 frames, 100 B
                  c2   12:00:00.008  /ws  refused with 502: the server refused the connection
                  c3   12:00:00.011  /ws  closed by the client with 1000, after 6 ms
                                     → 3 frames, 90 B   ← 1 frame, 4 B
                  c4   12:00:00.019  /ws  still open when the capture ends
                                     → 1 frame, 50 B   ← 0 frames, 0 B

                Outages  2
                  /ws  12:00:00.007 – 12:00:00.012  5 ms between c1 and c3, 1 attempt refused
                  /ws  12:00:00.017 – 12:00:00.020  3 ms between c3 and c4

                Client → server  7 frames, 6 messages, 290 B, 285.7 messages a second
                  text                     6 ×      246 B of payload
                  close                    1 ×        2 B of payload
                  types of its 6 JSON messages
                    m                                  5
                    note                               1

                Server → client  3 frames, 2 messages, 104 B, 95.2 messages a second
                  text                     2 ×       96 B of payload
                  close                    1 ×        2 B of payload
                  types of its 2 JSON messages
                    ack                                1
                    connection_established             1

                Gaps  1
                  12:00:00.018 – 12:00:00.018  3 frames, 100 B: the disk was full

                """#
        )
    }

    @Test func `an empty capture`() {
        let text = SummaryText.render(summary(""), source: "run.wscap")
        #expect(
            text == #"""
                run.wscap
                  sealed, no records

                Connections  0

                Client → server  0 frames, 0 messages, 0 B

                Server → client  0 frames, 0 messages, 0 B

                """#
        )
    }
}
