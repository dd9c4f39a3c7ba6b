internal import NIOCore
internal import ProxyProtocol
internal import RelayCore
internal import Vocabulary

// Where the client is: what it says of that before its stream, and what the server is told.
extension ConnectionDriver {
    /// Lets the header of a client be read, where somebody is believed.
    ///
    /// - Returns: Whether one has to come.
    func readHeader(of channel: any Channel) -> Bool {
        guard let headerReader, let believed = configuration.addresses.believed else {
            return false
        }
        let isExpected = believed.contains(channel.remoteAddress?.ipAddress ?? "")
        headerReader.begin(isExpected: isExpected) { [weak self] in self?.begun(with: $0) }
        self.headerReader = nil
        return isExpected
    }

    private func begun(with beginning: HeaderReader.Beginning) {
        guard let downstream else { return }
        let remote = Self.text(downstream.channel.remoteAddress)
        switch beginning {
        case .header(let header, let bytes):
            self.header = header
            let origin = header.source?.description ?? ""
            introduce(origin.isEmpty ? remote : origin)
            tell(.announced(origin: origin, header: bytes))
            // What follows the header is TLS, which nobody else reads.
            if downstream.gauge != nil { downstream.channel.read() }
        case .refused(let reason, let bytes):
            introduce(remote)
            meter.broken()
            complaints.add(id, reason, at: recorder.now())
            tell(.misannounced(detail: reason, header: bytes))
        }
    }

    /// What the server is told before the client's stream; nothing unless that was asked for.
    var headerForServer: [UInt8] {
        guard let version = configuration.addresses.header, let downstream else { return [] }
        let ends = [downstream.channel.remoteAddress, downstream.channel.localAddress]
            .map { Endpoint(Self.text($0)) }
        return ProxyHeader.bytes(
            version: version,
            source: header?.source ?? ends[0],
            destination: header?.destination ?? ends[1]
        )
    }
}
