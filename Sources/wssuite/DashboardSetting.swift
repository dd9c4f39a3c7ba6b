import ReferencePeers
import Vocabulary

/// The settings of `wssuite dashboard`: flags and their twins in the environment.
enum DashboardSetting {
    static let listen = Setting(
        "listen",
        "WSSUITE_LISTEN",
        expecting: "HOST:PORT, such as 127.0.0.1:8000 (port 0 takes a free one)"
    ) { Endpoint($0) }
    static let received = Setting<String>.text("received", "WSSUITE_RECEIVED")
    static let work = Setting<Duration>.duration("work", "WSSUITE_WORK", zeroAllowed: true)
}
