import ReferencePeers
import Testing

struct OutboundQueueTests {
    private func drain(_ queue: inout OutboundQueue) -> [String] {
        var texts: [String] = []
        while let message = queue.popFirst() {
            texts.append(message.text)
        }
        return texts
    }

    @Test
    func `messages leave in the order of publication, whatever their importance`() {
        var queue = OutboundQueue()
        for message in messages("mttmdt") {
            queue.append(message)
        }
        #expect(queue.count == 6)
        #expect(drain(&queue) == ["m1", "t2", "t3", "m4", "d5", "t6"])
        #expect(queue.count == 0)
    }

    @Test
    func `the oldest of one importance can be taken out of the middle`() {
        var queue = OutboundQueue()
        for message in messages("tmtm") {
            queue.append(message)
        }
        #expect(queue.popFirst(.ordinary)?.text == "m2")
        #expect(queue.popFirst(.priority)?.text == "t1")
        #expect(drain(&queue) == ["t3", "m4"])
        #expect(queue.popFirst(.ordinary) == nil)
    }

    @Test
    func `what is put back comes first`() {
        var queue = OutboundQueue()
        let all = messages("mtdm")
        queue.append(all[2])
        queue.append(all[3])
        queue.putBack([all[0], all[1]])
        #expect(drain(&queue) == ["m1", "t2", "d3", "m4"])
    }
}
