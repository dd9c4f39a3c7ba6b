import Settings
import Testing
import Vocabulary

@Suite struct ControlPlanTests {
    private func plan(
        _ control: String? = nil,
        isOpen: Bool = false,
        _ environment: [String: String] = [:]
    ) throws(OperatorError) -> ControlPlan? {
        try ControlPlan.read(control: control, isOpen: isOpen) { environment[$0] }
    }

    @Test func `without a word it is on loopback, if nobody else is there`() throws {
        let found = try #require(try plan())
        #expect(found.address == Endpoint("127.0.0.1:8474"))
        #expect(!found.isAskedFor)
        #expect(found.token == nil)
    }

    @Test func `none switches it off, and the flag wins over the variable`() throws {
        #expect(try plan("none") == nil)
        #expect(try plan(nil, ["WSCAP_CONTROL": "none"]) == nil)
        let found = try plan("[::1]:9", ["WSCAP_CONTROL": "none"])
        #expect(found?.address == Endpoint("[::1]:9"))
        #expect(found?.isAskedFor == true)
    }

    @Test func `where others can reach it, it wants a token or the word`() throws {
        let error = #expect(throws: OperatorError.self) { try plan("0.0.0.0:8474") }
        #expect(
            error?.sentence
                == "--control is '0.0.0.0:8474', where others can reach the control port; set a token "
                + "in WSCAP_CONTROL_TOKEN, or say --control-open."
        )
        #expect(throws: OperatorError.self) {
            try plan("0.0.0.0:8474", ["WSCAP_CONTROL_TOKEN": ""])
        }
        #expect(throws: OperatorError.self) { try plan("127.dashboard.example:8474") }
        #expect(try plan("0.0.0.0:8474", ["WSCAP_CONTROL_TOKEN": "s"])?.token == "s")
        #expect(try plan("0.0.0.0:8474", isOpen: true) != nil)
        #expect(try plan("0.0.0.0:8474", ["WSCAP_CONTROL_OPEN": "1"]) != nil)
    }

    @Test(arguments: ["here", "127.0.0.1:99999", "8474"])
    func `what is no address is refused`(text: String) {
        let error = #expect(throws: OperatorError.self) { try plan(text) }
        #expect(error?.sentence.hasPrefix("--control is '\(text)'; ") == true)
    }
}
