import ControlAPI
import Documents
import Testing

@Suite struct OpenAPITests {
    /// Every `$ref` within a value.
    private func references(_ value: JSONValue) -> [String] {
        value.elements.flatMap(references)
            + value.members.flatMap { name, inner in
                name == "$ref" ? [inner.plain] : references(inner)
            }
    }

    @Test func `every call is described once, with a name of its own, a summary and answers`() {
        let operations = Description.operations.map(\.operation)
        let names = operations.compactMap { $0["operationId"]?.plain }
        #expect(names.count == operations.count)
        #expect(Set(names).count == names.count)
        for (name, operation) in Description.operations {
            #expect(operation["summary"]?.plain.isEmpty == false, "\(name)")
            #expect(operation["responses"]?.members.isEmpty == false, "\(name)")
        }
    }

    @Test func `the calls are those of the page`() {
        let names = Description.operations.map(\.name).sorted()
        #expect(
            names == [
                "DELETE /connections", "DELETE /connections/{id}", "DELETE /partition",
                "DELETE /proxies/{proxy}", "DELETE /proxies/{proxy}/toxics/{toxic}",
                "DELETE /scenarios/{id}", "GET /api/websocket/status", "GET /captures",
                "GET /connections", "GET /connections/{id}", "GET /events", "GET /faults",
                "GET /health", "GET /health/live", "GET /health/ready", "GET /metrics",
                "GET /openapi.json", "GET /partition", "GET /proxies", "GET /proxies/{proxy}",
                "GET /proxies/{proxy}/toxics", "GET /proxies/{proxy}/toxics/{toxic}",
                "GET /scenarios", "GET /scenarios/{id}", "GET /version", "PATCH /proxies/{proxy}",
                "PATCH /proxies/{proxy}/toxics/{toxic}", "POST /captures/rotate", "POST /marks",
                "POST /partition", "POST /populate", "POST /proxies", "POST /proxies/{proxy}",
                "POST /proxies/{proxy}/toxics", "POST /proxies/{proxy}/toxics/{toxic}",
                "POST /reset", "POST /scenarios", "PUT /faults",
            ]
        )
    }

    @Test func `every described call is routed, and the methods beside it are not`() {
        let described = Set(Description.operations.map(\.name))
        let paths = Set(described.compactMap { $0.split(separator: " ").last.map(String.init) })
        for path in paths {
            let place = path.replacing("{", with: "").replacing("}", with: "")
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] {
                var desk = Desk.prepared()
                let reply = desk.call(method, place)
                let isRouted = reply.status != 405 && !reply.body.hasPrefix("404 page")
                #expect(isRouted == described.contains("\(method) \(path)"), "\(method) \(path)")
                guard !isRouted else { continue }
                let allowed = reply.allowed.map { "\($0) \(path)" }
                #expect(Set(allowed) == described.filter { $0.hasSuffix(" \(path)") })
            }
        }
    }

    @Test func `every shape that is referred to is there, and no other`() {
        let schemas = Description.document["components"]?["schemas"]?.members.map(\.0) ?? []
        let used = Set(references(Description.document).map { $0.split(separator: "/").last ?? "" })
        #expect(Set(schemas.map { $0[...] }) == used)
    }

    @Test func `what varies in a path is a parameter, and required`() {
        for (name, operation) in Description.operations {
            let wanted = name.split(separator: "/").filter { $0.hasPrefix("{") }
                .map { String($0.dropFirst().dropLast()) }
            let parameters = operation["parameters"]?.elements ?? []
            let inPath = parameters.filter { $0["in"]?.plain == "path" }
            #expect(inPath.compactMap { $0["name"]?.plain } == wanted, "\(name)")
            #expect(inPath.allSatisfy { $0["required"] == .bool(true) }, "\(name)")
        }
    }
}
