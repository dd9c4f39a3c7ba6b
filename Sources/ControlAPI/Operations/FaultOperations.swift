internal import Vocabulary

/// What a proxy for bytes does not have: partitions, whole plans, and timelines.
enum FaultOperations {
    static let all: [Operation] = [
        Operation(
            method: "GET",
            path: "/partition",
            summary: "Which proxies are partitioned",
            answers: [.init(status: 200, text: "Each proxy and its direction", schema: .any)]
        ) { book, _ throws(ControlError) in .reply(.json(book.partitionsText)) },
        Operation(
            method: "POST",
            path: "/partition",
            summary: "Let nothing pass, and tell nobody",
            body: .object(
                [
                    .init("proxy", .string, "Not needed when there is one"),
                    .init("direction", .word(["both", "client-to-server", "server-to-client"])),
                ],
                required: []
            ),
            answers: [
                .init(status: 200, text: "It is partitioned", schema: .any), unknownProxy,
            ]
        ) { book, call throws(ControlError) in try book.partition(call.request) },
        Operation(
            method: "DELETE",
            path: "/partition",
            summary: "Heal a partition: what was held goes on, in order",
            query: [.init(name: "proxy", text: "The proxy that is meant; not needed for one")],
            answers: [.init(status: 204, text: "It is healed"), unknownProxy]
        ) { book, call throws(ControlError) in try book.heal(call.request) },
        Operation(
            method: "GET",
            path: "/faults",
            summary: "The whole plan of faults",
            answers: [.init(status: 200, text: "As PUT takes it", schema: .named("Plan"))]
        ) { book, _ throws(ControlError) in .reply(.json(book.faultsText)) },
        Operation(
            method: "PUT",
            path: "/faults",
            summary: "Put a whole plan in place, or nothing of it",
            body: .named("Plan"),
            answers: [.init(status: 200, text: "What has changed", schema: .any), unknownProxy]
        ) { book, call throws(ControlError) in try book.putFaults(call.request) },
        Operation(
            method: "GET",
            path: "/scenarios",
            summary: "The scenarios that were started",
            answers: [.init(status: 200, text: "The latest last", schema: .any)]
        ) { book, call throws(ControlError) in .reply(book.listScenarios(at: call.time)) },
        Operation(
            method: "POST",
            path: "/scenarios",
            summary: "Start a scenario, given as JSON or, with the type of YAML, as YAML",
            body: .any,
            answers: [
                .init(status: 201, text: "It runs", schema: .any), unknownProxy,
                .init(status: 409, text: "One runs on this proxy", schema: .named("Error")),
            ]
        ) { book, call throws(ControlError) in
            try book.startScenario(call.request, at: call.time)
        },
        Operation(
            method: "GET",
            path: "/scenarios/{id}",
            summary: "How far a scenario has come",
            query: [
                .init(name: "after", text: "Only what happened after so many steps")
            ],
            answers: [
                .init(status: 200, text: "Its state, steps and what comes next", schema: .any),
                .init(status: 404, text: "There is no such scenario", schema: .named("Error")),
            ]
        ) { book, call throws(ControlError) in
            .reply(try book.showScenario(call.value("id"), call.request, at: call.time))
        },
        Operation(
            method: "DELETE",
            path: "/scenarios/{id}",
            summary: "Stop a scenario; what it has put in place is undone",
            answers: [
                .init(status: 200, text: "It is stopped; as it was", schema: .any),
                .init(status: 404, text: "There is no such scenario", schema: .named("Error")),
            ]
        ) { book, call throws(ControlError) in
            try book.stopScenario(call.value("id"), at: call.time)
        },
    ]

    private static let unknownProxy = Operation.Answer(
        status: 404,
        text: "There is no such proxy",
        schema: .named("Error")
    )
}
