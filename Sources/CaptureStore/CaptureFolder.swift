private import SystemPackage
public import Vocabulary

#if canImport(Glibc)
private import Glibc
#endif

/// Paths of captures as operators give them.
public enum CaptureFolder {
    /// The file extension of captures, with its dot.
    public static let fileExtension = ".wscap"

    /// The file that `--capture` asks for: a folder gets a new file named by time and run, a path
    /// that ends
    /// in `.wscap` is taken as it is.
    ///
    /// - Throws: ``StoreError/folderMissing(path:)`` or ``StoreError/notFolder(path:)``.
    public static func newFile(
        at path: String,
        runID: String,
        now: Instant
    ) throws(StoreError) -> String {
        let isFile = path.hasSuffix(fileExtension) && !isFolder(path)
        let folder = isFile ? folder(of: path) : path
        guard isFolder(folder) else {
            guard kind(of: folder) == nil else { throw .notFolder(path: folder) }
            throw .folderMissing(path: folder)
        }
        if isFile { return path }
        let stamp = now.rfc3339(fractionDigits: 0).filter { $0 != "-" && $0 != ":" }
        return FilePath(path).appending("\(stamp)-\(runID)\(fileExtension)").string
    }

    /// The folder in which captures of earlier runs may wait to be sealed.
    public static func folder(of path: String) -> String {
        if isFolder(path) { return path }
        let parent = FilePath(path).removingLastComponent().string
        return parent.isEmpty ? "." : parent
    }

    /// The captures in a folder, by name, which is by time.
    public static func captures(in folder: String) throws(StoreError) -> [String] {
        guard let handle = opendir(folder) else {
            throw .cannotOpen(path: folder, Errno(rawValue: errno))
        }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(fileExtension) { names.append(name) }
        }
        return names.sorted().map { FilePath(folder).appending($0).string }
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

    /// The file type bits of what is at the path; `nil` when nothing is.
    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
