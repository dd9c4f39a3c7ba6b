import ControlAPI
import Faults
import Testing
import Vocabulary

@Suite struct PartitionCallTests {
    static let rows = [
        Row("GET /partition", "", 200, "[]", type: "application/json"),
        Row(
            "POST /partition",
            #"{"proxy":"p"}"#,
            200,
            #"{"proxy":"p","direction":"both"}"#,
            type: "application/json"
        ),
        Row(
            "POST /partition",
            #"{"proxy":"q","direction":"client-to-server"}"#,
            200,
            #"{"proxy":"q","direction":"client-to-server"}"#
        ),
        Row("DELETE /partition", "", 204, ""),
        Row("DELETE /partition?proxy=p", "", 204, ""),
        .error("DELETE /partition?proxy=none", "", 404, "proxy not found"),
        .error("POST /partition", #"{"proxy":"none"}"#, 404, "proxy not found"),
        .error(
            "POST /partition",
            "{}",
            400,
            "say which proxy is meant: there are 2 (p, q)"
        ),
        .error("POST /partition", "", 400, "bad request body: EOF"),
        .error(
            "POST /partition",
            "[]",
            400,
            "bad request body: the body is an array, not an object"
        ),
        .error(
            "POST /partition",
            #"{"proxy":7}"#,
            400,
            "bad request body: proxy is a number, not a string"
        ),
        .error(
            "POST /partition",
            #"{"proxy":"p","direction":"up"}"#,
            400,
            "direction is 'up'; choose one of: both, client-to-server, server-to-client"
        ),
        Row("PUT /partition", "", 405, ""),
        Row("GET /partition/", "", 404, "404 page not found\n"),
        .error(
            "POST /proxies/p/toxics",
            #"{"type":"latency","name":"partition"}"#,
            400,
            "the name 'partition' is kept for partitions; choose another"
        ),
        .error("POST /proxies/p/toxics", #"{"type":"partition"}"#, 400, "invalid toxic type"),
    ]

    @Test(arguments: rows)
    func `each call has its answer`(row: Row) {
        var desk = Desk.prepared()
        row.check(&desk)
    }

    @Test func `one proxy need not be named`() {
        var desk = Desk.prepared()
        _ = desk.call("DELETE", "/proxies/q")
        #expect(desk.call("POST", "/partition", "{}").body == #"{"proxy":"p","direction":"both"}"#)
    }

    @Test func `asking twice changes nothing, and asking for less heals the rest`() {
        var desk = Desk.prepared()
        let both = #"{"proxy":"q"}"#
        _ = desk.call("POST", "/partition", both)
        #expect(desk.done == ["added partition on q", "added partition on q"])
        let plan = desk.plans["q"]
        #expect(plan?.toxics.suffix(2).map(\.fault) == [.bytes(.partition), .bytes(.partition)])
        #expect(plan?.isPartitioned(.clientToServer) == true)
        _ = desk.call("POST", "/partition", both)
        #expect(desk.done.count == 2)
        _ = desk.call("POST", "/partition", #"{"proxy":"q","direction":"server-to-client"}"#)
        #expect(desk.done.last == "removed partition on q")
        // The direction that stays silent is not touched: what it holds stays where it is.
        #expect(desk.plans["q"]?.toxics.last == plan?.toxics.last)
        #expect(
            desk.call("GET", "/partition").body
                == #"[{"proxy":"q","direction":"server-to-client"}]"#
        )
    }

    @Test func `toxics are listed without it and stand before it`() {
        var desk = Desk.prepared()
        _ = desk.call("POST", "/partition", #"{"proxy":"p"}"#)
        _ = desk.call("POST", "/proxies/p/toxics", #"{"type":"latency"}"#)
        #expect(
            desk.plans["p"]?.toxics.map(\.name) == ["latency_downstream", "partition", "partition"]
        )
        #expect(!desk.call("GET", "/proxies/p/toxics").body.contains("partition"))
        #expect(desk.call("GET", "/proxies/p/toxics/partition").status == 404)
    }

    @Test func `reset heals, and healing twice is healing once`() {
        var desk = Desk.prepared()
        _ = desk.call("POST", "/partition", #"{"proxy":"p"}"#)
        #expect(desk.call("POST", "/reset").status == 204)
        #expect(desk.plans["p"]?.toxics == [])
        #expect(desk.call("GET", "/partition").body == "[]")
        let count = desk.done.count
        #expect(desk.call("DELETE", "/partition").status == 204)
        #expect(desk.done.count == count)
    }

    @Test func `browsers are not refused by their name, because the guard looks at more than that`()
    {
        var desk = Desk.prepared()
        #expect(desk.call("GET", "/partition", userAgent: "Mozilla/5.0").status == 200)
        #expect(desk.call("GET", "/faults", userAgent: "Mozilla/5.0").status == 200)
    }
}
