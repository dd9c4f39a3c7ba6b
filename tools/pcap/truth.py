"""What the peers of a recording know of it, as `NAME.truth.json` beside the capture."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from processes import RecordingError

TEXT, BINARY = "text", "binary"


@dataclass
class Notes:
    """What one peer has sent and received on one connection, by its own account.

    Messages are pairs of kind and payload; a close is a pair of code and reason.
    """

    sent: list = field(default_factory=list)
    received: list = field(default_factory=list)
    close_sent: tuple | None = None
    close_received: tuple | None = None


def connection(client: Notes, server: Notes, outcome: str = "accepted", **more) -> dict:
    """The truth of a connection on which nothing was lost: both peers must say the same."""
    pairs = [(client.sent, server.received), (server.sent, client.received),
             (client.close_sent, server.close_received), (server.close_sent, client.close_received)]
    if any(told != heard for told, heard in pairs):
        raise RecordingError("what one peer says it sent is not what the other says it received")
    return {
        "outcome": outcome,
        "client_to_server": [message(*sent) for sent in client.sent],
        "server_to_client": [message(*sent) for sent in server.sent],
        "close": {"client": client.close_sent, "server": server.close_sent},
        **more,
    }


def message(kind: str, payload: bytes) -> dict:
    """A message as the truth names it."""
    return {"opcode": kind, "length": len(payload), "sha256": hashlib.sha256(payload).hexdigest()}


def write(path: Path, truth: dict):
    """Writes it with a message a line, so that two recordings can be compared by eye."""
    path.write_text(_layout(truth, "") + "\n")


def _layout(value, margin: str) -> str:
    if not isinstance(value, (dict, list)) or not any(isinstance(inner, (dict, list)) for inner in _inners(value)):
        return json.dumps(value, ensure_ascii=False)
    inside = margin + " "
    if isinstance(value, dict):
        parts = [f"{inside}{json.dumps(key)}: {_layout(inner, inside)}" for key, inner in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{margin}}}"
    return "[\n" + ",\n".join(inside + _layout(inner, inside) for inner in value) + f"\n{margin}]"


def _inners(value):
    return value.values() if isinstance(value, dict) else value
