import Testing
import Vocabulary

@Suite struct BlankedRunTests {
    @Test func `bytes that follow one another for one reason make one run`() {
        var runs: [BlankedRun] = []
        for index in [2, 3, 4, 6] { runs.blank(index, .secret) }
        for index in [7, 8] { runs.blank(index, .unreadable) }
        #expect(
            runs == [
                BlankedRun(2..<5, .secret), BlankedRun(6..<7, .secret),
                BlankedRun(7..<9, .unreadable),
            ]
        )
    }
}
