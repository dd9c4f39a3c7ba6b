internal import WebSocketWire

/// The compression of one direction (RFC 7692), followed so that its messages can be read.
final class Inflating {
    /// Whether a message may refer to earlier ones (context takeover): then all have to be followed.
    let hasTakeover: Bool
    /// Whether messages can be read: their compression was followed from the first one on, and has been
    /// intact.
    private(set) var isReadable: Bool
    /// Made for the first message: many connections never send one.
    private var inflater: Inflater?
    private let windowBits: Int
    private let messageByteCountMax: Int
    private var scratch: [UInt8] = []

    /// Small, because each compressed direction of each connection holds one.
    private static let chunkByteCount = 4096
    /// A large message's memory is given back.
    private static let keptCapacityMax = 64 << 10

    /// Begins to follow.
    ///
    /// - Parameters:
    ///   - windowBits: The sender's window.
    ///   - hasTakeover: Whether messages refer to earlier ones.
    ///   - isFollowed: Whether messages can be read: those that they refer to have not passed yet.
    ///   - messageByteCountMax: Bytes of a message that are kept.
    init(windowBits: Int, hasTakeover: Bool, isFollowed: Bool, messageByteCountMax: Int) {
        self.hasTakeover = hasTakeover
        isReadable = isFollowed
        self.windowBits = windowBits
        self.messageByteCountMax = messageByteCountMax
    }

    /// Takes a piece of a compressed message.
    ///
    /// - Parameters:
    ///   - bytes: The piece, not masked.
    ///   - output: Where the text goes; `nil` follows without it.
    func take(_ bytes: [UInt8], into output: inout [UInt8]?) {
        guard isReadable else { return }
        scratch.removeAll(keepingCapacity: scratch.capacity <= Self.keptCapacityMax)
        do throws(WireError) {
            if inflater == nil {
                inflater = try Inflater(
                    windowBits: windowBits,
                    keepsContext: hasTakeover,
                    messageBytesMax: messageByteCountMax,
                    chunkByteCount: Self.chunkByteCount
                )
            }
            try inflater?.inflate(bytes.span.bytes, into: &scratch)
        } catch {
            lose()
        }
        output?.append(contentsOf: scratch)
    }

    /// Ends the message.
    ///
    /// - Returns: Whether all of its text was there.
    func finish(into output: inout [UInt8]?) -> Bool {
        guard isReadable else { return false }
        scratch.removeAll(keepingCapacity: scratch.capacity <= Self.keptCapacityMax)
        do throws(WireError) {
            try inflater?.finishMessage(into: &scratch)
        } catch .inflatedTooLarge {
            return false
        } catch {
            lose()
            return false
        }
        output?.append(contentsOf: scratch)
        return true
    }

    /// Without takeover the next message begins anew.
    private func lose() {
        if hasTakeover { isReadable = false }
    }
}
