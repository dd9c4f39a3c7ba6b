"""A scenario: what a client and a server say to each other on one WebSocket connection."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from ssl import SSLContext

from transcript import ConnectionNotes, Transcript


class Peer(ABC):
    """One end of an open WebSocket connection, whatever library holds it."""

    can_fragment = True
    can_close_without_code = True

    def __init__(self, notes: ConnectionNotes):
        self.notes = notes

    async def send(self, payload: str | bytes):
        """Sends a text or binary message in one frame."""
        self.notes.sent(kind_of(payload), as_bytes(payload))
        await self._send(payload)

    async def send_fragments(self, parts: list, pings: list[bytes] = ()):
        """Sends one message in a fragment for each part, a ping after each of the first parts."""
        whole = b"".join(as_bytes(part) for part in parts)
        self.notes.sent(kind_of(parts[0]), whole)
        await self._send_fragments(parts, list(pings))

    async def ping(self, payload: bytes):
        """Sends a ping; its pong is noted when the library sees it."""
        self.notes.ping_sent(payload)
        await self._ping(payload)

    @abstractmethod
    async def receive(self) -> str | bytes | None:
        """The next message, noted; `None` once the connection has ended."""

    @abstractmethod
    async def close(self, code: int | None, reason: str = ""):
        """Closes with a code (`None`: an empty close frame) and waits for the other's close."""

    @abstractmethod
    async def _send(self, payload: str | bytes): ...

    @abstractmethod
    async def _send_fragments(self, parts: list, pings: list[bytes]): ...

    @abstractmethod
    async def _ping(self, payload: bytes): ...

    async def receive_until_end(self):
        """Receives and notes until the connection has ended."""
        while await self.receive() is not None:
            pass


Part = Callable[[Peer], Awaitable[None]]


@dataclass(frozen=True)
class Refusal:
    """A server's answer other than 101."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


async def echo(peer: Peer):
    """The server's part of most scenarios: every message goes back as it came."""
    while (message := await peer.receive()) is not None:
        await peer.send(message)


@dataclass(frozen=True)
class Scenario:
    """The parts of both peers and what they ask of their libraries."""

    path: str
    client: Part
    server: Part = echo
    query: str = ""
    connections: int = 1
    deflate: bool = False
    offered_subprotocols: tuple[str, ...] = ()
    supported_subprotocols: tuple[str, ...] = ()
    request_headers: tuple[tuple[str, str], ...] = ()
    response_headers: tuple[tuple[str, str], ...] = ()
    refusal: Refusal | None = None

    def targets(self) -> list[str]:
        """The request target of each connection; it labels the connection in transcripts."""
        if self.connections == 1:
            return [self.path + ("?" + self.query if self.query else "")]
        return [f"{self.path}?connection={number}" for number in range(1, self.connections + 1)]


@dataclass(frozen=True)
class Family:
    """Scenarios that run one after the other against one server."""

    scenarios: list[Scenario]
    context_takeover: bool = True

    def at(self, target: str) -> Scenario:
        """The scenario that a request target belongs to."""
        path = target.split("?")[0]
        return next(scenario for scenario in self.scenarios if scenario.path == path)


class Client(ABC):
    """A library that can open WebSocket connections, over TLS when it is told how."""

    def __init__(self, tls: SSLContext | None = None):
        self.tls = tls
        self.scheme = "ws" if tls is None else "wss"

    @abstractmethod
    async def open(self, port: int, target: str, scenario: Scenario, family: Family,
                   notes: ConnectionNotes) -> Peer | None:
        """Opens a connection and notes the answer; `None` when it was refused."""

    async def play(self, family: Family, port: int, transcript: Transcript):
        """Plays the client's part of every scenario in order."""
        for scenario in family.scenarios:
            targets = scenario.targets()
            peers = await asyncio.gather(*(
                self.open(port, target, scenario, family, transcript.connection(target))
                for target in targets
            ))
            # All connections of a scenario are open before the first one speaks.
            await asyncio.gather(*(scenario.client(peer) for peer in peers if peer is not None))


def text(label: str, length: int) -> str:
    """Text of exactly this many UTF-8 bytes; the same label gives the same text."""
    source = Random(label)
    letters = []
    while length > 0:
        letter = source.choice("abcdefghijklmnopqrstuvwxyz {}\":,0123456789é☃😀")
        width = len(letter.encode())
        if width <= length:
            letters.append(letter)
            length -= width
    return "".join(letters)


def binary(label: str, length: int) -> bytes:
    """Bytes that no compressor shortens; the same label gives the same bytes."""
    return Random(label).randbytes(length)


def kind_of(payload: str | bytes) -> str:
    """`text` or `binary`."""
    return "text" if isinstance(payload, str) else "binary"


def as_bytes(payload: str | bytes) -> bytes:
    """The payload as it stands in a frame."""
    return payload.encode() if isinstance(payload, str) else bytes(payload)
