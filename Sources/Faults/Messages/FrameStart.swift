public import Vocabulary
public import WebSocketWire

/// Where a direction stands when faults on messages begin to work on it.
public struct FrameStart: ~Copyable {
    var scanner: FrameScanner
    /// Where its next byte stands in the received bytes.
    let offset: ByteOffset
    /// Whether a message has begun that is not over.
    let isInsideMessage: Bool
    /// Whether no message has begun yet.
    let isAtBeginning: Bool
    /// What was agreed on.
    let agreement: ExtensionAgreement
    /// The target of the upgrade.
    let path: String

    var hasOtherExtensions: Bool { !agreement.others.isEmpty || !agreement.isKnown }

    /// Describes where a direction stands.
    ///
    /// - Parameters:
    ///   - scanner: Stands where the direction does.
    ///   - offset: Where the next byte stands in the received bytes.
    ///   - isInsideMessage: Whether a message has begun whose last fragment is still to come.
    ///   - isAtBeginning: Whether no message has begun yet.
    ///   - agreement: What the handshake has agreed on.
    ///   - path: The target of the upgrade.
    public init(
        scanner: consuming FrameScanner,
        offset: ByteOffset,
        isInsideMessage: Bool,
        isAtBeginning: Bool,
        agreement: ExtensionAgreement,
        path: String
    ) {
        self.scanner = scanner
        self.offset = offset
        self.isInsideMessage = isInsideMessage
        self.isAtBeginning = isAtBeginning
        self.agreement = agreement
        self.path = path
    }

    consuming func takeScanner() -> FrameScanner { scanner }

    /// The compression of a direction: its window, and whether messages refer to earlier ones.
    func compression(_ direction: Direction) -> (windowBits: Int, hasTakeover: Bool)? {
        guard let deflate = agreement.deflate else { return nil }
        return direction == .clientToServer
            ? (deflate.clientMaxWindowBits, !deflate.clientNoContextTakeover)
            : (deflate.serverMaxWindowBits, !deflate.serverNoContextTakeover)
    }
}
