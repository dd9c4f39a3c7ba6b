"""What a peer writes down about its connections, so that two runs can be compared.

A transcript holds no clock, no port and no random key: whatever differs between two transcripts of
the same scenario was made different by what stood between the peers.
"""

import hashlib
import json
from contextlib import contextmanager
from pathlib import Path

# Made new for every connection or second, therefore never comparable.
VOLATILE_HEADERS = {"sec-websocket-key", "sec-websocket-accept", "date"}


def digest(payload: bytes) -> str:
    """The SHA-256 of a payload in hexadecimal."""
    return hashlib.sha256(payload).hexdigest()


def comparable(headers) -> list[list[str]]:
    """Headers in wire order and spelling, the values of volatile ones blanked."""
    return [
        [name, "(volatile)" if name.lower() in VOLATILE_HEADERS else value]
        for name, value in headers
    ]


class ConnectionNotes:
    """One connection as one peer saw it."""

    def __init__(self, label: str):
        self.label = label
        self.facts: dict = {
            "sent": [], "received": [], "pingsSent": [], "pongsReceived": [], "closesReceived": []
        }

    @contextmanager
    def serving(self):
        """Notes whether a server's part came to its end, and what stopped it if it did not."""
        self.facts["served"] = "unfinished"
        try:
            yield
            self.facts["served"] = "finished"
        except Exception as error:
            self.facts["served"] = f"{type(error).__name__}: {error}"
            raise

    def request(self, target: str, headers):
        """Notes the upgrade request as the server read it."""
        self.facts["request"] = {"target": target, "headers": comparable(headers)}

    def response(self, status: int, headers, body: bytes | None = None):
        """Notes the answer as the client read it."""
        self.facts["response"] = {"status": status, "headers": comparable(headers)}
        if body is not None:
            self.facts["response"]["body"] = describe("body", body)

    def served_as(self, target: str):
        """Notes the target that was upgraded in the end, after redirects."""
        self.facts["servedAs"] = target

    def negotiated(self, subprotocol: str | None, extensions: list[str]):
        """Notes what this peer believes was agreed."""
        self.facts["negotiated"] = {"subprotocol": subprotocol, "extensions": extensions}

    def sent(self, kind: str, payload: bytes, fragments: int = 1):
        """Notes a data message handed to the library."""
        self.facts["sent"].append(describe(kind, payload, fragments))

    def received(self, kind: str, payload: bytes, fragments: int = 1):
        """Notes a data message that the library delivered."""
        self.facts["received"].append(describe(kind, payload, fragments))

    def ping_sent(self, payload: bytes):
        """Notes a ping handed to the library."""
        self.facts["pingsSent"].append(describe("ping", payload))

    def pong_received(self, payload: bytes):
        """Notes a pong."""
        self.facts["pongsReceived"].append(describe("pong", payload))

    def close_received(self, code: int | None, reason: str):
        """Notes the other peer's close frame; `None` when the frame carried no code."""
        self.facts["closesReceived"].append({"code": code, "reason": reason})

    def ended(self, how: str):
        """Notes how the connection ended; only the first ending counts."""
        self.facts.setdefault("end", how)

    def note(self, key: str, value):
        """Notes anything that only one family of scenarios knows."""
        self.facts[key] = value


class Transcript:
    """All connections of one peer in one run, by label."""

    def __init__(self):
        self.connections: dict[str, ConnectionNotes] = {}

    def connection(self, label: str) -> ConnectionNotes:
        """The notes of the connection with this label, begun now when there were none."""
        return self.connections.setdefault(label, ConnectionNotes(label))

    def is_finished(self) -> bool:
        """Whether no server's part is still under way."""
        return all(notes.facts.get("served") != "unfinished" for notes in self.connections.values())

    def write(self, path: Path):
        """Writes the transcript, complete or not at all."""
        facts = {label: notes.facts for label, notes in self.connections.items()}
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(facts, indent=1, ensure_ascii=False))
        partial.rename(path)


def describe(kind: str, payload: bytes, fragments: int = 1) -> dict:
    """A message in a form that two transcripts can be compared by."""
    facts = {"kind": kind, "length": len(payload), "sha256": digest(payload)}
    if fragments != 1:
        facts["fragments"] = fragments
    return facts
