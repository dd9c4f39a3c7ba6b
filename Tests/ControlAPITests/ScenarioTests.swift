import ControlAPI
import Faults
import Testing
import Vocabulary

@Suite struct ScenarioTests {
    private static func scenario(_ steps: String, _ rest: String = "") -> String {
        #"{"name":"s","proxy":"p"\#(rest),"steps":[\#(steps)]}"#
    }

    private func started(_ steps: String, _ rest: String = "") -> Desk {
        var desk = Desk.prepared()
        let reply = desk.call("POST", "/scenarios", Self.scenario(steps, rest))
        #expect(reply.status == 201, "\(reply.body)")
        return desk
    }

    @Test func `steps happen when they are due, and are undone`() {
        var desk = started(
            #"""
            {"at":"1s","add":{"type":"latency","attributes":{"latency":9}},"for":"2s"},
            {"at":"2s","partition":{"direction":"server-to-client","for":"500ms"}},
            {"at":"4s","mark":"half"},{"at":"5s","cut":"reset"},{"at":6,"disable":true,"for":"1s"}
            """#
        )
        #expect(desk.take() == [])
        desk.run(until: 0.9)
        #expect(desk.take() == [])
        desk.run(until: 100)
        #expect(
            desk.take() == [
                "1.0 added latency_downstream on p", "2.0 added partition on p",
                "2.5 removed partition on p", "3.0 removed latency_downstream on p",
                "4.0 mark half on p", "5.0 control-reset p", "6.0 stop p",
                "7.0 start p 127.0.0.1:3310 -> h:1",
            ]
        )
        #expect(desk.call("GET", "/scenarios/1").body.contains(#""state":"done""#))
        #expect(desk.book.wakeTime == nil)
    }

    @Test func `what nobody has undone is undone at the end, the last first, and each part once`() {
        var desk = started(
            #"""
            {"at":0,"add":{"type":"noop","name":"a"}},{"at":1,"add":{"type":"noop","name":"b"}},
            {"at":2,"partition":"both"},{"at":3,"partition":"client-to-server"},
            {"at":4,"disable":null},{"at":5,"enable":null},{"at":6,"remove":"a"},
            {"at":7,"update":{"name":"b","toxicity":0.5}}
            """#
        )
        #expect(desk.take() == ["added a on p"])
        desk.run(until: 6.5)
        _ = desk.take()
        desk.run(until: 8)
        #expect(
            desk.take() == [
                "7.0 updated b on p", "7.0 removed partition on p", "7.0 removed b on p",
            ]
        )
        #expect(desk.book.proxies["p"]?.toxics == [])
    }

    @Test func `a scenario leaves what others have put in place, as it was`() {
        var desk = Desk.prepared()
        let before = desk.book.proxies["q"]
        let steps =
            #"{"at":0,"remove":"t"},{"at":1,"update":{"name":"latency_downstream","attributes":{"latency":7}}}"#
        _ = desk.call("POST", "/scenarios", #"{"proxy":"q","steps":[\#(steps)],"length":"10s"}"#)
        desk.run(until: 5)
        #expect(desk.book.proxies["q"]?.toxics.count == 1)
        desk.run(until: 11)
        let after = desk.book.proxies["q"]
        #expect(
            after?.toxics.sorted { $0.id < $1.id } == before?.toxics.sorted { $0.id < $1.id }
        )
    }

    @Test func `stopping undoes what is in place`() {
        var desk = started(#"{"at":0,"partition":"both","for":"10s"},{"at":20,"mark":"never"}"#)
        desk.run(until: 3)
        _ = desk.take()
        let reply = desk.call("DELETE", "/scenarios/1")
        #expect(desk.take() == ["removed partition on p", "removed partition on p"])
        #expect(
            reply.body
                == #"{"id":1,"name":"s","proxy":"p","state":"stopped","seed":1,"passes":1,"length":20,"calls":4,"done":1,"log":[{"at":0,"step":1,"does":"partition both"},{"at":3,"step":1,"does":"undo: partition both"}]}"#
        )
        // A second time changes nothing.
        #expect(desk.call("DELETE", "/scenarios/1").body == reply.body)
        desk.run(until: 100)
        #expect(desk.take() == [])
    }

    @Test func `progress says what was done and what comes next`() {
        var desk = started(
            #"{"at":"1s","partition":"both","for":"1500ms"},{"at":"1m","mark":"x"}"#,
            #","seed":7"#
        )
        desk.run(until: 1.25)
        #expect(
            desk.call("GET", "/scenarios/1").body
                == #"{"id":1,"name":"s","proxy":"p","state":"running","seed":7,"passes":1,"length":60,"calls":4,"done":1,"elapsed":1.25,"next":{"at":2.5,"step":1,"does":"undo: partition both"},"log":[{"at":1,"step":1,"does":"partition both"}]}"#
        )
        #expect(desk.call("GET", "/scenarios/1?after=1").body.hasSuffix(#""log":[]}"#))
        #expect(desk.call("GET", "/scenarios").body.hasPrefix(#"[{"id":1,"name":"s","#))
    }

    @Test func `it is played as often as it says, and each pass begins clean`() {
        var desk = started(
            #"{"at":0,"add":{"type":"noop"}},{"at":1,"cut":{"how":"close","code":4000}}"#,
            #","repeat":3,"length":"2s""#
        )
        desk.run(until: 100)
        let pass = { (base: Double) in
            [
                "\(base) added noop_downstream on p", "\(base + 1) control-close p",
                "\(base + 2) removed noop_downstream on p",
            ]
        }
        #expect(
            desk.take() == ["added noop_downstream on p"]
                + (pass(0) + pass(2) + pass(4)).dropFirst()
        )
        #expect(desk.call("GET", "/scenarios/1").body.contains(#""state":"done""#))
    }

    @Test func `a step that cannot be made ends it, and what is in place is undone`() {
        var desk = started(
            #"{"at":0,"partition":"both"},{"at":1,"add":{"type":"noop","name":"n"}},{"at":2,"mark":"x"}"#
        )
        _ = desk.call("POST", "/proxies/p/toxics", #"{"type":"noop","name":"n"}"#)
        desk.run(until: 10)
        let shown = desk.call("GET", "/scenarios/1").body
        #expect(shown.contains(#""state":"failed""#))
        #expect(shown.contains(#""error":"step 2 (add n (noop)): toxic already exists""#))
        #expect(desk.book.proxies["p"]?.partition.extent == nil)
        #expect(desk.book.proxies["p"]?.toxics.map(\.name) == ["n"])
    }

    @Test func `a proxy that is gone ends it`() {
        var desk = started(#"{"at":0,"partition":"both"},{"at":1,"mark":"x"}"#)
        _ = desk.call("DELETE", "/proxies/p")
        desk.run(until: 10)
        #expect(desk.call("GET", "/scenarios/1").body.contains("proxy not found"))
    }

    @Test func `outside that does not answer ends it`() {
        var desk = started(#"{"at":1,"partition":"both"},{"at":2,"mark":"x"}"#)
        desk.isStuck = true
        desk.run(until: 10)
        #expect(desk.call("GET", "/scenarios/1").body.contains("not done in time"))
    }

    @Test func `one scenario a proxy, and reset stops it`() {
        var desk = started(#"{"at":0,"partition":"both"},{"at":9,"mark":"x"}"#)
        let again = desk.call("POST", "/scenarios", Self.scenario(#"{"at":0,"mark":"y"}"#))
        #expect(again.status == 409)
        #expect(again.body.contains("scenario 1 ('s') is running on 'p'; stop it first"))
        let other = #"{"proxy":"q","steps":[{"at":0,"mark":"y"}]}"#
        #expect(desk.call("POST", "/scenarios", other).status == 201)
        #expect(desk.call("POST", "/reset").status == 204)
        #expect(desk.call("GET", "/scenarios/1").body.contains(#""state":"stopped""#))
        _ = desk.take()
        desk.run(until: 100)
        #expect(desk.take() == [])
    }

    @Test func `the same file and seed give the same calls and touch the same connections`() {
        func play(_ earlier: Int) -> ([String], [Bool]) {
            var desk = Desk.prepared()
            for number in 0..<earlier {
                _ = desk.call("POST", "/proxies/q/toxics", #"{"type":"noop","name":"\#(number)"}"#)
            }
            _ = desk.take()
            let steps = #"{"at":1,"add":{"type":"timeout","toxicity":0.5}},{"at":2,"mark":"x"}"#
            _ = desk.call("POST", "/scenarios", Self.scenario(steps, #","seed":42"#))
            desk.run(until: 1.5)
            let plan = desk.plans["p"] ?? FaultPlan(seed: 0)
            let touched = (1...64).map {
                !FaultChain(plan, .serverToClient, on: ConnectionID(rawValue: $0), at: .epoch)
                    .isIdle
            }
            desk.run(until: 9)
            return (desk.take(), touched)
        }
        let (calls, touched) = play(0)
        #expect(play(5) == (calls, touched))
        #expect(touched.contains(true) && touched.contains(false))
    }

    @Test(arguments: [(99, 99), (100, 100), (101, 100)])
    func `so many runs are kept`(count: Int, kept: Int) {
        var desk = Desk.prepared()
        for _ in 0..<count {
            _ = desk.call("POST", "/scenarios", Self.scenario(#"{"at":0,"mark":"x"}"#))
        }
        let list = desk.call("GET", "/scenarios").body
        #expect(list.split(separator: #"{"id":"#).count - 1 == kept)
        #expect(desk.call("GET", "/scenarios/1").status == (count > 100 ? 404 : 200))
    }

    // MARK: What is refused

    static let rows = [
        Row("GET /scenarios", "", 200, "[]", type: "application/json"),
        .error("GET /scenarios/1", "", 404, "scenario not found"),
        .error("GET /scenarios/x", "", 404, "scenario not found"),
        .error("DELETE /scenarios/1", "", 404, "scenario not found"),
        Row("PUT /scenarios", "", 405, ""),
        Row("POST /scenarios/1", "", 405, ""),
        bad("", "EOF"),
        bad("[]", "the scenario is an array, not an object"),
        bad("{}", "the scenario has no steps"),
        bad(#"{"steps":[]}"#, "the scenario has no steps"),
        bad(#"{"steps":{}}"#, "steps is an object, not an array"),
        bad(
            #"{"stpes":[]}"#,
            "the scenario says 'stpes', which is not known here; did you mean 'steps'? There are name, seed, proxy, repeat, length, steps"
        ),
        bad(#"{"name":""}"#, "name has 0 bytes; it has from 1 to 100"),
        bad(#"{"seed":"x"}"#, "seed is 'x', not a number from 0 to 18446744073709551615"),
        bad(#"{"repeat":0}"#, "repeat is 0; it goes from 1 to 10000"),
        bad(#"{"repeat":10001}"#, "repeat is 10001; it goes from 1 to 10000"),
        step(#"7"#, "step 1 is a number, not an object"),
        step(#"{"mark":"x"}"#, "step 1 does not say when; write 'at: 5s'"),
        step(
            #"{"at":1}"#,
            "step 1 does nothing; say one of add, remove, update, partition, cut, mark, disable, enable"
        ),
        step(
            #"{"at":"soon","mark":"x"}"#,
            "step 1: at is 'soon'; write a duration such as 500ms, 5s or 2m"
        ),
        step(
            #"{"at":-1,"mark":"x"}"#,
            "step 1: at is -1; write a duration such as 500ms, 5s or 2m"
        ),
        step(
            #"{"at":"25h","mark":"x"}"#,
            "step 1: at is '25h'; write a duration such as 500ms, 5s or 2m"
        ),
        step(
            #"{"at":1,"mark":"x","cut":"fin"}"#,
            "step 1 does two things; make a step of its own for 'cut'"
        ),
        step(
            #"{"at":1,"explode":true}"#,
            "step 1 says 'explode', which is not known here; there are at, for, add, remove, update, partition, cut, mark, disable, enable"
        ),
        step(
            #"{"at":1,"mark":"x","for":"1s"}"#,
            "step 1: 'mark x' cannot be undone, so it takes no 'for'"
        ),
        step(#"{"at":1,"mark":""}"#, "step 1: mark has 0 bytes; it has from 1 to 1024"),
        step(#"{"at":1,"cut":"hard"}"#, "step 1: cut is 'hard'; choose one of: fin, reset, close"),
        step(
            #"{"at":1,"cut":{"how":"close","code":1005}}"#,
            "step 1: cut: code is 1005, which no close frame may have"
        ),
        step(
            #"{"at":1,"cut":{"how":"reset","code":1000}}"#,
            "step 1: cut is 'reset'; only 'close' has a code and a reason"
        ),
        step(
            #"{"at":1,"partition":"up"}"#,
            "step 1: partition: direction is 'up'; choose one of: both, client-to-server, server-to-client"
        ),
        step(#"{"at":1,"add":{"type":"down"}}"#, "step 1: add: invalid toxic type"),
        step(
            #"{"at":1,"add":{"type":"slicer"}}"#,
            "step 1: add: bad attributes: average_size is 0; a piece has at least 1 byte"
        ),
        step(
            #"{"at":1,"add":{"type":"noop","at":1}}"#,
            "step 1: add says 'at', which is not known here; there are name, type, stream, toxicity, attributes"
        ),
        step(#"{"at":1,"update":{}}"#, "step 1: update does not say which toxic; write 'name: …'"),
        step(#"{"at":1,"disable":7}"#, "step 1: disable takes no value; write 'disable: true'"),
        .error(
            "POST /scenarios",
            scenario(#"{"at":1,"remove":"x"}"#),
            400,
            "step 1: toxic 'x' does not exist by then"
        ),
        .error(
            "POST /scenarios",
            scenario(#"{"at":1,"update":{"name":"x"}}"#),
            400,
            "step 1: toxic 'x' does not exist by then"
        ),
        .error(
            "POST /scenarios",
            scenario(#"{"at":1,"add":{"type":"noop"}},{"at":1,"add":{"type":"noop"}}"#),
            400,
            "step 2: toxic 'noop_downstream' already exists by then"
        ),
        .error(
            "POST /scenarios",
            #"{"proxy":"none","steps":[{"at":0,"mark":"x"}]}"#,
            404,
            "proxy not found"
        ),
        .error(
            "POST /scenarios",
            #"{"steps":[{"at":0,"mark":"x"}]}"#,
            400,
            "say which proxy is meant: there are 2 (p, q)"
        ),
        bad(
            scenario(#"{"at":9,"mark":"x"}"#, #","length":"5s""#),
            "length is 5s, and step 1 ends at 9s"
        ),
        bad(
            scenario(#"{"at":0,"mark":"x"}"#, #","repeat":2"#),
            "a pass takes no time; give it a length to repeat it"
        ),
        bad(
            scenario(#"{"at":1,"mark":"x"},{"at":1,"mark":"x"}"#, #","repeat":3334"#),
            "it would make 10002 calls; at most 10000 are made"
        ),
    ]

    private static func bad(_ body: String, _ message: String) -> Row {
        .error("POST /scenarios", body, 400, "bad request body: \(message)")
    }

    private static func step(_ step: String, _ message: String) -> Row {
        bad(#"{"steps":[\#(step)]}"#, message)
    }

    @Test(arguments: rows)
    func `each call has its answer, and nothing of a bad scenario happens`(row: Row) {
        var desk = Desk.prepared()
        let before = desk.book.proxies
        row.check(&desk)
        #expect(desk.book.proxies == before)
        #expect(desk.done == [])
        #expect(desk.book.wakeTime == nil)
    }

    @Test(arguments: [(999, 201), (1000, 201), (1001, 400)])
    func `a scenario has so many steps and no more`(count: Int, status: Int) {
        var desk = Desk.prepared()
        let steps = Array(repeating: #"{"at":0,"mark":"x"}"#, count: count).joined(separator: ",")
        #expect(desk.call("POST", "/scenarios", Self.scenario(steps)).status == status)
        #expect(desk.done.count == (status == 201 ? count : 0))
    }

    @Test(arguments: [(122, 201), (123, 201), (124, 400)])
    func `a close frame's reason has so many bytes and no more`(count: Int, status: Int) {
        var desk = Desk.prepared()
        let reason = String(repeating: "r", count: count)
        let step = #"{"at":0,"cut":{"how":"close","reason":"\#(reason)"}}"#
        #expect(desk.call("POST", "/scenarios", Self.scenario(step)).status == status)
    }
}
