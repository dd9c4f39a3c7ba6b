import ReferencePeers
import Testing

struct TradingScheduleTests {
    /// Runs a schedule on ideal time; every round of the market has four events.
    private func run(_ schedule: TradingSchedule, late: Duration = .zero) -> [UInt64] {
        var published: UInt64 = 0
        var ticks: [UInt64] = []
        while ticks.count < 10_000 {
            let elapsed = schedule.time(ofTick: UInt64(ticks.count)) + late
            let before = published
            while schedule.wantsMore(
                elapsed: elapsed,
                published: published,
                inThisTick: published - before,
                isBetweenRounds: published.isMultiple(of: 4)
            ) {
                published += 1
            }
            ticks.append(published - before)
            if schedule.isOver(elapsed: elapsed, published: published) { break }
        }
        return ticks
    }

    @Test
    func `an interval publishes one round a tick, the first at once`() {
        let schedule = TradingSchedule(
            pace: .rounds(every: .seconds(1)),
            duration: .seconds(3),
            count: nil
        )
        #expect(run(schedule) == [4, 4, 4, 4])
        #expect(schedule.time(ofTick: 2) == .seconds(2))
        #expect(schedule.time(ofTick: 9) == .seconds(3))
    }

    @Test(arguments: [0.5, 1, 3, 7, 10, 333, 999, 1000, 1001, 12_345])
    func `a rate publishes exactly rate times duration`(rate: Double) {
        let schedule = TradingSchedule(pace: .rate(rate), duration: .seconds(6), count: nil)
        #expect(run(schedule).reduce(0, +) == UInt64(rate * 6))
        #expect(run(schedule, late: .milliseconds(3)).reduce(0, +) == UInt64(rate * 6))
    }

    @Test
    func `a high rate makes larger ticks, never shorter ones than the limit`() {
        let schedule = TradingSchedule(pace: .rate(5000), duration: nil, count: 50)
        #expect(schedule.time(ofTick: 1) == TradingSchedule.tickMin)
        #expect(run(schedule) == [0] + Array(repeating: 5, count: 10))
    }

    @Test(arguments: 1...9 as ClosedRange<UInt64>)
    func `a count is exact, also in the middle of a round`(count: UInt64) {
        let schedule = TradingSchedule(
            pace: .rounds(every: .seconds(1)),
            duration: nil,
            count: count
        )
        #expect(run(schedule).reduce(0, +) == count)
    }
}
