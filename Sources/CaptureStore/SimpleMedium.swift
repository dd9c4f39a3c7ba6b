private import CKernel
private import SystemPackage

/// A file that grows by one `pwrite` a tick.
public final class SimpleMedium: CaptureMedium {
    /// The file's path.
    public let path: String
    private let descriptor: FileDescriptor

    /// Creates the file with mode 0600 and locks it.
    ///
    /// - Throws: ``StoreError/alreadyExists(path:)``, ``StoreError/folderMissing(path:)`` or
    ///   ``StoreError/cannotCreate(path:_:)``.
    public init(creating path: String) throws(StoreError) {
        self.path = path
        do {
            // Not O_APPEND: `pwrite` would then ignore its offset on Linux, and heads are
            // overwritten.
            descriptor = try FileDescriptor.open(
                FilePath(path),
                .readWrite,
                options: [.create, .exclusiveCreate],
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

    /// Opens an existing file to finish it, and locks it.
    ///
    /// - Throws: ``StoreError/inUse(path:)`` while its writer lives, or
    ///   ``StoreError/cannotOpen(path:_:)``.
    public init(finishing path: String) throws(StoreError) {
        try CaptureFolder.expectRegularFile(path)
        self.path = path
        do {
            descriptor = try FileDescriptor.open(FilePath(path), .readWrite)
        } catch Errno.noSuchFileOrDirectory {
            throw .notFound(path: path)
        } catch Errno.isDirectory {
            throw .isFolder(path: path)
        } catch let error as Errno {
            throw .cannotOpen(path: path, error)
        } catch {
            throw .cannotOpen(path: path, .ioError)
        }
        guard wscap_lock_exclusive(descriptor.rawValue) == 0 else {
            let opened = descriptor
            discard { try opened.close() }
            throw .inUse(path: path)
        }
    }

    /// Puts all bytes at an offset; a part that was written before an error does not count.
    public func write(_ bytes: RawSpan, at offset: UInt64) throws(StoreError) {
        do {
            try bytes.withUnsafeBytes { buffer in
                _ = try descriptor.writeAll(toAbsoluteOffset: Int64(offset), buffer)
            }
        } catch let error as Errno {
            throw .writeFailed(path: path, error)
        } catch {
            throw .writeFailed(path: path, .ioError)
        }
    }

    /// Cuts the file.
    public func truncate(to byteCount: UInt64) throws(StoreError) {
        do {
            try descriptor.resize(to: Int64(byteCount))
        } catch let error as Errno {
            throw .writeFailed(path: path, error)
        } catch {
            throw .writeFailed(path: path, .ioError)
        }
    }

    /// Closes the file, which unlocks it.
    public func close() throws(StoreError) {
        do {
            try descriptor.close()
        } catch let error as Errno {
            throw .writeFailed(path: path, error)
        } catch {
            throw .writeFailed(path: path, .ioError)
        }
    }

    /// Runs what may fail without consequence: the descriptor is gone either way.
    private func discard(_ body: () throws -> Void) {
        do { try body() } catch { return }
    }
}

extension FileDescriptor {
    /// Writes everything at an offset, going on after interruptions and short writes.
    fileprivate func writeAll(toAbsoluteOffset start: Int64, _ bytes: UnsafeRawBufferPointer) throws
    {
        var done = 0
        while done < bytes.count {
            done += try write(
                toAbsoluteOffset: start + Int64(done),
                UnsafeRawBufferPointer(rebasing: bytes[done...]),
                retryOnInterrupt: true
            )
        }
    }
}
