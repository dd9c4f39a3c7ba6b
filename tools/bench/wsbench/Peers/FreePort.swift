/// A port for a program that cannot be told to choose one itself.
enum FreePort {
    /// A port of 127.0.0.1 that was free a moment ago.
    static func find() throws -> UInt16 {
        try Socket.listening().port
    }
}

extension ChildProcess {
    /// How long a proxy may take to start.
    static let startLimit = Duration.seconds(20)

    /// Waits until something listens at a port of 127.0.0.1.
    func waitUntil(listeningAt port: UInt16) throws {
        try waitUntil("listened", within: Self.startLimit) {
            try Socket.connected(to: port).map { _ in }
        }
    }
}
