"""Holds a verdict against what really happened, by the logs of both ends.

The reference bot's journal has what was published, the reference dashboard's log what was accepted, one message
a line. The proxy has no part in either.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Comparison:
    """What came of holding a verdict against the logs."""

    wrong: list[str]
    lost: int
    line: str


def places(log: Path) -> set[tuple[str, int]]:
    """Where the messages of a log stand: their streams and numbers."""
    found = set()
    for line in log.read_text().splitlines():
        message = json.loads(line)
        symbol = message.get("symbol")
        stream = f"{message['type']}/{symbol}" if symbol else message["type"]
        found.add((stream, message["sequence"]))
    return found


def verdict(replay: str, capture: Path, options: list[str]) -> tuple[int, dict]:
    """What `wsreplay verify` says of a capture: its exit code and its JSON."""
    done = subprocess.run(
        [replay, "verify", str(capture), "--format", "json", *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if not done.stdout.startswith("{"):
        raise RuntimeError(f"wsreplay verify ended with {done.returncode}: {done.stderr.strip()}")
    return done.returncode, json.loads(done.stdout)


def named(judged: dict, anomaly: str) -> set[tuple[str, int]]:
    """The messages that a verdict calls by a word, such as `lost` or `unknown`."""
    found = set()
    for check in judged["checks"]:
        for finding in check["findings"]:
            sequences = finding.get("sequences")
            if finding["anomaly"] == anomaly and finding.get("stream") and sequences:
                numbers = range(sequences["first"], sequences["last"] + 1)
                found |= {(finding["stream"], number) for number in numbers}
    return found


def compare(replay: str, capture: Path, journal: Path, received: Path) -> Comparison:
    """Judges a capture with `wsreplay`, alone and with the dashboard's log."""
    published, accepted = places(journal), places(received)
    lost = published - accepted
    wrong: list[str] = []
    if not published:
        wrong.append("the bot published nothing")
    if not accepted <= published:
        wrong.append(f"{len(accepted - published)} messages were accepted and never published")

    code, alone = verdict(replay, capture, [])
    informed_code, informed = verdict(replay, capture, ["--received", str(received)])
    named_lost, unknown = named(alone, "lost"), named(alone, "unknown")
    if not named_lost <= lost:
        wrong.append(f"named lost and not lost: {sorted(named_lost - lost)[:5]}")
    if not lost <= named_lost | unknown:
        wrong.append(f"lost and not named: {sorted(lost - named_lost - unknown)[:5]}")
    if lost and code == 0:
        wrong.append("messages are lost, and the verdict is pass")
    if not lost and code == 1:
        wrong.append("nothing is lost, and the verdict is fail")
    if named(informed, "lost") != lost:
        wrong.append(
            f"with --received {len(named(informed, 'lost'))} are named lost, and {len(lost)} are"
        )
    if informed_code != (1 if lost else 0):
        wrong.append(f"with --received the exit code is {informed_code}, {len(lost)} are lost")
    line = (
        f"{len(published)} published, {len(lost)} lost; named: {len(named_lost)} lost, "
        f"{len(unknown)} unknown (exit code {code}); with --received: "
        f"{len(named(informed, 'lost'))} lost (exit code {informed_code})"
    )
    return Comparison(wrong, len(lost), line)
