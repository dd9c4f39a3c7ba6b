import Glibc

/// Where programs are found.
enum Programs {
    /// The path of a program in `PATH` or where daemons are installed.
    static func find(_ name: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        let folders = path.split(separator: ":").map(String.init)
        return (folders + ["/usr/sbin", "/usr/local/sbin"])
            .map { "\($0)/\(name)" }
            .first(where: isProgram)
    }

    /// The path of a program that was built together with this one.
    static func sibling(_ name: String) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count))
        let own = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        return own.split(separator: "/", omittingEmptySubsequences: false)
            .dropLast()
            .joined(separator: "/") + "/\(name)"
    }

    /// Whether a path names a file that may be run.
    static func isProgram(_ path: String) -> Bool {
        access(path, X_OK) == 0
    }
}
