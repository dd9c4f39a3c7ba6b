import ControlAPI
import Documents
import Telemetry
import Testing
import Vocabulary

@Suite struct ConnectionCallTests {
    /// Connections 1 to `count` of a proxy, as its loops would show them.
    private static func connections(
        _ count: UInt64,
        of proxy: String,
        silent: Int = 0
    ) -> @Sendable (ConnectionQuery) -> ProxySnapshot {
        { query in
            var shot = ProxySnapshot(name: proxy)
            shot.activeCount = Int(count)
            shot.silentLoopCount = silent
            let all = (1...max(count, 1)).prefix(Int(count)).map(ConnectionID.init(rawValue:))
            let wanted =
                switch query {
                case .none: [ConnectionID]()
                case .one(let id): all.filter { $0 == id }
                case .page(let after, let limit): Array(all.filter { $0 > after }.prefix(limit))
                }
            shot.connections = wanted.map {
                ConnectionSnapshot(id: $0, state: .open, opened: Instant(nanoseconds: 0))
            }
            return shot
        }
    }

    private func desk(_ p: UInt64, _ q: UInt64 = 0, silent: Int = 0) -> Desk {
        var desk = Desk.prepared()
        desk.snapshots = [
            "p": Self.connections(p, of: "p", silent: silent),
            "q": Self.connections(q, of: "q"),
        ]
        return desk
    }

    /// What is shown, `p/c1 p/c2`, and how many there are in all.
    private func shown(_ reply: ControlReply) throws -> String {
        let answer = try JSONValue.read(reply.body)
        let list = (answer["connections"]?.elements ?? []).map {
            "\($0["proxy"]?.plain ?? "")/\($0["id"]?.plain ?? "")"
        }
        return "\(list.joined(separator: " ")) of \(answer["active"]?.plain ?? "")"
    }

    @Test(arguments: [
        ("/connections", "p/c1 p/c2 p/c3 q/c1 of 4"), ("/connections?proxy=q", "q/c1 of 1"),
        ("/connections?limit=1", "p/c1 q/c1 of 4"), ("/connections?after=c2", "p/c3 of 4"),
        ("/connections?after=2&limit=1000&proxy=p", "p/c3 of 3"),
    ])
    func `a page shows those that are asked for`(path: String, expected: String) throws {
        var desk = desk(3, 1)
        #expect(try shown(desk.call("GET", path)) == expected)
    }

    @Test func `a hundred of each proxy are shown when nobody says how many`() throws {
        var desk = desk(101)
        let answer = try JSONValue.read(desk.call("GET", "/connections").body)
        #expect(answer["connections"]?.elements.count == 100)
        #expect(answer["active"]?.plain == "101")
    }

    @Test func `one connection is shown in full`() {
        var desk = Desk.prepared()
        desk.snapshots["p"] = { _ in
            var shot = ProxySnapshot(name: "p")
            var one = ConnectionSnapshot(
                id: ConnectionID(rawValue: 7),
                state: .closing,
                opened: Instant(nanoseconds: 1_500_000_000)
            )
            one.isWebSocket = true
            one.client = "127.0.0.1:4000"
            one.server = "127.0.0.1:9000"
            one.clientTLS = "TLSv1.3"
            one.host = "bridge"
            one.target = "/ws?a=\"b\""
            one.subprotocol = "v1"
            one.extensions = "permessage-deflate"
            one.clientToServer.receivedByteCount = 90
            one.clientToServer.forwardedByteCount = 80
            one.clientToServer.frames.count(firstByte: 0x81, payloadLength: 5)
            one.clientToServer.frames.count(payloadByteCount: 5)
            one.faults = ["slow"]
            shot.connections = [one]
            return shot
        }
        let none =
            #"{"frames":0,"messages":0,"payload_bytes":0,"#
            + #""received_bytes":0,"forwarded_bytes":0}"#
        let reply = desk.call("GET", "/connections/c7")
        #expect(reply.contentType == "application/json")
        #expect(
            reply.body
                == #"{"id":"c7","proxy":"p","state":"closing","websocket":true,"#
                + #""opened":"1970-01-01T00:00:01.500Z","client":"127.0.0.1:4000","#
                + #""server":"127.0.0.1:9000","client_tls":"TLSv1.3","server_tls":"","#
                + #""host":"bridge","path":"/ws?a=\"b\"","#
                + #""subprotocol":"v1","extensions":"permessage-deflate","client_to_server":"#
                + #"{"frames":1,"messages":1,"payload_bytes":5,"received_bytes":90,"#
                + #""forwarded_bytes":80},"server_to_client":\#(none),"faults":["slow"]}"#
        )
    }

    @Test(arguments: [
        ("GET", "/connections/c9", 404, "connection not found"),
        ("GET", "/connections/c1?proxy=no", 404, "proxy not found"),
        ("GET", "/connections?proxy=no", 404, "proxy not found"),
        (
            "GET", "/connections/c1", 409,
            "c1 is a connection of 2 proxies: p, q; say which with ?proxy=p"
        ),
        (
            "GET", "/connections/first", 400,
            "connection is 'first'; write its number, for example c7"
        ),
        ("GET", "/connections/c+1", 400, "connection is 'c+1'; write its number, for example c7"),
        ("GET", "/connections?limit=0", 400, "limit is '0'; write a number from 1 to 1000"),
        ("GET", "/connections?limit=1001", 400, "limit is '1001'; write a number from 1 to 1000"),
        (
            "GET", "/connections?after=x", 400,
            "connection is 'x'; write its number, for example c7"
        ),
        (
            "GET", "/connections?limt=1", 400,
            "the query has 'limt'; this call takes proxy, limit, after"
        ),
        ("GET", "/connections?limit=1&limit=2", 400, "the query has 'limit' twice"),
        ("GET", "/connections?proxy=%f", 400, "the query has 'proxy=%f', which is not encoded"),
        ("DELETE", "/connections/c9", 404, "connection not found"),
        (
            "DELETE", "/connections/c1", 409,
            "c1 is a connection of 2 proxies: p, q; say which with ?proxy=p"
        ),
        (
            "DELETE", "/connections/c1?how=kill", 400,
            "how is 'kill'; choose one of fin, reset and close"
        ),
        (
            "DELETE", "/connections/c1?code=1001", 400,
            "code is for a close frame; add how=close"
        ),
        (
            "DELETE", "/connections?how=reset&reason=x", 400,
            "reason is for a close frame; add how=close"
        ),
        (
            "DELETE", "/connections?how=close&code=999", 400,
            "code is '999'; write a number from 1000 to 4999"
        ),
        (
            "DELETE", "/connections?how=close&code=5000", 400,
            "code is '5000'; write a number from 1000 to 4999"
        ),
        (
            "DELETE", "/connections?how=close&code=abc", 400,
            "code is 'abc'; write a number from 1000 to 4999"
        ),
    ])
    func `what cannot be is refused with a sentence`(
        method: String,
        path: String,
        status: Int,
        message: String
    ) throws {
        var desk = desk(2, 1)
        let reply = desk.call(method, path)
        #expect(reply.status == status)
        #expect(reply.contentType == "application/json")
        #expect(try JSONValue.read(reply.body)["error"]?.plain == message)
        #expect(desk.done == [])
    }

    @Test(arguments: [
        ("c2", "control-fin c2 p"), ("2?how=fin", "control-fin c2 p"),
        ("c2?how=reset", "control-reset c2 p"), ("c1?proxy=q&how=close", "control-close c1 q"),
    ])
    func `one connection is ended as it was asked for`(id: String, done: String) {
        var desk = desk(2, 1)
        let reply = desk.call("DELETE", "/connections/\(id)")
        #expect(reply.status == 204)
        #expect(reply.body.isEmpty)
        #expect(desk.done == [done])
    }

    @Test func `all connections are ended, of all proxies or of one`() {
        var desk = desk(2, 1)
        desk.terminated = 3
        let reply = desk.call("DELETE", "/connections?how=close&code=4000&reason=bye+now")
        #expect(reply.body == #"{"ended":3}"#)
        #expect(desk.take() == ["control-close p", "control-close q"])
        _ = desk.call("DELETE", "/connections?proxy=q")
        #expect(desk.take() == ["control-fin q"])
    }

    @Test func `one that ends in the meantime is not found`() {
        var desk = desk(2)
        desk.terminated = 0
        #expect(desk.call("DELETE", "/connections/c1").status == 404)
    }

    /// RFC 6455 §7.4: which codes an endpoint may send.
    @Test(arguments: [
        (1000, true), (1003, true), (1004, false), (1005, false), (1006, false), (1007, true),
        (1014, true), (1015, false), (2999, false), (3000, true), (4999, true),
    ])
    func `only codes that may be sent are sent`(code: Int, isAllowed: Bool) {
        var desk = desk(1)
        let reply = desk.call("DELETE", "/connections/c1?how=close&code=\(code)")
        #expect((reply.status == 204) == isAllowed)
    }

    @Test(arguments: [(122, 204), (123, 204), (124, 400)])
    func `a reason has room for 123 bytes`(byteCount: Int, status: Int) {
        var desk = desk(1)
        let reason = String(repeating: "x", count: byteCount)
        let reply = desk.call("DELETE", "/connections/c1?how=close&reason=\(reason)")
        #expect(reply.status == status)
    }

    @Test func `where a loop does not answer, what the others have is shown`() throws {
        var desk = desk(2, 1, silent: 1)
        #expect(try shown(desk.call("GET", "/connections")) == "p/c1 p/c2 q/c1 of 3")
        #expect(desk.call("GET", "/connections/c2").status == 200)
        #expect(desk.call("GET", "/metrics").status == 200)
        #expect(desk.call("GET", "/health/ready").status == 503)
    }

    @Test func `where a loop does not answer, nothing is said to be missing`() {
        var desk = desk(1, silent: 1)
        #expect(desk.call("GET", "/connections/c5").status == 503)
        desk.isStuck = true
        for path in ["/connections", "/connections/c1"] {
            for method in ["GET", "DELETE"] {
                let reply = desk.call(method, path)
                #expect(reply.status == 503)
                #expect(reply.body.contains("have not answered in time"))
            }
        }
    }

    @Test func `browsers may call what is not Toxiproxy's`() {
        var desk = desk(1)
        #expect(desk.call("GET", "/connections", userAgent: "Mozilla/5.0").status == 200)
        #expect(desk.call("GET", "/proxies", userAgent: "Mozilla/5.0").status == 403)
    }
}
