internal import ControlAPI
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Telemetry

/// Events as the body of an answer.
struct EventStream: Sendable {
    private let hub: EventHub
    private let subscription: EventHub.Subscription

    /// Seconds after which a caller hears something when nothing happens: what stands between would close it
    /// else.
    private static let beatSeconds = 15

    /// Begins to watch; `nil` when too many do.
    init?(_ hub: EventHub, _ query: EventQuery) {
        guard let subscription = hub.subscribe(query) else { return nil }
        self.hub = hub
        self.subscription = subscription
    }

    /// The answer.
    ///
    /// - Parameter channel: The caller's; it is closed when the hub is, whether or not the caller reads.
    /// - Returns: An answer without an end.
    func response(closing channel: any Channel) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = EventText.contentType
        headers[.cacheControl] = "no-store"
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody { writer in
                try await write(to: &writer, closing: channel)
            }
        )
    }

    @concurrent private func write(
        to writer: inout any ResponseBodyWriter,
        closing channel: any Channel
    ) async throws {
        let beating = Task {
            var second = 0
            while hub.holds(subscription) {
                if second % Self.beatSeconds == 0 { hub.beat(subscription) }
                second += 1
                try await Task.sleep(for: .seconds(1))
            }
            // The hub is closed: whoever does not read is not waited for.
            channel.close(promise: nil)
        }
        defer {
            beating.cancel()
            hub.end(subscription)
        }
        var number: UInt64 = 0
        for await item in subscription.items {
            if item != .beat { number += 1 }
            try await writer.write(
                ByteBuffer(string: EventText.text(of: item, number: number))
            )
        }
        try await writer.finish(nil)
    }
}
