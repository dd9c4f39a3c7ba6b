import Logging
import NIOCore
import NIOWebSocket
import Vocabulary

/// One bot at the dashboard: works through its messages strictly in order.
///
/// While messages are waiting for their turn, or the bot does not take its acknowledgements,
/// nothing more is read: what piles up here is at most what one read brought.
final class DashboardHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private enum Alarm {
        case work
    }

    private let floor: DashboardFloor
    private let logger: Logger
    private var alarms: Alarms<Alarm>
    private var context: ChannelHandlerContext?
    /// Data frames, and at the end perhaps a close frame, that wait for their turn.
    private var waiting = Line<WebSocketFrame>()
    private var isWorking = false
    private var readIsHeld = false
    private var acks = AckBatch()
    /// A close frame was sent; nothing may follow it (RFC 6455 §5.5.1).
    private var closeSent = false

    init(floor: DashboardFloor, logger: Logger, eventLoop: any EventLoop) {
        self.floor = floor
        self.logger = logger
        alarms = Alarms(on: eventLoop)
    }

    // MARK: Coming and going

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        floor.entered(self)
        logger.info("connected")
        let welcome: JSONValue = [
            "type": "connection_established",
            "timestamp": .string(Instant.now.description),
            "message": "welcome to the reference dashboard",
        ]
        send(.text(welcome.text, maskKey: nil))
        context.flush()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        alarms.stopAll()
        logger.info("disconnected")
        floor.left(self)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let misbehaviour = WebSocketMisbehaviour(error)
        let sentence = misbehaviour?.sentence ?? SystemFailure.sentence(for: error)
        logger.warning("connection failed", metadata: ["reason": "\(sentence)"])
        waiting = Line()
        if let code = misbehaviour?.closeCode { sendClose(.close(code, maskKey: nil)) }
        context.close(promise: nil)
    }

    /// The dashboard stops: 1001, and the bot has a while to answer.
    func sayGoodbye() {
        waiting = Line()
        alarms.stopAll()
        isWorking = false
        sendClose(.close(1001, maskKey: nil))
        resumeReading()
    }

    // MARK: Reading

    func read(context: ChannelHandlerContext) {
        guard isReady else {
            readIsHeld = true
            return
        }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .ping:
            // Out of turn: a pong should come as soon as is practical (RFC 6455 §5.5.2).
            send(frame.pong(maskKey: nil))
        case .pong: break
        case .connectionClose where closeSent: context.close(promise: nil)
        case .text, .binary, .connectionClose:
            if !closeSent { waiting.append(frame) }
        default:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        proceed()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        resumeReading()
        context.fireChannelWritabilityChanged()
    }

    private var isReady: Bool {
        waiting.isEmpty && !isWorking && context?.channel.isWritable == true
    }

    private func resumeReading() {
        guard readIsHeld, isReady else { return }
        readIsHeld = false
        context?.read()
    }

    // MARK: Working

    /// Works on what waits; at the end of the batch come the acknowledgements.
    private func proceed() {
        guard !isWorking else { return }
        while let frame = waiting.first, context != nil {
            if floor.work > .zero, frame.opcode != .connectionClose {
                isWorking = true
                alarms.start(.work, after: floor.work) { [self] in workDone() }
                // The pongs of this read should not wait for the work.
                context?.flush()
                return
            }
            _ = waiting.popFirst()
            finish(frame)
        }
        sendAcknowledgements()
        context?.flush()
        resumeReading()
    }

    private func workDone() {
        isWorking = false
        if let frame = waiting.popFirst() { finish(frame) }
        proceed()
    }

    private func finish(_ frame: WebSocketFrame) {
        switch frame.opcode {
        case .text: accept(frame.unmaskedData)
        case .binary:
            floor.refuse()
            complain(about: .binary)
        case .connectionClose: closeReceived(frame)
        default: break
        }
    }

    private func accept(_ payload: ByteBuffer) {
        // RFC 6455 §8.1: text that is not UTF-8 fails the connection.
        guard String(validating: payload.readableBytesView, as: UTF8.self) != nil else {
            if let context { errorCaught(context: context, error: WebSocketMisbehaviour.notUTF8) }
            return
        }
        do {
            let message = try floor.accept(payload.readableBytesView)
            logger.debug(
                "accepted",
                metadata: [
                    "stream": "\(message.stream)",
                    "sequence": "\(message.sequence.map(String.init) ?? "none")",
                ]
            )
            if let sequence = message.sequence { acks.accepted(sequence, in: message.stream) }
        } catch let refusal as BotMessage.Refusal {
            complain(about: refusal)
        } catch {
            waiting = Line()
            floor.fail(error)
        }
    }

    private func complain(about refusal: BotMessage.Refusal) {
        logger.warning("message refused", metadata: ["reason": "\(refusal)"])
        let complaint: JSONValue = [
            "type": "error",
            "timestamp": .string(Instant.now.description),
            "message": .string(refusal.description),
        ]
        send(.text(complaint.text, maskKey: nil))
    }

    private func sendAcknowledgements() {
        for acknowledgement in acks.removeAll() {
            send(.text(acknowledgement.text(at: .now), maskKey: nil))
        }
    }

    // MARK: Closing

    /// The bot closes: everything before it is acknowledged, then the frame is answered, then the
    /// server ends the TCP connection first (RFC 6455 §7.1.1).
    private func closeReceived(_ frame: WebSocketFrame) {
        sendAcknowledgements()
        sendClose(frame.closeAnswer(maskKey: nil))
        context?.close(promise: nil)
    }

    private func sendClose(_ frame: WebSocketFrame) {
        send(frame)
        closeSent = true
        context?.flush()
    }

    private func send(_ frame: WebSocketFrame) {
        guard let context, !closeSent else { return }
        context.write(wrapOutboundOut(frame), promise: nil)
    }
}
