import Glibc

/// The folder that holds configurations, logs and captures while the benchmark runs.
struct TemporaryFolder {
    let path: String

    /// Makes a new folder in `parent`; its name begins with `prefix` and was not in use.
    init(_ prefix: String, in parent: String) throws {
        var template = Array("\(parent)/\(prefix)-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw BenchError(
                .cannotCreate,
                "No folder could be made in \(parent) (\(SystemError.current)); "
                    + "choose another one with --capture-folder."
            )
        }
        path = String(cString: made)
    }

    /// A new folder inside this one.
    func subfolder(_ name: String) throws -> TemporaryFolder {
        let inner = TemporaryFolder(existing: "\(path)/\(name)")
        guard mkdir(inner.path, 0o700) == 0 else {
            throw BenchError(
                .cannotCreate,
                "\(inner.path) could not be made: \(SystemError.current)."
            )
        }
        return inner
    }

    /// Writes a small text file and returns its path.
    func write(_ text: String, to name: String) throws -> String {
        let target = "\(path)/\(name)"
        guard TextFile.write(text, to: target) else {
            throw BenchError(
                .cannotCreate,
                "\(target) could not be written: \(SystemError.current)."
            )
        }
        return target
    }

    /// The bytes in the files directly inside whose names end in `suffix`.
    func bytes(inFilesEndingIn suffix: String) -> UInt64 {
        var total: UInt64 = 0
        for entry in Folder.entries(of: path) where entry.hasSuffix(suffix) {
            var status = stat()
            if lstat(entry, &status) == 0 { total += UInt64(status.st_size) }
        }
        return total
    }

    /// The bytes that can still be written to the file system of this folder.
    var bytesFree: UInt64 {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return 0 }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    /// Deletes the folder and everything in it; what is already gone is no error.
    func delete() {
        Self.delete(path)
    }

    private init(existing path: String) {
        self.path = path
    }

    private static func delete(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        for entry in Folder.entries(of: path) { delete(entry) }
        rmdir(path)
    }
}
