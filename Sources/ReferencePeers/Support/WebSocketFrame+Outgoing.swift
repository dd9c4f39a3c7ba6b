import NIOCore
import NIOWebSocket

extension WebSocketFrame {
    /// A whole text message.
    ///
    /// Here as in the others the mask is a fresh key for what a client sends, and nothing for what
    /// a server sends (RFC 6455 §5.1).
    static func text(_ text: String, maskKey: WebSocketMaskingKey?) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: .text, maskKey: maskKey, data: ByteBuffer(string: text))
    }

    /// A ping without application data.
    static func ping(maskKey: WebSocketMaskingKey?) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: .ping, maskKey: maskKey, data: ByteBuffer())
    }

    /// A close frame with a status code, or without one.
    static func close(_ code: UInt16?, maskKey: WebSocketMaskingKey?) -> WebSocketFrame {
        let data = code.map { ByteBuffer(integer: $0) } ?? ByteBuffer()
        return WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: maskKey, data: data)
    }

    /// The answer to a close frame: the same status code (RFC 6455 §5.5.1).
    func closeAnswer(maskKey: WebSocketMaskingKey?) -> WebSocketFrame {
        let code = unmaskedData.getInteger(at: unmaskedData.readerIndex, as: UInt16.self)
        return .close(code, maskKey: maskKey)
    }

    /// The answer to a ping: the same application data (RFC 6455 §5.5.3).
    func pong(maskKey: WebSocketMaskingKey?) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: .pong, maskKey: maskKey, data: unmaskedData)
    }
}
