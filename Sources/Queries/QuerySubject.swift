public import Vocabulary

/// Something that a query is asked of: a frame, a message, a record.
public protocol QuerySubject {
    /// A field's value; `nil` when the subject has none.
    func value(of field: QueryField) -> QueryValue?
    /// The value that a pointer leads to in the payload; `nil` when there is none.
    func member(at pointer: JSONPointer) -> QueryValue?
}
