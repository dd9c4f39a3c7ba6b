"""`websockets` as client and as server."""

import asyncio

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)
from websockets.http11 import Response

from scenario import Client, Family, Peer, Scenario, as_bytes, kind_of
from tls import SERVER_NAME
from transcript import ConnectionNotes, Transcript


class WebsocketsPeer(Peer):
    """A connection held by `websockets`."""

    def __init__(self, connection, notes: ConnectionNotes):
        super().__init__(notes)
        self.connection = connection
        notes.negotiated(
            connection.subprotocol,
            [str(extension) for extension in connection.protocol.extensions],
        )

    async def receive(self):
        parts = []
        try:
            async for part in self.connection.recv_streaming():
                parts.append(part)
        except ConnectionClosed as closed:
            self._note_end(closed)
            return None
        message = parts[0][:0].join(parts)
        self.notes.received(kind_of(message), as_bytes(message), fragments=len(parts))
        return message

    async def close(self, code, reason=""):
        if code is None:
            async with self.connection.send_context():
                self.connection.protocol.send_close()
        await self.connection.close(code or 1000, reason)
        try:
            await self.connection.recv()
        except ConnectionClosed as closed:
            self._note_end(closed)

    async def _send(self, payload):
        await self.connection.send(payload)

    async def _send_fragments(self, parts, pings):
        async def with_pings():
            for part in parts:
                yield part
                if pings:
                    await self.ping(pings.pop(0))

        await self.connection.send(with_pings())

    async def _ping(self, payload):
        pong = await self.connection.ping(payload)
        pong.add_done_callback(lambda pong: self._note_pong(pong, payload))

    def _note_pong(self, pong: asyncio.Future, payload: bytes):
        if not pong.cancelled() and pong.exception() is None:
            self.notes.pong_received(payload)

    def _note_end(self, closed: ConnectionClosed):
        if closed.rcvd is not None:
            code = None if closed.rcvd.code == 1005 else closed.rcvd.code
            self.notes.close_received(code, closed.rcvd.reason)
        self.notes.ended(type(closed).__name__)


class WebsocketsClient(Client):
    """Opens connections with `websockets`."""

    async def open(self, port, target, scenario: Scenario, family: Family, notes):
        takeover = family.context_takeover
        deflate = ClientPerMessageDeflateFactory(
            server_no_context_takeover=not takeover, client_no_context_takeover=not takeover
        )
        try:
            connection = await connect(
                f"{self.scheme}://peers.test{target}",
                host="127.0.0.1",
                port=port,
                **({} if self.tls is None else {"ssl": self.tls, "server_hostname": SERVER_NAME}),
                additional_headers=Headers(scenario.request_headers),
                subprotocols=list(scenario.offered_subprotocols) or None,
                extensions=[deflate] if scenario.deflate else None,
                compression=None,
                max_size=None,
                ping_interval=None,
                proxy=None,
            )
        except InvalidHandshake as refused:
            if isinstance(refused, InvalidStatus):
                answer = refused.response
                notes.response(answer.status_code, answer.headers.raw_items(), answer.body)
            notes.ended(f"{type(refused).__name__}: {refused}")
            return None
        answer = connection.response
        notes.served_as(connection.request.path)
        notes.response(answer.status_code, answer.headers.raw_items())
        return WebsocketsPeer(connection, notes)


async def listen(family: Family, transcript: Transcript, tls=None):
    """Starts a server on a free port; returns an object with `sockets` and `close()`."""

    def answer(connection, request):
        notes = transcript.connection(request.path)
        notes.request(request.path, request.headers.raw_items())
        refusal = family.at(request.path).refusal
        if refusal is None:
            return None
        headers = Headers(refusal.headers)
        headers["Content-Length"] = str(len(refusal.body))
        headers["Connection"] = "close"
        return Response(refusal.status, refusal.reason, headers, refusal.body)

    def choose(connection, offered):
        supported = family.at(connection.request.path).supported_subprotocols
        return next((name for name in supported if name in offered), None)

    def decorate(connection, request, response):
        for name, value in family.at(request.path).response_headers:
            response.headers[name] = value

    async def handle(connection):
        target = connection.request.path
        notes = transcript.connection(target)
        with notes.serving():
            await family.at(target).server(WebsocketsPeer(connection, notes))

    takeover = family.context_takeover
    deflate = ServerPerMessageDeflateFactory(
        server_no_context_takeover=not takeover, client_no_context_takeover=not takeover
    )
    return await serve(
        handle,
        "127.0.0.1",
        0,
        ssl=tls,
        process_request=answer,
        process_response=decorate,
        select_subprotocol=choose,
        extensions=[deflate],
        compression=None,
        max_size=None,
        ping_interval=None,
        backlog=512,
    )


CLIENT = WebsocketsClient
