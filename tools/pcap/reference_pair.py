"""The project's bot, proxy and dashboard as processes, and what their logs say."""

from pathlib import Path

from processes import Program, RecordingError, lines_of
from studio import Studio
from truth import TEXT, message


class Listener(Program):
    """A program that says in its log where it listens."""

    def address(self) -> str:
        """Its address, once it listens."""
        return self.wait_for(self._address, "listens")

    @property
    def port(self) -> int:
        """Its port."""
        return int(self.address().rpartition(":")[2])

    def _address(self) -> str | None:
        return next((note["address"] for note in self.notes() if note.get("message") == "listening"), None)


class Dashboard(Listener):
    """The reference dashboard."""

    def __init__(self, studio: Studio, name: str, work: str, listen: str = "127.0.0.1:0"):
        self.received = studio.scratch / f"{name}.received.jsonl"
        super().__init__([studio.program("wssuite"), "dashboard", "--listen", listen, "--received", self.received,
                          "--work", work, "--log-format", "json", "--log-level", "debug"],
                         studio.scratch / f"{name}.log")

    def messages(self) -> list[dict]:
        """What it has accepted, as the truth names it."""
        return messages_in(self.received)

    def accepted_up_to(self) -> dict[str, int]:
        """The last sequence that it accepted of each stream, by its log."""
        accepted = [note for note in self.notes() if note["message"] == "accepted" and note["sequence"] != "none"]
        return {note["stream"]: int(note["sequence"]) for note in accepted}


class Proxy(Listener):
    """wsproxy in front of an address."""

    def __init__(self, studio: Studio, name: str, upstream: str, capture: Path):
        super().__init__([studio.program("wsproxy"), "--listen", "127.0.0.1:0", "--upstream", f"ws://{upstream}",
                          "--capture", capture, "--log-format", "json"], studio.scratch / f"{name}.log")


class Bot(Program):
    """The reference bot; its market is the same in every recording."""

    def __init__(self, studio: Studio, name: str, address: str, *options: str):
        self.journal = studio.scratch / f"{name}.journal.jsonl"
        super().__init__([studio.program("wssuite"), "bot", "--url", f"ws://{address}/ws", "--journal", self.journal,
                          "--seed", "1", "--summary", "json", "--log-format", "json", *options],
                         studio.scratch / f"{name}.log")

    def messages(self) -> list[dict]:
        """What it has published, as the truth names it."""
        return messages_in(self.journal)

    def summary(self) -> dict:
        """Its own account at the end."""
        return next(note for note in self.notes() if "ending" in note)

    def orderly_close(self) -> dict:
        """How the connection closed: with 1000, and the dashboard answers with the code that it got."""
        codes = [note["code"] for note in self.notes() if note.get("message") == "close frame received"]
        if codes != ["1000"]:
            raise RecordingError(f"the bot was not answered with 1000 but with {codes}")
        return {"client": (1000, ""), "server": (1000, "")}


def messages_in(path: Path) -> list[dict]:
    """A journal's or a received log's messages, one a line."""
    return [message(TEXT, line) for line in lines_of(path)]
