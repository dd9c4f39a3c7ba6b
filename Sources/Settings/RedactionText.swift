internal import Vocabulary

/// What `--redact-json` says: JSON pointers.
enum RedactionText {
    /// Reads the pointers.
    ///
    /// - Throws: ``OperatorError`` when one is none, or when there are too many.
    static func read(_ value: SettingSheet.Value) throws(OperatorError) -> [JSONPointer] {
        var pointers: [JSONPointer] = []
        for word in value.parts {
            let pointer = try pointer(word, origin: value.origin)
            guard !pointer.tokens.isEmpty else {
                throw OperatorError(
                    .usage,
                    "\(value.origin) is empty, which is the whole text; name a value in it, for example "
                        + "/api_key."
                )
            }
            if !pointers.contains(pointer) { pointers.append(pointer) }
        }
        guard pointers.count <= JSONPointer.countMax else {
            throw OperatorError(
                .usage,
                "\(value.origin) gives \(pointers.count) pointers; at most \(JSONPointer.countMax) are "
                    + "followed, so name what encloses them."
            )
        }
        return pointers
    }

    private static func pointer(
        _ word: String,
        origin: String
    ) throws(OperatorError) -> JSONPointer {
        do throws(JSONPointer.Failure) {
            return try JSONPointer(word)
        } catch {
            throw OperatorError(.usage, "\(origin) is '\(word)'; \(error).")
        }
    }
}
