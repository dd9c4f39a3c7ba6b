import TestKit
import Testing
import WebSocketWire

/// What the scanner makes of a request stream, whatever buffers it came in.
private struct Scanned: Equatable {
    var startLines: [String] = []
    var bodies: [String] = []
    var secrets: [UInt8] = []
    var byteCount = 0
    var error: WireError?

    init(requests buffers: [[UInt8]]) {
        var scanner = HTTPScanner()
        var body = ""
        for buffer in buffers where error == nil {
            var position = 0
            do throws(WireError) {
                while let part = try scanner.next(in: buffer.span.bytes, from: &position) {
                    byteCount += part.range.count
                    secrets += part.secrets.flatMap { buffer[$0] }
                    var isOver = part.endsMessage
                    if part.kind == .body {
                        body += String(decoding: buffer[part.range], as: UTF8.self)
                    }
                    if let head = part.head {
                        startLines.append(head.startLine)
                        isOver = scanner.expect(try HTTPBody.ofRequest(head))
                    }
                    if isOver {
                        bodies.append(body)
                        body = ""
                    }
                }
            } catch {
                self.error = error
            }
        }
    }
}

@Suite struct HTTPScannerTests {
    @Test func `finds heads and bodies however the bytes arrive`() {
        let stream = Array(
            """
            GET /health HTTP/1.1\r\nHost: a\r\nCookie: secret=1; b\r\n\r\n\
            POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nauthorization:Bearer xyz\r\n\r\nhello\
            POST /b HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n4;x=y\r\nWiki\r\n0\r\nTrailer: t\r\n\r\n\
            \r\nGET /c HTTP/1.1\r\nHost: a\r\nCookie: folded\r\n more\r\nX-Cookie: open\r\n\r\n
            """.utf8
        )
        let whole = Scanned(requests: [stream])
        #expect(
            whole.startLines == [
                "GET /health HTTP/1.1", "POST /a HTTP/1.1", "POST /b HTTP/1.1", "GET /c HTTP/1.1",
            ]
        )
        #expect(whole.bodies == ["", "hello", "4;x=y\r\nWiki\r\n0\r\nTrailer: t\r\n\r\n", ""])
        #expect(String(decoding: whole.secrets, as: UTF8.self) == "secret=1; bBearer xyzfoldedmore")
        #expect(whole.byteCount == stream.count)
        for way in DripFeed.ways(stream) { #expect(Scanned(requests: way) == whole) }
    }

    @Test(arguments: [-1, 0, 1])
    func `a head may be as long as its limit and no longer`(excess: Int) {
        let fixed = "GET / HTTP/1.1\r\nX: \r\n\r\n".utf8.count
        let filler = String(repeating: "a", count: HTTPScanner.headByteCountMax - fixed + excess)
        let scanned = Scanned(requests: [Array("GET / HTTP/1.1\r\nX: \(filler)\r\n\r\n".utf8)])
        #expect(
            scanned.error == (excess > 0 ? .headTooLarge(limit: HTTPScanner.headByteCountMax) : nil)
        )
    }

    @Test(arguments: [
        "Content-Length: 5x", "Content-Length: -1", "Content-Length: 5, 6",
        "Content-Length: 99999999999999999999",
    ])
    func `a length that cannot be understood is an error`(header: String) {
        let scanned = Scanned(requests: [Array("POST / HTTP/1.1\r\n\(header)\r\n\r\nabc".utf8)])
        guard case .malformedBodyLength = scanned.error else {
            Issue.record("got \(String(describing: scanned.error))")
            return
        }
    }

    @Test func `what is no HTTP is an error and no crash`() {
        #expect(Scanned(requests: [Array("\u{0}\u{1}\r\n nonsense\r\n\r\n".utf8)]).error != nil)
        #expect(Scanned(requests: [Array("a\r\nb\r\n\r\n".utf8)]).error != nil)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\n\r\n", "GET", HTTPBody.untilClose),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "GET", .length(3)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "HEAD", .none),
        ("HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n", "GET", .none),
        ("HTTP/1.1 304 Not Modified\r\n\r\n", "GET", .none),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "GET", .chunked),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "GET", .untilClose),
        ("HTTP/1.1 200 OK\r\nContent-Length: 4, 4\r\n\r\n", "GET", .length(4)),
    ])
    func `knows how a response's body ends`(text: String, method: String, body: HTTPBody) throws {
        var scanner = HTTPScanner()
        var position = 0
        let part = try scanner.next(in: Array(text.utf8).span.bytes, from: &position)
        #expect(try HTTPBody.ofResponse(try #require(part?.head), to: method) == body)
    }
}
