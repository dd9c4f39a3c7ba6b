internal import Telemetry
internal import Vocabulary

extension MetricsPage {
    /// Tells everything that is counted.
    ///
    /// - Parameters:
    ///   - shots: How the proxies stand that run.
    ///   - proxies: Those that are known, by name.
    mutating func tell(_ shots: [ProxySnapshot], of proxies: [String: ControlledProxy]) {
        begin("wscap_build_info", .gauge, "1, with the version of the build.")
        add("wscap_build_info", [("version", Version.number)], 1)
        tellTraffic(shots)
        tellConnections(shots)
        tellForwarding(shots)
        tellFaults(shots)
        tellCaptures(shots)
        tellToxiproxy(shots, proxies)
    }

    private mutating func tellTraffic(_ shots: [ProxySnapshot]) {
        begin("wscap_frames_total", .counter, "WebSocket frames received, by opcode.")
        for (labels, flow) in Self.flows(shots) {
            for (opcode, count) in flow.frames.byOpcode {
                add("wscap_frames_total", labels + [("opcode", opcode)], count)
            }
        }
        begin("wscap_messages_total", .counter, "WebSocket messages received whole.")
        for (labels, flow) in Self.flows(shots) {
            add("wscap_messages_total", labels, flow.frames.messageCount)
        }
        begin("wscap_payload_bytes_total", .counter, "Bytes of WebSocket payloads received.")
        for (labels, flow) in Self.flows(shots) {
            add("wscap_payload_bytes_total", labels, flow.frames.payloadByteCount)
        }
    }

    private mutating func tellConnections(_ shots: [ProxySnapshot]) {
        tell(
            "wscap_connections_active",
            .gauge,
            "Connections that are open, plain HTTP included.",
            shots
        ) { UInt64($0.activeCount) }
        tell("wscap_connections_total", .counter, "Connections accepted.", shots) {
            $0.tally.acceptedCount
        }
        tell("wscap_upgrades_total", .counter, "Connections upgraded to WebSocket.", shots) {
            $0.tally.upgradedCount
        }
        tell(
            "wscap_reconnects_total",
            .counter,
            "WebSocket connections that began after an earlier one had ended.",
            shots
        ) { $0.tally.reconnectCount }
        tell(
            "wscap_connection_failures_total",
            .counter,
            "Dials of the upstream that failed, and connections that broke.",
            shots
        ) { $0.tally.failureCount }
    }

    private mutating func tellForwarding(_ shots: [ProxySnapshot]) {
        let name = "wscap_forward_duration_seconds"
        begin(
            name,
            .histogram,
            "From the arrival of bytes, recording included, to the moment in which they were handed to "
                + "the kernel; one observation for each turn of a connection, without what faults hold."
        )
        for shot in shots {
            let proxy = ("proxy", shot.name)
            var below: UInt64 = 0
            let histogram = shot.tally.forwarding
            for (bound, count) in zip(DurationHistogram.bounds, histogram.counts) {
                below += count
                add("\(name)_bucket", [proxy, ("le", Self.seconds(bound))], below)
            }
            add("\(name)_bucket", [proxy, ("le", "+Inf")], histogram.count)
            add("\(name)_sum", [proxy], Self.seconds(histogram.sumNanoseconds))
            add("\(name)_count", [proxy], histogram.count)
        }
    }

    private mutating func tellFaults(_ shots: [ProxySnapshot]) {
        begin("wscap_faults_applied_total", .counter, "How often a fault has done something.")
        for shot in shots {
            for (fault, count) in shot.tally.faults.sorted(by: { $0.key < $1.key }) {
                add(
                    "wscap_faults_applied_total",
                    [("proxy", shot.name), ("fault", fault)],
                    count
                )
            }
        }
    }

    private mutating func tellCaptures(_ shots: [ProxySnapshot]) {
        tell(
            "wscap_capture_errors_total",
            .counter,
            "Attempts to write the capture that failed.",
            shots
        ) { $0.tally.captureErrorCount }
        tell("wscap_capture_gaps_total", .counter, "Gaps of the capture that are over.", shots) {
            $0.tally.gapCount
        }
        tell(
            "wscap_capture_missing_frames_total",
            .counter,
            "Frames that were forwarded and are not in the capture.",
            shots
        ) { $0.tally.missedFrameCount }
        tell("wscap_capture_bytes_total", .counter, "Bytes of the capture's files.", shots) {
            $0.tally.capturedByteCount
        }
    }

    private mutating func tellToxiproxy(
        _ shots: [ProxySnapshot],
        _ proxies: [String: ControlledProxy]
    ) {
        let figures: [(String, String, (FlowTally) -> UInt64)] = [
            ("received", "Bytes received from the sender.", \.receivedByteCount),
            ("sent", "Bytes handed on to the receiver.", \.forwardedByteCount),
        ]
        for (word, help, value) in figures {
            let name = "toxiproxy_proxy_\(word)_bytes_total"
            begin(name, .counter, help)
            for shot in shots {
                guard let proxy = proxies[shot.name] else { continue }
                let flows = [
                    ("upstream", shot.tally.clientToServer),
                    ("downstream", shot.tally.serverToClient),
                ]
                for (direction, flow) in flows {
                    let labels = [
                        ("direction", direction), ("listener", proxy.listen), ("proxy", proxy.name),
                        ("upstream", proxy.upstream),
                    ]
                    add(name, labels, value(flow))
                }
            }
        }
    }

    // MARK: Patterns

    private mutating func tell(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        _ shots: [ProxySnapshot],
        _ value: (ProxySnapshot) -> UInt64
    ) {
        begin(name, kind, help)
        for shot in shots { add(name, [("proxy", shot.name)], value(shot)) }
    }

    private static func flows(_ shots: [ProxySnapshot]) -> [(Labels, FlowTally)] {
        shots.flatMap { shot in
            [
                ("client_to_server", shot.tally.clientToServer),
                ("server_to_client", shot.tally.serverToClient),
            ].map { ([("proxy", shot.name), ("direction", $0.0)], $0.1) }
        }
    }

    /// Nanoseconds as seconds, without a rounding: `0.00025`.
    static func seconds(_ nanoseconds: UInt64) -> String {
        let fraction = String(nanoseconds % 1_000_000_000)
        let padded = String(repeating: "0", count: 9 - fraction.count) + fraction
        let digits = padded.reversed().drop { $0 == "0" }.reversed()
        let whole = String(nanoseconds / 1_000_000_000)
        return digits.isEmpty ? whole : "\(whole).\(String(digits))"
    }
}
