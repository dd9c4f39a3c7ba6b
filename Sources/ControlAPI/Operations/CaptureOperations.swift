internal import Vocabulary

/// The files, and what people put into them.
enum CaptureOperations {
    static let all: [Operation] = [
        Operation(
            method: "GET",
            path: "/captures",
            summary: "The files of the proxies that run",
            query: [proxy],
            answers: [
                .init(
                    status: 200,
                    text: "The files, the latest of each proxy last",
                    schema: .whole([.init("captures", .array(.named("Capture")))])
                ), unknownProxy,
            ],
            onlyLooks: true
        ) { book, call throws(ControlError) in try book.listCaptures(call) },
        Operation(
            method: "POST",
            path: "/captures/rotate",
            summary: "End the files that are being written, and begin new ones",
            query: [proxy],
            answers: [
                .init(
                    status: 200,
                    text: "The files that have their end now",
                    schema: .whole([.init("sealed", .array(.named("Capture")))])
                ), unknownProxy,
                .init(
                    status: 500,
                    text: "A file could not be ended, or no new one begun",
                    schema: .named("Error")
                ),
            ]
        ) { book, call throws(ControlError) in try book.rotateCaptures(call) },
        Operation(
            method: "POST",
            path: "/marks",
            summary: "Put a label on the timeline of the captures",
            body: .object(
                [
                    .init("label", .string, "1 to 200 bytes without control characters"),
                    .init("proxy", .string, "The proxy that is meant; all when it is not said"),
                ],
                required: ["label"]
            ),
            answers: [
                .init(
                    status: 201,
                    text: "It is in the captures of these proxies",
                    schema: .whole([
                        .init("label", .string), .init("proxies", .array(.string)),
                    ])
                ), unknownProxy,
            ]
        ) { book, call throws(ControlError) in try book.mark(call) },
    ]

    private static let proxy = Operation.Parameter(
        name: "proxy",
        text: "The proxy that is meant; all when it is not said"
    )
    private static let unknownProxy = Operation.Answer(
        status: 404,
        text: "There is no such proxy",
        schema: .named("Error")
    )
}
