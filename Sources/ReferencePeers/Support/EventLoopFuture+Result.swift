import NIOCore

extension EventLoopFuture where Value: Sendable {
    /// Waits for the outcome without throwing it, so that there is room to tidy up first.
    func asResult() async -> Result<Value, any Error> {
        do {
            return .success(try await get())
        } catch {
            return .failure(error)
        }
    }
}
