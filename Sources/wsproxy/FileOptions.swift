import ArgumentParser
import Settings

/// Options of `wsproxy run` about the capture's files.
struct FileOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Begin a new file when this one has so many bytes, such as 256M. [WSCAP_ROTATE_SIZE; "
                + "default: never; with --keep, what --keep needs]"
        )
    )
    var rotateSize: String?

    @Option(
        help: ArgumentHelp(
            "Begin a new file when this one is so old, such as 1h. [WSCAP_ROTATE_TIME; default: never]"
        )
    )
    var rotateTime: String?

    @Option(
        help: ArgumentHelp(
            "Remove this proxy's oldest finished files beyond a number (10files), a size (20G) or an age "
                + "(7d, 12h, 90min); several with commas between. [WSCAP_KEEP; default: keep all]"
        )
    )
    var keep: String?

    @Option(
        help: ArgumentHelp(
            "Stop recording before less than this is free on the volume. [WSCAP_MIN_FREE; default: "
                + "256M or a twentieth of the volume, whichever is less]"
        )
    )
    var minFree: String?

    @Option(
        help: ArgumentHelp(
            "When the capture cannot be written: pass (traffic goes on, the gap is recorded), block "
                + "(nothing is read until it can) or stop (connections end). "
                + "[WSCAP_ON_CAPTURE_FAILURE; default: pass]"
        )
    )
    var onCaptureFailure: String?

    @Option(
        help: ArgumentHelp(
            "How bytes are put on disk: ring (a mapped ring that a second thread empties), write (one "
                + "write a tick) or auto (ring where the file system carries one). [WSCAP_STORE; "
                + "default: auto]"
        )
    )
    var store: String?

    @Option(help: "The ring's size, from 4M to 1G. [WSCAP_RING_SIZE; default: 64M]")
    var ringSize: String?

    @Option(
        help: ArgumentHelp(
            "What power loss may cost: none (up to half a minute), interval (about a second) or always "
                + "(nothing, and slow). After kill -9 nothing is missing either way. [WSCAP_SYNC; "
                + "default: none]"
        )
    )
    var sync: String?

    @Option(
        help: ArgumentHelp(
            "Event loops that share the connections, each with files of its own. [WSCAP_LOOPS; "
                + "default: 1]"
        )
    )
    var loops: String?

    @Option(
        help: ArgumentHelp(
            "How often a line about the recording is logged while it grows; 0 is never. "
                + "[WSCAP_STATUS_INTERVAL; default: 60s]"
        )
    )
    var statusInterval: String?

    var flags: [SettingName: String] {
        let given: [SettingName: String?] = [
            .rotateSize: rotateSize, .rotateTime: rotateTime, .keep: keep, .minFree: minFree,
            .onCaptureFailure: onCaptureFailure, .store: store, .ringSize: ringSize, .sync: sync,
            .loops: loops, .statusInterval: statusInterval,
        ]
        return given.compactMapValues(\.self)
    }
}
