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

    @Test func `a call that only looks does not wait for one that changes something`() async {
        let begun = AsyncStream<Void>.makeStream()
        let done = AsyncStream<Void>.makeStream()
        let desk = ControlDesk(book: ProxyBook(proxies: [], seed: 1)) { work in
            guard case .start = work else { return .snapshots([]) }
            begun.continuation.yield()
            for await _ in done.stream { break }
            return .done
        }
        let body = #"{"name":"p","listen":"127.0.0.1:3310","upstream":"h:1"}"#
        async let changed = desk.answer(call("POST", "/proxies", body)).status
        for await _ in begun.stream { break }
        #expect(await desk.answer(call("GET", "/metrics")).status == 200)
        #expect(await desk.answer(call("GET", "/health/live")).status == 200)
        done.continuation.yield()
        #expect(await changed == 201)
    }

    @Test func `a scenario is played by the desk's own timer`() async {
        let done = AsyncStream<String>.makeStream()
        let desk = ControlDesk(book: ProxyBook(proxies: [], seed: 1)) { work in
            switch work {
            case .start(_, let listen, _, _): return .listening(listen)
            case .mark(_, let label, _): done.continuation.yield(label)
            case .apply(let changes):
                let count = changes.first?.changes.count ?? 0
                done.continuation.yield("\(count) changes")
            default: break
            }
            return .done
        }
        let proxy = #"{"name":"p","listen":"127.0.0.1:3310","upstream":"h:1"}"#
        #expect(await desk.answer(call("POST", "/proxies", proxy)).status == 201)
        let scenario =
            #"{"steps":[{"at":"20ms","partition":"both","for":"20ms"},{"at":"60ms","mark":"end"}]}"#
        #expect(await desk.answer(call("POST", "/scenarios", scenario)).status == 201)
        // Another one cannot begin meanwhile, and other calls are answered.
        #expect(await desk.answer(call("POST", "/scenarios", scenario)).status == 409)
        var told: [String] = []
        for await word in done.stream {
            told.append(word)
            if word == "end" { break }
        }
        #expect(told == ["2 changes", "2 changes", "end"])
    }

    @Test func `calls are answered one after another, each with what those before it left`() async {
        // On a busy machine fifty calls may wait for longer than one of them should.
        let desk = ControlDesk(
            book: ProxyBook(proxies: [], seed: 1),
            deadline: .seconds(600)
        ) { work in
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
