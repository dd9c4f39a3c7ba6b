"""Peers that speak through the `websockets` library and note what they say and hear."""

import queue
import socket
import threading
from collections.abc import Callable

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.server import serve

import truth
from processes import PATIENCE, RecordingError
from truth import BINARY, TEXT, Notes

# Nothing is sent that is not in a part.
QUIET = {"compression": None, "ping_interval": None, "close_timeout": PATIENCE}


class LibraryPeer:
    """One end of an open connection."""

    def __init__(self, websocket):
        self._websocket = websocket
        self.notes = Notes()

    def send(self, payload: str | bytes):
        """Sends a message in one frame."""
        self.notes.sent.append(_noted(payload))
        self._websocket.send(payload)

    def send_fragments(self, parts: list, pings: bool = False):
        """Sends a message in a frame for each part and an empty last one; with pings in between if wished."""
        self.notes.sent.append(_noted(parts[0][:0].join(parts)))
        self._websocket.send(self._with_pings(parts) if pings else iter(parts))

    def receive(self) -> str | bytes | None:
        """The next message; `None` once the connection has ended."""
        try:
            message = self._websocket.recv(PATIENCE)
        except ConnectionClosed:
            return None
        self.notes.received.append(_noted(message))
        return message

    def receive_until_end(self):
        """Receives until the connection has ended."""
        while self.receive() is not None:
            pass

    def ping(self, payload: bytes):
        """Sends a ping and waits for its pong."""
        if not self._websocket.ping(payload).wait(PATIENCE):
            raise RecordingError("a ping was not answered")

    def close(self, code: int, reason: str = ""):
        """Closes and waits until the other has."""
        self._websocket.close(code, reason)

    def finish(self) -> Notes:
        """Waits for the end of the connection and gives the notes, with the close frames."""
        self.receive_until_end()
        protocol = self._websocket.protocol
        self.notes.close_sent = _close(protocol.close_sent)
        self.notes.close_received = _close(protocol.close_rcvd)
        return self.notes

    def _with_pings(self, parts: list):
        for number, part in enumerate(parts):
            if number:
                self.ping(f"between {number} and {number + 1}".encode())
            yield part


Part = Callable[[LibraryPeer], None]


class LibraryServer:
    """A server, as a context, whose every connection plays the same part."""

    def __init__(self, part: Part, host: str = "127.0.0.1", **options):
        self._part = part
        self._finished = queue.Queue()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, 0), family=family)
        self.host = f"[{host}]" if ":" in host else host
        self.port = listener.getsockname()[1]
        self._server = serve(self._play, sock=listener, **{**QUIET, **options})
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> "LibraryServer":
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()

    def notes(self) -> Notes:
        """The notes of the next connection that has ended."""
        notes = self._finished.get(timeout=PATIENCE)
        if isinstance(notes, Exception):
            raise RecordingError("the server's part failed") from notes
        return notes

    def meet(self, part: Part, outcome: str = "accepted", scheme: str = "ws", **options) -> dict:
        """Connects, plays the client's part, and gives the truth of the connection."""
        url = f"{scheme}://{self.host}:{self.port}/ws"
        with connect(url, proxy=None, **{**QUIET, **options}) as websocket:
            client = LibraryPeer(websocket)
            part(client)
            notes = client.finish()
            agreed = websocket.response.headers.get("Sec-WebSocket-Extensions")
        return truth.connection(notes, self.notes(), outcome, **({"extensions": agreed} if agreed else {}))

    def _play(self, websocket):
        peer = LibraryPeer(websocket)
        try:
            self._part(peer)
            self._finished.put(peer.finish())
        except Exception as error:  # It is raised again by whoever asks for the notes.
            self._finished.put(error)


def _noted(payload: str | bytes) -> tuple:
    return (TEXT, payload.encode()) if isinstance(payload, str) else (BINARY, bytes(payload))


def _close(frame) -> tuple | None:
    return None if frame is None else (int(frame.code), frame.reason)
