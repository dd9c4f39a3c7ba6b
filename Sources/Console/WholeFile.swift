public import Vocabulary

#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// A file that is written as a whole or not at all: beside its place, and then renamed.
///
/// Whoever reads it meanwhile sees the old content or the new one. What is no file, such as a pipe or
/// `/dev/stdout`, is written to as it is.
public struct WholeFile: Sendable {
    /// Where it will be; symbolic links are followed.
    public let target: String
    /// Whether it is a file, or nothing yet.
    public let isRegular: Bool

    private let path: String
    private let option: String
    private let mode: mode_t

    /// Makes sure that the file can be written, and leaves everything as it is.
    ///
    /// - Parameters:
    ///   - path: Where.
    ///   - option: The option that named it, for error messages.
    /// - Throws: ``OperatorError`` of kind `cannotCreate`.
    public init(_ path: String, option: String) throws(OperatorError) {
        self.path = path
        self.option = option
        var status = stat()
        let exists = stat(path, &status) == 0
        let kind = status.st_mode & S_IFMT
        isRegular = !exists || kind == S_IFREG
        mode = exists ? status.st_mode & 0o777 : 0
        target = exists && kind == S_IFREG ? Self.resolved(path) : path
        guard !exists || kind != S_IFDIR else {
            throw Self.refusal(path, "is a folder", option)
        }
        guard !exists || access(path, W_OK) == 0 else {
            throw Self.refusal(path, "cannot be written (\(Self.text(errno)))", option)
        }
        guard isRegular else { return }
        let (descriptor, beside) = Self.createBeside(target)
        guard descriptor >= 0 else {
            throw Self.refusal(path, "cannot be created (\(Self.text(errno)))", option)
        }
        Descriptor.close(descriptor)
        unlink(beside)
    }

    /// Whether another path leads to the same file.
    public func isSame(as other: String) -> Bool {
        var mine = stat()
        var theirs = stat()
        guard stat(target, &mine) == 0, stat(other, &theirs) == 0 else { return false }
        return mine.st_dev == theirs.st_dev && mine.st_ino == theirs.st_ino
    }

    /// Writes the whole content.
    ///
    /// - Throws: ``OperatorError`` of kind `cannotCreate` or `inputOutput`; a file that was there before is
    ///   then as it was.
    public func write(_ text: String) throws(OperatorError) {
        let (descriptor, beside) =
            isRegular ? Self.createBeside(target) : (open(path, O_WRONLY | O_CLOEXEC), "")
        guard descriptor >= 0 else {
            throw Self.refusal(path, "cannot be created (\(Self.text(errno)))", option)
        }
        if mode != 0, isRegular { fchmod(descriptor, mode) }
        var failure = Descriptor.write(Array(text.utf8), to: descriptor)
        Descriptor.close(descriptor)
        guard isRegular else {
            guard failure == 0 || failure == EPIPE else { throw broken(failure) }
            return
        }
        if failure == 0, rename(beside, target) != 0 { failure = errno }
        guard failure == 0 else {
            unlink(beside)
            throw broken(failure)
        }
    }

    // MARK: - Helpers

    private static func createBeside(_ target: String) -> (CInt, String) {
        let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
        var number = 0
        while true {
            let beside = "\(folder).wsreplay-\(getpid())-\(number).tmp"
            let descriptor = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            // A process of the same number may have been killed here once.
            guard descriptor < 0, errno == EEXIST, number < 100 else { return (descriptor, beside) }
            number += 1
        }
    }

    private static func resolved(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func refusal(
        _ path: String,
        _ reason: String,
        _ option: String
    ) -> OperatorError {
        OperatorError(
            .cannotCreate,
            "\(path) \(reason); name a file in a writable folder with \(option)."
        )
    }

    private func broken(_ code: CInt) -> OperatorError {
        OperatorError(.inputOutput, "Writing \(path) failed (\(Self.text(code))).")
    }

    private static func text(_ code: CInt) -> String {
        String(cString: strerror(code))
    }
}
