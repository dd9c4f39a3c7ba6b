internal import NIOCore
internal import NIOPosix
internal import RelayCore

#if canImport(Glibc)
private import Glibc
#endif

extension DialFailure {
    /// What NIO's connection error comes down to.
    init(_ error: any Error) {
        switch error {
        case let error as NIOConnectionError where error.connectionErrors.isEmpty:
            self.init(kind: .unresolved, detail: "the name '\(error.host)' cannot be resolved")
        case let error as NIOConnectionError:
            // Every address of the name was tried; the last answer stands for them.
            self.init(error.connectionErrors[error.connectionErrors.count - 1].error)
        case ChannelError.connectTimeout(let amount):
            let milliseconds = amount.nanoseconds / 1_000_000
            self.init(kind: .timeout, detail: "no answer within \(milliseconds) ms")
        case let error as IOError where error.errnoCode == ETIMEDOUT:
            self.init(kind: .timeout, detail: "connection timed out")
        case let error as IOError:
            self.init(
                kind: .refused,
                detail: String(cString: strerror(error.errnoCode)).lowercased()
            )
        default:
            self.init(kind: .refused, detail: "\(error)")
        }
    }
}
