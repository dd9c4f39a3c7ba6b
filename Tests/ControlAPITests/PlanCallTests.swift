import ControlAPI
import Documents
import Faults
import Testing
import Vocabulary

@Suite struct PlanCallTests {
    private static let latency =
        #"{"type":"latency","name":"latency_downstream","attributes":{"latency":5}}"#
    private static let timeout = #"{"type":"timeout","stream":"upstream","name":"t"}"#

    static let rows = [
        Row(
            "GET /faults",
            "",
            200,
            #"{"seed":1,"proxies":{"p":{"toxics":[],"partition":null},"q":{"toxics":["#
                + ReplyTableTests.latency + "," + ReplyTableTests.timeout
                + #"],"partition":null}}}"#,
            type: "application/json"
        ),
        Row(
            "PUT /faults",
            #"{"proxies":{"p":{"partition":"both","toxics":[{"type":"noop"}]},"q":{"toxics":[\#(latency)]}}}"#,
            200,
            #"{"seed":1,"proxies":{"p":{"added":["noop_downstream"],"updated":[],"removed":[],"unchanged":[],"partition":"both"},"q":{"added":[],"updated":[],"removed":["t"],"unchanged":["latency_downstream"],"partition":null}}}"#
        ),
        Row(
            "PUT /faults",
            #"{"seed":18446744073709551615}"#,
            200,
            #"{"seed":18446744073709551615,"proxies":{"p":{"added":[],"updated":[],"removed":[],"unchanged":[],"partition":null},"q":{"added":[],"updated":[],"removed":["latency_downstream","t"],"unchanged":[],"partition":null}}}"#
        ),
        Row("POST /faults", "{}", 405, ""),
        Row("DELETE /faults", "", 405, ""),
        bad("", "EOF"),
        bad("[]", "the plan is an array, not an object"),
        bad("null", "the plan is null, not an object"),
        bad(
            #"{"toxics":[]}"#,
            "the plan says 'toxics', which is not known here; there are seed, proxies"
        ),
        bad(#"{"seed":1,"seed":2}"#, "the plan says 'seed' twice"),
        bad(#"{"seed":-1}"#, "seed is -1, not a number from 0 to 18446744073709551615"),
        bad(#"{"proxies":[]}"#, "proxies is an array, not an object"),
        bad(#"{"proxies":{"p":7}}"#, "proxy 'p' is a number, not an object"),
        bad(#"{"proxies":{"p":{"toxics":{}}}}"#, "toxics is an object, not an array"),
        bad(#"{"proxies":{"p":{"partition":true}}}"#, "partition is a bool, not a string"),
        bad(
            #"{"proxies":{"p":{"partition":"up"}}}"#,
            "partition: direction is 'up'; choose one of: both, client-to-server, server-to-client"
        ),
        bad(
            #"{"proxies":{"p":{"toxics":[{"type":"noop"},7]}}}"#,
            "toxic 2 is a number, not an object"
        ),
        bad(
            #"{"proxies":{"p":{"toxics":[{"type":"noop","atributes":{}}]}}}"#,
            "toxic 1 says 'atributes', which is not known here; did you mean 'attributes'? There are name, type, stream, toxicity, attributes"
        ),
        bad(#"{"proxies":{"p":{"toxics":[{"type":"down"}]}}}"#, "toxic 1: invalid toxic type"),
        bad(
            #"{"proxies":{"p":{"toxics":[{"type":"noop","name":"partition"}]}}}"#,
            "toxic 1: the name 'partition' is kept for partitions; choose another"
        ),
        bad(
            #"{"proxies":{"p":{"toxics":[{"type":"noop"},{"type":"noop"}]}}}"#,
            "toxic 2 ('noop_downstream'): the name is there twice"
        ),
        bad(
            #"{"proxies":{"p":{"toxics":[{"type":"slicer"}]}}}"#,
            "toxic 1 ('slicer_downstream'): bad attributes: average_size is 0; a piece has at least 1 byte"
        ),
        bad(
            #"{"proxies":{"p":{"toxics":[{"type":"latency","attributes":{"latency":"x"}}]}}}"#,
            "toxic 1 ('latency_downstream'): latency is a string, not an integer"
        ),
        .error("PUT /faults", #"{"proxies":{"none":{}}}"#, 404, "proxy 'none' not found"),
    ]

    private static func bad(_ body: String, _ message: String) -> Row {
        .error("PUT /faults", body, 400, "bad request body: \(message)")
    }

    @Test(arguments: rows)
    func `each call has its answer, and a bad one changes nothing`(row: Row) {
        var desk = Desk.prepared()
        let before = desk.book.proxies
        row.check(&desk)
        guard row.status != 200 else { return }
        #expect(desk.book.proxies == before)
        #expect(desk.done == [])
    }

    @Test func `one bad toxic keeps the whole plan away`() {
        var desk = Desk.prepared()
        let before = desk.book
        let body =
            #"{"seed":9,"proxies":{"p":{"toxics":[{"type":"noop"}]},"q":{"toxics":[{"type":"slicer"}]}}}"#
        #expect(desk.call("PUT", "/faults", body).status == 400)
        #expect(desk.book.proxies == before.proxies)
        #expect(desk.book.seed == 1)
        #expect(desk.done == [])
    }

    @Test func `what is the same keeps its number, and what has changed keeps it too`() {
        var desk = Desk.prepared()
        let before = desk.book.proxies["q"]?.toxics.map(\.id)
        let body =
            #"{"proxies":{"q":{"toxics":[\#(Self.latency),{"type":"timeout","stream":"upstream","name":"t","attributes":{"timeout":5}}]}}}"#
        let reply = desk.call("PUT", "/faults", body)
        #expect(
            reply.body.contains(#""updated":["t"],"removed":[],"unchanged":["latency_downstream"]"#)
        )
        #expect(desk.book.proxies["q"]?.toxics.map(\.id) == before)
        #expect(desk.done == ["updated t on q"])
    }

    @Test func `another type or stream under the same name is another toxic`() {
        var desk = Desk.prepared()
        let before = desk.book.proxies["q"]?.toxics.last?.id
        let body = #"{"proxies":{"q":{"toxics":[{"type":"noop","stream":"upstream","name":"t"}]}}}"#
        _ = desk.call("PUT", "/faults", body)
        #expect(desk.done == ["removed latency_downstream on q", "removed t on q", "added t on q"])
        #expect(desk.book.proxies["q"]?.toxics.first?.id != before)
    }

    @Test func `what is shown can be put back and changes nothing`() {
        var desk = Desk.prepared()
        _ = desk.call("POST", "/partition", #"{"proxy":"p","direction":"client-to-server"}"#)
        let shown = desk.call("GET", "/faults").body
        let count = desk.done.count
        #expect(desk.call("PUT", "/faults", shown).status == 200)
        #expect(desk.done.count == count)
        #expect(desk.call("GET", "/faults").body == shown)
    }

    @Test(arguments: [(999, 200), (1000, 200), (1001, 400)])
    func `a plan has so many toxics a proxy and no more`(count: Int, status: Int) {
        var desk = Desk.prepared()
        let toxics = (0..<count).map { #"{"type":"noop","name":"\#($0)"}"# }.joined(separator: ",")
        let body = #"{"proxies":{"p":{"toxics":[\#(toxics)]}}}"#
        #expect(desk.call("PUT", "/faults", body).status == status)
    }

    @Test func `a plan of the start says where it is wrong`() {
        var desk = Desk.prepared()
        let document = Document(
            .object([("proxies", .object([("p", .object([("toxics", .array([.number("1")]))]))]))]),
            places: [
                "": .init(line: 1, column: 1), "/proxies/p/toxics/0": .init(line: 4, column: 7),
            ]
        )
        #expect(
            throws: DocumentError(
                "toxic 1 is a number, not an object",
                at: .init(line: 4, column: 7)
            )
        ) {
            try desk.book.adopt(document, source: "plan.yaml")
        }
        let reply = desk.call("PUT", "/faults", document: document)
        #expect(reply.body.contains("bad request body: line 4, column 7: toxic 1 is a number"))
    }

    @Test(arguments: [
        ("h:1", 201), ("dash:99", 201), ("Dash:7", 201), ("10.0.0.1:80", 201), ("10.0.0.1:81", 403),
        ("dash.evil:7", 403), ("h:2", 403), ("ws://dash:7", 201), ("nowhere", 400),
    ])
    func `upstreams can be confined`(upstream: String, status: Int) throws {
        let proxy = ControlledProxy(name: "c", listen: "a:1", upstream: "h:1", isEnabled: true)
        let patterns = ["dash:*", "10.0.0.1:80"].compactMap(UpstreamPattern.init)
        #expect(patterns.count == 2)
        var desk = Desk()
        desk.book = ProxyBook(proxies: [proxy], seed: 1, rules: ControlRules(upstreams: patterns))
        let body = #"{"name":"n","upstream":"\#(upstream)","listen":"127.0.0.1:0"}"#
        #expect(desk.call("POST", "/proxies", body).status == status)
        let change = #"{"upstream":"\#(upstream)"}"#
        #expect(desk.call("PATCH", "/proxies/c", change).status == (status == 201 ? 200 : status))
        #expect(desk.call("POST", "/populate", "[\(body)]").status == status)
    }

    @Test(arguments: ["", "host", ":*", ":80", "host:0", "host:x", "*:80 x", "ho st:1"])
    func `what is no pattern is none`(text: String) {
        #expect(UpstreamPattern(text) == nil)
    }
}
