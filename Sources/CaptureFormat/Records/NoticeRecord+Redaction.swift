public import Vocabulary

extension NoticeRecord {
    /// The topic of the notice at the start of a file.
    static let configurationTopic = "configuration"
    /// The name of a value that holds a pointer; one value a pointer.
    static let redactionName = "redact-json"

    /// What the notice of the configuration says of redaction by name.
    public static func redaction(_ pointers: [JSONPointer]) -> [HeaderField] {
        pointers.map { HeaderField(name: redactionName, value: $0.description) }
    }

    /// The pointers whose values are overwritten in the payloads of this file.
    ///
    /// What a writer of another kind put there and is no pointer is left out.
    public var redactedPointers: [JSONPointer] {
        guard topic == Self.configurationTopic else { return [] }
        return values.filter { $0.name == Self.redactionName }.compactMap { field in
            do throws(JSONPointer.Failure) {
                return try JSONPointer(field.value)
            } catch {
                return nil
            }
        }
    }
}
