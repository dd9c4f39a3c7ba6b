#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// What the output can show.
public enum Terminal {
    /// Whether standard output is a terminal that wants colour (https://no-color.org).
    public static var wantsColor: Bool { wantsColor(descriptor: STDOUT_FILENO) }

    /// Whether a descriptor is a terminal that wants colour.
    public static func wantsColor(descriptor: Int32) -> Bool {
        guard environment("NO_COLOR") == nil, environment("TERM") != "dumb" else { return false }
        return isatty(descriptor) == 1 || environment("FORCE_COLOR") != nil
    }

    /// Whether standard error is a terminal, where progress may be drawn over itself.
    public static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal; unlimited when standard output is none.
    public static var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return .max
        }
        return Int(size.ws_col)
    }

    /// A variable of the environment; `nil` when it is unset or empty.
    public static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }
}
