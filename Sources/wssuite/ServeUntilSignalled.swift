import Dispatch
import Foundation
import ReferencePeers

/// Runs a peer until it is done; SIGTERM and SIGINT ask it to stop.
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
    return try await body(stop)
}
