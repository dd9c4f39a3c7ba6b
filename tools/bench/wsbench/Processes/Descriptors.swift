import Glibc

/// The limit of open files (`ulimit -n`) for this process and those that it starts.
enum Descriptors {
    /// Raises the limit to `count` if it is lower and the system allows it; what it then is.
    static func raise(to count: Int) -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 0 }
        let wanted = rlim_t(count)
        if limit.rlim_cur >= wanted { return Int(clamping: limit.rlim_cur) }
        // The administrator may raise the upper limit, too; others reach it at most.
        var higher = rlimit(rlim_cur: wanted, rlim_max: max(wanted, limit.rlim_max))
        if setrlimit(resource, &higher) == 0 { return count }
        higher = rlimit(rlim_cur: limit.rlim_max, rlim_max: limit.rlim_max)
        return Int(clamping: setrlimit(resource, &higher) == 0 ? limit.rlim_max : limit.rlim_cur)
    }
}
