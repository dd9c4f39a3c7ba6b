import ControlAPI
import ControlServer
import Testing
import Vocabulary

@Suite struct ControlDeskTests {
    private func call(_ method: String, _ path: String, _ body: String = "") -> ControlRequest {
        ControlRequest(method: method, path: path, body: Array(body.utf8))
    }

    @Test func `work that never ends is given up, and the next call is answered`() async {
        let desk = ControlDesk(
            book: ProxyBook(proxies: [], seed: 1),
            deadline: .milliseconds(50)
        ) { _ in
            // Nobody ever answers.
            let never = AsyncStream<Void>.makeStream()
            for await _ in never.stream {}
            never.continuation.finish()
            return .done
        }
        let body = #"{"name":"p","listen":"127.0.0.1:3310","upstream":"h:1"}"#
        #expect(await desk.answer(call("POST", "/proxies", body)).status == 503)
        #expect(await desk.answer(call("GET", "/version")).status == 200)
    }

    @Test func `calls are answered one after another, each with what those before it left`() async {
        let desk = ControlDesk(book: ProxyBook(proxies: [], seed: 1)) { work in
            await Task.yield()
            guard case .start(_, let listen, _, _) = work else { return .done }
            return .listening(listen)
        }
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    let body = #"{"name":"p","listen":"127.0.0.1:3310","upstream":"h:1"}"#
                    return await desk.answer(call("POST", "/proxies", body)).status
                }
            }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 201 }.count == 1)
        #expect(statuses.filter { $0 == 409 }.count == 49)
    }
}
