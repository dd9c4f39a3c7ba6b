import ControlAPI
import Faults
import Testing
import Vocabulary

/// What Toxiproxy 2.12.0 does, where the tables of the routes do not show it.
@Suite struct FactSheetTests {
    static let rows: [Row] = [
        // Paths and methods.
        Row("GET //proxies", "", 404, "404 page not found\n"),
        Row("GET /Proxies", "", 404, "404 page not found\n"),
        Row("GET /proxies/p/toxics/t/x", "", 404, "404 page not found\n"),
        Row("HEAD /version", "", 405, ""),
        Row("OPTIONS /proxies/p/toxics", "", 405, ""),
        Row("PUT /proxies/q/toxics/t", "", 405, ""),
        Row("PATCH /proxies", "", 405, ""),
        Row("DELETE /proxies", "", 405, ""),
        // Bodies: the first value counts, the last of equal names, and `toxics` is never read.
        Row(
            "POST /proxies",
            #"{"name":"x","name":"n","listen":"127.0.0.1:3312","upstream":"h:1","toxics":[{"type":"down"}]}{"name":"z"}"#,
            201,
            #"{"name":"n","listen":"127.0.0.1:3312","upstream":"h:1","enabled":true,"toxics":[]}"#
        ),
        Row("POST /proxies/p", #"{"toxics":7,"name":8}"#, 400),
        Row("PATCH /proxies/p", #"{"toxics":7}"#, 200, ReplyTableTests.p),
        .error(
            "PATCH /proxies/p",
            #"{"upstream":""}"#,
            400,
            "upstream is ''; write it as host:port, for example 127.0.0.1:8000"
        ),
        // Any number is a toxicity.
        Row(
            "POST /proxies/p/toxics",
            #"{"type":"noop","toxicity":-3.5}"#,
            200,
            #"{"attributes":{},"name":"noop_downstream","type":"noop","stream":"downstream","toxicity":-3.5}"#
        ),
        Row(
            "POST /proxies/p/toxics",
            #"{"type":"noop","toxicity":7e0}"#,
            200,
            #"{"attributes":{},"name":"noop_downstream","type":"noop","stream":"downstream","toxicity":7}"#
        ),
        .error(
            "POST /proxies/p/toxics",
            #"{"type":"noop","toxicity":"1"}"#,
            400,
            "bad request body: toxicity is a string, not a number"
        ),
        // Names are unique over both streams.
        .error(
            "POST /proxies/q/toxics",
            #"{"type":"noop","stream":"downstream","name":"t"}"#,
            409,
            "toxic already exists"
        ),
        // Every known attribute is shown, whatever was said.
        Row(
            "POST /proxies/p/toxics",
            #"{"type":"latency"}"#,
            200,
            #"{"attributes":{"latency":0,"jitter":0},"name":"latency_downstream","type":"latency","stream":"downstream","toxicity":1}"#
        ),
        Row(
            "POST /proxies/p/toxics",
            #"{"type":"latency","attributes":{"latency":null,"jitter":-4}}"#,
            200,
            #"{"attributes":{"latency":0,"jitter":-4},"name":"latency_downstream","type":"latency","stream":"downstream","toxicity":1}"#
        ),
        Row(
            "POST /proxies/q/toxics/t",
            #"{"attributes":null,"toxicity":null}"#,
            200,
            ReplyTableTests.timeout
        ),
        .error("POST /proxies/q/toxics/t", "", 400, "bad request body: EOF"),
        // Populating.
        Row(
            "POST /populate",
            #"[{"name":"n","listen":"bad","upstream":"h:1"}]"#,
            500,
            #"{"error":"listen tcp: address bad: missing port in address","status":500,"proxies":[]}"#
        ),
        Row(
            "POST /populate",
            #"[{"name":"n","listen":"127.0.0.1:3312","upstream":"h:1","toxics":[{"type":"noop"}]}]"#,
            201,
            #"{"proxies":[{"name":"n","listen":"127.0.0.1:3312","upstream":"h:1","enabled":true,"toxics":[]}]}"#
        ),
        Row(
            "POST /populate",
            #"{"name":"n"}"#,
            400,
            #"{"error":"bad request body: the body is no array but object","status":400,"proxies":null}"#,
            type: "application/json"
        ),
    ]

    @Test(arguments: rows)
    func `each call has its answer`(row: Row) {
        var desk = Desk.prepared()
        row.check(&desk)
    }

    @Test func `answers of routes carry a request id, errors too, and nothing else does`() {
        var desk = Desk.prepared()
        #expect(desk.call("GET", "/version").isOfRoute)
        #expect(desk.call("GET", "/proxies/none").isOfRoute)
        #expect(desk.call("POST", "/reset").isOfRoute)
        #expect(!desk.call("GET", "/nothing").isOfRoute)
        #expect(!desk.call("PUT", "/proxies").isOfRoute)
    }

    @Test func `toxics are listed by stream, then in order of creation`() {
        var desk = Desk.prepared()
        for (name, stream) in [
            ("a", "downstream"), ("b", "upstream"), ("c", "DownStream"), ("d", "upstream"),
        ] {
            _ = desk.call(
                "POST",
                "/proxies/p/toxics",
                #"{"type":"noop","name":"\#(name)","stream":"\#(stream)"}"#
            )
        }
        let list = desk.call("GET", "/proxies/p/toxics").body
        let names = list.split(separator: #""name":""#).dropFirst().map { String($0.prefix(1)) }
        #expect(names == ["b", "d", "a", "c"])
    }

    @Test func `a proxy that was never started shows the place as it was written`() {
        var desk = Desk.prepared()
        let body = #"{"name":"n","listen":"localhost:0","upstream":"h:1","enabled":false}"#
        _ = desk.call("POST", "/proxies", body)
        #expect(desk.call("GET", "/proxies/n").body.contains(#""listen":"localhost:0""#))
        #expect(desk.done == [])
        _ = desk.call("PATCH", "/proxies/n", #"{"enabled":true}"#)
        #expect(desk.call("GET", "/proxies/n").body.contains(#""listen":"127.0.0.1:40000""#))
    }

    @Test func `enabling what is enabled does nothing`() {
        var desk = Desk.prepared()
        #expect(desk.call("POST", "/proxies/p", #"{"enabled":true}"#).status == 200)
        #expect(desk.done == [])
    }

    @Test func `a place that cannot be read changes nothing`() {
        var desk = Desk.prepared()
        #expect(
            desk.call("PATCH", "/proxies/p", #"{"listen":"bad","upstream":"h:9"}"#).status == 500
        )
        #expect(desk.call("GET", "/proxies/p").body == ReplyTableTests.p)
        #expect(desk.done == [])
    }

    @Test func `a replacement that cannot bind leaves the old proxy listed and stopped`() {
        var desk = Desk.prepared()
        desk.takenPorts = [3399]
        let body =
            #"[{"name":"p","listen":"127.0.0.1:3399","upstream":"h:1"},{"name":"z","upstream":"h:1"}]"#
        #expect(desk.call("POST", "/populate", body).status == 500)
        #expect(desk.call("GET", "/proxies/p").body.contains(#""enabled":false"#))
        #expect(desk.call("GET", "/proxies/z").status == 404)
    }

    @Test func `reset starts what never ran, and what cannot bind ends it`() {
        var desk = Desk()
        desk.takenPorts = [3399]
        for (name, port) in [("a", 3312), ("b", 3399), ("c", 3313)] {
            let body =
                #"{"name":"\#(name)","listen":"127.0.0.1:\#(port)","upstream":"h:1","enabled":false}"#
            _ = desk.call("POST", "/proxies", body)
        }
        #expect(desk.call("POST", "/reset").status == 500)
        #expect(desk.done == ["start a 127.0.0.1:3312 -> h:1", "start b refused"])
        desk.takenPorts = []
        #expect(desk.call("POST", "/reset", "{").status == 204)
        #expect(desk.book.proxies.values.allSatisfy { $0.isEnabled })
    }

    @Test(arguments: [("s", 201), ("a%2Fb", 404)])
    func `names in paths are decoded`(name: String, status: Int) {
        var desk = Desk()
        let body = #"{"name":"s","listen":"127.0.0.1:3312","upstream":"h:1"}"#
        #expect(desk.call("POST", "/proxies", body).status == 201)
        #expect(desk.call("GET", "/proxies/\(name)").status == (status == 201 ? 200 : 404))
    }

    @Test func `ten thousand toxics are refused, and what was there stays`() {
        var desk = Desk.prepared()
        let toxics = (0..<10_000).map { #"{"type":"noop","name":"\#($0)"}"# }.joined(separator: ",")
        let before = desk.book.proxies
        let body = #"{"proxies":{"p":{"toxics":[\#(toxics)]}}}"#
        #expect(desk.call("PUT", "/faults", body).status == 400)
        #expect(desk.book.proxies == before)
    }
}
