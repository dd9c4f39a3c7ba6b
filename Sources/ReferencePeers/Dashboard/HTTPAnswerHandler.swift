import NIOCore
import NIOHTTP1
import Vocabulary

/// Answers one request and closes the connection.
final class HTTPAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let floor: DashboardFloor
    private var head: HTTPRequestHead?

    init(floor: DashboardFloor) {
        self.floor = floor
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end: answer(context: context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(context: ChannelHandlerContext) {
        guard let head else { return }
        self.head = nil
        let answer = HTTPAnswer(
            method: head.method.rawValue,
            target: head.uri,
            health: floor.health(at: .now)
        )
        context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
        if head.method != .HEAD {
            let body = IOData.byteBuffer(ByteBuffer(string: answer.body))
            context.write(wrapOutboundOut(.body(body)), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }
}
