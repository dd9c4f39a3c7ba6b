"""`websocket-client` as client; it has no server, no fragments by itself and no compression."""

import asyncio
import struct
from concurrent.futures import ThreadPoolExecutor

import websocket
from websocket import ABNF, WebSocketBadStatusException, WebSocketException

from scenario import Client, Family, Peer, Scenario, as_bytes, kind_of
from transcript import ConnectionNotes

TIMEOUT_SECONDS = 30


class WebsocketClientPeer(Peer):
    """A blocking connection held by `websocket-client`, each call in a thread."""

    def __init__(self, connection: websocket.WebSocket, notes: ConnectionNotes, threads):
        super().__init__(notes)
        self.connection = connection
        self.threads = threads
        notes.negotiated(connection.getsubprotocol(), [])

    async def receive(self):
        while True:
            try:
                opcode, frame = await self._call(self.connection.recv_data_frame, True)
            except (WebSocketException, OSError) as error:
                self.notes.ended(f"{type(error).__name__}: {error}")
                return None
            match opcode:
                case ABNF.OPCODE_PONG:
                    self.notes.pong_received(frame.data)
                case ABNF.OPCODE_CLOSE:
                    self._note_close(frame)
                    self.notes.ended("close frame")
                    self.connection.shutdown()
                    return None
                case ABNF.OPCODE_TEXT | ABNF.OPCODE_BINARY:
                    # The library joins fragments and gives bytes for both kinds.
                    message = frame.data.decode() if opcode == ABNF.OPCODE_TEXT else frame.data
                    self.notes.received(kind_of(message), as_bytes(message))
                    return message

    async def close(self, code, reason=""):
        payload = b"" if code is None else struct.pack("!H", code) + reason.encode()
        await self._call(self.connection.send, payload, ABNF.OPCODE_CLOSE)
        while (frame := await self._call(self.connection.recv_frame)).opcode != ABNF.OPCODE_CLOSE:
            pass
        self._note_close(frame)
        self.notes.ended("closed")
        self.connection.shutdown()

    async def _send(self, payload):
        opcode = ABNF.OPCODE_TEXT if isinstance(payload, str) else ABNF.OPCODE_BINARY
        await self._call(self.connection.send, as_bytes(payload), opcode)

    async def _send_fragments(self, parts, pings):
        opcode = ABNF.OPCODE_TEXT if isinstance(parts[0], str) else ABNF.OPCODE_BINARY
        for index, part in enumerate(parts):
            is_last = index == len(parts) - 1
            frame = ABNF.create_frame(as_bytes(part), opcode, fin=int(is_last))
            await self._call(self.connection.send_frame, frame)
            opcode = ABNF.OPCODE_CONT
            if pings:
                await self.ping(pings.pop(0))

    async def _ping(self, payload):
        await self._call(self.connection.ping, payload)

    async def _call(self, function, *arguments):
        return await asyncio.get_running_loop().run_in_executor(
            self.threads, function, *arguments
        )

    def _note_close(self, frame: ABNF):
        code = struct.unpack("!H", frame.data[:2])[0] if frame.data else None
        self.notes.close_received(code, frame.data[2:].decode())


class WebsocketClientClient(Client):
    """Opens connections with `websocket-client`."""

    def __init__(self, tls=None):
        super().__init__(tls)
        self.threads = ThreadPoolExecutor(max_workers=16)

    async def open(self, port, target, scenario: Scenario, family: Family, notes):
        connection = websocket.WebSocket(sslopt=None if self.tls is None else {"context": self.tls})
        connection.settimeout(TIMEOUT_SECONDS)

        def connect():
            connection.connect(
                f"{self.scheme}://127.0.0.1:{port}{target}",
                host="peers.test",
                origin="http://peers.test",
                header=[f"{name}: {value}" for name, value in scenario.request_headers],
                subprotocols=list(scenario.offered_subprotocols),
            )

        try:
            await asyncio.get_running_loop().run_in_executor(self.threads, connect)
        except WebSocketBadStatusException as refused:
            notes.response(refused.status_code, refused.resp_headers.items(), refused.resp_body)
            notes.ended(type(refused).__name__)
            return None
        except WebSocketException as refused:
            notes.ended(f"{type(refused).__name__}: {refused}")
            return None
        notes.served_as(target)
        notes.response(connection.getstatus(), connection.getheaders().items())
        return WebsocketClientPeer(connection, notes, self.threads)


CLIENT = WebsocketClientClient
