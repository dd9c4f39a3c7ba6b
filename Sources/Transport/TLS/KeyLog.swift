internal import CaptureStore
internal import NIOCore
internal import Synchronization
internal import SystemPackage
internal import Vocabulary

/// A file with the secrets of TLS sessions, in the format that Wireshark reads (RFC 9850).
///
/// It is appended to, and readable by its owner only: whoever has it can read what was encrypted.
final class KeyLog: Sendable {
    private let file: SystemPackage.FileDescriptor
    private let writing = Mutex<Void>(())

    /// Opens the file, and makes it if it is not there.
    ///
    /// - Throws: ``OperatorError`` when it cannot be written.
    init(_ path: String) throws(OperatorError) {
        do {
            file = try SystemPackage.FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .append, .closeOnExec],
                permissions: [.ownerRead, .ownerWrite]
            )
        } catch {
            throw OperatorError(
                .unavailable,
                "The key log \(path) cannot be written (\(error)); name another file with --keylog."
            )
        }
    }

    deinit {
        do {
            try file.close()
        } catch {
            // Nothing is buffered, so nothing is lost by it.
            return
        }
    }

    /// Appends one line; a disk that is full costs the line and nothing else.
    func append(_ line: ByteBuffer) {
        writing.withLock { _ in
            do {
                // Safety: the buffer is read within the closure only.
                _ = try line.withUnsafeReadableBytes { unsafe try file.writeAll($0) }
            } catch {
                return
            }
        }
    }
}
