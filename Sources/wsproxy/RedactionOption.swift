import Console
import Vocabulary

/// The option `--redact-json` and its twin in the environment, read.
enum RedactionOption {
    private static let variable = "WSCAP_REDACT_JSON"

    /// The pointers that the flags give, or else the variable.
    ///
    /// A name with a comma can only be given by a flag.
    static func pointers(_ flags: [String]) throws(OperatorError) -> [JSONPointer] {
        let isFlag = !flags.isEmpty
        let words = isFlag ? flags : list(Terminal.environment(variable) ?? "")
        var pointers: [JSONPointer] = []
        for word in words {
            let pointer = try pointer(word, name: isFlag ? "--redact-json" : variable)
            if !pointers.contains(pointer) { pointers.append(pointer) }
        }
        guard pointers.count <= JSONPointer.countMax else {
            throw OperatorError(
                .usage,
                "--redact-json is given for \(pointers.count) pointers; at most "
                    + "\(JSONPointer.countMax) are followed, so name what encloses them."
            )
        }
        return pointers
    }

    private static func list(_ text: String) -> [String] {
        guard !text.isEmpty else { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    private static func pointer(_ word: String, name: String) throws(OperatorError) -> JSONPointer {
        do throws(JSONPointer.Failure) {
            return try JSONPointer(word)
        } catch {
            throw OperatorError(.usage, "\(name) is '\(word)'; \(error).")
        }
    }
}
