"""Runs the servers of one family: one to be reached directly, one to stand behind the proxy.

With a certificate the one behind the proxy speaks TLS.

Prints {"direct": port, "through": port} once both listen. On SIGTERM waits for what still runs and
writes server-direct.json and server-through.json.
"""

import asyncio
import importlib
import json
import signal
import time
from argparse import ArgumentParser
from pathlib import Path

import tls
from transcript import Transcript

RUNS = ("direct", "through")
DEADLINE_SECONDS = 120
FINISH_SECONDS = 5


async def main():
    """Listens until asked to stop."""
    arguments = parse()
    family = importlib.import_module(f"family_{arguments.family}").FAMILY
    library = importlib.import_module(f"with_{arguments.library}")
    transcripts = {run: Transcript() for run in RUNS}
    context = tls.server_context(arguments)
    contexts = {"direct": context if arguments.tls_direct else None, "through": context}
    servers = {run: await library.listen(family, transcripts[run], contexts[run]) for run in RUNS}

    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    ports = {run: server.sockets[0].getsockname()[1] for run, server in servers.items()}
    print(json.dumps(ports), flush=True)
    await stopped.wait()

    # The last close may still be under way; whoever is not finished by the deadline says so.
    deadline = time.monotonic() + FINISH_SECONDS
    while time.monotonic() < deadline and not all(t.is_finished() for t in transcripts.values()):
        await asyncio.sleep(0.01)
    for run in RUNS:
        transcripts[run].write(Path(arguments.transcripts) / f"server-{run}.json")


def parse():
    """The command line."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--family", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("--transcripts", required=True)
    tls.add_options(parser)
    return parser.parse_args()


if __name__ == "__main__":
    signal.alarm(DEADLINE_SECONDS)  # No peer outlives its test, whatever happens to the test.
    asyncio.run(main())
