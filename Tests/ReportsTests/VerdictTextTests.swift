import Reports
import Testing
import Verification

@Suite struct `VerdictText: a verdict for people` {
    @Test func `colour marks the outcome and nothing else`() {
        let text = VerdictText.render(
            verdict("c1:s1 c1:s3 c1:bye"),
            source: "run.wscap",
            style: .coloured
        ).replacing("\u{1B}", with: "␛")
        #expect(
            text == #"""
                ␛[1;31mFAIL␛[0m  1 message lost.  ␛[2mrun.wscap␛[0m

                  protocol   ␛[1;32mpass            ␛[0m4 frames on 1 connection
                  integrity  ␛[1;32mpass            ␛[0m2 messages, 2 of them JSON
                  order      ␛[1;32mpass            ␛[0m1 numbered stream
                  loss       ␛[1;31mfail            ␛[0m1 lost, 2 delivered
                  capture    ␛[1;32mpass            ␛[0msealed, no gaps

                ␛[1mLost␛[0m␛[2m  1␛[0m
                  • m 2 never came by: after 1 on c1 → frame 1 at 12:00:00.002 follows 3 on c1 → frame 2 at
                    12:00:00.003.␛[2m  [never-sent]␛[0m

                ␛[1mNotes␛[0m
                  ␛[2m• Client-to-server: 'sequence' numbers each type; 100 % of 2 messages carry it, 0 % of its␛[0m
                  ␛[2m  steps are by one.␛[0m

                """#
        )
    }

    @Test func `a pass says what was looked at`() {
        let text = VerdictText.render(
            verdict("c1:hello c1:s1-3 c1:a2 c1:w2 c1:x c2:no c2:no c3:hello c3:s2-4 c3:a4 c3:bye"),
            source: "run.wscap"
        )
        #expect(
            text == #"""
                PASS  Nothing was lost; what an outage had left open was delivered later: 1 message.  run.wscap

                  protocol   pass            12 frames on 2 connections
                  integrity  pass            10 messages, 10 of them JSON
                  order      pass            1 numbered stream
                  loss       pass            4 delivered, 1 of them recovered
                  capture    pass            sealed, no gaps

                Notes
                  • Client-to-server: 'sequence' numbers each type; 100 % of 6 messages carry it, 100 % of
                    its steps are by one.
                  • Server-to-client: nothing but 2 acknowledgements and 2 greetings.
                  • 2 connections never came to an accepted upgrade.
                  • 2 greetings server-to-client: unnumbered messages that open their connection are not
                    judged for loss.
                  • 2 messages came by a second time; 1 of them had been accepted before, which
                    at-least-once delivery allows.

                """#
        )
    }

    @Test func `a failure names what was lost and what nobody can tell`() {
        let text = VerdictText.render(
            verdict(
                "c1:hello c1:s1-5/a c1:s1/b c1:a2/a c1:r3/a c1:w5/a c1:x c2:no c3:s8/a c3:a8/a c3:bye"
            ),
            source: "run.wscap"
        )
        #expect(
            text == #"""
                FAIL  3 messages lost; nobody can tell about 3 more.  run.wscap

                  protocol   pass            12 frames on 2 connections
                  integrity  pass            10 messages, 10 of them JSON
                  order      pass            2 numbered streams
                  loss       fail            3 lost, 3 unknown, 3 delivered
                  capture    pass            sealed, no gaps

                Lost  3
                  • m/a 6–7 (2 messages) never came by: after 5 on c1 → frame 5 at 12:00:00.007 follows 8 on
                    c3 → frame 1 at 12:00:00.016.  [never-sent]
                  • m/b 1 came by on c1 → frame 6 at 12:00:00.008, and never went on to the server before c1
                    was reset by the server at 12:00:00.010. It was not sent again on c3.  [in-flight]

                Not known whether delivered  3
                  • m/a 3–5 (3 messages) came by on c1, frames 3–5, until 12:00:00.007, and the server's
                    kernel acknowledged 1 of them, but c1 was reset by the server at 12:00:00.010 before the
                    server accepted them. They were not sent again on c3.

                Notes
                  • Client-to-server: 'sequence' numbers each type and symbol; 100 % of 7 messages carry it,
                    100 % of its steps are by one.
                  • Server-to-client: nothing but 2 acknowledgements and 1 greeting.
                  • 1 connection never came to an accepted upgrade.
                  • 1 greeting server-to-client: unnumbered messages that open their connection are not
                    judged for loss.

                """#
        )
    }

    @Test func `an inconclusive verdict says why`() {
        let text = VerdictText.render(
            verdict("c1:s1-5 c1:a3 c1:r* c1:x c2:s6 gap c2:a6 c2:t(no) c2:bye"),
            source: "run.wscap"
        )
        #expect(
            text == #"""
                INCONCLUSIVE  Nobody can tell whether 2 messages were delivered.  run.wscap

                  protocol   pass            11 frames on 2 connections
                  integrity  inconclusive    9 messages, 8 of them JSON
                                             Not recorded from 12:00:00.012 to 12:00:00.012, 3 frames and
                                             100 bytes of records: the disk was full
                  order      inconclusive    1 numbered stream
                                             For a reason given above.
                  loss       inconclusive    2 unknown, 5 delivered
                                             Only 85 % of the client-to-server messages carry 'sequence':
                                             what was never sent of the others cannot be seen missing.
                  capture    inconclusive    sealed, 1 gap
                                             For a reason given above.

                Not known whether delivered  2
                  • m 4–5 (2 messages) came by on c1, frames 4–5, until 12:00:00.006, and the server's
                    kernel acknowledged them, but c1 was reset by the server at 12:00:00.008 before the
                    server accepted them. They were not sent again on c2.

                Notes
                  • Client-to-server: 'sequence' numbers each type; 85.7 % of 7 messages carry it, 100 % of
                    its steps are by one.
                  • Server-to-client: nothing but 2 acknowledgements and 0 greetings.

                """#
        )
    }

    @Test func `a damaged file without findings says so`() {
        let text = VerdictText.render(
            verdict("c1:s1 c1:a1 c1:bye", fileState: .damaged(reason: "chunk 3 fails its CRC")),
            source: "run.wscap"
        )
        #expect(
            text == #"""
                DAMAGED  Nothing wrong was found in the readable part.  run.wscap

                  protocol   pass            4 frames on 1 connection
                  integrity  inconclusive    2 messages, 2 of them JSON
                                             The file is damaged: chunk 3 fails its CRC
                  order      inconclusive    1 numbered stream
                                             For a reason given above.
                  loss       inconclusive    1 delivered
                                             For a reason given above.
                  capture    inconclusive    damaged: chunk 3 fails its CRC, no gaps
                                             For a reason given above.

                Notes
                  • Client-to-server: 'sequence' numbers each type; 100 % of 1 messages carry it, 100 % of
                    its steps are by one.
                  • Server-to-client: nothing but 1 acknowledgement and 0 greetings.

                """#
        )
    }

    @Test func `an empty capture is nothing to judge`() {
        let text = VerdictText.render(verdict(""), source: "run.wscap")
        #expect(
            text == #"""
                INCONCLUSIVE  There is nothing to judge.  run.wscap

                  protocol   inconclusive    0 frames on 0 connections
                                             No connection came to an accepted upgrade: there is nothing to
                                             judge.
                  integrity  inconclusive    0 messages
                                             For a reason given above.
                  order      inconclusive    no numbered stream
                                             For a reason given above.
                  loss       inconclusive    no data messages to judge
                                             For a reason given above.
                  capture    inconclusive    sealed, no gaps
                                             For a reason given above.

                """#
        )
    }

    @Test func `what a peer sent cannot drive the terminal`() {
        let text = VerdictText.render(
            verdict("c1:s1/\u{9B}31m c1:s3/\u{9B}31m c1:bye"),
            source: "run\u{7}.wscap"
        )
        #expect(
            text == #"""
                FAIL  1 message lost.  run�.wscap

                  protocol   pass            4 frames on 1 connection
                  integrity  pass            2 messages, 2 of them JSON
                  order      pass            1 numbered stream
                  loss       fail            1 lost, 2 delivered
                  capture    pass            sealed, no gaps

                Lost  1
                  • m/�31m 2 never came by: after 1 on c1 → frame 1 at 12:00:00.002 follows 3 on c1 → frame
                    2 at 12:00:00.003.  [never-sent]

                Notes
                  • Client-to-server: 'sequence' numbers each type and symbol; 100 % of 2 messages carry it,
                    0 % of its steps are by one.

                """#
        )
    }
}
