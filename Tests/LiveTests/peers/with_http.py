"""Plain HTTP by `aiohttp`'s client and server, all of it on one TCP connection."""

import asyncio

from aiohttp import ClientSession, ClientTimeout, TCPConnector, WSMsgType, web
from yarl import URL

from family_http import Exchange
from scenario import binary
from transcript import Transcript, describe
from with_aiohttp import decoded

TIMEOUT_SECONDS = 10


def label(number: int, method: str, path: str) -> str:
    """What an exchange is called in both transcripts."""
    return f"{number:02} {method} {path}"


class HTTPClient:
    """Makes every exchange in turn; the pool has room for one connection."""

    def __init__(self, tls=None):
        self.tls = tls

    async def play(self, exchanges: list[Exchange], port: int, transcript: Transcript):
        """Plays the client's part of every exchange in order."""
        timeout = ClientTimeout(total=TIMEOUT_SECONDS)
        connector = TCPConnector(limit=1, ssl=self.tls or False)
        async with ClientSession(connector=connector, timeout=timeout) as session:
            for number, exchange in enumerate(exchanges, start=1):
                notes = transcript.connection(label(number, exchange.method, exchange.path))
                scheme = "http" if self.tls is None else "https"
                url = URL(f"{scheme}://127.0.0.1:{port}{exchange.path}", encoded=True)
                headers = [("Host", "peers.test"), *exchange.headers]
                if exchange.path == "/upgrade":
                    await self.upgrade(session, url, headers, notes)
                else:
                    await self.exchange(session, exchange, url, headers, notes)

    async def exchange(self, session, exchange: Exchange, url, headers, notes):
        """One request and its answer."""

        async def chunks():
            for chunk in exchange.body:
                yield chunk

        body = chunks() if exchange.is_chunked else b"".join(exchange.body)
        async with session.request(exchange.method, url, headers=headers, data=body) as answer:
            content = await answer.read()
            notes.response(answer.status, decoded(answer.raw_headers), content)
            notes.note("reason", answer.reason)

    async def upgrade(self, session, url, headers, notes):
        """The connection that carried HTTP becomes a WebSocket."""
        async with session.ws_connect(url, headers=headers) as connection:
            await connection.send_str("after HTTP")
            notes.sent("text", b"after HTTP")
            notes.received("text", (await connection.receive_str()).encode())


async def listen(exchanges: list[Exchange], transcript: Transcript, tls=None):
    """Starts a server on a free port; returns an object with `sockets`."""
    connections = []
    requests = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        requests.append(request)
        if request.transport not in connections:
            connections.append(request.transport)
        notes = transcript.connection(label(len(requests), request.method, request.raw_path))
        notes.request(request.raw_path, decoded(request.raw_headers))
        notes.note("connection", connections.index(request.transport) + 1)
        with notes.serving():
            return await respond(request, notes)

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    return site._server


async def respond(request: web.BaseRequest, notes) -> web.StreamResponse:
    """Answers by the path's first word."""
    match request.path.split("/")[1:]:
        case ["fixed", length]:
            return web.Response(body=binary("fixed", int(length)))
        case ["echo"]:
            if request.headers.get("Expect", "") == "100-continue":
                await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                request.writer.output_size = 0  # As aiohttp's own routes do: this was no response.
            body = await request.read()
            notes.note("body", describe("body", body))
            return web.Response(body=body, headers={"X-Method": request.method})
        case ["chunked", count]:
            response = web.StreamResponse()
            response.enable_chunked_encoding()
            await response.prepare(request)
            for number in range(int(count)):
                await response.write(f"chunk {number}\n".encode() * 1_000)
                await asyncio.sleep(0)
            await response.write_eof()
            return response
        case ["unchanged"]:
            return web.Response(status=304, headers={"ETag": '"1"'})
        case ["empty"]:
            return web.Response(status=204)
        case ["upgrade"]:
            connection = web.WebSocketResponse()
            await connection.prepare(request)
            message = await connection.receive()
            notes.received("text", message.data.encode())
            await connection.send_str("and back")
            notes.sent("text", b"and back")
            ended = await connection.receive()
            notes.ended(ended.type.name if ended.type is WSMsgType.CLOSE else str(ended))
            return connection
        case _:
            return web.json_response({"path": request.raw_path})


CLIENT = HTTPClient
