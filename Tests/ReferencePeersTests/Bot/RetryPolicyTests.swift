import ReferencePeers
import Testing

struct RetryPolicyTests {
    @Test
    func `it gives up at the limit and not before`() {
        var policy = RetryPolicy(failuresMax: 3, delay: .seconds(5))
        #expect(policy.failed() == .retry(after: .seconds(5)))
        #expect(policy.failed() == .retry(after: .seconds(5)))
        #expect(policy.failed() == .giveUp)
        #expect(policy.failed() == .giveUp)
    }

    @Test
    func `a connection forgives earlier failures`() {
        var policy = RetryPolicy(failuresMax: 2, delay: .zero)
        for _ in 0..<10 {
            #expect(policy.failed() == .retry(after: .zero))
            policy.succeeded()
        }
    }

    @Test
    func `0 is for ever`() {
        var policy = RetryPolicy(failuresMax: 0, delay: .zero)
        for _ in 0..<1000 {
            #expect(policy.failed() == .retry(after: .zero))
        }
    }
}
