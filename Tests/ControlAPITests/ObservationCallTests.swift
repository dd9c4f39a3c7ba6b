import ControlAPI
import Documents
import Telemetry
import Testing
import Vocabulary

@Suite struct ObservationCallTests {
    /// A proxy that has worked.
    private static func busy(_ name: String) -> ProxySnapshot {
        var shot = ProxySnapshot(name: name)
        shot.address = Endpoint(host: "127.0.0.1", port: 3310)
        shot.activeCount = 2
        shot.webSocketCount = 1
        shot.tally.acceptedCount = 5
        shot.tally.upgradedCount = 3
        shot.tally.reconnectCount = 2
        shot.tally.failureCount = 1
        shot.tally.captureErrorCount = 4
        shot.tally.gapCount = 1
        shot.tally.missedFrameCount = 9
        shot.tally.capturedByteCount = 4711
        shot.tally.clientToServer.receivedByteCount = 100
        shot.tally.clientToServer.forwardedByteCount = 90
        shot.tally.clientToServer.frames.count(firstByte: 0x81, payloadLength: 5)
        shot.tally.clientToServer.frames.count(payloadByteCount: 5)
        shot.tally.serverToClient.frames.count(firstByte: 0x8A, payloadLength: 0)
        shot.tally.forwarding.add(30_000)
        shot.tally.forwarding.add(2_000_000_000)
        shot.tally.countFault("slow", 7)
        shot.tally.countFault("a\"b\\c\nd", 1)
        shot.tally.lastData = Instant(nanoseconds: 1_250_000_000)
        shot.tally.lastDial = ProxyTally.Dial(time: Instant(nanoseconds: 1))
        return shot
    }

    private func desk(_ change: (inout ProxySnapshot) -> Void = { _ in }) -> Desk {
        var desk = Desk.prepared()
        var shot = Self.busy("p")
        change(&shot)
        desk.snapshots["p"] = { [shot] _ in shot }
        var other = ProxySnapshot(name: "q")
        other.address = Endpoint(host: "127.0.0.1", port: 3311)
        desk.snapshots["q"] = { [other] _ in other }
        return desk
    }

    // MARK: Figures

    @Test func `the page of figures`() {
        var desk = desk()
        let reply = desk.call("GET", "/metrics")
        #expect(reply.status == 200)
        #expect(reply.contentType == "text/plain; version=0.0.4; charset=utf-8")
        for line in [
            #"wscap_build_info{version="0.1.0"} 1"#,
            #"wscap_frames_total{proxy="p",direction="client_to_server",opcode="text"} 1"#,
            #"wscap_frames_total{proxy="p",direction="server_to_client",opcode="pong"} 1"#,
            #"wscap_frames_total{proxy="q",direction="server_to_client",opcode="reserved"} 0"#,
            #"wscap_messages_total{proxy="p",direction="client_to_server"} 1"#,
            #"wscap_payload_bytes_total{proxy="p",direction="client_to_server"} 5"#,
            #"wscap_connections_active{proxy="p"} 2"#, #"wscap_connections_total{proxy="p"} 5"#,
            #"wscap_capture_errors_total{proxy="p"} 4"#,
            #"wscap_capture_missing_frames_total{proxy="p"} 9"#,
            #"wscap_forward_duration_seconds_bucket{proxy="p",le="0.000025"} 0"#,
            #"wscap_forward_duration_seconds_bucket{proxy="p",le="0.00005"} 1"#,
            #"wscap_forward_duration_seconds_bucket{proxy="p",le="1"} 1"#,
            #"wscap_forward_duration_seconds_bucket{proxy="p",le="+Inf"} 2"#,
            #"wscap_forward_duration_seconds_sum{proxy="p"} 2.00003"#,
            #"wscap_forward_duration_seconds_count{proxy="p"} 2"#,
            #"wscap_faults_applied_total{proxy="p",fault="slow"} 7"#,
            #"wscap_faults_applied_total{proxy="p",fault="a\"b\\c\nd"} 1"#,
            #"toxiproxy_proxy_received_bytes_total{direction="upstream",listener="127.0.0.1:3310","#
                + #"proxy="p",upstream="h:1"} 100"#,
            #"toxiproxy_proxy_sent_bytes_total{direction="upstream",listener="127.0.0.1:3310","#
                + #"proxy="p",upstream="h:1"} 90"#,
        ] {
            #expect(reply.body.contains(line + "\n"), "\(line)")
        }
    }

    @Test func `every sample has its HELP and TYPE before it, and no connection has one`() {
        var desk = desk()
        var known: Set<String> = []
        for line in desk.call("GET", "/metrics").body.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.hasPrefix("# TYPE") { known.insert(String(words[2])) }
            guard !line.hasPrefix("#") else { continue }
            let name = String(line.prefix { $0 != "{" && $0 != " " })
            let base = ["_bucket", "_sum", "_count"].reduce(name) { name, ending in
                name.hasSuffix(ending) ? String(name.dropLast(ending.count)) : name
            }
            #expect(known.contains(base), "\(line)")
            #expect(!line.contains("connection=") && !line.contains("id="), "\(line)")
        }
    }

    // MARK: Health

    private func health(_ reply: ControlReply) throws -> (ready: Bool, reasons: [String]) {
        let answer = try JSONValue.read(reply.body)
        let checks = answer["checks"]?.members ?? []
        #expect(answer["live"] == .bool(true))
        #expect(checks.map(\.0) == ["listeners", "event_loops", "capture"])
        return (answer["ready"] == .bool(true), checks.compactMap { $0.1["reason"]?.plain })
    }

    @Test func `everything is well`() throws {
        var desk = desk()
        for path in ["/health", "/health/ready"] {
            let reply = desk.call("GET", path)
            #expect(reply.status == 200)
            let health = try health(reply)
            #expect(health.ready)
            #expect(health.reasons == [])
        }
    }

    @Test func `a capture that fails is told, and counts where traffic must not go on`() throws {
        for (isBinding, status) in [(false, 200), (true, 503)] {
            var desk = desk {
                $0.captureProblem = "No space is left."
                $0.isCaptureBinding = isBinding
            }
            let reply = desk.call("GET", "/health")
            #expect(reply.status == status)
            let health = try health(reply)
            #expect(health.ready == !isBinding)
            #expect(health.reasons == ["p: No space is left."])
        }
    }

    @Test func `a loop that is held and a proxy that does not listen are told`() throws {
        var desk = desk {
            $0.address = nil
            $0.loopCount = 2
            $0.silentLoopCount = 1
        }
        let reply = desk.call("GET", "/health/ready")
        #expect(reply.status == 503)
        #expect(
            try health(reply).reasons == ["nobody listens for p", "p: 1 of 2 do not answer"]
        )
    }

    @Test func `a proxy that was disabled need not listen`() {
        var desk = desk()
        _ = desk.call("PATCH", "/proxies/p", #"{"enabled":false}"#)
        desk.snapshots["p"] = { _ in ProxySnapshot(name: "p") }
        #expect(desk.call("GET", "/health").status == 200)
    }

    @Test func `it lives, whoever does not answer`() {
        var desk = desk()
        desk.isStuck = true
        #expect(desk.call("GET", "/health/live").body == #"{"live":true}"#)
        #expect(desk.call("GET", "/health/ready").status == 503)
        #expect(desk.call("GET", "/metrics").status == 503)
        #expect(desk.call("GET", "/api/websocket/status").status == 503)
    }

    // MARK: The state in one object

    @Test func `the state of all proxies, and of one`() {
        var desk = desk()
        #expect(
            desk.call("GET", "/api/websocket/status").body
                == #"{"status":"healthy","active_connections":1,"total_connections":3,"messages":"#
                + #"{"client_to_server":1,"server_to_client":0},"bytes":{"client_to_server":5,"#
                + #""server_to_client":0},"last_message_time":"1970-01-01T00:00:01.250Z","#
                + #""reconnects":2,"errors":5,"upstream_reachable":true,"capture":{"state":"#
                + #""recording","reason":null,"bytes":4711,"gaps":1,"missing_frames":9},"#
                + #""proxies":["p","q"]}"#
        )
        let other = desk.call("GET", "/api/websocket/status?proxy=q").body
        #expect(other.contains(#""last_message_time":null"#))
        #expect(other.contains(#""upstream_reachable":null"#))
        #expect(other.hasSuffix(#""proxies":["q"]}"#))
        #expect(desk.call("GET", "/api/websocket/status?proxy=no").status == 404)
    }

    /// The upstream, the capture, open connections: the word for it.
    @Test(
        arguments: [
            (nil, nil, false, 1, "healthy"), ("refused", nil, false, 1, "degraded"),
            ("refused", nil, false, 0, "down"), (nil, "full", false, 1, "degraded"),
            (nil, "full", true, 1, "down"),
        ] as [(String?, String?, Bool, Int, String)]
    )
    func `one word says how it stands`(
        dial: String?,
        problem: String?,
        isBinding: Bool,
        open: Int,
        word: String
    ) throws {
        var desk = desk {
            $0.tally.lastDial = ProxyTally.Dial(time: Instant(nanoseconds: 1), failure: dial)
            $0.captureProblem = problem
            $0.isCaptureBinding = isBinding
            $0.webSocketCount = open
        }
        let answer = try JSONValue.read(desk.call("GET", "/api/websocket/status").body)
        #expect(answer["status"]?.plain == word)
        #expect(answer["capture"]?["state"]?.plain == (problem == nil ? "recording" : "failing"))
    }

    // MARK: Events

    @Test(arguments: [
        ("", "watch all 0"), ("?proxy=p", "watch p 0"), ("?frames=0", "watch all 0"),
        ("?frames=1000&proxy=q", "watch q 1000"),
    ])
    func `a stream is what was asked for`(query: String, watched: String) {
        var desk = desk()
        #expect(desk.call("GET", "/events\(query)").status == 200)
        #expect(desk.take() == [watched])
    }

    @Test(arguments: [
        ("?frames=-1", 400), ("?frames=1001", 400), ("?frames=x", 400), ("?proxy=no", 404),
        ("?frame=1", 400),
    ])
    func `a stream that cannot be is refused`(query: String, status: Int) {
        var desk = desk()
        #expect(desk.call("GET", "/events\(query)").status == status)
        #expect(desk.take() == [])
    }
}
