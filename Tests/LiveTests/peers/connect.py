"""Plays the client's part of one family, first directly, then through the proxy.

With somebody to trust it speaks TLS with the proxy.
Writes client-direct.json and client-through.json.
"""

import asyncio
import importlib
import signal
from argparse import ArgumentParser
from pathlib import Path

import tls
from transcript import Transcript

DEADLINE_SECONDS = 120


async def main():
    """Plays both runs."""
    arguments = parse()
    family = importlib.import_module(f"family_{arguments.family}").FAMILY
    library = importlib.import_module(f"with_{arguments.library}")
    context = tls.client_context(arguments)
    runs = [
        ("direct", arguments.direct, context if arguments.tls_direct else None),
        ("through", arguments.through, context),
    ]
    for run, port, context in runs:
        client = library.CLIENT(context)
        transcript = Transcript()
        await client.play(family, port, transcript)
        transcript.write(Path(arguments.transcripts) / f"client-{run}.json")


def parse():
    """The command line."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--family", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("--direct", type=int, required=True)
    parser.add_argument("--through", type=int, required=True)
    parser.add_argument("--transcripts", required=True)
    tls.add_options(parser)
    return parser.parse_args()


if __name__ == "__main__":
    signal.alarm(DEADLINE_SECONDS)  # No peer outlives its test, whatever happens to the test.
    asyncio.run(main())
