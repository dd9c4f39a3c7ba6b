import Glibc

/// What the figures were measured on.
struct Machine: Encodable {
    var processor: String
    var cores: Int
    /// The numbers of the kernel's version: `6.1.0`.
    var kernel: String
    /// The kind of file system that captures went to.
    var fileSystem: String

    /// Which core load and sink had; nil when the scheduler placed everything.
    var loadCore: Int?
    /// Which cores the proxies had.
    var proxyCores: [Int]?

    /// Whether captures went to memory instead of a disk.
    var recordsToMemory: Bool { ["tmpfs", "ramfs"].contains(fileSystem) }

    /// Looks at the machine.
    init(captures: TemporaryFolder, placement: Placement?) {
        loadCore = placement?.load
        proxyCores = placement?.proxies
        processor = Self.processorName
        cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        kernel = String(
            (TextFile.read("/proc/sys/kernel/osrelease") ?? "").prefix { $0.isNumber || $0 == "." }
        )
        fileSystem = FileSystem.kind(at: captures.path)
    }

    /// Memory that programs can still have without swapping (`MemAvailable`), in bytes.
    static var memoryAvailable: Int {
        for line in (TextFile.read("/proc/meminfo") ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "MemAvailable:" else { continue }
            return (Int(words[1]) ?? 0) * 1024
        }
        return 0
    }

    private static var processorName: String {
        for line in (TextFile.read("/proc/cpuinfo") ?? "").split(separator: "\n") {
            guard line.hasPrefix("model name"), let colon = line.firstIndex(of: ":") else {
                continue
            }
            return String(line[line.index(after: colon)...].drop(while: { $0 == " " }))
        }
        return "unknown processor"
    }
}
