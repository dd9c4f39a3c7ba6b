import COpenSSL

/// One end of a TLS connection without a socket: plain bytes and wire bytes go in and come out.
///
/// The two sides of OpenSSL are memory (`BIO_s_mem`), so that who moves wire bytes, and when, is
/// the caller's choice: an endpoint does it at once, a transfer before and after its clock runs.
final class TLSSession {
    private let session: OpaquePointer
    /// Wire bytes from the peer that OpenSSL has not read yet.
    private let incoming: OpaquePointer
    /// Wire bytes for the peer.
    private let outgoing: OpaquePointer

    /// Takes over a fresh session of OpenSSL (`SSL`).
    init(_ session: OpaquePointer) throws {
        guard let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
            SSL_free(session)
            throw TLSSession.failure("OpenSSL has no memory")
        }
        SSL_set_bio(session, incoming, outgoing)
        (self.session, self.incoming, self.outgoing) = (session, incoming, outgoing)
    }

    deinit {
        // It frees the two sides, too.
        SSL_free(session)
    }

    /// Whether the handshake is over.
    var isOpen: Bool { SSL_is_init_finished(session) == 1 }

    /// What the two ends have agreed on: `TLSv1.3 TLS_AES_128_GCM_SHA256`.
    var agreement: String {
        let cipher = SSL_CIPHER_get_name(SSL_get_current_cipher(session))
        return String(cString: SSL_get_version(session)) + " "
            + (cipher.map { String(cString: $0) } ?? "")
    }

    /// Whether there are bytes from the peer that nobody has asked for: a socket does not tell.
    var hasMore: Bool { SSL_pending(session) > 0 || BIO_ctrl_pending(incoming) > 0 }

    /// Goes on with the handshake as far as the wire bytes allow.
    func shakeHands() throws {
        let result = SSL_do_handshake(session)
        guard result == 1 || waitsForPeer(result) else {
            throw Self.failure("The TLS handshake failed")
        }
    }

    /// Encrypts bytes; the records then wait as wire bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        let written = SSL_write(session, bytes.baseAddress, Int32(bytes.count))
        guard written == bytes.count else { throw Self.failure("OpenSSL did not encrypt") }
    }

    /// Decrypts what wire bytes there are.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Moved {
        let count = SSL_read(session, buffer.baseAddress, Int32(clamping: buffer.count))
        if count > 0 { return .bytes(Int(count)) }
        if waitsForPeer(count) { return .nothing }
        guard SSL_get_error(session, count) == SSL_ERROR_ZERO_RETURN else {
            throw Self.failure("A TLS record could not be read")
        }
        return .end
    }

    /// Takes in wire bytes from the peer.
    func takeWire(_ bytes: UnsafeRawBufferPointer) throws {
        let taken = BIO_write(incoming, bytes.baseAddress, Int32(bytes.count))
        guard taken == bytes.count else { throw Self.failure("OpenSSL has no memory") }
    }

    /// Gives out wire bytes for the peer; how many they are, 0 when there are none left.
    func giveWire(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        max(0, Int(BIO_read(outgoing, buffer.baseAddress, Int32(clamping: buffer.count))))
    }

    private func waitsForPeer(_ result: Int32) -> Bool {
        result <= 0 && SSL_get_error(session, result) == SSL_ERROR_WANT_READ
    }

    /// A sentence with OpenSSL's reason, if it has one.
    static func failure(_ what: String) -> BenchError {
        var text = [CChar](repeating: 0, count: 256)
        let number = ERR_get_error()
        ERR_clear_error()
        guard number != 0 else { return BenchError(.failed, what + ".") }
        ERR_error_string_n(number, &text, text.count)
        let reason = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return BenchError(.failed, "\(what): \(String(decoding: reason, as: UTF8.self)).")
    }
}
