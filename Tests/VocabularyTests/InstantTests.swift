import Testing
import Vocabulary

@Suite struct InstantTests {
    @Test(arguments: [
        (0 as UInt64, "1970-01-01T00:00:00.000Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
        (1_795_375_472_611_158_011, "2026-11-22T19:24:32.611Z"),
        (4_107_542_399_999_999_999, "2100-02-28T23:59:59.999Z"),
    ])
    func `is written in RFC 3339 and read back`(nanoseconds: UInt64, text: String) {
        let instant = Instant(nanoseconds: nanoseconds)
        #expect(instant.description == text)
        #expect(Instant(rfc3339: instant.rfc3339(fractionDigits: 9)) == instant)
    }

    @Test(arguments: [
        "", "2026", "2026-13-01T00:00:00Z", "2026-11-22T25:00:00Z", "2026-11-22T00:00:00",
        "2026-11-22T00:00:00Zx",
    ])
    func `what is no time is refused`(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test func `offsets are understood`() {
        #expect(Instant(rfc3339: "1970-01-01T02:00:00+02:00") == .epoch)
    }

    @Test func `arithmetic stays within 64 bits`() {
        #expect(Instant.epoch.advanced(by: .seconds(-1)) == .epoch)
        #expect(Instant(nanoseconds: .max).advanced(by: .seconds(1)) == Instant(nanoseconds: .max))
        #expect(Instant(nanoseconds: 5).since(Instant(nanoseconds: 8)) == .nanoseconds(-3))
    }
}
