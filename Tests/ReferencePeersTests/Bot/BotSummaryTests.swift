import ReferencePeers
import Testing

struct BotSummaryTests {
    private func summary(_ ending: BotSummary.Ending) -> BotSummary {
        BotSummary(
            ending: ending,
            botID: "bot",
            delivery: .fireAndForget,
            seed: 7,
            ticks: 10,
            published: 6,
            sent: 5,
            resent: 4,
            acknowledged: 3,
            dropped: 2,
            undelivered: 1,
            connections: 2,
            reconnects: 1,
            failedDials: 8
        )
    }

    @Test
    func `the text is one line for people`() {
        #expect(
            summary(.gaveUp).text == """
                bot (fire-and-forget, seed 7): gave up, the dashboard could not be reached: \
                published 6, sent 5, resent 4, acked 3, dropped 2, undelivered 1, connections 2, \
                reconnects 1, failed dials 8, ticks 10
                """
        )
    }

    @Test
    func `the JSON is one line for programs`() {
        #expect(
            summary(.drained).json == """
                {"ending":"drained","bot":"bot","delivery":"fire-and-forget","seed":7,\
                "published":6,"sent":5,"resent":4,"acked":3,"dropped":2,"undelivered":1,\
                "connections":2,"reconnects":1,"failed_dials":8,"ticks":10}
                """
        )
    }

    @Test(arguments: [
        (BotSummary.Ending.drained, true), (.notPublishing, true), (.gaveUp, false),
        (.drainTimeout, false),
    ])
    func `only what was delivered or never meant to be is a success`(
        ending: BotSummary.Ending,
        expected: Bool
    ) {
        #expect(summary(ending).isSuccess == expected)
    }
}
