"""`aiohttp` as client and as server."""

from aiohttp import ClientSession, TCPConnector, WSMsgType, WSServerHandshakeError, web
from yarl import URL

from scenario import Client, Family, Peer, Scenario, as_bytes, kind_of
from tls import SERVER_NAME
from transcript import ConnectionNotes, Transcript


class AiohttpPeer(Peer):
    """A connection held by `aiohttp`, which sends neither fragments nor empty close frames."""

    can_fragment = False
    can_close_without_code = False

    def __init__(self, connection, notes: ConnectionNotes, subprotocol: str | None):
        super().__init__(notes)
        self.connection = connection
        notes.negotiated(subprotocol, [f"compress={int(connection.compress or 0)}"])

    async def receive(self):
        while True:
            event = await self.connection.receive()
            match event.type:
                case WSMsgType.TEXT | WSMsgType.BINARY:
                    self.notes.received(kind_of(event.data), as_bytes(event.data))
                    return event.data
                case WSMsgType.PING:
                    await self.connection.pong(event.data)
                case WSMsgType.PONG:
                    self.notes.pong_received(bytes(event.data))
                case WSMsgType.CLOSE:
                    # aiohttp says 0 for a close frame without a code.
                    self.notes.close_received(event.data or None, event.extra or "")
                    self.notes.ended("close frame")
                    await self.connection.close(code=event.data or 1000)
                    return None
                case _:
                    cause = self.connection.exception()
                    self.notes.ended(f"{event.type.name} {type(cause).__name__}")
                    return None

    async def close(self, code, reason=""):
        await self.connection.close(code=code, message=reason.encode())
        if (answered := self.connection.close_code) is not None:
            # aiohttp keeps the code of the other's close frame and forgets its reason.
            self.notes.note("closeCode", int(answered))
        self.notes.ended("closed")

    async def _send(self, payload):
        if isinstance(payload, str):
            await self.connection.send_str(payload)
        else:
            await self.connection.send_bytes(payload)

    async def _send_fragments(self, parts, pings):
        raise NotImplementedError("aiohttp sends whole messages only")

    async def _ping(self, payload):
        await self.connection.ping(payload)


class AiohttpClient(Client):
    """Opens connections with `aiohttp`; all of them belong to one session."""

    async def play(self, family, port, transcript):
        connector = TCPConnector(limit=0)
        async with ClientSession(connector=connector) as self.session:
            await super().play(family, port, transcript)

    async def open(self, port, target, scenario: Scenario, family: Family, notes):
        headers = [("Host", "peers.test"), *scenario.request_headers]
        if scenario.deflate and not family.context_takeover:
            # aiohttp has no option for this offer; its own offer would follow as a second header.
            headers.append(("Sec-WebSocket-Extensions", NO_TAKEOVER))
        try:
            connection = await self.session.ws_connect(
                URL(f"{self.scheme}://127.0.0.1:{port}{target}", encoded=True),
                ssl=self.tls or False,
                server_hostname=None if self.tls is None else SERVER_NAME,
                headers=headers,
                protocols=scenario.offered_subprotocols,
                compress=15 if scenario.deflate else 0,
                max_msg_size=0,
                autoclose=False,
                autoping=False,
            )
        except WSServerHandshakeError as refused:
            notes.response(refused.status, refused.headers.items())
            notes.ended(f"{type(refused).__name__}: {refused.message}")
            return None
        answer = connection._response
        notes.served_as(answer.url.raw_path_qs)
        notes.response(answer.status, decoded(answer.raw_headers))
        return AiohttpPeer(connection, notes, connection.protocol)


NO_TAKEOVER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"


async def listen(family: Family, transcript: Transcript, tls=None):
    """Starts a server on a free port; returns an object with `sockets` and `close()`."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        target = request.path_qs if request.raw_path is None else request.raw_path
        notes = transcript.connection(target)
        notes.request(target, decoded(request.raw_headers))
        scenario = family.at(target)
        refusal = scenario.refusal
        if refusal is not None:
            return web.Response(status=refusal.status, reason=refusal.reason,
                                headers=refusal.headers, body=refusal.body)
        connection = web.WebSocketResponse(
            protocols=scenario.supported_subprotocols,
            compress=True,
            max_msg_size=0,
            autoclose=False,
            autoping=False,
        )
        for name, value in scenario.response_headers:
            connection.headers[name] = value
        await connection.prepare(request)
        with notes.serving():
            await scenario.server(AiohttpPeer(connection, notes, connection.ws_protocol))
        return connection

    server = web.Server(answer)
    runner = web.ServerRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=512, ssl_context=tls)
    await site.start()
    return site._server


def decoded(raw_headers) -> list[tuple[str, str]]:
    """Raw header pairs as text, byte for byte."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw_headers]


CLIENT = AiohttpClient
