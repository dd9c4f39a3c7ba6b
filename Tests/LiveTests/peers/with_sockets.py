"""Bare TCP sockets as client and as server: every byte and every ending is the scenario's own."""

import asyncio
import hashlib
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ssl import SSLContext, SSLEOFError

from tls import TLSConnection
from transcript import ConnectionNotes, Transcript

TIMEOUT_SECONDS = 8
READ_BYTES = 1 << 18


class SocketPeer:
    """One end of a TCP connection; a digest of all bytes in each direction is kept.

    Over TLS the bytes are those inside of it, and ends are close_notify and FIN.
    """

    def __init__(self, connection: socket.socket, notes: ConnectionNotes,
                 tls: SSLContext | None = None, is_server: bool = False):
        connection.settimeout(TIMEOUT_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = connection
        self.connection = connection if tls is None else TLSConnection(connection, tls, is_server)
        self.notes = notes
        self.flows = {"bytesSent": (0, hashlib.sha256()), "bytesReceived": (0, hashlib.sha256())}

    def send(self, data: bytes):
        """Sends all of it."""
        self.connection.sendall(data)
        self._count("bytesSent", data)

    def send_in_pieces(self, data: bytes, lengths: Iterable[int]):
        """Sends it in as many writes as there are lengths, and a last one for the rest."""
        start = 0
        for length in lengths:
            self.send(data[start:start + length])
            start += length
        self.send(data[start:])

    def receive(self, length: int) -> bytes:
        """Exactly this many bytes, fewer only when the connection ended; the ending is noted."""
        data = bytearray()
        while len(data) < length:
            piece = self._read(length - len(data))
            if not piece:
                break
            data += piece
        return bytes(data)

    def receive_until_end(self):
        """Everything until the other end closes or resets."""
        while self._read(READ_BYTES):
            pass

    def wait_for_unread(self, length: int):
        """Returns when this many bytes lie in the receive buffer, and leaves them there."""
        self.socket.recv(length, socket.MSG_PEEK | socket.MSG_WAITALL)

    def half_close(self):
        """Sends a FIN and goes on reading."""
        self.connection.shutdown(socket.SHUT_WR)

    def close(self):
        """Closes in order (with a reset, if bytes are unread: that is TCP's way)."""
        self.connection.close()

    def reset(self):
        """Sends an RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def finish(self):
        """Writes the digests down and closes whatever is still open."""
        for name, (length, running) in self.flows.items():
            self.notes.note(name, {"length": length, "sha256": running.hexdigest()})
        self.connection.close()

    def _read(self, limit: int) -> bytes:
        try:
            data = self.connection.recv(min(limit, READ_BYTES))
        except ConnectionResetError:
            self.notes.ended("reset")
            return b""
        except TimeoutError:
            self.notes.ended("nothing came")
            return b""
        except SSLEOFError:
            self.notes.ended("cut off without close_notify")
            return b""
        if not data:
            self.notes.ended("end of stream")
        self._count("bytesReceived", data)
        return data

    def _count(self, flow: str, data: bytes):
        length, running = self.flows[flow]
        running.update(data)
        self.flows[flow] = (length + len(data), running)


SocketPart = Callable[[SocketPeer], None]


@dataclass(frozen=True)
class SocketScenario:
    """The parts of both ends; the server tells scenarios apart by their order alone."""

    label: str
    client: SocketPart
    server: SocketPart


def play_part(part: SocketPart, connection: socket.socket, notes: ConnectionNotes,
              tls: SSLContext | None, is_server: bool):
    """Plays a part and notes how far it came."""
    peer = SocketPeer(connection, notes, tls, is_server)
    try:
        with notes.serving():
            part(peer)
    except OSError:
        pass  # Noted by `serving`; the transcripts tell whether it was to be expected.
    finally:
        peer.finish()


class SocketClient:
    """Dials once for each scenario, one after the other."""

    def __init__(self, tls: SSLContext | None = None):
        self.tls = tls

    async def play(self, scenarios: list[SocketScenario], port: int, transcript: Transcript):
        """Plays the client's part of every scenario in order."""
        for ordinal, scenario in enumerate(scenarios, start=1):
            notes = transcript.connection(scenario.label)
            notes.note("ordinal", ordinal)
            await asyncio.to_thread(self._dial, scenario, port, notes)

    def _dial(self, scenario: SocketScenario, port: int, notes: ConnectionNotes):
        connection = socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS)
        play_part(scenario.client, connection, notes, self.tls, is_server=False)


class SocketServer:
    """Accepts once for each scenario and plays its server's part."""

    def __init__(self, scenarios: list[SocketScenario], transcript: Transcript,
                 tls: SSLContext | None):
        self.tls = tls
        self.sockets = [socket.create_server(("127.0.0.1", 0))]
        threading.Thread(target=self._accept, args=(scenarios, transcript), daemon=True).start()

    def _accept(self, scenarios: list[SocketScenario], transcript: Transcript):
        for scenario in scenarios:
            connection, _ = self.sockets[0].accept()
            play_part(scenario.server, connection, transcript.connection(scenario.label),
                      self.tls, is_server=True)


async def listen(scenarios: list[SocketScenario], transcript: Transcript,
                 tls: SSLContext | None = None) -> SocketServer:
    """Starts a server on a free port; returns an object with `sockets`."""
    return SocketServer(scenarios, transcript, tls)


CLIENT = SocketClient
