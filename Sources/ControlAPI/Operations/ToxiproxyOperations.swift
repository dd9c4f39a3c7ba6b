internal import Vocabulary

/// Toxiproxy's own calls.
enum ToxiproxyOperations {
    static let all: [Operation] = [
        get("/version", "The version of the API", .whole([.init("version", .string)])) {
            book,
            _ throws(ControlError) in .reply(book.version)
        },
        get("/proxies", "All proxies, by name", .map(.named("Proxy"))) {
            book,
            _ throws(ControlError) in .reply(.json(book.listText))
        },
        Operation(
            method: "POST",
            path: "/proxies",
            summary: "Create a proxy",
            body: .named("NewProxy"),
            answers: [
                .init(status: 201, text: "It is there", schema: .named("Proxy")), badBody,
                .init(status: 409, text: "One of this name is there already", type: text),
                cannotListen,
            ],
            isToxiproxy: true
        ) { book, call throws(ControlError) in try book.createProxy(call.request) },
        get("/proxies/{proxy}", "One proxy", .named("Proxy")) { book, call throws(ControlError) in
            .reply(.json(try book.proxy(call.value("proxy")).json))
        },
        update(
            "PATCH",
            "/proxies/{proxy}",
            "Change a proxy",
            "ProxyChange",
            "Proxy",
            besides: [cannotListen]
        ) {
            book,
            call throws(ControlError) in
            try book.updateProxy(call.value("proxy"), call.request)
        },
        update(
            "POST",
            "/proxies/{proxy}",
            "The same, for older clients",
            "ProxyChange",
            "Proxy",
            besides: [cannotListen]
        ) {
            book,
            call throws(ControlError) in
            try book.updateProxy(call.value("proxy"), call.request)
        },
        delete("/proxies/{proxy}", "Remove a proxy; its capture is sealed") {
            book,
            call throws(ControlError) in
            try book.deleteProxy(call.value("proxy"), call.request)
        },
        get("/proxies/{proxy}/toxics", "A proxy's toxics", .array(.named("Toxic"))) {
            book,
            call throws(ControlError) in
            .reply(.json(try book.proxy(call.value("proxy")).toxicsJSON))
        },
        Operation(
            method: "POST",
            path: "/proxies/{proxy}/toxics",
            summary: "Add a toxic",
            body: .named("NewToxic"),
            answers: [
                .init(status: 200, text: "It is at work", schema: .named("Toxic")), badBody,
                notFound,
                .init(status: 409, text: "One of this name is there already", type: text),
            ],
            isToxiproxy: true
        ) { book, call throws(ControlError) in
            try book.createToxic(call.value("proxy"), call.request)
        },
        get("/proxies/{proxy}/toxics/{toxic}", "One toxic", .named("Toxic")) {
            book,
            call throws(ControlError) in
            .reply(.json(try book.toxic(call.value("toxic"), of: call.value("proxy")).json))
        },
        update(
            "PATCH",
            "/proxies/{proxy}/toxics/{toxic}",
            "Change a toxic",
            "ToxicChange",
            "Toxic"
        ) { book, call throws(ControlError) in
            try book.updateToxic(call.value("toxic"), of: call.value("proxy"), call.request)
        },
        update(
            "POST",
            "/proxies/{proxy}/toxics/{toxic}",
            "The same, for older clients",
            "ToxicChange",
            "Toxic"
        ) { book, call throws(ControlError) in
            try book.updateToxic(call.value("toxic"), of: call.value("proxy"), call.request)
        },
        delete("/proxies/{proxy}/toxics/{toxic}", "Remove a toxic") {
            book,
            call throws(ControlError) in
            try book.deleteToxic(call.value("toxic"), of: call.value("proxy"), call.request)
        },
        Operation(
            method: "POST",
            path: "/populate",
            summary: "Create many proxies; equal ones are left alone, others of the name replaced",
            body: .array(.named("NewProxy")),
            answers: [
                .init(
                    status: 201,
                    text: "They are there",
                    schema: .whole([.init("proxies", .nullable(.array(.named("Proxy"))))])
                ),
                .init(status: 400, text: "The body is no list of proxies", schema: .named("Error")),
                .init(status: 500, text: "One of them cannot start", schema: .named("Error")),
            ],
            isToxiproxy: true
        ) { book, call throws(ControlError) in book.populate(call.request) },
        Operation(
            method: "POST",
            path: "/reset",
            summary: "Enable all proxies and remove all toxics",
            answers: [.init(status: 204, text: "It is done"), cannotListen],
            isToxiproxy: true
        ) { book, call throws(ControlError) in book.reset(call.request) },
    ]

    // MARK: Patterns

    private static let text = ControlReply.textType
    private static let badBody = Operation.Answer(
        status: 400,
        text: "The body says why",
        type: text
    )
    private static let cannotListen = Operation.Answer(
        status: 500,
        text: "Nobody can listen there",
        type: text
    )
    private static let notFound = Operation.Answer(
        status: 404,
        text: "There is no such proxy, or no such toxic",
        type: text
    )

    private static func get(
        _ path: String,
        _ summary: String,
        _ schema: Schema,
        handle: @escaping Operation.Handler
    ) -> Operation {
        let found = Operation.Answer(status: 200, text: summary, schema: schema)
        return Operation(
            method: "GET",
            path: path,
            summary: summary,
            answers: path.contains("{") ? [found, notFound] : [found],
            isToxiproxy: true,
            handle: handle
        )
    }

    private static func update(
        _ method: String,
        _ path: String,
        _ summary: String,
        _ body: String,
        _ answer: String,
        besides: [Operation.Answer] = [],
        handle: @escaping Operation.Handler
    ) -> Operation {
        Operation(
            method: method,
            path: path,
            summary: summary,
            body: .named(body),
            answers: [
                .init(status: 200, text: "As it is now", schema: .named(answer)), badBody,
                notFound,
            ] + besides,
            isToxiproxy: true,
            handle: handle
        )
    }

    private static func delete(
        _ path: String,
        _ summary: String,
        handle: @escaping Operation.Handler
    ) -> Operation {
        Operation(
            method: "DELETE",
            path: path,
            summary: summary,
            answers: [.init(status: 204, text: "It is gone"), notFound],
            isToxiproxy: true,
            handle: handle
        )
    }
}
