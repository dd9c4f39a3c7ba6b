import ReferencePeers
import Testing
import Vocabulary

struct HTTPAnswerTests {
    @Test(
        arguments: [
            ("GET", "/health", 200), ("HEAD", "/health?x=1", 200), ("POST", "/health", 405),
            ("GET", "/ws", 426), ("GET", "/ws?token=1", 426), ("GET", "/", 404),
            ("GET", "/ws/", 404), ("GET", "/wsx", 404), ("OPTIONS", "*", 404), ("GET", "", 404),
        ] as [(String, String, UInt)]
    )
    func `each request has its status`(method: String, target: String, status: UInt) {
        let report = HealthReport(connections: 1, accepted: 2, refused: 3, time: .epoch)
        #expect(HTTPAnswer(method: method, target: target, health: report).status == status)
    }

    @Test
    func `health is one JSON object`() {
        let report = HealthReport(connections: 1, accepted: 2, refused: 3, time: .epoch)
        #expect(
            report.json == """
                {"status":"healthy","timestamp":"1970-01-01T00:00:00.000Z","connections":1,\
                "accepted":2,"refused":3}
                """
        )
    }
}
