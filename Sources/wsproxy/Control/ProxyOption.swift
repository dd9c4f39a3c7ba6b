import ArgumentParser
import Console
import ControlAPI
import ControlClient
import Documents
import Vocabulary

/// Which proxy is meant.
struct ProxyOption: ParsableArguments {
    @Option(help: "The proxy that is meant; not needed when there is one.")
    var proxy: String?

    /// Its name.
    func name(_ client: ControlClient) async throws -> String {
        if let proxy { return proxy }
        let proxies = try JSONValue.answer(await client.call("GET", "/proxies")).members
        guard let only = proxies.first, proxies.count == 1 else {
            let names = proxies.prefix(10).map(\.0).joined(separator: ", ")
            throw OperatorError(
                .usage,
                proxies.isEmpty
                    ? "There is no proxy on \(client.address)."
                    : "There are \(proxies.count) proxies (\(names)); say with --proxy which is meant."
            )
        }
        return only.0
    }

    /// Its name as a part of a path.
    func path(_ client: ControlClient) async throws -> String {
        try await name(client).percentEncoded
    }
}

extension String {
    /// As a part of a path or a query (RFC 3986 §2.1).
    var percentEncoded: String {
        var out = ""
        for byte in utf8 {
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "-._~".utf8.contains(byte)
            if isPlain {
                out.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }
}

extension JSONValue {
    /// An answer of the control port.
    static func answer(_ text: String) throws(OperatorError) -> JSONValue {
        do throws(DocumentError) {
            return try read(text)
        } catch {
            throw OperatorError(.unavailable, "The answer is not JSON: \(text.prefix(120))")
        }
    }
}

/// Lines for whoever has called.
enum ControlOutput {
    /// Writes a line at once.
    static func say(_ line: String) {
        let output = LineOutput()
        output.write(line)
        output.flush()
    }
}
