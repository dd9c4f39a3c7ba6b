internal import Documents

extension DocumentNode {
    /// Gives an error that has no place yet this one.
    func located<Value>(
        _ what: String,
        _ body: () throws(ControlError) -> Value
    ) throws(DocumentError) -> Value {
        do throws(ControlError) {
            return try body()
        } catch {
            var message = error.message
            let prefix = "bad request body: "
            if message.hasPrefix(prefix) { message = String(message.dropFirst(prefix.count)) }
            throw wrong(what.isEmpty ? message : "\(what): \(message)", status: error.status)
        }
    }
}

extension ControlError {
    /// As a call with such a body is answered.
    init(_ error: DocumentError) {
        let place = error.place.map { "\($0): " } ?? ""
        self = ControlError(error.status ?? 400, "bad request body: \(place)\(error.message)")
        if let status = error.status, status != 400 { message = "\(place)\(error.message)" }
    }
}
