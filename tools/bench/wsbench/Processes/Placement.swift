import Glibc

/// Which cores do what: load and sink have the first one, proxies all the others.
///
/// Without it the scheduler sometimes puts a proxy beside the load and sometimes on a core of its
/// own, which changes a round trip by a factor of two or three from one run to the next.
struct Placement {
    let load: Int
    let proxies: [Int]
    private let program: String

    /// Nil when this process may use one core only.
    init?() throws {
        let cores = Self.allowedCores
        guard let load = cores.first, cores.count > 1 else { return nil }
        guard let program = Programs.find("taskset") else {
            throw BenchError(
                .unavailable,
                "taskset (of util-linux) is not installed; --unpinned measures without it."
            )
        }
        self.load = load
        self.program = program
        proxies = Array(cores.dropFirst())
    }

    /// Puts this process on its core.
    func placeLoad(in folder: TemporaryFolder) throws {
        try place(getpid(), on: [load], in: folder)
    }

    /// Puts a proxy, with the threads and processes that it has or will start, on its cores.
    func place(_ proxy: ChildProcess, in folder: TemporaryFolder) throws {
        for identifier in proxy.family { try place(identifier, on: proxies, in: folder) }
    }

    /// `core 0` or `cores 1, 2, 3`.
    static func describe(_ cores: [Int]) -> String {
        (cores.count == 1 ? "core " : "cores ") + cores.map(String.init).joined(separator: ", ")
    }

    private func place(_ identifier: pid_t, on cores: [Int], in folder: TemporaryFolder) throws {
        let list = cores.map(String.init).joined(separator: ",")
        _ = try ChildProcess(
            program,
            ["--all-tasks", "--cpu-list", "--pid", list, String(identifier)],
            log: "\(folder.path)/taskset.log"
        ).finish()
    }

    /// The numbers in a line like `Cpus_allowed_list: 0-3,8`.
    private static var allowedCores: [Int] {
        let lines = (TextFile.read("/proc/self/status") ?? "").split(separator: "\n")
        let line = lines.first { $0.hasPrefix("Cpus_allowed_list:") }
        let list = line?.split(whereSeparator: \.isWhitespace).last ?? ""
        return list.split(separator: ",").flatMap { range in
            let ends = range.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last else {
                return [Int]()
            }
            return Array(first...last)
        }
    }
}
