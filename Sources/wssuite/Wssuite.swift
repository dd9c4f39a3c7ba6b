import ArgumentParser
import Console

/// The reference pair, and what is built on it.
struct Wssuite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wssuite",
        abstract: "A reference trading bot and its dashboard, to try a WebSocket bridge with.",
        discussion: """
            Start a dashboard, then a bot, in two terminals:

              wssuite dashboard --received received.jsonl
              wssuite bot --journal journal.jsonl --count 100

            What the bot published is in journal.jsonl, what the dashboard accepted is in \
            received.jsonl. Point the bot's --url at a proxy in front of the dashboard to try \
            the proxy.
            """,
        subcommands: [BotCommand.self, DashboardCommand.self, DemoCommand.self]
    )
}

@main
private enum Main {
    static func main() async {
        await CommandMain.run(Wssuite.self)
    }
}
