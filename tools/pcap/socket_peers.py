"""Peers on bare sockets: for what no library lets its user do."""

import socket
import struct
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import wire
from processes import PATIENCE
from truth import BINARY, TEXT, Notes

_KINDS = {wire.TEXT: TEXT, wire.BINARY: BINARY}


class SocketPeer:
    """One end of a TCP connection. Each `send` is a segment of its own, as long as the network keeps up."""

    def __init__(self, connection: socket.socket, mask: bytes):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(PATIENCE)
        self._socket = connection
        self._mask = mask
        self._pending = b""
        self._count = 0
        self._progress = threading.Condition()
        self.notes = Notes()

    # Bytes.

    def send(self, data: bytes):
        """Sends bytes."""
        self._socket.sendall(data)

    def send_in_pieces(self, data: bytes, size: int, reader: "SocketPeer"):
        """Sends each piece only when `reader` has read the one before, so that no two share a segment."""
        for at in range(0, len(data), size):
            piece = data[at:at + size]
            goal = reader.count + len(piece)
            self.send(piece)
            reader.wait_for(goal)

    @property
    def count(self) -> int:
        """How many bytes it has read."""
        return self._count

    def wait_for(self, count: int):
        """Waits until it has read so many bytes."""
        with self._progress:
            if not self._progress.wait_for(lambda: self._count >= count, PATIENCE):
                raise TimeoutError(f"{self._count} bytes were read, not {count}")

    def receive_head(self) -> bytes:
        """An HTTP head with its empty line."""
        while b"\r\n\r\n" not in self._pending:
            self._read_more()
        return self._take(self._pending.index(b"\r\n\r\n") + 4)

    def receive_exactly(self, length: int) -> bytes:
        """So many bytes."""
        while len(self._pending) < length:
            self._read_more()
        return self._take(length)

    # Frames.

    def send_message(self, kind: str, payload: bytes):
        """Sends a message in one frame, and notes it."""
        opcode = wire.TEXT if kind == TEXT else wire.BINARY
        self.notes.sent.append((kind, payload))
        self.send(wire.frame(opcode, payload, mask=self._mask))

    def receive_frame(self) -> bool:
        """Receives a frame of less than 64 KiB and notes it; `False` when there is none before the end."""
        if not self._pending and not self._read_more(end_is_fine=True):
            return False
        opcode, payload = self._frame()
        if opcode in _KINDS:
            self.notes.received.append((_KINDS[opcode], payload))
        elif opcode == wire.CLOSE:
            self.notes.close_received = wire.read_close(payload)
        return True

    def receive_until_close(self):
        """Receives up to a close frame."""
        while self.notes.close_received is None:
            if not self.receive_frame():
                raise EOFError("the connection ended without a close frame")

    def receive_until_end(self):
        """Receives until the other has nothing more to say."""
        while self.receive_frame():
            pass

    def send_close(self, code: int, reason: str = ""):
        """Sends a close frame."""
        self.notes.close_sent = (code, reason)
        self.send(wire.frame(wire.CLOSE, wire.close_payload(code, reason), mask=self._mask))

    # Ends.

    def half_close(self):
        """Says that nothing more comes."""
        self._socket.shutdown(socket.SHUT_WR)

    def close(self):
        """Closes."""
        self._socket.close()

    def reset(self):
        """Closes with a reset."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def _frame(self) -> tuple[int, bytes]:
        first, second = self.receive_exactly(2)
        length = second & 0x7F
        if length == 126:
            length = struct.unpack("!H", self.receive_exactly(2))[0]
        mask = self.receive_exactly(4) if second & 0x80 else b""
        payload = self.receive_exactly(length)
        return first & 0x0F, wire.masked(payload, mask) if mask else payload

    def _read_more(self, end_is_fine: bool = False) -> bool:
        data = self._socket.recv(1 << 16)
        if not data and not end_is_fine:
            raise EOFError("the connection ended in the middle of something")
        with self._progress:
            self._pending += data
            self._count += len(data)
            self._progress.notify_all()
        return bool(data)

    def _take(self, length: int) -> bytes:
        taken, self._pending = self._pending[:length], self._pending[length:]
        return taken


Part = Callable[[SocketPeer], None]


class SocketServer:
    """A listening socket, as a context, and the clients that meet it."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE)
        self.port = self._listener.getsockname()[1]
        self._threads = ThreadPoolExecutor(1)

    def __enter__(self) -> "SocketServer":
        return self

    def __exit__(self, *_):
        self._listener.close()
        self._threads.shutdown()

    def meet(self, client_part: Callable, server_part: Part, source_port: int = 0) -> tuple[Notes, Notes]:
        """Opens a connection and plays both parts; the client's may also take the server's peer.

        Returns:
            The client's and the server's notes.
        """
        client = dial(self.port, source_port)
        server = SocketPeer(self._listener.accept()[0], b"")
        playing = self._threads.submit(_play, server_part, server)
        try:
            client_part(client, server)
        finally:
            client.close()
        playing.result(PATIENCE)
        return client.notes, server.notes


def dial(port: int, source_port: int = 0) -> SocketPeer:
    """Opens a connection; with a source port, from a port that may have been used just before."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    connection.bind(("127.0.0.1", source_port))
    connection.settimeout(PATIENCE)
    connection.connect(("127.0.0.1", port))
    return SocketPeer(connection, wire.MASK)


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _play(part: Part, peer: SocketPeer):
    try:
        part(peer)
    finally:
        peer.close()
