import Foundation
import Testing

/// tcpdump on a port of the loopback interface.
///
/// What passed before ``stop()`` is in the file afterwards: a datagram of its own, sent last, must have been
/// written before tcpdump is ended.
final class Tap {
    private let process: ChildProcess
    private let port: UInt16
    private let file: URL

    /// Starts it, and waits until it listens.
    init(port: UInt16, file: URL, in folder: URL) async throws {
        self.port = port
        self.file = file
        process = try ChildProcess(
            URL(filePath: Self.program),
            [
                "-n", "-U", "--immediate-mode", "-B", "65536", "-s", Self.snapLength, "-Z", "root",
                "-i", "lo", "-w", file.path, "port \(port)",
            ],
            name: "tcpdump",
            in: folder
        )
        _ = try await process.line("that it listens") {
            $0.contains("listening on") ? true : nil
        }
    }

    deinit { process.send(SIGKILL) }

    /// Ends it when everything is in the file.
    func stop() async throws {
        let mark = Data("the last packet \(UUID().uuidString)".utf8)
        try send(mark)
        let file = file
        try await wait(for: "the last packet in \(file.path)", within: .seconds(20)) {
            FileManager.default.contents(atPath: file.path)?.range(of: mark) != nil
        }
        process.send(SIGINT)
        try await process.finish(within: .seconds(20))
        guard process.errors.contains("\n0 packets dropped by kernel") else {
            throw LiveTestError("tcpdump missed packets: \(process.errors)")
        }
    }

    private func send(_ mark: Data) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let sent = mark.withUnsafeBytes { bytes in
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(
                        descriptor,
                        bytes.baseAddress,
                        bytes.count,
                        0,
                        $0,
                        socklen_t(MemoryLayout<sockaddr_in>.size)
                    )
                }
            }
        }
        guard sent == mark.count else { throw LiveTestError("no datagram can be sent: \(errno)") }
    }

    /// The largest packet of the loopback interface fits in; the buffer has room for as many packets as there
    /// are times this in it, however short they are.
    private static let snapLength = "66000"

    fileprivate static let program = "/usr/bin/tcpdump"

    fileprivate static var isAllowed: Bool {
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: program)
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where packets may not be captured.
    static var needsTap: Self {
        .enabled(if: Tap.isAllowed, "tcpdump is not installed, or may not capture: run as root.")
    }
}
