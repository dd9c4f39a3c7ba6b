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


class Legs:
    """The rebuilt bytes of every connection; the files of a run are given in their order."""

    def __init__(self, *paths: Path):
        self.flows: dict[tuple[int, str], bytearray] = {}
        self.upgrades: dict[int, str] = {}
        for path in paths:
            with open(path, "rb") as stream:
                reader = NonSeekingReader(stream, decoder_factories=[DecoderFactory()])
                for _, channel, _, decoded in reader.iter_decoded_messages(log_time_order=False):
                    self._add(channel.topic.rsplit("/", 1)[-1], decoded)

    def flow(self, connection: int, direction: str) -> bytearray:
        """What arrived in one direction of a connection."""
        return self.flows.setdefault((connection, direction), bytearray())

    def connections(self) -> list[int]:
        """The numbers of all connections that carried bytes."""
        return sorted({connection for connection, _ in self.flows})

    def target(self, connection: int) -> str | None:
        """The request target that was upgraded, else the one of the first request."""
        if connection in self.upgrades:
            return self.upgrades[connection]
        first_line = bytes(self.flow(connection, CLIENT_TO_SERVER)[:10_000]).split(b"\r\n")[0]
        words = first_line.split(b" ")
        return words[1].decode("latin-1") if len(words) == 3 else None

    def _add(self, direction: str, decoded):
        match decoded.WhichOneof("record"):
            case "frame" if not decoded.frame.reread:
                frame = decoded.frame
                self._extend(frame.connection, direction, frame.offset,
                             frame.header + frame.payload)
            case "bytes":
                run = decoded.bytes
                self._extend(run.connection, direction, run.offset, run.data)
            case "handshake" if decoded.handshake.accepted:
                self.upgrades[decoded.handshake.connection] = decoded.handshake.target

    def _extend(self, connection: int, direction: str, offset: int, data: bytes):
        # Records stand in order, without gap and without overlap.
        flow = self.flow(connection, direction)
        if offset != len(flow):
            raise BrokenLeg(f"c{connection} {direction}: a record stands at offset {offset}, "
                            f"after {len(flow)} bytes")
        flow += data


def main():
    """Prints the length and digest of every leg."""
    legs = Legs(Path(sys.argv[1]))
    connections = []
    for connection in legs.connections():
        client = legs.flow(connection, CLIENT_TO_SERVER)
        server = legs.flow(connection, SERVER_TO_CLIENT)
        connections.append({
            "connection": connection,
            "target": legs.target(connection),
            "clientToServer": {"length": len(client), "sha256": digest(client)},
            "serverToClient": {"length": len(server), "sha256": digest(server)},
        })
    print(json.dumps(connections))


if __name__ == "__main__":
    main()
