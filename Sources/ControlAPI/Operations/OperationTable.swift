internal import Vocabulary

/// All calls of the API.
enum OperationTable {
    /// A group a file; a new group is named here, and nowhere else.
    static let groups: [(name: String, operations: [Operation])] = [
        ("toxiproxy", ToxiproxyOperations.all),
        ("faults", FaultOperations.all),
        ("connections", ConnectionOperations.all),
        ("captures", CaptureOperations.all),
        ("observation", ObservationOperations.all),
    ]

    static let all = groups.flatMap(\.operations)

    /// What a request finds.
    enum Match {
        case found(Operation, path: [String: String])
        case wrongMethod(allowed: [String])
        case none
    }

    /// Finds what a request asks for.
    ///
    /// - Parameters:
    ///   - method: The HTTP method.
    ///   - path: The path, percent-encoded; a slash at its end is one too many.
    /// - Returns: The operation and what varies in its path.
    static func match(_ method: String, _ path: String) -> Match {
        guard let parts = parts(of: path) else { return .none }
        var allowed: [String] = []
        for operation in all {
            guard let values = operation.match(parts) else { continue }
            if operation.method == method { return .found(operation, path: values) }
            allowed.append(operation.method)
        }
        return allowed.isEmpty ? .none : .wrongMethod(allowed: allowed)
    }

    private static func parts(of path: String) -> [String]? {
        var parts: [String] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            guard !part.isEmpty, let decoded = PercentText.decoded(part) else { return nil }
            parts.append(decoded)
        }
        return parts
    }
}
