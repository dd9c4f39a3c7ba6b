import CaptureFormat

extension CaptureSummary.Ending {
    /// Tells how a connection ended from its record.
    init(_ closed: ClosedRecord) {
        let close = closed.origin == .client ? closed.clientClose : closed.serverClose
        let code = close.map { " with \($0.code)" } ?? ""
        self.init(
            origin: "\(closed.origin)",
            cause: Self.name(of: closed.cause),
            words: Self.words(closed.cause, origin: "\(closed.origin)", code: code),
            detail: closed.detail,
            clientClose: closed.clientClose.map(CaptureSummary.CloseFrame.init),
            serverClose: closed.serverClose.map(CaptureSummary.CloseFrame.init),
            isOrderly: closed.cause == .closeHandshake
        )
    }

    private static func name(of cause: ClosedRecord.Cause) -> String {
        switch cause {
        case .closeHandshake: "close-handshake"
        case .closeUnanswered: "close-unanswered"
        case .fin: "fin"
        case .reset: "reset"
        case .upstreamRefused: "upstream-refused"
        case .upstreamUnresolved: "upstream-unresolved"
        case .upstreamTimeout: "upstream-timeout"
        case .handshakeTimeout: "handshake-timeout"
        case .shutdown: "shutdown"
        case .captureFailure: "capture-failure"
        case .failure: "failure"
        case .tlsFailure: "tls-failure"
        case .proxyHeader: "proxy-header"
        case .fault: "fault"
        }
    }

    private static func words(
        _ cause: ClosedRecord.Cause,
        origin: String,
        code: String
    ) -> String {
        switch cause {
        case .closeHandshake: "closed by the \(origin)\(code)"
        case .closeUnanswered: "closed by the \(origin)\(code) and not answered"
        case .fin: "ended by the \(origin) without a close frame"
        case .reset: "reset by the \(origin)"
        case .upstreamRefused: "the server refused the connection"
        case .upstreamUnresolved: "the server's name did not resolve"
        case .upstreamTimeout: "the server did not answer the dial"
        case .handshakeTimeout: "the handshake was not finished in time"
        case .shutdown: "ended by the proxy, which was stopped"
        case .captureFailure: "ended by the proxy, which could not record"
        case .failure: "failed"
        case .tlsFailure: "TLS with the \(origin) failed"
        case .proxyHeader: "PROXY header of the \(origin) did not count"
        case .fault: "ended by a fault that was asked for"
        }
    }
}

extension CaptureSummary.CloseFrame {
    fileprivate init(_ close: ClosedRecord.CloseFrame) {
        self.init(code: close.code, reason: close.reason)
    }
}
