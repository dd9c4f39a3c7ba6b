import ReferencePeers
import Testing
import Vocabulary

struct SettingTests {
    private let size = Setting<UInt64>.count("size", "SIZE", in: 1...100)

    @Test
    func `the flag wins over the environment, and nothing is nothing`() throws {
        #expect(try size.value(flag: "7", environment: ["SIZE": "8"]) == 7)
        #expect(try size.value(flag: nil, environment: ["SIZE": "8"]) == 8)
        #expect(try size.value(flag: nil, environment: ["SIZE": ""]) == nil)
        #expect(try size.value(flag: nil, environment: [:]) == nil)
    }

    @Test(arguments: [("0", nil), ("1", 1), ("2", 2), ("99", 99), ("100", 100), ("101", nil)])
    func `a count knows its limits`(text: String, expected: UInt64?) throws {
        if let expected {
            #expect(try size.value(flag: text, environment: [:]) == expected)
        } else {
            #expect(throws: SettingError.self) { try size.value(flag: text, environment: [:]) }
        }
    }

    @Test
    func `an error names the source, the text and the way out`() {
        let error = #expect(throws: SettingError.self) {
            try size.value(flag: nil, environment: ["SIZE": "many"])
        }
        #expect(
            error?.sentence
                == "SIZE is \"many\", which is not understood: give a whole number from 1 to 100."
        )
        let other = #expect(throws: SettingError.self) {
            try size.value(flag: "", environment: [:])
        }
        #expect(other?.source == "--size")
    }

    @Test(
        arguments: [
            ("10", .seconds(10)), ("0.5", .milliseconds(500)), ("250ms", .milliseconds(250)),
            ("10s", .seconds(10)), ("5m", .seconds(300)), ("1h", .seconds(3600)),
            ("7us", .microseconds(7)), ("0", .zero),
        ] as [(String, Duration)]
    )
    func `a time has a unit or is in seconds`(text: String, expected: Duration) throws {
        let setting = Setting<Duration>.duration("time", "TIME", zeroAllowed: true)
        #expect(try setting.value(flag: text, environment: [:]) == expected)
    }

    @Test(arguments: [
        "", "s", "-1", "1d", "1 s", "1e3", "nan", "inf", "0x10", "1.2.3", "9999999999", "٣",
    ])
    func `what is not a time is refused`(text: String) {
        let setting = Setting<Duration>.duration("time", "TIME", zeroAllowed: true)
        #expect(throws: SettingError.self) { try setting.value(flag: text, environment: [:]) }
    }

    @Test(arguments: ["0", "-1", "nan", "inf", "101", "fast"])
    func `a rate is above 0 and at most its limit`(text: String) throws {
        let setting = Setting<Double>.rate("rate", "RATE", upTo: 100)
        #expect(throws: SettingError.self) { try setting.value(flag: text, environment: [:]) }
        #expect(try setting.value(flag: "100", environment: [:]) == 100)
        #expect(try setting.value(flag: "0.5", environment: [:]) == 0.5)
    }

    @Test
    func `a choice is one of the cases in any spelling of letters`() throws {
        let setting = Setting<DeliveryMode>.choice("delivery", "DELIVERY")
        #expect(try setting.value(flag: "Fire-And-Forget", environment: [:]) == .fireAndForget)
        let error = #expect(throws: SettingError.self) {
            try setting.value(flag: "never", environment: [:])
        }
        #expect(error?.expectation == "resend or fire-and-forget")
    }

    @Test(arguments: [("true", true), ("1", true), ("ON", true), ("no", false), ("False", false)])
    func `a toggle knows the spellings of environments`(text: String, expected: Bool) throws {
        let setting = Setting<Bool>.toggle("on", "ON")
        #expect(try setting.value(flag: text, environment: [:]) == expected)
        #expect(throws: SettingError.self) { try setting.value(flag: "maybe", environment: [:]) }
    }
}
