internal import CaptureFormat
internal import NIOCore
public import Telemetry
public import Vocabulary

#if canImport(Glibc)
private import Glibc
#endif

// What a running proxy tells, and what is done to its connections and captures on request.
extension ProxyHandle {
    /// How long a question waits for the event loops: whoever watches has a deadline of its own.
    static let snapshotDeadline = TimeAmount.seconds(1)

    /// The proxy as it stands.
    ///
    /// A loop that does not answer in time is counted as silent, with its last known figures.
    ///
    /// - Parameter query: The connections that are wanted.
    /// - Returns: The sum over all loops.
    public func snapshot(_ query: ConnectionQuery) async -> ProxySnapshot {
        let answers = desks.map { $0.snapshot(query) }
        var whole = ProxySnapshot(name: name)
        whole.loopCount = 0
        for (index, answer) in answers.enumerated() {
            do {
                guard let shot = try await within(answer, Self.snapshotDeadline) else { continue }
                lastSnapshots[index] = shot
                whole += shot
            } catch {
                whole += silent(index)
            }
        }
        whole.address = address
        whole.captures.removeAll { $0.state == .sealed && !Self.exists($0.path) }
        if case .page(_, let count) = query {
            whole.connections.sort { $0.id < $1.id }
            whole.connections.removeLast(max(whole.connections.count - count, 0))
        }
        return whole
    }

    private func silent(_ index: Int) -> ProxySnapshot {
        var shot = lastSnapshots[index] ?? ProxySnapshot(name: name)
        shot.connections = []
        shot.silentLoopCount = 1
        if desks[index].hold.isHeld {
            shot.isCaptureBinding = true
            shot.captureProblem =
                shot.captureProblem ?? "The capture cannot be written, and traffic is held."
        }
        return shot
    }

    /// Retention removes files without telling anybody.
    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Ends one connection, or all, and records that somebody has asked for it.
    ///
    /// - Parameters:
    ///   - id: The connection; `nil` for all.
    ///   - how: In what way.
    ///   - source: Who asked, for the record.
    /// - Throws: ``Failure/deadline``.
    /// - Returns: How many there were to end.
    public func terminate(
        _ id: ConnectionID?,
        _ how: Termination,
        source: String
    ) async throws -> Int {
        var count = 0
        let answers = desks.map { $0.terminate(id, how, source: source) }
        for answer in answers { count += try await within(answer, Self.deadline) }
        return count
    }

    /// Ends the files that are being written, and begins new ones.
    ///
    /// - Throws: ``Failure/deadline``, or what the capture's store throws.
    /// - Returns: The finished files.
    public func rotate() async throws -> [CaptureSnapshot] {
        var sealed: [CaptureSnapshot] = []
        let answers = desks.map { $0.rotate() }
        for answer in answers {
            if let file = try await within(answer, Self.deadline) { sealed.append(file) }
        }
        return sealed
    }

    /// Puts a label on the timeline of every file that is being written.
    ///
    /// - Parameters:
    ///   - label: The label.
    ///   - source: Who asked, for the record.
    /// - Throws: ``Failure/deadline``.
    public func mark(_ label: String, source: String) async throws {
        let mark = MarkRecord(label: label, source: source)
        let answers = desks.map { $0.mark(mark) }
        for answer in answers { try await within(answer, Self.deadline) }
    }
}
