import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the kernel or the network said, in words for an operator.
package enum SystemFailure {
    /// The kernel's words for an `errno`: `Connection refused`.
    package static func sentence(forErrno code: CInt) -> String {
        guard let words = strerror(code) else { return "error \(code)" }
        return String(cString: words)
    }

    /// The words for an error of the network layer, without its types and file names.
    package static func sentence(for error: any Error) -> String {
        switch error {
        case let error as IOError:
            sentence(forErrno: error.errnoCode)
        case let error as NIOConnectionError:
            sentence(for: error)
        case ChannelError.connectTimeout:
            "no answer in time"
        case ChannelError.eof, ChannelError.inputClosed, ChannelError.ioOnClosedChannel,
            ChannelError.alreadyClosed, ChannelError.inappropriateOperationForState:
            "the connection was closed"
        case let error as SocketAddressError:
            sentence(for: error)
        default:
            String(describing: error)
        }
    }

    private static func sentence(for error: NIOConnectionError) -> String {
        if let first = error.connectionErrors.first { return sentence(for: first.error) }
        return "the host name \(error.host) cannot be resolved"
    }

    private static func sentence(for error: SocketAddressError) -> String {
        switch error {
        case .unknown(let host, _): "the host name \(host) cannot be resolved"
        case .unsupported, .unixDomainSocketPathTooLong, .failedToParseIPString:
            "the address is not understood"
        }
    }
}
