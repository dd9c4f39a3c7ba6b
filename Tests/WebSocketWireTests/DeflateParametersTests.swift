import Testing
import WebSocketWire

@Suite struct `DeflateParameters: what a server accepted` {
    @Test(arguments: [
        ("permessage-deflate", DeflateParameters()),
        (
            "Permessage-Deflate ; Server_No_Context_Takeover",
            DeflateParameters(serverNoContextTakeover: true)
        ),
        (
            "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
            DeflateParameters(serverNoContextTakeover: true, clientNoContextTakeover: true)
        ),
        (
            "permessage-deflate;server_max_window_bits=10; client_max_window_bits = \"8\"",
            DeflateParameters(serverMaxWindowBits: 10, clientMaxWindowBits: 8)
        ),
        (" ,permessage-deflate\t,", DeflateParameters()),
    ])
    func `valid responses`(_ header: String, _ expected: DeflateParameters) {
        let agreement = ExtensionAgreement(response: header)
        #expect(agreement == ExtensionAgreement(deflate: expected))
    }

    @Test(arguments: [
        ("permessage-deflate; level=9", "no parameter 'level'"),
        ("permessage-deflate; server_no_context_takeover; server_no_context_takeover", "twice"),
        ("permessage-deflate; server_no_context_takeover=1", "cannot be '1'"),
        ("permessage-deflate; client_max_window_bits", "needs a value"),
        ("permessage-deflate; server_max_window_bits=7", "cannot be '7'"),
        ("permessage-deflate; server_max_window_bits=16", "cannot be '16'"),
        ("permessage-deflate; server_max_window_bits=08", "cannot be '08'"),
        ("permessage-deflate; server_max_window_bits=+9", "cannot be '+9'"),
        ("permessage-deflate, permessage-deflate", "twice"),
        ("; x", "no name"),
    ])
    func `responses that RFC 7692 forbids`(_ header: String, _ word: String) {
        let problems = ExtensionAgreement(response: header).problems
        #expect(problems.count == 1)
        #expect(problems.first?.contains(word) == true)
    }

    @Test func `an empty header agrees on nothing`() {
        #expect(ExtensionAgreement(response: "") == .none)
    }

    @Test func `other extensions are named`() {
        let agreement = ExtensionAgreement(response: "x-one; a=\"1,2;3\", permessage-deflate")
        #expect(agreement.others == ["x-one"])
        #expect(agreement.deflate == DeflateParameters())
        #expect(agreement.problems == [])
    }
}
