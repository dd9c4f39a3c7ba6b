import CaptureStore
import Logging
import Vocabulary

/// What a killed run has left behind.
enum EarlierCaptures {
    /// Finishes the captures of a folder that have no end, and removes rings that nobody needs.
    ///
    /// A capture that cannot be sealed is no reason not to record.
    static func seal(in folder: String, logger: Logger) throws {
        for path in try CaptureFolder.captures(in: folder) {
            do {
                guard case .sealed(let records, let torn) = try CaptureSealer.seal(path) else {
                    continue
                }
                logger.notice(
                    "sealed an earlier capture",
                    metadata: [
                        "capture": "\(path)", "records": "\(records)", "torn_bytes": "\(torn)",
                    ]
                )
            } catch StoreError.inUse {
                continue
            } catch let error as StoreError where error.isOfEmptyCapture {
                continue
            } catch let error as StoreError {
                logger.warning("left a file unsealed", metadata: ["reason": "\(error.sentence)"])
            }
        }
        for ring in CaptureSealer.removeEmptyRings(in: folder) {
            logger.warning(
                "a ring holds the end of a capture that is not here",
                metadata: [
                    "ring": "\(ring)",
                    "mend": "move the capture beside it and seal it, or remove the ring",
                ]
            )
        }
    }
}
