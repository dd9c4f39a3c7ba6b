internal import Vocabulary

/// The description of the API (OpenAPI 3.1), made from the table of its calls.
enum OpenAPIDocument {
    /// The document.
    static let text = JSONText.object([
        ("openapi", "\"3.1.0\""),
        (
            "info",
            JSONText.object([
                ("title", "\"The control port of wsproxy\""),
                ("version", JSONText.quoted(Version.number)),
                (
                    "description",
                    JSONText.quoted(
                        "Toxiproxy's API, and what a proxy that knows WebSocket has besides. Every call "
                            + "may be answered 401 or 403 to those who may not call, 413 to a body that "
                            + "is too large, and 503 when it was not done in time."
                    )
                ),
            ])
        ),
        ("paths", paths),
        (
            "components",
            JSONText.object([
                ("schemas", JSONText.object(schemas.map { ($0.name, $0.schema.json) })),
                (
                    "securitySchemes",
                    #"{"token":{"type":"http","scheme":"bearer"}}"#
                ),
            ])
        ),
        ("security", #"[{},{"token":[]}]"#),
    ])

    private static var paths: String {
        var order: [String] = []
        var byPath: [String: [(String, String)]] = [:]
        for (group, operations) in OperationTable.groups {
            for operation in operations {
                if byPath[operation.path] == nil { order.append(operation.path) }
                byPath[operation.path, default: []].append(
                    (operation.method.lowercased(), describe(operation, group))
                )
            }
        }
        return JSONText.object(order.map { ($0, JSONText.object(byPath[$0] ?? [])) })
    }

    private static func describe(_ operation: Operation, _ group: String) -> String {
        var members = [
            ("operationId", JSONText.quoted(identifier(operation))),
            ("summary", JSONText.quoted(operation.summary)),
            ("tags", JSONText.array([JSONText.quoted(group)])),
        ]
        let parameters =
            operation.pathNames.map {
                parameter(.init(name: $0, text: "The \($0)"), place: "path")
            } + operation.query.map { parameter($0, place: "query") }
        if !parameters.isEmpty { members.append(("parameters", JSONText.array(parameters))) }
        if let body = operation.body {
            let content = content(body, ControlReply.jsonType)
            members.append(
                ("requestBody", JSONText.object([("required", "true"), ("content", content)]))
            )
        }
        members.append(("responses", responses(operation)))
        return JSONText.object(members)
    }

    /// `getProxiesProxyToxics`: unique, because method and path are.
    private static func identifier(_ operation: Operation) -> String {
        let words = operation.path.split { !$0.isLetter && !$0.isNumber }
        return operation.method.lowercased()
            + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func parameter(_ parameter: Operation.Parameter, place: String) -> String {
        JSONText.object([
            ("name", JSONText.quoted(parameter.name)), ("in", JSONText.quoted(place)),
            ("required", String(place == "path")),
            ("description", JSONText.quoted(parameter.text)), ("schema", parameter.schema.json),
        ])
    }

    private static func responses(_ operation: Operation) -> String {
        var answers = operation.answers
        let takesWords = operation.checksQuery || operation.body != nil || operation.query.count > 0
        if takesWords, !answers.contains(where: { $0.status == 400 }) {
            answers.append(
                .init(status: 400, text: "The body says what is wrong", schema: .named("Error"))
            )
        }
        return JSONText.object(
            answers.map { answer in
                var members = [("description", JSONText.quoted(answer.text))]
                if let schema = answer.schema {
                    members.append(("content", content(schema, answer.type)))
                } else if answer.type != ControlReply.jsonType {
                    members.append(("content", content(.string, answer.type)))
                }
                return (String(answer.status), JSONText.object(members))
            }
        )
    }

    private static func content(_ schema: Schema, _ type: String) -> String {
        JSONText.object([(type, JSONText.object([("schema", schema.json)]))])
    }
}
