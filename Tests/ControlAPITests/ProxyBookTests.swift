import ControlAPI
import Faults
import Testing
import Vocabulary

@Suite struct ProxyBookTests {
    @Test func `creating listens, and leaves nothing behind when it cannot`() {
        var desk = Desk()
        desk.takenPorts = [3399]
        #expect(
            desk.call("POST", "/proxies", #"{"name":"n","listen":"[::1]:3399","upstream":"h:1"}"#)
                .status == 500
        )
        #expect(desk.call("GET", "/proxies").body == "{}")
        #expect(desk.done == ["start n refused"])
    }

    @Test func `another upstream stops the proxy first, and toxics survive`() {
        var desk = Desk.prepared()
        _ = desk.call("POST", "/proxies/q", #"{"upstream":"h:7"}"#)
        #expect(desk.done == ["stop q", "start q 127.0.0.1:3311 -> h:7"])
        #expect(desk.book.proxies["q"]?.toxics.count == 2)
    }

    @Test func `a bind that fails leaves the proxy disabled with the new values`() {
        var desk = Desk.prepared()
        desk.takenPorts = [3399]
        let reply = desk.call(
            "PATCH",
            "/proxies/p",
            #"{"listen":"127.0.0.1:3399","upstream":"h:7"}"#
        )
        #expect(reply.status == 500)
        #expect(
            desk.call("GET", "/proxies/p").body
                == #"{"name":"p","listen":"127.0.0.1:3399","upstream":"h:7","enabled":false,"toxics":[]}"#
        )
    }

    @Test func `the same place, written differently, changes nothing`() {
        var desk = Desk.prepared()
        _ = desk.call("PATCH", "/proxies/p", #"{"listen":"localhost:3310","upstream":"h:1"}"#)
        #expect(desk.done == [])
        // Port 0 is another one each time.
        _ = desk.call("PATCH", "/proxies/p", #"{"listen":"localhost:0"}"#)
        #expect(desk.done == ["stop p", "start p 127.0.0.1:40000 -> h:1"])
    }

    @Test func `disabling and enabling keeps the port and the toxics`() {
        var desk = Desk.prepared()
        _ = desk.call("PATCH", "/proxies/q", #"{"enabled":false}"#)
        _ = desk.call("PATCH", "/proxies/q", #"{"enabled":false}"#)
        _ = desk.call("PATCH", "/proxies/q", #"{"enabled":true}"#)
        #expect(desk.done == ["stop q", "start q 127.0.0.1:3311 -> h:2"])
        #expect(desk.book.proxies["q"]?.toxics.count == 2)
    }

    @Test func `reset starts what is stopped and takes every toxic away`() {
        var desk = Desk.prepared()
        _ = desk.call("PATCH", "/proxies/p", #"{"enabled":false}"#)
        #expect(desk.call("POST", "/reset").status == 204)
        #expect(
            desk.done == [
                "stop p", "start p 127.0.0.1:3310 -> h:1", "removed latency_downstream on q",
                "removed t on q",
            ]
        )
        #expect(desk.plans["q"]?.toxics == [])
        #expect(desk.book.proxies.values.allSatisfy { $0.isEnabled && $0.toxics.isEmpty })
    }

    @Test func `populate leaves equal proxies alone and replaces others by fresh ones`() {
        var desk = Desk.prepared()
        let same = #"[{"name":"q","listen":"localhost:3311","upstream":"h:2","enabled":false}]"#
        _ = desk.call("POST", "/populate", same)
        #expect(desk.done == [])
        #expect(desk.book.proxies["q"]?.toxics.count == 2)
        _ = desk.call(
            "POST",
            "/populate",
            #"[{"name":"q","listen":"localhost:3315","upstream":"h:2"}]"#
        )
        #expect(desk.done.first == "stop q")
        #expect(desk.done.last == "start q 127.0.0.1:3315 -> h:2")
        #expect(desk.book.proxies["q"]?.toxics == [])
        #expect(desk.plans["q"]?.toxics == [])
    }

    @Test func `a refused change changes nothing`() {
        var desk = Desk.prepared()
        let before = desk.book.proxies
        let body = #"{"toxicity":0.5,"attributes":{"latency":9,"jitter":"x"}}"#
        #expect(desk.call("PATCH", "/proxies/q/toxics/latency_downstream", body).status == 400)
        #expect(desk.book.proxies == before)
    }

    @Test func `who does not get an answer in time is told so`() {
        var desk = Desk.prepared()
        desk.isStuck = true
        let reply = desk.call("POST", "/proxies/p/toxics", #"{"type":"latency"}"#)
        #expect(reply.status == 503)
        #expect(reply.contentType == "text/html")
        #expect(reply.body.utf8.count == 77)
    }

    @Test(arguments: [(999, 200), (1000, 400), (1001, 400)])
    func `a proxy has so many toxics and no more`(count: Int, status: Int) {
        var desk = Desk.prepared()
        for number in 0..<count {
            _ = desk.call("POST", "/proxies/p/toxics", #"{"type":"noop","name":"\#(number)"}"#)
        }
        let reply = desk.call("POST", "/proxies/p/toxics", #"{"type":"noop","name":"one more"}"#)
        #expect(reply.status == status)
    }

    @Test(arguments: [(63, 201), (64, 400), (65, 400)])
    func `a body is so deep and no deeper`(depth: Int, status: Int) {
        var desk = Desk()
        let nest = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let body = #"{"name":"n","upstream":"h:1","x":\#(nest)}"#
        #expect(desk.call("POST", "/proxies", body).status == status)
    }

    @Test func `bad UTF-8 and escapes in a body are read as the original reads them`() {
        var desk = Desk()
        let body =
            Array(#"{"upstream":"h:1","name":"a\u00e9\ud83d\ude00"#.utf8) + [0xFF]
            + Array("\"}".utf8)
        #expect(desk.call("POST", "/proxies", body).status == 201)
        #expect(desk.book.proxies.keys.first == "aé😀\u{FFFD}")
        #expect(desk.call("GET", "/proxies/a%C3%A9%F0%9F%98%80%EF%BF%BD").status == 200)
        #expect(desk.call("GET", "/proxies/%FF").status == 404)
        #expect(desk.call("GET", "/proxies/%zz").status == 404)
    }
}
