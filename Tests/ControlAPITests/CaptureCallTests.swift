import ControlAPI
import Documents
import Telemetry
import Testing
import Vocabulary

@Suite struct CaptureCallTests {
    private static let file = CaptureSnapshot(
        path: "captures/run.wscap",
        byteCount: 4711,
        ordinal: 2,
        loop: 1,
        started: Instant(nanoseconds: 0),
        state: .recording
    )
    private static func text(_ proxy: String) -> String {
        #"{"proxy":"\#(proxy)","path":"captures/run.wscap","bytes":4711,"ordinal":2,"loop":1,"#
            + #""started":"1970-01-01T00:00:00.000Z","state":"recording"}"#
    }

    private func desk() -> Desk {
        var desk = Desk.prepared()
        for name in ["p", "q"] {
            desk.snapshots[name] = { _ in
                var shot = ProxySnapshot(name: name)
                shot.captures = [Self.file]
                return shot
            }
        }
        return desk
    }

    @Test func `the files of all proxies are listed, or of one`() {
        var desk = desk()
        #expect(
            desk.call("GET", "/captures").body
                == "{\"captures\":[\(Self.text("p")),\(Self.text("q"))]}"
        )
        #expect(
            desk.call("GET", "/captures?proxy=q").body == "{\"captures\":[\(Self.text("q"))]}"
        )
        #expect(desk.call("GET", "/captures?proxy=no").status == 404)
    }

    @Test func `a rotation answers the files that have their end`() {
        var desk = desk()
        desk.sealed = [Self.file]
        let reply = desk.call("POST", "/captures/rotate?proxy=p")
        #expect(reply.status == 200)
        #expect(reply.body == "{\"sealed\":[\(Self.text("p"))]}")
        #expect(desk.take() == ["rotate p"])
        #expect(desk.call("POST", "/captures/rotate?proxy=no").status == 404)
        _ = desk.call("POST", "/captures/rotate")
        #expect(desk.take() == ["rotate p", "rotate q"])
    }

    @Test func `a rotation that fails says why, and what was done all the same`() throws {
        var desk = desk()
        desk.sealed = [Self.file]
        desk.rotationFailures = ["q: no space is left"]
        let reply = desk.call("POST", "/captures/rotate")
        #expect(reply.status == 500)
        #expect(
            try JSONValue.read(reply.body)["error"]?.plain
                == "q: no space is left; 2 others were rotated"
        )
    }

    @Test func `a mark stands in the captures of all proxies, or of one`() {
        var desk = desk()
        let reply = desk.call("POST", "/marks", #"{"label":"step 1"}"#)
        #expect(reply.status == 201)
        #expect(reply.body == #"{"label":"step 1","proxies":["p","q"]}"#)
        #expect(desk.take() == ["mark step 1 on p", "mark step 1 on q"])
        _ = desk.call("POST", "/marks", #"{"label":"x","proxy":"q"}"#)
        #expect(desk.take() == ["mark x on q"])
    }

    @Test(arguments: [
        ("", 400, "bad request body: EOF"), ("{}", 400, "missing required field: label"),
        (#"{"label":null}"#, 400, "missing required field: label"),
        (#"{"label":7}"#, 400, "bad request body: label is a number, not a string"),
        ("[]", 400, "bad request body: the body is an array, not an object"),
        (#"{"label":""}"#, 400, "label has 0 bytes; write 1 to 200"),
        (
            #"{"label":"a\u0007"}"#, 400,
            "label has a control character; write one line of plain text"
        ),
        (
            #"{"label":"a\u0085"}"#, 400,
            "label has a control character; write one line of plain text"
        ),
        (#"{"label":"x","proxy":"no"}"#, 404, "proxy not found"),
        (
            #"{"label":"x","proxy":1}"#, 400,
            "bad request body: proxy is a number, not a string"
        ),
    ])
    func `what is no mark is refused`(body: String, status: Int, message: String) throws {
        var desk = desk()
        let reply = desk.call("POST", "/marks", body)
        #expect(reply.status == status)
        #expect(try JSONValue.read(reply.body)["error"]?.plain == message)
        #expect(desk.done == [])
    }

    @Test(arguments: [(199, 201), (200, 201), (201, 400)])
    func `a label has at most 200 bytes`(byteCount: Int, status: Int) {
        var desk = desk()
        let label = String(repeating: "é", count: byteCount / 2) + (byteCount % 2 == 1 ? "x" : "")
        #expect(desk.call("POST", "/marks", "{\"label\":\"\(label)\"}").status == status)
    }

    @Test func `bytes that are no UTF-8 become what stands for them`() {
        var desk = desk()
        let reply = desk.call("POST", "/marks", Array("{\"label\":\"".utf8) + [0xFF, 0x22, 0x7D])
        #expect(reply.status == 201)
        #expect(reply.body.hasPrefix("{\"label\":\"\u{FFFD}\""))
    }

    @Test func `nobody answers`() {
        var desk = desk()
        desk.isStuck = true
        #expect(desk.call("POST", "/marks", #"{"label":"x"}"#).status == 503)
        #expect(desk.call("POST", "/captures/rotate").status == 503)
        #expect(desk.call("GET", "/captures").status == 503)
    }
}
