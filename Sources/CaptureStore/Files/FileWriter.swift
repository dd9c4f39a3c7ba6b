private import CKernel
private import SystemPackage

#if canImport(Glibc)
private import Glibc
#endif

/// A file that is written at offsets, with its lock; errors come as ``StoreError``.
final class FileWriter {
    /// The file's path, for messages.
    let path: String
    private let descriptor: FileDescriptor

    /// Creates the file with mode 0600 and locks it.
    ///
    /// - Throws: ``StoreError/alreadyExists(path:)``, ``StoreError/folderMissing(path:)`` or
    ///   ``StoreError/cannotCreate(path:_:)``.
    init(creating path: String) throws(StoreError) {
        self.path = path
        do {
            // Not O_APPEND: `pwrite` would then ignore its offset on Linux, and heads are
            // overwritten.
            descriptor = try FileDescriptor.open(
                FilePath(path),
                .readWrite,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite
            )
        } catch Errno.fileExists {
            throw .alreadyExists(path: path)
        } catch Errno.noSuchFileOrDirectory
            where !CaptureFolder.isFolder(CaptureFolder.folder(of: path))
        {
            throw .folderMissing(path: CaptureFolder.folder(of: path))
        } catch let error as Errno {
            throw .cannotCreate(path: path, error)
        } catch {
            throw .cannotCreate(path: path, .ioError)
        }
        guard wscap_lock_exclusive(descriptor.rawValue) == 0 else { throw .inUse(path: path) }
    }

    /// Opens an existing file to change it, and locks it.
    ///
    /// - Throws: ``StoreError/inUse(path:)`` while another process holds it, or
    ///   ``StoreError/cannotOpen(path:_:)``.
    init(opening path: String) throws(StoreError) {
        try CaptureFolder.expectRegularFile(path)
        self.path = path
        do {
            descriptor = try FileDescriptor.open(
                FilePath(path),
                .readWrite,
                options: .closeOnExec
            )
        } catch Errno.noSuchFileOrDirectory {
            throw .notFound(path: path)
        } catch let error as Errno {
            throw .cannotOpen(path: path, error)
        } catch {
            throw .cannotOpen(path: path, .ioError)
        }
        guard wscap_lock_exclusive(descriptor.rawValue) == 0 else {
            let opened = descriptor
            Self.quietly { try opened.close() }
            throw .inUse(path: path)
        }
    }

    /// Opens an existing file to read it, without its lock.
    init(lookingAt path: String) throws(StoreError) {
        try CaptureFolder.expectRegularFile(path)
        self.path = path
        do {
            descriptor = try FileDescriptor.open(
                FilePath(path),
                .readOnly,
                options: .closeOnExec
            )
        } catch {
            throw .cannotOpen(path: path, error as? Errno ?? .ioError)
        }
    }

    /// The file's length.
    func byteCount() throws(StoreError) -> UInt64 {
        do {
            return UInt64(clamping: try descriptor.seek(offset: 0, from: .end))
        } catch {
            throw .readFailed(path: path, error as? Errno ?? .ioError)
        }
    }

    /// Reads bytes; fewer at the end of the file.
    func read(at offset: UInt64, count: Int) throws(StoreError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        do {
            let got = try buffer.withUnsafeMutableBytes {
                try descriptor.read(
                    fromAbsoluteOffset: Int64(offset),
                    into: $0,
                    retryOnInterrupt: true
                )
            }
            return Array(buffer.prefix(got))
        } catch {
            throw .readFailed(path: path, error as? Errno ?? .ioError)
        }
    }

    /// The descriptor's number, for calls that know no better.
    var number: CInt { descriptor.rawValue }

    /// The file's number on its volume.
    func inode() throws(StoreError) -> UInt64 {
        var status = stat()
        guard fstat(number, &status) == 0 else {
            throw .readFailed(path: path, Errno(rawValue: errno))
        }
        return UInt64(status.st_ino)
    }

    /// Puts all bytes at an offset; a part that was written before an error may stay.
    func write(_ bytes: RawSpan, at offset: UInt64) throws(StoreError) {
        do {
            try bytes.withUnsafeBytes { buffer in
                var done = 0
                while done < buffer.count {
                    done += try descriptor.write(
                        toAbsoluteOffset: Int64(offset) + Int64(done),
                        UnsafeRawBufferPointer(rebasing: buffer[done...]),
                        retryOnInterrupt: true
                    )
                }
            }
        } catch {
            throw Self.failure(path, error)
        }
    }

    /// Cuts the file, or gives back the blocks behind its end.
    func truncate(to byteCount: UInt64) throws(StoreError) {
        do {
            try descriptor.resize(to: Int64(byteCount))
        } catch {
            throw Self.failure(path, error)
        }
    }

    /// Waits until the file's bytes are on the disk.
    func sync() throws(StoreError) {
        let code = wscap_sync_data(number)
        guard code == 0 else { throw .writeFailed(path: path, Errno(rawValue: code)) }
    }

    /// Closes the file, which unlocks it.
    func close() throws(StoreError) {
        do {
            try descriptor.close()
        } catch {
            throw Self.failure(path, error)
        }
    }

    private static func failure(_ path: String, _ error: any Error) -> StoreError {
        .writeFailed(path: path, error as? Errno ?? .ioError)
    }

    /// Runs what may fail without consequence: the descriptor is gone either way.
    private static func quietly(_ body: () throws -> Void) {
        do { try body() } catch { return }
    }
}
