internal import Vocabulary

extension OpenAPIDocument {
    /// The shapes that have a name; a new group of calls adds its own here.
    static let schemas: [(name: String, schema: Schema)] = [
        ("Error", .whole([.init("error", .string), .init("status", .integer)])),
        (
            "Proxy",
            .whole([
                .init("name", .string), .init("listen", .string, "Where clients connect"),
                .init("upstream", .string), .init("enabled", .boolean),
                .init("toxics", .array(.named("Toxic"))),
            ])
        ),
        (
            "NewProxy",
            .object(
                [
                    .init("name", .string),
                    .init("listen", .string, "host:port; port 0 takes any"),
                    .init("upstream", .string, "host:port"), .init("enabled", .nullable(.boolean)),
                ],
                required: ["name", "upstream"]
            )
        ),
        (
            "ProxyChange",
            .object(
                [
                    .init("listen", .string), .init("upstream", .string),
                    .init("enabled", .nullable(.boolean)),
                ],
                required: []
            )
        ),
        (
            "Toxic",
            .whole([
                .init("attributes", .map(.any)), .init("name", .string), .init("type", .string),
                .init("stream", .string), .init("toxicity", .number),
            ])
        ),
        (
            "NewToxic",
            .object(
                [
                    .init("type", .string), .init("name", .string, "<type>_<stream> by itself"),
                    .init("stream", .string, "upstream for what clients send, else downstream"),
                    .init("toxicity", .number, "The share of connections, 0 to 1"),
                    .init("attributes", .map(.any)),
                ],
                required: ["type"]
            )
        ),
        (
            "ToxicChange",
            .object(
                [.init("toxicity", .number), .init("attributes", .map(.any))],
                required: []
            )
        ),
        (
            "Plan",
            .object(
                [
                    .init("seed", .integer, "What chance follows from; as it is when left out"),
                    .init(
                        "proxies",
                        .map(
                            .object(
                                [
                                    .init("toxics", .array(.named("NewToxic"))),
                                    .init(
                                        "partition",
                                        .nullable(
                                            .word(["both", "client-to-server", "server-to-client"])
                                        )
                                    ),
                                ],
                                required: []
                            )
                        ),
                        "By name; one that is not named has no faults any more"
                    ),
                ],
                required: []
            )
        ),
        (
            "Connection",
            .whole([
                .init("id", .string, "Unique within its proxy"), .init("proxy", .string),
                .init("state", .word(["handshake", "open", "closing"])),
                .init("websocket", .boolean, "Whether it was upgraded"),
                .init("opened", .string, "RFC 3339"),
                .init("client", .string, "The client's address"),
                .init("server", .string, "The server's address; empty before there is one"),
                .init("host", .string, "The host that the upgrade asked for"),
                .init("path", .string, "Path and query of the upgrade; empty before its answer"),
                .init("client_tls", .string, "TLS with the client: TLSv1.3; empty for none"),
                .init("server_tls", .string, "TLS with the server"),
                .init("subprotocol", .string), .init("extensions", .string),
                .init("client_to_server", .named("Flow")),
                .init("server_to_client", .named("Flow")),
                .init("faults", .array(.string), "The names of the faults that work on it"),
            ])
        ),
        (
            "Flow",
            .whole([
                .init("frames", .integer), .init("messages", .integer),
                .init("payload_bytes", .integer),
                .init("received_bytes", .integer, "HTTP and the heads of frames included"),
                .init("forwarded_bytes", .integer),
            ])
        ),
        (
            "Capture",
            .whole([
                .init("proxy", .string), .init("path", .string), .init("bytes", .integer),
                .init("ordinal", .integer, "The file's number within the run, from 1"),
                .init("loop", .integer, "The event loop that writes it, from 1"),
                .init("started", .string, "RFC 3339"),
                .init("state", .word(["recording", "failing", "sealed"])),
            ])
        ),
        (
            "Health",
            .whole([
                .init("live", .boolean), .init("ready", .boolean),
                .init(
                    "checks",
                    .map(
                        .object(
                            [.init("ok", .boolean), .init("reason", .string)],
                            required: ["ok"]
                        )
                    )
                ),
            ])
        ),
        (
            "Status",
            .whole([
                .init("status", .word(["healthy", "degraded", "down"])),
                .init("active_connections", .integer), .init("total_connections", .integer),
                .init("messages", .named("Directions")), .init("bytes", .named("Directions")),
                .init("last_message_time", .nullable(.string)), .init("reconnects", .integer),
                .init("errors", .integer), .init("upstream_reachable", .nullable(.boolean)),
                .init(
                    "capture",
                    .whole([
                        .init("state", .word(["recording", "failing"])),
                        .init("reason", .nullable(.string)), .init("bytes", .integer),
                        .init("gaps", .integer), .init("missing_frames", .integer),
                    ])
                ),
                .init("proxies", .array(.string)),
            ])
        ),
        (
            "Directions",
            .whole([.init("client_to_server", .integer), .init("server_to_client", .integer)])
        ),
    ]
}
