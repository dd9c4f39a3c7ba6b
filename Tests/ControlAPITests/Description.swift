import ControlAPI
import Documents
import Testing

/// What `GET /openapi.json` says, for tests that hold the port to it.
enum Description {
    /// The document.
    static let document: JSONValue = {
        var desk = Desk(isDescribed: false)
        do {
            return try JSONValue.read(desk.call("GET", "/openapi.json").body)
        } catch {
            Issue.record("the description cannot be read: \(error)")
            return .null
        }
    }()

    /// Every operation: `GET /proxies/{proxy}`, and what is said of it.
    static let operations: [(name: String, operation: JSONValue)] = {
        let paths = document["paths"]?.members ?? []
        return paths.flatMap { path, item in
            item.members.map { ("\($0.0.uppercased()) \(path)", $0.1) }
        }
    }()

    /// Statuses that any call may be answered, said once for all in the document's introduction.
    private static let common: Set<String> = ["401", "403", "405", "413", "503"]

    /// Whether a call may be answered so.
    static func allows(_ status: Int, for method: String, _ path: String) -> Bool {
        guard let operation = operation(method, path) else { return status == 404 || status == 405 }
        let described = operation["responses"]?.members.map(\.0) ?? []
        return common.contains("\(status)") || described.contains("\(status)")
    }

    private static func operation(_ method: String, _ path: String) -> JSONValue? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return operations.first { name, _ in
            let words = name.split(separator: " ")
            let wanted = words[1].split(separator: "/", omittingEmptySubsequences: false)
            return words[0] == method && wanted.count == parts.count
                && zip(wanted, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }?.operation
    }
}
