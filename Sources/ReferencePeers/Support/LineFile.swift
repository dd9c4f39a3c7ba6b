#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file of lines that are in the kernel's hands as soon as they are appended.
///
/// Nothing is buffered here: what ``append(_:)`` returned from survives the death of the process,
/// whatever killed it (not a power cut). Lines go to the end, also when others append.
package final class LineFile: Sendable {
    /// Where the file is.
    package let path: String
    private let descriptor: CInt

    /// Opens a file for appending, and creates it if there is none.
    package init(path: String) throws(PeerError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .cannotOpen(path: path, reason: SystemFailure.sentence(forErrno: errno))
        }
    }

    deinit {
        close(descriptor)
    }

    /// Appends one line with one call to the kernel.
    ///
    /// Line breaks inside `line` become spaces: in JSON they can only stand between tokens.
    package func append(_ line: some Collection<UInt8>) throws(PeerError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(line.count + 1)
        for byte in line {
            bytes.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte)
        }
        bytes.append(0x0A)
        var rest = bytes[...]
        // The kernel takes a line whole unless the disk is full or a signal came in between.
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                let reason = SystemFailure.sentence(forErrno: errno)
                throw .cannotWrite(path: path, reason: reason)
            }
        }
    }
}
