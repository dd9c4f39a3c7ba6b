"""Follows a capture while it is written, and holds what is shown against what is sent.

    follow.py --proxy WSPROXY --replay WSREPLAY --folder FOLDER --ending term|kill --store ring|write

Sends one message at a time, waits until `wsreplay frames FOLDER --follow --json` has shown it, goes on
over several files, ends the proxy, and expects the follower to end by itself with 0. Prints one line
for each thing that is not so, and exits with 1.
"""

import asyncio
import hashlib
import json
import signal
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from statistics import median

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

MESSAGES = 12
BYTES = 24_000
DEADLINE_SECONDS = 10
SOON_SECONDS = 1


class Trial:
    """One proxy and one follower of its capture."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.folder: Path = arguments.folder
        self.shown: dict[str, float] = {}
        self.order: list[str] = []
        self.news = asyncio.Condition()
        self.delays: list[float] = []
        self.found: list[str] = []

    def expect(self, is_so: bool, sentence: str):
        """Notes what is not as it should be."""
        if not is_so:
            self.found.append(sentence)

    async def start_proxy(self, port: int):
        """Starts the proxy; answers it and its port."""
        proxy = await asyncio.create_subprocess_exec(
            self.arguments.proxy, "--listen", "127.0.0.1:0", "--upstream",
            f"ws://127.0.0.1:{port}", "--capture", str(self.folder), "--log-format", "json",
            "--store", self.arguments.store, "--rotate-size", "64K", stderr=asyncio.subprocess.PIPE)
        async for line in proxy.stderr:
            entry = json.loads(line)
            if entry["message"] == "listening":
                return proxy, int(entry["address"].rsplit(":", 1)[1])
        raise RuntimeError("the proxy did not start")

    async def read_follower(self, follower):
        """Notes when each frame is shown."""
        async for line in follower.stdout:
            frame = json.loads(line)
            if frame["opcode"] != "binary":
                continue
            async with self.news:
                self.order.append(frame["sha256"])
                self.shown[frame["sha256"]] = time.monotonic()
                self.news.notify_all()

    async def send(self, connection, number: int) -> str:
        """Sends one message, and waits until it is shown."""
        payload = number.to_bytes(4, "big") * (BYTES // 4)
        digest = hashlib.sha256(payload).hexdigest()
        sent = time.monotonic()
        await connection.send(payload)
        async with asyncio.timeout(DEADLINE_SECONDS), self.news:
            await self.news.wait_for(lambda: digest in self.shown)
        self.delays.append(self.shown[digest] - sent)
        return digest

    async def first(self, connection) -> str:
        """Sends until the follower has begun to show: it shows what passes from its start on."""
        for number in range(1000, 1000 + DEADLINE_SECONDS * 20):
            payload = number.to_bytes(4, "big")
            await connection.send(payload)
            try:
                async with asyncio.timeout(0.05), self.news:
                    await self.news.wait_for(lambda: self.shown)
                return hashlib.sha256(payload).hexdigest()
            except TimeoutError:
                continue
        raise RuntimeError("the follower shows nothing")

    async def play(self):
        """Sends, follows, ends."""
        async def swallow(connection):
            try:
                async for _ in connection:
                    pass
            except ConnectionClosed:
                pass

        async with serve(swallow, "127.0.0.1", 0, max_size=None, compression=None) as server:
            proxy, port = await self.start_proxy(server.sockets[0].getsockname()[1])
            try:
                await self.follow(proxy, port)
            finally:
                if proxy.returncode is None:
                    proxy.kill()

    async def follow(self, proxy, port: int):
        """What happens while the proxy runs."""
        follower = await asyncio.create_subprocess_exec(
            self.arguments.replay, "frames", str(self.folder), "--follow", "--json",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        reading = asyncio.create_task(self.read_follower(follower))
        try:
            connection = await connect(f"ws://127.0.0.1:{port}", compression=None)
            await self.first(connection)
            digests = [await self.send(connection, number) for number in range(MESSAGES)]
            shown = [digest for digest in self.order if digest in set(digests)]
            self.expect(shown == digests, "frames were shown twice, or in another order")
            self.expect(median(self.delays) < SOON_SECONDS,
                        f"half of the frames took longer than {median(self.delays):.2f} s")
            files = len(list(self.folder.glob("*.wscap")))
            self.expect(files >= 3, f"there are only {files} files")
            proxy.send_signal(signal.SIGTERM if self.arguments.ending == "term" else signal.SIGKILL)
            await asyncio.wait_for(proxy.wait(), DEADLINE_SECONDS)
            code = await asyncio.wait_for(follower.wait(), DEADLINE_SECONDS)
            errors = (await follower.stderr.read()).decode()
            self.expect(code == 0, f"the follower ended with {code}: {errors}")
            self.expect((self.arguments.ending == "kill") == ("unfinished" in errors),
                        f"the follower said '{errors}'")
            await asyncio.wait_for(reading, DEADLINE_SECONDS)
        finally:
            if follower.returncode is None:
                follower.kill()
        print(f"shown after {median(self.delays):.3f} s, at most {max(self.delays):.3f} s")


def main() -> int:
    """Plays one trial."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--proxy", required=True)
    parser.add_argument("--replay", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--ending", choices=["term", "kill"], required=True)
    parser.add_argument("--store", choices=["ring", "write"], required=True)
    trial = Trial(parser.parse_args())
    asyncio.run(trial.play())
    for sentence in trial.found:
        print(sentence)
    return 1 if trial.found else 0


if __name__ == "__main__":
    signal.alarm(60)  # No peer outlives its test, whatever happens to the test.
    sys.exit(main())
