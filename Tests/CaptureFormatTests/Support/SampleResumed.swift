import CaptureFormat
import Vocabulary

/// A connection that was open when a file began.
enum SampleResumed {
    static var record: ResumedRecord {
        let connection = ConnectionID(rawValue: 1)
        return ResumedRecord(
            connection: connection,
            downstream: OpenedRecord(
                connection: connection,
                leg: .downstream,
                local: "a:1",
                remote: "b:2"
            ),
            handshake: HandshakeRecord(
                connection: connection,
                isAccepted: true,
                target: "/",
                host: "h",
                status: 101
            ),
            clientToServer: ResumedFlow(offset: 99, frame: 4, isInsideFrame: true),
            serverToClient: ResumedFlow(isInsideMessage: true, isClosed: true),
            progress: ProgressRecord(
                connection: connection,
                downstream: LegProgress(received: 1),
                upstream: LegProgress()
            )
        )
    }
}
