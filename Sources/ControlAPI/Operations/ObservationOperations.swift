internal import Vocabulary

/// For monitors: figures, health, events, and the description of the API itself.
enum ObservationOperations {
    static let all: [Operation] = [
        Operation(
            method: "GET",
            path: "/metrics",
            summary: "Figures, as Prometheus reads them",
            answers: [
                .init(status: 200, text: "Text format 0.0.4", type: MetricsPage.contentType)
            ],
            onlyLooks: true
        ) { book, _ throws(ControlError) in book.metrics() },
        Operation(
            method: "GET",
            path: "/health",
            summary: "Whether wsproxy runs, and whether it can do its work",
            answers: healthAnswers,
            onlyLooks: true
        ) { book, _ throws(ControlError) in book.health() },
        Operation(
            method: "GET",
            path: "/health/live",
            summary: "Whether wsproxy runs",
            answers: [
                .init(status: 200, text: "It does", schema: .whole([.init("live", .boolean)]))
            ],
            onlyLooks: true
        ) { _, _ throws(ControlError) in .reply(.json("{\"live\":true}")) },
        Operation(
            method: "GET",
            path: "/health/ready",
            summary: "Whether wsproxy can do its work",
            answers: healthAnswers,
            onlyLooks: true
        ) { book, _ throws(ControlError) in book.health() },
        Operation(
            method: "GET",
            path: "/api/websocket/status",
            summary: "The state of the bridge in one object",
            query: [
                .init(name: "proxy", text: "The proxy that is meant; all when it is not said")
            ],
            answers: [
                .init(status: 200, text: "The state", schema: .named("Status")),
                .init(status: 404, text: "There is no such proxy", schema: .named("Error")),
            ],
            onlyLooks: true
        ) { book, call throws(ControlError) in try book.status(call) },
        Operation(
            method: "GET",
            path: "/events",
            summary: "What happens, as server-sent events, until the caller hangs up",
            query: [
                .init(name: "proxy", text: "The proxy that is meant; all when it is not said"),
                .init(
                    name: "frames",
                    text: "Frames a second to tell of at most, 0 to 1000; 0 when it is not said",
                    schema: .integer
                ),
            ],
            answers: [
                .init(
                    status: 200,
                    text: "The events opened, upgraded, closed, fault, mark, frame and dropped",
                    type: EventText.contentType
                ),
                .init(status: 404, text: "There is no such proxy", schema: .named("Error")),
                .init(status: 503, text: "Too many watch already", schema: .named("Error")),
            ],
            onlyLooks: true
        ) { book, call throws(ControlError) in try book.watch(call) },
        Operation(
            method: "GET",
            path: "/openapi.json",
            summary: "This description",
            answers: [.init(status: 200, text: "OpenAPI 3.1", schema: .any)],
            onlyLooks: true
        ) { _, _ throws(ControlError) in .reply(.json(OpenAPIDocument.text)) },
    ]

    private static let healthAnswers: [Operation.Answer] = [
        .init(status: 200, text: "It can", schema: .named("Health")),
        .init(status: 503, text: "It cannot, and says why", schema: .named("Health")),
    ]
}
