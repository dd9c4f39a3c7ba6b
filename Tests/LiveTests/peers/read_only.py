"""Lets the volume that a proxy records to become read-only while messages pass.

    read_only.py --proxy WSPROXY --replay WSREPLAY --disk FOLDER --store ring|write

FOLDER is an ext4 volume of its own. It is aborted, as ext4 does itself on an error of the disk
(`errors=remount-ro`): a plain remount is refused while files are open for writing. Traffic must go
on, the proxy must say why nothing is recorded, and what was recorded before must be readable.
"""

import asyncio
import json
import subprocess
import sys

from disk_full import Trial, message, parse
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

BEFORE = 200
AFTER = 200


class ReadOnlyTrial(Trial):
    """One proxy on a disk that breaks."""

    def replay(self, *arguments: str) -> str:
        """What wsreplay prints; a capture on a broken disk may be damaged at its end."""
        done = subprocess.run([self.arguments.replay, *arguments], capture_output=True, text=True,
                              check=False)
        self.expect(done.returncode in (0, 3), f"wsreplay: {done.returncode} {done.stderr}")
        return done.stdout

    async def play(self):
        """Sends before and after the volume has become read-only."""
        async with serve(self.receive, "127.0.0.1", 0, max_size=None, compression=None) as server:
            port = await self.start(server.sockets[0].getsockname()[1])
            connection = await connect(f"ws://127.0.0.1:{port}", compression=None, max_size=None)
            await self.passes(connection, BEFORE)
            # What is on the disk by now stays; of the rest the kernel promises nothing.
            subprocess.run(["sync", "-f", str(self.disk)], check=True)
            subprocess.run(["mount", "-o", "remount,abort", str(self.disk)], check=True)
            # Until the ring is full, or the next block is wanted, the proxy has no reason to complain.
            while not self.says("capture failed"):
                await self.passes(connection, 1)
            await self.passes(connection, AFTER)
            await connection.close()
            self.proxy.terminate()
            code = await asyncio.wait_for(self.proxy.wait(), 20)
            self.expect(code == 74, f"the proxy ended with {code}, and its capture has no end")
        errors = [entry for entry in self.log if entry["level"] == "error"]
        self.expect(any("ead-only" in json.dumps(entry) for entry in errors),
                    f"the log does not say why: {errors}")
        lines = self.replay("frames", str(self.capture), "--opcode", "binary",
                            "--direction", "client-to-server", "--json").splitlines()
        whole = [json.loads(line) for line in lines if json.loads(line)["complete"]]
        arrived = self.received_count
        self.expect(BEFORE <= len(whole) <= arrived, f"{len(whole)} of {arrived} are recorded")
        lengths = {frame["length"] for frame in whole}
        self.expect(lengths == {len(message(0))}, f"messages of {lengths} bytes are recorded")
        print(f"{arrived} arrived, {len(whole)} recorded")


if __name__ == "__main__":
    sys.exit(ReadOnlyTrial(parse()).run())
