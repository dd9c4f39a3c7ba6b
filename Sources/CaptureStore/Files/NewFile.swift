private import CKernel
private import SystemPackage

#if canImport(Glibc)
private import Glibc
#endif

/// A file that appears under its name only when it is complete, and never in the place of another.
///
/// Until ``publish()`` it has no name at all, where the file system can do that, so that not even
/// `kill -9` leaves anything behind; else it has one that ends in `.part` and goes away with this object.
public final class NewFile {
    /// The name that it will have.
    public let path: String
    private let descriptor: FileDescriptor
    /// The name that it has meanwhile; `nil` when it has none.
    private let temporaryName: String?
    private var isPublished = false

    /// Creates the file with mode 0600.
    ///
    /// - Parameters:
    ///   - path: The name that it will have.
    ///   - isNameless: Whether to try without a name first.
    /// - Throws: ``CompactError/outputExists(path:)``, ``CompactError/outputFolderMissing(path:)`` or
    ///   ``CompactError/cannotCreate(path:_:)``.
    public init(_ path: String, isNameless: Bool = true) throws(CompactError) {
        self.path = path
        var status = stat()
        guard lstat(path, &status) != 0 else { throw .outputExists(path: path) }
        let parent = FilePath(path).removingLastComponent().string
        let folder = parent.isEmpty ? "." : parent
        guard CaptureFolder.isFolder(folder) else { throw .outputFolderMissing(path: folder) }
        let created = isNameless ? wscap_create_nameless(folder) : -EOPNOTSUPP
        if created >= 0 {
            descriptor = FileDescriptor(rawValue: created)
            temporaryName = nil
            return
        }
        let name = "\(path).\(getpid()).part"
        do {
            descriptor = try FileDescriptor.open(
                FilePath(name),
                .readWrite,
                options: [.create, .exclusiveCreate],
                permissions: .ownerReadWrite
            )
            temporaryName = name
        } catch let error as Errno {
            throw .cannotCreate(path: path, error)
        } catch {
            throw .cannotCreate(path: path, .ioError)
        }
    }

    deinit {
        if let temporaryName, !isPublished { unlink(temporaryName) }
        do { try descriptor.close() } catch { return }
    }

    /// A path by which what has been written can be read.
    public var readablePath: String {
        if isPublished { return path }
        return temporaryName ?? "/proc/self/fd/\(descriptor.rawValue)"
    }

    /// Puts all bytes at an offset.
    ///
    /// - Throws: ``CompactError/writeFailed(path:_:)``.
    public func write(_ bytes: RawSpan, at offset: UInt64) throws(CompactError) {
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

    /// Puts the file's bytes on the disk and gives it its name.
    ///
    /// - Throws: ``CompactError/outputExists(path:)`` when something has the name by now, or
    ///   ``CompactError/writeFailed(path:_:)``.
    public func publish() throws(CompactError) {
        guard fsync(descriptor.rawValue) == 0 else {
            throw .writeFailed(path: path, Errno(rawValue: errno))
        }
        let failure =
            if let temporaryName {
                wscap_rename_new(temporaryName, path)
            } else {
                wscap_name_nameless(descriptor.rawValue, path)
            }
        guard failure == 0 else {
            let error = Errno(rawValue: failure)
            if error == .fileExists { throw .outputExists(path: path) }
            throw .writeFailed(path: path, error)
        }
        isPublished = true
    }
}
