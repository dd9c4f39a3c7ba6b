import Glibc

/// Where programs are found.
enum Programs {
    /// The path of a program in `PATH`, where daemons are installed, or in the Python environment
    /// of the benchmark, which `make setup-bench` makes above the build folder.
    static func find(_ name: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        let folders = path.split(separator: ":").map(String.init)
        return
            (foldersAbove.map { "\($0)/.venv-bench/bin" } + folders
            + ["/usr/sbin", "/usr/local/sbin"])
            .map { "\($0)/\(name)" }
            .first(where: isProgram)
    }

    /// The path of a program that was built together with this one.
    static func sibling(_ name: String) -> String { "\(folder)/\(name)" }

    /// The folder that this program is in: the build folder.
    static var folder: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count))
        let own = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        return above(own)
    }

    /// Whether a path names a file that may be run.
    static func isProgram(_ path: String) -> Bool {
        access(path, X_OK) == 0
    }

    /// The folders around the build folder, the nearest first.
    private static var foldersAbove: [String] {
        var found: [String] = []
        var next = above(folder)
        while !next.isEmpty {
            found.append(next)
            next = above(next)
        }
        return found
    }

    private static func above(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/"
        )
    }
}
