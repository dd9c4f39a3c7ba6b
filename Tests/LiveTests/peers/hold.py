"""A connection that is kept busy while something happens to the proxy.

Prints the name in the proxy's certificate once it is connected ({"certificate": …}), then sends a message at
a time and waits for the answer, until SIGTERM; then closes and prints {"answers": n, "end": …}.
After SIGUSR1 it says {"answers": n} as soon as one more message has been answered.
"""

import asyncio
import json
import signal
from argparse import ArgumentParser

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

import tls
from probe import name_of

DEADLINE_SECONDS = 60
PAUSE_SECONDS = 0.01


async def main():
    """Talks until it is asked to stop."""
    arguments = parse()
    context = tls.client_context(arguments)
    loop = asyncio.get_running_loop()
    stopped, asked, answers = asyncio.Event(), asyncio.Event(), 0
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    loop.add_signal_handler(signal.SIGUSR1, asked.set)
    async with connect(f"wss://localhost:{arguments.port}/hold", host="127.0.0.1", ssl=context,
                       ping_interval=None, proxy=None) as connection:
        session = connection.transport.get_extra_info("ssl_object")
        print(json.dumps({"certificate": name_of(session.getpeercert())}), flush=True)
        end = "closed"
        try:
            while not stopped.is_set():
                is_asked = asked.is_set()  # Before the message: its answer is one of afterwards.
                await connection.send(f"message {answers}")
                await connection.recv()
                answers += 1
                if is_asked:
                    asked.clear()
                    print(json.dumps({"answers": answers}), flush=True)
                await asyncio.sleep(PAUSE_SECONDS)  # A busy connection, not a loaded one.
        except ConnectionClosed as closed:
            end = str(closed)
    print(json.dumps({"answers": answers, "end": end}), flush=True)


def parse():
    """The command line."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    tls.add_options(parser)
    return parser.parse_args()


if __name__ == "__main__":
    signal.alarm(DEADLINE_SECONDS)  # No peer outlives its test, whatever happens to the test.
    asyncio.run(main())
