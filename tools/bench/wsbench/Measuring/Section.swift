import ArgumentParser

/// What can be measured alone.
enum Section: String, ExpressibleByArgument, CaseIterable, Encodable {
    /// Frames a second on one busy connection.
    case throughput
    /// The time of round trips.
    case latency
    /// Memory for each connection that says nothing.
    case idle
    /// Memory before and after a busy gigabyte.
    case memory
    /// Frames a second and round trips with TLS on both legs.
    case tls

    /// Those without TLS.
    static let plain = Set(allCases).subtracting([.tls])
}
