/// What the bot does about messages whose fate it cannot know.
public enum DeliveryMode: String, Hashable, Sendable, CaseIterable {
    /// Keeps each message until the dashboard acknowledges it, and sends what is not
    /// acknowledged again on the next connection: at least once.
    case resend
    /// Forgets a message as soon as the socket took it: at most once.
    case fireAndForget = "fire-and-forget"
}
