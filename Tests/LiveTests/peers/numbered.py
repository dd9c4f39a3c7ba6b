"""Peers that number their messages and write down the digest of each.

`serve` prints {"port": n} and answers every message with one of its own until SIGTERM. `connect`
opens many connections at once, sends a given number of messages on each when all are open, waits
for the answer to each, and closes. Both then write, for every request target, the digests of
what they sent and what they received, in order.

The first message of a flow names its connection and side, so that a capture's flow can be found by
its digest.
"""

import asyncio
import hashlib
import json
import signal
from argparse import ArgumentParser
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

import tls
from wire import BINARY, frame

DEADLINE_SECONDS = 60
BIG = 150_000
PIECES = 5


class Flow:
    """One end of one connection."""

    def __init__(self, label: str, all_json: bool = False):
        self.label = label
        self.all_json = all_json
        self.sent: list[str] = []
        self.received: list[str] = []
        self.sequence = 0

    def next(self) -> str | bytes | list[str]:
        """The next message: mostly small JSON, sometimes in fragments, sometimes big."""
        number = len(self.sent)
        if number % 10 == 7 and not self.all_json:
            message = self.binary(number)
        else:
            message = self.text(number)
            if number % 10 == 3:
                third = len(message) // 3
                message = [message[:third], message[third:2 * third], message[2 * third:]]
        self.note(self.sent, message)
        return message

    def text(self, number: int) -> str:
        """JSON with a sequence number that no other message of the flow has."""
        text = json.dumps({"peer": self.label, "type": "tick", "sequence": self.sequence,
                           "data": {"price": 64000 + number % 97, "pad": "x" * (number % 300)}})
        self.sequence += 1
        return text

    def binary(self, number: int) -> bytes:
        """Bytes that do not compress, so that files fill up either way."""
        seed = f"{self.label} {number} ".encode()
        size = BIG // 10 if number % 100 != 17 else BIG
        return seed + b"".join(hashlib.sha256(seed + bytes([block & 255, block >> 8])).digest()
                               for block in range(size // 32))

    @staticmethod
    def note(digests: list[str], message):
        """Writes the digest of a message down."""
        if isinstance(message, list):
            message = "".join(message)
        data = message.encode() if isinstance(message, str) else message
        digests.append(hashlib.sha256(data).hexdigest())


def write(flows: dict[str, Flow], path: str):
    """Writes the log, complete or not at all."""
    facts = {target: {"sent": flow.sent, "received": flow.received}
             for target, flow in flows.items()}
    partial = Path(path).with_suffix(".partial")
    partial.write_text(json.dumps(facts))
    partial.rename(path)


async def run_server(arguments):
    """Serves until SIGTERM."""
    flows: dict[str, Flow] = {}

    async def answer(connection):
        target = connection.request.path
        flow = flows[target] = Flow(f"{target} server", arguments.all_json)
        try:
            async for message in connection:
                Flow.note(flow.received, message)
                if not arguments.silent:
                    await connection.send(flow.next())
        except ConnectionClosed:
            pass  # A proxy that stops or is killed ends connections so.

    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    context = tls.server_context(arguments)
    async with serve(answer, "127.0.0.1", 0, ssl=context, max_size=None, ping_interval=None,
                     backlog=1000) as server:
        print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
        await stopped.wait()
    write(flows, arguments.log)


async def send_in_parts(connection, flow: Flow, seconds: float):
    """One frame in several writes with pauses between, so that time passes within it."""
    payload = flow.binary(len(flow.sent))
    Flow.note(flow.sent, payload)
    data = frame(BINARY, payload, mask=b"\x11\x22\x33\x44")
    size = len(data) // PIECES + 1
    for start in range(0, len(data), size):
        connection.transport.write(data[start:start + size])
        await asyncio.sleep(seconds / PIECES)  # The pause is what is asked for.


async def run_client(arguments):
    """Talks on all connections side by side."""
    flows: dict[str, Flow] = {}
    all_open = asyncio.Barrier(arguments.connections)
    context = tls.client_context(arguments)
    scheme = "ws" if context is None else "wss"

    async def talk(number: int):
        target = f"/{arguments.prefix}?connection={number}"
        flow = flows[target] = Flow(f"{target} client", arguments.all_json)
        compression = "deflate" if arguments.deflate and number % 2 else None
        async with connect(f"{scheme}://127.0.0.1:{arguments.port}{target}", ssl=context,
                           compression=compression, max_size=None, ping_interval=None,
                           open_timeout=30) as connection:
            await all_open.wait()
            for count in range(arguments.messages):
                if compression is None and count == 2 and arguments.slow > 0:
                    await send_in_parts(connection, flow, arguments.slow)
                else:
                    await connection.send(flow.next())
                if not arguments.silent:
                    Flow.note(flow.received, await connection.recv())

    await asyncio.gather(*(talk(number) for number in range(arguments.connections)))
    write(flows, arguments.log)


def parse():
    """The command line."""
    parser = ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, function in [("serve", run_server), ("connect", run_client)]:
        command = commands.add_parser(name)
        command.set_defaults(function=function)
        command.add_argument("--log", required=True)
        tls.add_options(command)
        command.add_argument("--silent", action="store_true", help="the server never answers")
        command.add_argument("--all-json", action="store_true", help="no binary messages")
        if name == "connect":
            command.add_argument("--port", type=int, required=True)
            command.add_argument("--connections", type=int, default=4)
            command.add_argument("--messages", type=int, default=100)
            command.add_argument("--prefix", default="numbered")
            command.add_argument("--deflate", action="store_true", help="on every second one")
            command.add_argument("--slow", type=float, default=0,
                                 help="seconds that the third message takes, in parts")
    return parser.parse_args()


if __name__ == "__main__":
    signal.alarm(DEADLINE_SECONDS)  # No peer outlives its test, whatever happens to the test.
    arguments = parse()
    asyncio.run(arguments.function(arguments))
