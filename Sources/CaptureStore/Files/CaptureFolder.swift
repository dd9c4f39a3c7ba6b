private import SystemPackage

#if canImport(Glibc)
private import Glibc
#endif

/// Paths of captures as operators give them.
public enum CaptureFolder {
    /// The file extension of captures, with its dot.
    public static let fileExtension = ".wscap"

    /// Whether a path of `--capture` names a file rather than a folder.
    public static func namesFile(_ path: String) -> Bool {
        path.hasSuffix(fileExtension) && !isFolder(path)
    }

    /// The folder that the files of `--capture` go to.
    public static func target(of path: String) -> String {
        namesFile(path) ? folder(of: path) : path
    }

    /// Refuses what is no folder.
    ///
    /// - Throws: ``StoreError/folderMissing(path:)`` or ``StoreError/notFolder(path:)``.
    public static func expectFolder(_ path: String) throws(StoreError) {
        guard !isFolder(path) else { return }
        guard kind(of: path) == nil else { throw .notFolder(path: path) }
        throw .folderMissing(path: path)
    }

    /// The folder in which captures of earlier runs may wait to be sealed.
    public static func folder(of path: String) -> String {
        isFolder(path) ? path : parent(of: path)
    }

    /// The folder that a file is in.
    static func parent(of path: String) -> String {
        let parent = FilePath(path).removingLastComponent().string
        return parent.isEmpty ? "." : parent
    }

    /// The captures in a folder, by name, which is by time.
    public static func captures(in folder: String) throws(StoreError) -> [String] {
        try names(in: folder).filter { $0.hasSuffix(fileExtension) }
            .sorted()
            .map { FilePath(folder).appending($0).string }
    }

    /// Waits until the names in a folder are on the disk.
    static func sync(_ folder: String) throws(StoreError) {
        do {
            let descriptor = try FileDescriptor.open(FilePath(folder), .readOnly)
            try descriptor.closeAfter {
                guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
        } catch {
            throw .writeFailed(path: folder, error as? Errno ?? .ioError)
        }
    }

    /// The last part of a path.
    static func name(of path: String) -> String {
        FilePath(path).lastComponent?.string ?? path
    }

    /// All names in a folder.
    static func names(in folder: String) throws(StoreError) -> [String] {
        guard let handle = opendir(folder) else {
            throw .cannotOpen(path: folder, Errno(rawValue: errno))
        }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            // An entry is as long as its name: copying all of `d_name` would read behind it.
            guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { continue }
            let name = UnsafeRawPointer(entry) + offset
            names.append(String(cString: name.assumingMemoryBound(to: CChar.self)))
        }
        return names
    }

    /// Whether the path is a folder.
    public static func isFolder(_ path: String) -> Bool {
        kind(of: path) == S_IFDIR
    }

    /// Refuses what would block or make no sense when read as a file: folders, pipes, devices.
    static func expectRegularFile(_ path: String) throws(StoreError) {
        switch kind(of: path) {
        case nil: throw .notFound(path: path)
        case S_IFREG: return
        case S_IFDIR: throw .isFolder(path: path)
        default: throw .notRegularFile(path: path)
        }
    }

    /// The same where text is expected and not a capture.
    static func expectTextFile(_ path: String) throws(StoreError) {
        switch kind(of: path) {
        case nil: throw .notFound(path: path)
        case S_IFREG: return
        case let other: throw .notTextFile(path: path, isFolder: other == S_IFDIR)
        }
    }

    /// The file type bits of what is at the path; `nil` when nothing is.
    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
