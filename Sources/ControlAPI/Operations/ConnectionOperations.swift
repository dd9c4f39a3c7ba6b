internal import Vocabulary

/// Looking at connections, and ending them.
enum ConnectionOperations {
    static let all: [Operation] = [
        Operation(
            method: "GET",
            path: "/connections",
            summary: "The connections that are open",
            query: [
                proxy,
                .init(
                    name: "limit",
                    text: "So many of each proxy at most: 1 to 1000, 100 when it is not said",
                    schema: .integer
                ),
                .init(name: "after", text: "Only those with a number above this one"),
            ],
            answers: [
                .init(
                    status: 200,
                    text: "The connections, by number, and how many there are in all",
                    schema: .whole([
                        .init("active", .integer),
                        .init("connections", .array(.named("Connection"))),
                    ])
                ),
                .init(status: 404, text: "There is no such proxy", schema: .named("Error")),
            ],
            onlyLooks: true
        ) { book, call throws(ControlError) in try book.listConnections(call) },
        Operation(
            method: "DELETE",
            path: "/connections",
            summary: "End all connections",
            query: [proxy] + ending,
            answers: [
                .init(
                    status: 200,
                    text: "How many there were to end",
                    schema: .whole([.init("ended", .integer)])
                ),
                .init(status: 404, text: "There is no such proxy", schema: .named("Error")),
            ]
        ) { book, call throws(ControlError) in try book.endConnections(call) },
        Operation(
            method: "GET",
            path: "/connections/{id}",
            summary: "One connection",
            query: [proxy],
            answers: [
                .init(status: 200, text: "As it stands", schema: .named("Connection"))
            ] + choices,
            onlyLooks: true
        ) { book, call throws(ControlError) in try book.showConnection(call) },
        Operation(
            method: "DELETE",
            path: "/connections/{id}",
            summary: "End one connection",
            query: [proxy] + ending,
            answers: [.init(status: 204, text: "It is ending")] + choices
        ) { book, call throws(ControlError) in try book.endConnection(call) },
    ]

    private static let proxy = Operation.Parameter(
        name: "proxy",
        text: "The proxy that is meant; all when it is not said"
    )
    private static let ending: [Operation.Parameter] = [
        .init(
            name: "how",
            text:
                "fin closes both legs in order, reset breaks them with RST, close says a WebSocket "
                + "close frame to both sides between frames and closes when they have answered; fin when "
                + "it is not said",
            schema: .word(["fin", "reset", "close"])
        ),
        .init(
            name: "code",
            text:
                "The close frame's status code: 1000 to 1003, 1007 to 1014, 3000 to 4999; 1001 when "
                + "it is not said",
            schema: .integer
        ),
        .init(name: "reason", text: "The close frame's reason, 123 bytes at most"),
    ]
    private static let choices: [Operation.Answer] = [
        .init(status: 404, text: "There is no such connection", schema: .named("Error")),
        .init(
            status: 409,
            text: "Several proxies have one of this number; say which with proxy",
            schema: .named("Error")
        ),
    ]
}
