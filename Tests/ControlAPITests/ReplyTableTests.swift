import ControlAPI
import Testing

/// One call of the prepared desk and its answer.
struct Row: CustomTestStringConvertible, Sendable {
    var call: String
    var body = ""
    var status: Int
    var answer: String?
    var type: String?

    init(
        _ call: String,
        _ body: String = "",
        _ status: Int,
        _ answer: String? = nil,
        type: String? = nil
    ) {
        self.call = call
        self.body = body
        self.status = status
        self.answer = answer
        self.type = type
    }

    var testDescription: String { "\(call) \(body)" }

    /// Makes the call and compares.
    func check(_ desk: inout Desk) {
        let words = call.split(separator: " ").map(String.init)
        let reply = desk.call(words[0], words[1], body)
        #expect(reply.status == status)
        if let answer { #expect(reply.body == answer) }
        if let type { #expect(reply.contentType == type) }
    }

    static func error(_ call: String, _ body: String, _ status: Int, _ message: String) -> Row {
        // The original calls its errors text; ours say that they are JSON.
        let isOurs = ["/partition", "/faults", "/scenarios", "/connections", "/captures", "/marks"]
            .contains { call.contains($0) }
        return Row(
            call,
            body,
            status,
            "{\"error\":\"\(message)\",\"status\":\(status)}\n",
            type: isOurs ? "application/json" : "text/plain; charset=utf-8"
        )
    }
}

@Suite struct ReplyTableTests {
    static let p =
        #"{"name":"p","listen":"127.0.0.1:3310","upstream":"h:1","enabled":true,"toxics":[]}"#
    static let latency =
        #"{"attributes":{"latency":5,"jitter":0},"name":"latency_downstream","type":"latency","stream":"downstream","toxicity":1}"#
    static let timeout =
        #"{"attributes":{"timeout":0},"name":"t","type":"timeout","stream":"upstream","toxicity":1}"#
    static let q =
        #"{"name":"q","listen":"127.0.0.1:3311","upstream":"h:2","enabled":true,"toxics":["#
        + "\(timeout),\(latency)]}"

    static let routes = [
        Row(
            "GET /version",
            "",
            200,
            "{\"version\": \"2.12.0\"}\n",
            type: "application/json;charset=utf-8"
        ),
        Row("GET /proxies", "", 200, "{\"p\":\(p),\"q\":\(q)}", type: "application/json"),
        Row("GET /proxies/p", "", 200, p, type: "application/json"),
        Row("GET /proxies/q/toxics", "", 200, "[\(timeout),\(latency)]", type: "application/json"),
        Row("GET /proxies/p/toxics", "", 200, "[]"),
        Row("GET /proxies/q/toxics/t", "", 200, timeout),
        Row("DELETE /proxies/p", "", 204, ""),
        Row("DELETE /proxies/q/toxics/t", "", 204, ""),
        Row("POST /reset", "whatever", 204, ""),
        Row("GET /nothing", "", 404, "404 page not found\n", type: "text/plain; charset=utf-8"),
        Row("GET /proxies/", "", 404, "404 page not found\n"),
        Row("GET /proxies/p/toxics/", "", 404, "404 page not found\n"),
        Row("HEAD /proxies", "", 405, ""),
        Row("OPTIONS /proxies", "", 405, ""),
        Row("PUT /proxies/p", "", 405, ""),
        Row("GET /reset", "", 405, ""),
        Row("GET /populate", "", 405, ""),
        Row("POST /version", "", 405, ""),
    ]

    static let proxies = [
        Row(
            "POST /proxies",
            #"{"name":"n","listen":"localhost:3312","upstream":"h:1"}"#,
            201,
            #"{"name":"n","listen":"127.0.0.1:3312","upstream":"h:1","enabled":true,"toxics":[]}"#
        ),
        Row(
            "POST /proxies",
            #"{"NAME":"n","Listen":"127.0.0.1:0","upSTREAM":"h:1","enabled":null,"toxics":null,"x":{}} tail"#,
            201,
            #"{"name":"n","listen":"127.0.0.1:40000","upstream":"h:1","enabled":true,"toxics":[]}"#
        ),
        Row(
            "POST /proxies",
            #"{"name":"n","listen":"localhost:3312","upstream":"h:1","enabled":false}"#,
            201,
            #"{"name":"n","listen":"localhost:3312","upstream":"h:1","enabled":false,"toxics":[]}"#
        ),
        .error("POST /proxies", "", 400, "bad request body: EOF"),
        .error("POST /proxies", "{", 400, "bad request body: unexpected EOF"),
        .error("POST /proxies", "nil", 400, "bad request body: invalid character 'i' at offset 1"),
        .error("POST /proxies", "[]", 400, "bad request body: the body is an array, not an object"),
        .error("POST /proxies", "null", 400, "missing required field: name"),
        .error("POST /proxies", #"{"name":""}"#, 400, "missing required field: name"),
        .error(
            "POST /proxies",
            #"{"name":7}"#,
            400,
            "bad request body: name is a number, not a string"
        ),
        .error("POST /proxies", #"{"name":"p"}"#, 400, "missing required field: upstream"),
        .error(
            "POST /proxies",
            #"{"name":"p","upstream":"h:1","listen":"bad"}"#,
            409,
            "proxy already exists"
        ),
        .error(
            "POST /proxies",
            #"{"name":"n","upstream":"h:1","listen":"bad"}"#,
            500,
            "listen tcp: address bad: missing port in address"
        ),
        .error(
            "POST /proxies",
            #"{"name":"n","upstream":"h:1","listen":"127.0.0.1:99999"}"#,
            500,
            "listen tcp: address 99999: invalid port"
        ),
        .error(
            "POST /proxies",
            #"{"name":"n","upstream":"h:1","listen":"127.0.0.1:3399"}"#,
            500,
            "listen tcp 127.0.0.1:3399: bind: address already in use"
        ),
        // Deliberate differences: what could never work is refused.
        .error(
            "POST /proxies",
            #"{"name":"n","upstream":"nowhere"}"#,
            400,
            "upstream is 'nowhere'; write it as host:port, for example 127.0.0.1:8000"
        ),
        .error(
            "POST /proxies",
            #"{"name":"a/b","upstream":"h:1"}"#,
            400,
            "name is 'a/b'; it must not contain '/', and is at most 100 bytes long"
        ),
        .error("GET /proxies/none", "", 404, "proxy not found"),
        .error("DELETE /proxies/none", "", 404, "proxy not found"),
        .error("PATCH /proxies/none", "{}", 404, "proxy not found"),
        .error("PATCH /proxies/p", "", 400, "bad request body: EOF"),
        .error(
            "PATCH /proxies/p",
            #"{"enabled":"no"}"#,
            400,
            "bad request body: enabled is a string, not a bool"
        ),
        .error(
            "PATCH /proxies/p",
            #"{"listen":"bad"}"#,
            500,
            "address bad: missing port in address"
        ),
        Row("PATCH /proxies/p", "{}", 200, p),
        Row("POST /proxies/p", #"{"enabled":true,"name":"other"}"#, 200, p),
        Row(
            "PATCH /proxies/p",
            #"{"enabled":false}"#,
            200,
            #"{"name":"p","listen":"127.0.0.1:3310","upstream":"h:1","enabled":false,"toxics":[]}"#
        ),
        Row(
            "PATCH /proxies/p",
            #"{"upstream":"h:9"}"#,
            200,
            #"{"name":"p","listen":"127.0.0.1:3310","upstream":"h:9","enabled":true,"toxics":[]}"#
        ),
    ]

    static let toxics = [
        Row(
            "POST /proxies/p/toxics",
            #"{"type":"slicer","attributes":{"average_size":3}}"#,
            200,
            #"{"attributes":{"average_size":3,"size_variation":0,"delay":0},"name":"slicer_downstream","type":"slicer","stream":"downstream","toxicity":1}"#
        ),
        Row(
            "POST /proxies/p/toxics",
            #"{"type":"noop","stream":"UpStream","toxicity":0.2,"attributes":null}"#,
            200,
            #"{"attributes":{},"name":"noop_UpStream","type":"noop","stream":"UpStream","toxicity":0.2}"#
        ),
        Row(
            "POST /proxies/p/toxics",
            #"{"type":"bandwidth","attributes":{"rate":7,"other":"x"},"toxicity":null}"#,
            200,
            #"{"attributes":{"rate":7},"name":"bandwidth_downstream","type":"bandwidth","stream":"downstream","toxicity":1}"#
        ),
        Row("POST /proxies/p/toxics", #"{"type":"slow_close"}"#, 200),
        Row("POST /proxies/p/toxics", #"{"type":"reset_peer"}"#, 200),
        Row("POST /proxies/p/toxics", #"{"type":"limit_data"}"#, 200),
        .error("POST /proxies/none/toxics", "{", 404, "proxy not found"),
        .error("POST /proxies/p/toxics", "", 400, "bad request body: EOF"),
        .error(
            "POST /proxies/p/toxics",
            #"{"type":"x","stream":"side"}"#,
            400,
            "stream was invalid, can be either upstream or downstream"
        ),
        .error(
            "POST /proxies/p/toxics",
            #"{"type":"x","stream":""}"#,
            400,
            "stream was invalid, can be either upstream or downstream"
        ),
        .error("POST /proxies/p/toxics", #"{"type":"down"}"#, 400, "invalid toxic type"),
        .error("POST /proxies/p/toxics", "{}", 400, "invalid toxic type"),
        .error(
            "POST /proxies/q/toxics",
            #"{"type":"latency","attributes":{"latency":"x"}}"#,
            409,
            "toxic already exists"
        ),
        .error(
            "POST /proxies/q/toxics",
            #"{"type":"noop","name":"t"}"#,
            409,
            "toxic already exists"
        ),
        .error(
            "POST /proxies/p/toxics",
            #"{"type":"latency","attributes":{"latency":10.0}}"#,
            400,
            "bad request body: latency is 10.0, not an integer of 64 bits"
        ),
        .error(
            "POST /proxies/p/toxics",
            #"{"type":"latency","attributes":{"latency":1e2}}"#,
            400,
            "bad request body: latency is 1e2, not an integer of 64 bits"
        ),
        .error(
            "POST /proxies/p/toxics",
            #"{"type":"latency","attributes":{"latency":"10"}}"#,
            400,
            "bad request body: latency is a string, not an integer"
        ),
        // Deliberate differences: these kill the original.
        .error(
            "POST /proxies/p/toxics",
            #"{"type":"slicer"}"#,
            400,
            "bad attributes: average_size is 0; a piece has at least 1 byte"
        ),
        .error(
            "POST /proxies/p/toxics",
            #"{"type":"slicer","attributes":{"average_size":3,"size_variation":4}}"#,
            400,
            "bad attributes: size_variation is 4; it goes from 0 to average_size (3)"
        ),
        .error(
            "POST /proxies/p/toxics",
            #"{"type":"bandwidth","attributes":{"rate":-1}}"#,
            400,
            "bad attributes: rate is -1; it must not be negative"
        ),
        .error("GET /proxies/none/toxics/t", "", 404, "proxy not found"),
        .error("GET /proxies/p/toxics/t", "", 404, "toxic not found"),
        .error("DELETE /proxies/p/toxics/t", "", 404, "toxic not found"),
        .error("PATCH /proxies/p/toxics/t", "{}", 404, "toxic not found"),
        Row(
            "PATCH /proxies/q/toxics/latency_downstream",
            #"{"attributes":{"jitter":2},"toxicity":0.5,"name":"x","type":"noop","stream":"upstream"}"#,
            200,
            #"{"attributes":{"latency":5,"jitter":2},"name":"latency_downstream","type":"latency","stream":"downstream","toxicity":0.5}"#
        ),
        Row("POST /proxies/q/toxics/t", #"{"attributes":{"TIMEOUT":9}}"#, 200),
        .error(
            "PATCH /proxies/q/toxics/t",
            #"{"attributes":7}"#,
            400,
            "bad request body: attributes is a number, not an object"
        ),
    ]

    static let populating = [
        Row("POST /populate", "[]", 201, #"{"proxies":null}"#, type: "application/json"),
        Row("POST /populate", "null", 201, #"{"proxies":null}"#),
        Row(
            "POST /populate",
            #"[{"name":"n","listen":"localhost:3312","upstream":"h:1"},{"name":"p","listen":"localhost:3310","upstream":"h:1","enabled":false}]"#,
            201,
            #"{"proxies":[{"name":"n","listen":"127.0.0.1:3312","upstream":"h:1","enabled":true,"toxics":[]},"#
                + "\(p)]}"
        ),
        Row(
            "POST /populate",
            #"[{"name":"q","listen":"localhost:3311","upstream":"h:3"}]"#,
            201,
            #"{"proxies":[{"name":"q","listen":"127.0.0.1:3311","upstream":"h:3","enabled":true,"toxics":[]}]}"#
        ),
        Row(
            "POST /populate",
            "[{}]",
            400,
            #"{"error":"missing required field: name at proxy 1","status":400,"proxies":null}"#,
            type: "application/json"
        ),
        Row(
            "POST /populate",
            #"[{"name":"n","upstream":"h:1"},{"name":"m"}]"#,
            400,
            #"{"error":"missing required field: upstream at proxy 2","status":400,"proxies":null}"#
        ),
        Row(
            "POST /populate",
            #"[{"name":"n","listen":"localhost:3312","upstream":"h:1"},{"name":"m","listen":"127.0.0.1:3399","upstream":"h:1"},{"name":"o","upstream":"h:1"}]"#,
            500,
            #"{"error":"listen tcp 127.0.0.1:3399: bind: address already in use","status":500,"proxies":[{"name":"n","listen":"127.0.0.1:3312","upstream":"h:1","enabled":true,"toxics":[]}]}"#
        ),
        Row(
            "POST /populate",
            "",
            400,
            #"{"error":"bad request body: EOF","status":400,"proxies":null}"#
        ),
    ]

    @Test(arguments: routes + proxies + toxics + populating)
    func `each call has its answer`(row: Row) {
        var desk = Desk.prepared()
        desk.takenPorts = [3399]
        row.check(&desk)
    }

    @Test(arguments: ["GET /version", "GET /proxies", "POST /reset", "DELETE /proxies/p"])
    func `browsers are refused where a route is`(call: String) {
        var desk = Desk.prepared()
        let words = call.split(separator: " ").map(String.init)
        let reply = desk.call(words[0], words[1], userAgent: "Mozilla/5.0 (X11)")
        #expect(reply.status == 403)
        #expect(reply.body == "User agent not allowed\n")
        #expect(reply.isOfRoute)
        #expect(desk.call("GET", "/nothing", userAgent: "Mozilla/5.0").status == 404)
        #expect(desk.call("PUT", "/proxies", userAgent: "Mozilla/5.0").status == 405)
        #expect(desk.call(words[0], words[1], userAgent: "").status < 300)
    }
}
