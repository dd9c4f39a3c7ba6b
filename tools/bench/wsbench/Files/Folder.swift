import Glibc

/// What a folder has in it.
enum Folder {
    /// The paths of the files and folders directly inside; none when it cannot be read.
    static func entries(of path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var found: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                String(cString: UnsafeRawPointer(tuple).assumingMemoryBound(to: CChar.self))
            }
            if name != "." && name != ".." { found.append("\(path)/\(name)") }
        }
        return found
    }
}
