"""Recordings of the project's own bot, dashboard and proxy."""

import gzip

from processes import RecordingError, lines_of, wait_until
from reference_pair import Bot, Dashboard, Proxy
from studio import Sample, Studio
from tap import SecondTap

CLEAN_COUNT = 160
KILLED_COUNT, KILL_AFTER, RETURN_AFTER = 200, 40, 160
BOTH_LEGS_COUNT = 50

_ACKS = ("The dashboard keeps no log of what it sends: a greeting and acknowledgements, the last of each stream up to "
         "acknowledged_up_to.")


def clean(studio: Studio, name: str):
    """A bot that loses nothing; tcpdump and dumpcap record the same packets."""
    with Dashboard(studio, name + "-dashboard", work="2ms") as dashboard:
        ports = [dashboard.port]
        with SecondTap(studio.scratch / f"{name}.pcapng", ports) as second:
            with studio.tap(name, *ports):
                bot = _run_bot(studio, name, dashboard.address(), CLEAN_COUNT)
            second.end(studio.scratch / f"{name}.pcap")
        dashboard.stop()
    data = (studio.scratch / f"{name}.pcap").read_bytes()
    (studio.scratch / f"{name}.pcap.gz").write_bytes(gzip.compress(data, mtime=0))
    studio.keep_connections(name, ports, [_whole(bot, dashboard)], f"Bot's journal and dashboard's log agree. {_ACKS}",
                            acknowledged_up_to=dashboard.accepted_up_to())


def killed(studio: Studio, name: str):
    """A bot that forgets what it has sent, and a dashboard that is killed and comes back."""
    with Dashboard(studio, name + "-first", work="6ms") as first:
        ports, address = [first.port], first.address()
        options = ["--delivery", "fire-and-forget", "--rate", "300", "--count", str(KILLED_COUNT),
                   "--queue-size", "30", "--max-retries", "0", "--retry-delay", "100ms"]
        with studio.tap(name, *ports), Bot(studio, name + "-bot", address, *options) as bot:
            bot.wait_for(lambda: len(lines_of(first.received)) >= KILL_AFTER, "has been accepted often enough")
            first.kill()
            bot.wait_for(lambda: len(lines_of(bot.journal)) >= RETURN_AFTER, "has published enough")
            with Dashboard(studio, name + "-second", work="1ms", listen=address) as second:
                bot.finish()
                wait_until(lambda: second.notes()[-1]["message"] == "disconnected", "the dashboard notices the end")
                second.stop()
    _keep_killed(studio, name, ports, bot, [first, second])


def _keep_killed(studio: Studio, name: str, ports: list[int], bot: Bot, lives: list[Dashboard]):
    summary = bot.summary()
    received = [life.messages() for life in lives]
    if summary["connections"] != len(lives) or sum(map(len, received)) == summary["published"]:
        raise RecordingError(f"this was no loss over two connections: {summary}")
    closes = [{"client": None, "server": None}, bot.orderly_close()]
    connections = [{"outcome": "accepted", "client_to_server": None, "server_to_client": None, "received": messages,
                    "close": close} for messages, close in zip(received, closes)]
    studio.keep_connections(
        name, ports, connections,
        "The dashboard was killed in the middle of the first connection. Which messages the bot handed to which "
        "connection nobody noted: published is the bot's journal, received what each life of the dashboard accepted. "
        "failed_dials were answered with a reset while it was down. " + _ACKS,
        published=bot.messages(), failed_dials=summary["failed_dials"], dropped_by_bot=summary["dropped"],
        acknowledged_up_to=lives[1].accepted_up_to())


def both_legs(studio: Studio, name: str):
    """Bot, proxy and dashboard: both legs in one capture, and the proxy's own capture of the same run."""
    capture = studio.scratch / f"{name}.wscap"
    with Dashboard(studio, name + "-dashboard", work="0") as dashboard:
        with Proxy(studio, name + "-proxy", dashboard.address(), capture) as proxy:
            ports = [proxy.port, dashboard.port]
            with studio.tap(name, *ports):
                bot = _run_bot(studio, name, proxy.address(), BOTH_LEGS_COUNT)
            proxy.stop()
        dashboard.stop()
    legs = [{"leg": leg, **_whole(bot, dashboard)} for leg in ("bot to proxy", "proxy to dashboard")]
    studio.keep_connections(name, ports, legs, f"The first port is the proxy's, the second the dashboard's. {_ACKS}",
                            acknowledged_up_to=dashboard.accepted_up_to())


def _run_bot(studio: Studio, name: str, address: str, count: int) -> Bot:
    # A round every 5 ms: its four to six messages go out in one segment.
    options = ["--interval", "5ms", "--count", str(count), "--queue-size", "1000", "--ping-interval", "50ms"]
    with Bot(studio, name + "-bot", address, *options) as bot:
        bot.finish()
        return bot


def _whole(bot: Bot, dashboard: Dashboard) -> dict:
    """The truth of a connection on which everything that was published arrived."""
    published, summary = bot.messages(), bot.summary()
    if published != dashboard.messages() or summary["connections"] != 1 or summary["acked"] != len(published):
        raise RecordingError(f"the dashboard did not accept what the bot published: {summary}")
    return {"outcome": "accepted", "client_to_server": published, "server_to_client": None,
            "close": bot.orderly_close()}


SAMPLES = [
    Sample("clean", clean, ("clean.pcap", "clean.pcapng", "clean.pcap.gz")),
    Sample("killed", killed),
    Sample("both-legs", both_legs, ("both-legs.pcap", "both-legs.wscap")),
]
