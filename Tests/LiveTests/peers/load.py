"""Peers that send and receive as fast as they can, and remember everything that reached them.

`load.py serve` prints {"port": n}; `load.py connect` prints "started" once a first frame has
reached it. Both go on until the other side is gone, and then write down for every connection how
many bytes came and their digest, and the digest of every whole message.

The protocol is `websockets` without its own input and output, so that every byte passes through
here before it is understood. Over TLS it is the bytes inside that are counted.
"""

import asyncio
import hashlib
import json
import signal
from argparse import ArgumentParser
from pathlib import Path
from random import Random

from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)
from websockets.frames import CTRL_OPCODES, Frame
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

import tls

DEADLINE_SECONDS = 60
READ_BYTES = 1 << 16


class Received:
    """What reached one end of one connection."""

    def __init__(self):
        self.length = 0
        self.running = hashlib.sha256()
        self.messages: list[str] = []
        self.parts: list[bytes] = []

    def count(self, data: bytes):
        """Counts bytes before anything understands them."""
        self.length += len(data)
        self.running.update(data)

    def frame(self, frame: Frame):
        """Joins fragments and notes each message that is complete."""
        if frame.opcode in CTRL_OPCODES:
            return
        self.parts.append(bytes(frame.data))
        if frame.fin:
            self.messages.append(hashlib.sha256(b"".join(self.parts)).hexdigest())
            self.parts = []

    def facts(self) -> dict:
        """For the log."""
        return {"length": self.length, "sha256": self.running.hexdigest(),
                "messages": self.messages}


class Log:
    """What reached one process, by request target."""

    def __init__(self):
        self.connections: dict[str, Received] = {}
        self.has_traffic = False

    def note_traffic(self):
        """Says so once, when the first frame has reached this process."""
        if not self.has_traffic:
            print("started", flush=True)
            self.has_traffic = True

    def write(self, path: str):
        """Writes the log, complete or not at all."""
        facts = {target: received.facts() for target, received in self.connections.items()}
        partial = Path(path).with_suffix(".partial")
        partial.write_text(json.dumps(facts))
        partial.rename(path)


class End:
    """One end of one connection: sends without pause, receives, until the connection is gone."""

    def __init__(self, protocol, reader, writer, log: Log, seed: int):
        self.protocol = protocol
        self.reader = reader
        self.writer = writer
        self.log = log
        self.seed = seed
        self.received = Received()

    async def receive(self):
        """Yields events until the connection is gone."""
        try:
            while data := await self.reader.read(READ_BYTES):
                self.received.count(data)
                self.protocol.receive_data(data)
                for event in self.protocol.events_received():
                    yield event
                self.flush()
        except OSError:
            pass  # A reset is what a killed proxy leaves behind.

    async def send_forever(self, label: str):
        """Sends messages of all sizes, the first of them naming the connection and the side."""
        source = Random(f"{self.seed} {label}")
        try:
            self.protocol.send_text(label.encode())
            while not self.writer.is_closing():
                self.send_one(source)
                self.flush()
                await self.writer.drain()
                await asyncio.sleep(0)  # `drain` does not let others run while there is room.
        except OSError:
            pass  # As above.

    def send_one(self, source: Random):
        """One message: mostly small, sometimes big, sometimes in fragments, sometimes a ping."""
        size = source.choices([source.randrange(200), source.randrange(20_000),
                               source.randrange(1 << 20)], [96, 3.5, 0.5])[0]
        payload = source.choice([source.randbytes, squeezable])(size)
        match source.randrange(20):
            case 0:
                self.protocol.send_binary(payload, fin=False)
                self.protocol.send_ping(payload[:20])
                self.protocol.send_continuation(payload, fin=True)
            case 1:
                self.protocol.send_text(payload.hex().encode())
            case _:
                self.protocol.send_binary(payload)

    def flush(self):
        """Hands to the socket what the protocol wants sent."""
        for data in self.protocol.data_to_send():
            if data:
                self.writer.write(data)

    async def run(self):
        """Receives until the connection is gone; sends as soon as the handshake is done."""
        sending = None
        async for event in self.receive():
            if isinstance(event, Frame):
                self.received.frame(event)
                self.log.note_traffic()
            elif (label := self.shake_hands(event)) is not None:
                sending = asyncio.create_task(self.send_forever(label))
        if sending is not None:
            sending.cancel()
        self.writer.close()


def squeezable(size: int) -> bytes:
    """A payload that compresses well."""
    return (b'{"type":"market_data","symbol":"BTCUSDT","price":65000.5}' * (size // 57 + 1))[:size]


class ClientEnd(End):
    """The end that dialled."""

    def shake_hands(self, response: Response) -> str | None:
        """Says what to call this end once the server has agreed."""
        return f"{self.target} client" if self.protocol.handshake_exc is None else None


class ServerEnd(End):
    """The end that was dialled."""

    def shake_hands(self, request: Request) -> str | None:
        """Agrees, and says what to call this end."""
        self.log.connections[request.path] = self.received
        self.protocol.send_response(self.protocol.accept(request))
        self.flush()
        return f"{request.path} server"


async def connect(arguments):
    """Opens all connections and returns when all of them are gone."""
    log = Log()
    context = tls.client_context(arguments)

    async def dial(number: int):
        try:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", arguments.port, ssl=context,
                server_hostname=None if context is None else tls.SERVER_NAME)
        except OSError:
            return  # The proxy was killed before this connection's turn came.
        target = f"/load?connection={number}"
        deflate = [ClientPerMessageDeflateFactory()] if number % 2 else None
        protocol = ClientProtocol(
            parse_uri(f"ws://peers.test{target}"), extensions=deflate, max_size=None)
        end = ClientEnd(protocol, reader, writer, log, arguments.seed)
        end.target = target
        log.connections[target] = end.received
        protocol.send_request(protocol.connect())
        end.flush()
        await end.run()

    await asyncio.gather(*(dial(number) for number in range(arguments.connections)))
    log.write(arguments.log)


async def serve(arguments):
    """Serves until SIGTERM."""
    log = Log()

    async def handle(reader, writer):
        protocol = ServerProtocol(extensions=[ServerPerMessageDeflateFactory()], max_size=None)
        await ServerEnd(protocol, reader, writer, log, arguments.seed).run()

    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    server = await asyncio.start_server(
        handle, "127.0.0.1", 0, ssl=tls.server_context(arguments))
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await stopped.wait()
    log.write(arguments.log)


def parse():
    """The command line."""
    parser = ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, function in [("serve", serve), ("connect", connect)]:
        command = commands.add_parser(name)
        command.set_defaults(function=function)
        command.add_argument("--seed", type=int, required=True)
        command.add_argument("--log", required=True)
        tls.add_options(command)
        if name == "connect":
            command.add_argument("--port", type=int, required=True)
            command.add_argument("--connections", type=int, default=24)
    return parser.parse_args()


if __name__ == "__main__":
    signal.alarm(DEADLINE_SECONDS)  # No peer outlives its test, whatever happens to the test.
    arguments = parse()
    asyncio.run(arguments.function(arguments))
