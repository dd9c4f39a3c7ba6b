internal import CaptureFormat
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import RelayCore
internal import Vocabulary

// How the upstream leg comes to be: the dial, TLS on it, and what both say of themselves.
extension ConnectionDriver {
    func dial() {
        guard let upstream = security.upstream else { return connect(nil) }
        let gauge = CiphertextGauge()
        let host = upstream.serverName ?? configuration.upstream.host
        let isAddress = Self.isAddress(host)
        do {
            // An address is no name to ask for (RFC 6066 §3); it is verified as the peer's.
            let handler = try NIOSSLClientHandler(
                context: upstream.context,
                serverHostname: isAddress ? nil : host
            )
            connect(UpstreamTLS(gauge: gauge, handler: handler, name: isAddress ? "" : host))
        } catch {
            dialFailed(
                DialFailure(
                    kind: .insecure,
                    detail: "the name '\(host)' cannot be asked for by TLS"
                )
            )
        }
    }

    /// What makes a dialled leg speak TLS.
    private struct UpstreamTLS {
        let gauge: CiphertextGauge
        let handler: NIOSSLClientHandler
        /// The name that is asked for; empty for none.
        let name: String
    }

    private var connectTimeout: TimeAmount {
        .nanoseconds(configuration.connectTimeout.inNanoseconds)
    }

    private func connect(_ tls: UpstreamTLS?) {
        let target = configuration.upstream
        ClientBootstrap(group: eventLoop)
            .connectTimeout(connectTimeout)
            .wscapLegOptions()
            .channelInitializer { $0.eventLoop.makeSucceededVoidFuture() }
            .connect(host: target.host, port: target.port)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success(let channel):
                    let header = self.headerForServer
                    if let tls {
                        self.secure(channel, tls, header)
                    } else {
                        self.dialled(channel, nil, header)
                    }
                case .failure(let error): self.dialFailed(DialFailure(error))
                }
            }
    }

    /// Lets a fresh leg speak TLS before it is one.
    ///
    /// A PROXY header goes before TLS. Only when TLS is agreed on does the record tell of it: a server that
    /// was told and then not believed is no leg.
    private func secure(_ channel: any Channel, _ tls: UpstreamTLS, _ header: [UInt8]) {
        if !header.isEmpty {
            tls.gauge.began(with: header.count)
            channel.writeAndFlush(ByteBuffer(bytes: header), promise: nil)
        }
        var limit: Scheduled<Void>?
        let watch = HandshakeWatch { ending in
            limit?.cancel()
            switch ending {
            case .secured(let agreed):
                if let failure = self.misnaming(of: channel, tls) {
                    tls.gauge.close()
                    return self.dialFailed(failure)
                }
                tls.gauge.handshakeEnded()
                self.dialled(channel, tls.gauge, header)
                self.tell(
                    .secured(self.facts(.upstream, of: channel, agreed, serverName: tls.name))
                )
            case .failed(let error):
                self.dialFailed(self.failure(error, of: channel))
            case .expired:
                let limit = self.configuration.connectTimeout.inSeconds
                self.dialFailed(
                    DialFailure(kind: .timeout, detail: "no TLS handshake within \(limit) s")
                )
            }
        }
        limit = eventLoop.assumeIsolated().scheduleTask(in: connectTimeout) {
            // Before TLS says that the connection ended, which would be the server's doing.
            watch.expire()
            tls.gauge.close()
        }
        do {
            try channel.pipeline.syncOperations.addHandlers([tls.gauge, tls.handler, watch])
            channel.read()
        } catch {
            limit?.cancel()
            channel.close(promise: nil)
            dialFailed(DialFailure(error))
        }
    }

    /// Why a certificate that TLS is content with is not that of the name that was asked for.
    private func misnaming(of channel: any Channel, _ tls: UpstreamTLS) -> DialFailure? {
        guard security.upstream?.isVerified == true, !tls.name.isEmpty,
            let peer = Self.certificate(of: channel),
            !CertificateNames.include(tls.name, in: peer)
        else { return nil }
        return DialFailure(
            kind: .insecure,
            detail: TLSFailure.otherName(peer, on: .upstream, wanted: tls.name)
        )
    }

    private func failure(_ error: any Error, of channel: any Channel) -> DialFailure {
        if let error = error as? IOError { return DialFailure(error) }
        return DialFailure(
            kind: .insecure,
            detail: TLSFailure.explain(
                error,
                on: .upstream,
                peer: Self.certificate(of: channel),
                name: security.upstream?.serverName ?? configuration.upstream.host,
                now: recorder.now()
            )
        )
    }

    private func dialFailed(_ failure: DialFailure) {
        meter.dialled(at: recorder.now(), failure: failure.detail)
        complaints.add(
            id,
            "\(configuration.upstream) cannot be reached: \(failure.detail)",
            at: recorder.now()
        )
        tell(.dialFailed(failure))
    }

    private func dialled(
        _ channel: any Channel,
        _ gauge: CiphertextGauge?,
        _ header: [UInt8]
    ) {
        guard channel.isActive else {
            dialFailed(DialFailure(kind: .refused, detail: "the connection was closed at once"))
            return
        }
        do {
            try channel.pipeline.syncOperations.addHandler(
                LegHandler(leg: .upstream, connection: self, gauge: gauge)
            )
        } catch {
            dialFailed(DialFailure(error))
            return
        }
        meter.dialled(at: recorder.now(), failure: nil)
        let state = LegState(
            channel: channel,
            kernel: Self.kernel(of: channel, isDialled: true),
            gauge: gauge,
            prefaceByteCount: header.count
        )
        upstream = state
        if gauge == nil, !header.isEmpty {
            state.needsFlush = true
            channel.write(ByteBuffer(bytes: header), promise: nil)
        }
        tell(
            .dialled(
                local: Self.text(channel.localAddress),
                remote: Self.text(channel.remoteAddress),
                header: header
            )
        )
    }

    // MARK: What TLS says

    /// What was agreed on, for the record.
    func facts(
        _ leg: Leg,
        of channel: any Channel,
        _ applicationProtocol: String,
        serverName: String = ""
    ) -> SecuredRecord {
        let handler = Self.tls(of: channel)
        return SecuredRecord(
            connection: id,
            leg: leg,
            version: handler?.tlsVersion.map(Self.text) ?? "TLS",
            applicationProtocol: applicationProtocol,
            serverName: serverName,
            peer: handler?.peerCertificate.map(CertificateText.summary) ?? "",
            isVerified: leg == .upstream && security.upstream?.isVerified == true
        )
    }

    /// The certificate that a leg's peer has shown; `nil` for none.
    static func certificate(of channel: any Channel) -> NIOSSLCertificate? {
        tls(of: channel)?.peerCertificate
    }

    private static func tls(of channel: any Channel) -> NIOSSLHandler? {
        let pipeline = channel.pipeline.syncOperations
        do {
            return try pipeline.handler(type: NIOSSLClientHandler.self)
        } catch {
            do {
                return try pipeline.handler(type: NIOSSLServerHandler.self)
            } catch {
                // The channel is gone, and TLS with it.
                return nil
            }
        }
    }

    private static func isAddress(_ host: String) -> Bool {
        do {
            _ = try SocketAddress(ipAddress: host, port: 0)
            return true
        } catch {
            return false
        }
    }

    private static func text(_ version: TLSVersion) -> String {
        switch version {
        case .tlsv1: "TLSv1"
        case .tlsv11: "TLSv1.1"
        case .tlsv12: "TLSv1.2"
        case .tlsv13: "TLSv1.3"
        }
    }
}
