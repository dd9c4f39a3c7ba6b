import Glibc

/// The system's words for an error number.
enum SystemError {
    /// The words for `errno` as the last call left it.
    static var current: String { describe(errno) }

    /// The words for an error number: `Connection refused`.
    static func describe(_ number: Int32) -> String {
        String(cString: strerror(number))
    }
}
