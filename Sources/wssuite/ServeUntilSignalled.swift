import ArgumentParser
import Dispatch
import Foundation
import ReferencePeers

/// Runs a peer until it is done; SIGTERM and SIGINT ask it to stop.
///
/// - Throws: `ExitCode` for what the operator has to mend, after one sentence on stderr.
func serveUntilSignalled<Value>(
    _ body: (StopSignal) async throws -> Value
) async throws -> Value {
    let stop = StopSignal()
    let watches = [SIGTERM, SIGINT].map { number in
        // The default disposition would end the process before the watch is told.
        signal(number, SIG_IGN)
        let watch = DispatchSource.makeSignalSource(signal: number, queue: .global())
        watch.setEventHandler { stop.stop() }
        watch.resume()
        return watch
    }
    defer {
        for watch in watches {
            watch.cancel()
        }
    }
    do {
        return try await body(stop)
    } catch let error as PeerError {
        try FileHandle.standardError.write(contentsOf: Data("Error: \(error)\n".utf8))
        throw ExitCode(for: error)
    }
}

extension ExitCode {
    /// The one place where a peer's error becomes an exit status (sysexits.h).
    fileprivate init(for error: PeerError) {
        switch error {
        case .cannotListen: self = ExitCode(69)
        case .cannotOpen: self = ExitCode(73)
        case .cannotWrite: self = ExitCode(74)
        }
    }
}
