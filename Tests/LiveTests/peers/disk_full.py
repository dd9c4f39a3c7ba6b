"""Fills the volume that a proxy records to, and gives room again, while messages pass.

    disk_full.py --proxy WSPROXY --replay WSREPLAY --disk FOLDER --policy pass|block|stop
                 --store ring|write

FOLDER is a small volume of its own. Prints one line for each thing that is not as the policy says,
and exits with 1; else prints what was held against each other.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed, InvalidMessage

BALLAST = 20 << 20
MESSAGE = 20_000


def message(number: int) -> bytes:
    """A message that tells its number."""
    return number.to_bytes(8, "big") + bytes([number % 251]) * (MESSAGE - 8)


class Trial:
    """One proxy on one small disk."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.disk: Path = arguments.disk
        self.capture = self.disk / "run.wscap"
        self.ballast = self.disk / "ballast"
        self.received: list[list[int]] = []
        self.found: list[str] = []
        self.sent = 0
        self.proxy = None
        self.log: list[dict] = []

    def expect(self, is_so: bool, sentence: str):
        """Notes what is not as it should be."""
        if not is_so:
            self.found.append(sentence)

    async def receive(self, connection):
        """The server: writes down which messages arrive, and answers each."""
        numbers: list[int] = []
        self.received.append(numbers)
        try:
            async for data in connection:
                numbers.append(int.from_bytes(data[:8], "big"))
                if data != message(numbers[-1]):
                    self.found.append(f"message {numbers[-1]} arrived changed")
        except ConnectionClosed:
            pass

    @property
    def received_count(self) -> int:
        """How many messages have arrived."""
        return sum(map(len, self.received))

    async def start(self, port: int) -> int:
        """Starts the proxy and answers its port."""
        self.proxy = await asyncio.create_subprocess_exec(
            self.arguments.proxy, "--listen", "127.0.0.1:0", "--upstream",
            f"ws://127.0.0.1:{port}", "--capture", str(self.capture), "--log-format", "json",
            "--store", self.arguments.store, "--ring-size", "4M",
            "--on-capture-failure", self.arguments.policy, "--min-free", "1M",
            stderr=subprocess.PIPE)
        async for line in self.proxy.stderr:
            entry = json.loads(line)
            self.log.append(entry)
            if entry["message"] == "listening":
                asyncio.get_running_loop().create_task(self.follow_log())
                return int(entry["address"].rsplit(":", 1)[1])
        raise RuntimeError(f"the proxy did not start: {self.log}")

    async def follow_log(self):
        """Keeps what the proxy says."""
        async for line in self.proxy.stderr:
            text = line.decode()
            # The last word of a command that fails is no log line.
            is_log = text.startswith("{")
            self.log.append(json.loads(text) if is_log else {"level": "error", "message": text})

    async def until(self, condition, what: str, seconds: float = 30):
        """Waits until something is so."""
        for _ in range(int(seconds * 50)):
            if condition():
                return
            await asyncio.sleep(0.02)
        raise RuntimeError(f"{what}: not within {seconds} s; log: {self.log[-3:]}")

    def says(self, text: str) -> bool:
        """Whether the log has a line with this text."""
        return any(text in entry["message"] for entry in self.log)

    async def send_until_full(self, connection):
        """Sends until the proxy says that it cannot record."""
        async def send():
            while not self.says("capture failed"):
                await connection.send(message(self.sent))
                self.sent += 1
                await asyncio.sleep(0)
        sending = asyncio.create_task(send())
        await self.until(lambda: self.says("capture failed"), "the disk is full")
        return sending

    async def play(self):
        """Fills the disk, does what the policy is about, makes room, goes on, and stops."""
        self.ballast.write_bytes(bytes(BALLAST))
        async with serve(self.receive, "127.0.0.1", 0, max_size=None, compression=None) as server:
            port = await self.start(server.sockets[0].getsockname()[1])
            address = f"ws://127.0.0.1:{port}"
            connection = await connect(address, compression=None, max_size=None)
            sending = await self.send_until_full(connection)
            await getattr(self, self.arguments.policy)(address, connection, sending)
            self.proxy.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(self.proxy.wait(), 20)
            self.expect(code == 0, f"the proxy ended with {code}")
        self.check_capture()

    async def passes(self, connection, count: int):
        """Sends further messages; all of them must arrive."""
        for _ in range(count):
            await connection.send(message(self.sent))
            self.sent += 1
        await self.until(lambda: self.received_count == self.sent, "everything sent arrives")

    async def recovers(self):
        """Makes room, and waits until the proxy has seen it."""
        self.ballast.unlink()
        await self.until(lambda: self.says("capture goes on"), "recording goes on")

    async def quiet(self) -> int:
        """Waits until what was forwarded before has arrived, and answers how much that is."""
        count = -1
        while count != self.received_count:
            count = self.received_count
            await asyncio.sleep(0.5)
        return count

    # `pass`: traffic goes on, the gap is exact.
    async def pass_(self, _, connection, sending):
        await sending
        await self.passes(connection, 500)
        await self.recovers()
        await self.passes(connection, 20)
        await connection.close()

    # `block`: nothing arrives that is not recorded, and nothing is missing in the end.
    async def block(self, _, connection, sending):
        self.expect(self.received_count < self.sent, "messages arrived although nothing is recorded")
        await sending
        rest = asyncio.create_task(self.passes(connection, 200))
        held = await self.quiet()
        await asyncio.sleep(0.5)  # Not a wait for anything: nothing may arrive meanwhile.
        self.expect(self.received_count == held, "messages arrived while traffic was held")
        await self.recovers()
        await rest
        await connection.close()

    # `stop`: the connection ends, new ones are refused until there is room.
    async def stop(self, address, connection, sending):
        try:
            await asyncio.wait_for(sending, 10)
            await asyncio.wait_for(connection.wait_closed(), 10)
        except (ConnectionClosed, TimeoutError):
            pass
        self.expect(connection.state.name == "CLOSED", "the connection lives on")
        try:
            await connect(address, compression=None, open_timeout=5)
            self.found.append("a new connection was taken although nothing can be recorded")
        except (OSError, EOFError, TimeoutError, InvalidMessage):
            pass
        await self.recovers()
        second = await connect(address, compression=None, max_size=None)
        await second.send(message(self.sent))
        await self.until(lambda: self.received[-1:] == [[self.sent]], "the new connection works")
        await second.close()

    def replay(self, *arguments: str) -> str:
        """What wsreplay prints; a damaged or unreadable capture is a finding."""
        done = subprocess.run([self.arguments.replay, *arguments], capture_output=True, text=True,
                              check=False)
        self.expect(done.returncode == 0,
                    f"wsreplay {' '.join(arguments)}: {done.returncode} {done.stderr}")
        return done.stdout

    def check_capture(self):
        """Holds the capture against what arrived."""
        lines = self.replay("frames", str(self.capture), "--opcode", "binary",
                            "--direction", "client-to-server", "--json").splitlines()
        frames = [json.loads(line) for line in lines]
        whole = {(frame["connection"], frame["frame"]) for frame in frames if frame["complete"]}
        summary = json.loads(self.replay(str(self.capture), "--format", "json"))
        missing = sum(gap["frames"] for gap in summary["gaps"])
        self.expect(not any(gap["open"] for gap in summary["gaps"]), "a gap was never closed")
        arrived = self.received_count
        if self.arguments.policy == "pass":
            self.expect(missing > 0, "no frame is named missing")
            # Data frames are numbered from 1, and the close frame is the last one.
            self.expect(len(whole) + missing == arrived,
                        f"{len(whole)} recorded + {missing} missing are not {arrived} arrived")
        else:
            self.expect(len(whole) >= arrived, f"{arrived} arrived, {len(whole)} are recorded")
        if self.arguments.policy == "block":
            self.expect(not summary["gaps"], "there is a gap")
        print(f"{arrived} arrived, {len(whole)} recorded, {missing} missing by the capture's own word")

    def run(self) -> int:
        """Plays the trial, and prints what was found."""
        try:
            asyncio.run(self.play())
        finally:
            if self.proxy is not None and self.proxy.returncode is None:
                os.kill(self.proxy.pid, signal.SIGKILL)
        for sentence in self.found:
            print(sentence)
        return 1 if self.found else 0


def parse():
    """The command line."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--proxy", required=True)
    parser.add_argument("--replay", required=True)
    parser.add_argument("--disk", type=Path, required=True)
    parser.add_argument("--policy", choices=["pass", "block", "stop"], default="pass")
    parser.add_argument("--store", choices=["ring", "write"], required=True)
    return parser.parse_args()


def main() -> int:
    """Plays one trial."""
    trial = Trial(parse())
    setattr(trial, "pass", trial.pass_)
    return trial.run()


if __name__ == "__main__":
    sys.exit(main())
