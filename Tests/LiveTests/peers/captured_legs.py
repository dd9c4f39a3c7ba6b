"""Rebuilds from a sealed capture the exact bytes that arrived in each direction of a connection.

Reads with PyPI's `mcap` and the Protobuf schemas inside the file, so that nothing of this project's
code stands between the bytes on disk and the answer.

    captured_legs.py FILE    prints [{"connection": 1, "target": "/ws",
                                       "clientToServer": {"length": …, "sha256": …}, …}, …]
"""

import json
import sys
from pathlib import Path

from mcap.reader import NonSeekingReader
from mcap_protobuf.decoder import DecoderFactory

from transcript import digest

CLIENT_TO_SERVER = "client-to-server"
SERVER_TO_CLIENT = "server-to-client"


class BrokenLeg(Exception):
    """Bytes are missing or twice in a leg."""


def rebuild(path: Path) -> dict[tuple[int, str], bytearray]:
    """The bytes of every (connection, direction)."""
    legs: dict[tuple[int, str], bytearray] = {}
    with open(path, "rb") as stream:
        reader = NonSeekingReader(stream, decoder_factories=[DecoderFactory()])
        for _, channel, message, decoded in reader.iter_decoded_messages(log_time_order=False):
            direction = channel.topic.rsplit("/", 1)[-1]
            if direction not in (CLIENT_TO_SERVER, SERVER_TO_CLIENT):
                continue
            kind = decoded.WhichOneof("record")
            if kind == "frame" and not decoded.frame.reread:
                frame = decoded.frame
                extend(legs, frame.connection, direction, frame.offset,
                       frame.header + frame.payload)
            elif kind == "bytes":
                run = decoded.bytes
                extend(legs, run.connection, direction, run.offset, run.data)
    return legs


def extend(legs: dict, connection: int, direction: str, offset: int, data: bytes):
    """Appends to a leg; its records stand in order, without gap and without overlap."""
    leg = legs.setdefault((connection, direction), bytearray())
    if offset != len(leg):
        raise BrokenLeg(f"c{connection} {direction}: a record stands at offset {offset}, "
                        f"after {len(leg)} bytes")
    leg += data


def target(leg: bytes) -> str | None:
    """The target of the HTTP request that a client's bytes begin with."""
    words = bytes(leg[:10_000]).split(b"\r\n")[0].split(b" ")
    return words[1].decode("latin-1") if len(words) == 3 else None


def main():
    """Prints the length and digest of every leg."""
    legs = rebuild(Path(sys.argv[1]))
    connections = []
    for connection in sorted({connection for connection, _ in legs}):
        client = legs.get((connection, CLIENT_TO_SERVER), b"")
        server = legs.get((connection, SERVER_TO_CLIENT), b"")
        connections.append({
            "connection": connection,
            "target": target(client),
            "clientToServer": {"length": len(client), "sha256": digest(client)},
            "serverToClient": {"length": len(server), "sha256": digest(server)},
        })
    print(json.dumps(connections))


if __name__ == "__main__":
    main()
