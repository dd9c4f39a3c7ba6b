#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// The error output, unbuffered: one write a text, so that lines of several threads stay whole.
public enum StandardError {
    /// Writes text as it is.
    public static func write(_ text: String) {
        Descriptor.write(Array(text.utf8), to: STDERR_FILENO)
    }
}

/// Descriptors that are written to until everything is out or nobody listens.
enum Descriptor {
    /// Writes all of it.
    ///
    /// - Returns: 0, or what the system said to the write that failed.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: CInt) -> CInt {
        bytes.withUnsafeBytes { buffer in
            var rest = UnsafeRawBufferPointer(buffer)
            while !rest.isEmpty {
                let count = systemWrite(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count < 0 ? errno : EIO }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
            return 0
        }
    }

    /// Gives a descriptor back.
    static func close(_ descriptor: CInt) {
        _ = systemClose(descriptor)
    }
}

/// `write(2)` under a name that no method hides.
private func systemWrite(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

/// `close(2)` likewise.
private func systemClose(_ descriptor: CInt) -> CInt {
    close(descriptor)
}
