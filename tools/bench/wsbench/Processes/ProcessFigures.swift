import Glibc

/// What the system counts about a process.
enum ProcessFigures {
    /// The time that the threads of a process have spent on a CPU, from their `schedstat` files;
    /// zero when the process is gone. (`stat` would count it in hundredths of a second only.)
    static func cpu(of identifier: pid_t) -> Duration {
        let threads = Folder.entries(of: "/proc/\(identifier)/task")
        return threads.reduce(.zero) { sum, thread in
            let words = TextFile.read("\(thread)/schedstat")?.split(separator: " ") ?? []
            return sum + .nanoseconds(words.first.flatMap { Int64($0) } ?? 0)
        }
    }

    /// The CPU time that this process has used so far.
    static var ownCPU: Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// The memory of some processes together, from `/proc/PID/status` and
    /// `/proc/PID/smaps_rollup`.
    static func memory(of identifiers: [pid_t]) -> Memory {
        var memory = Memory()
        for identifier in identifiers {
            let text = TextFile.read("/proc/\(identifier)/status") ?? ""
            for line in text.split(separator: "\n") {
                let words = line.split(whereSeparator: { $0 == ":" || $0 == " " || $0 == "\t" })
                guard words.count == 3, words[2] == "kB", let kibibytes = UInt64(words[1]) else {
                    continue
                }
                switch words[0] {
                case "VmRSS": memory.resident += kibibytes * 1024
                case "RssAnon": memory.anonymous += kibibytes * 1024
                case "VmHWM": memory.peak += kibibytes * 1024
                default: break
                }
            }
            memory.proportional += proportional(of: identifier)
        }
        return memory
    }

    /// `Pss` of `/proc/PID/smaps_rollup`, in bytes.
    private static func proportional(of identifier: pid_t) -> UInt64 {
        let text = TextFile.read("/proc/\(identifier)/smaps_rollup") ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("Pss:") }
        let words = line?.split(separator: " ") ?? []
        return words.count == 3 ? (UInt64(words[1]) ?? 0) * 1024 : 0
    }
}

/// Memory in use, in bytes.
struct Memory: Encodable {
    /// All pages in memory, mapped files included (`VmRSS`).
    var resident: UInt64 = 0
    /// The same with pages that several processes have divided among them (`Pss`).
    var proportional: UInt64 = 0
    /// The pages that belong to no file (`RssAnon`): heap and stacks.
    var anonymous: UInt64 = 0
    /// The most that was ever resident (`VmHWM`).
    var peak: UInt64 = 0
}
