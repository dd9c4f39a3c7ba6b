#!/usr/bin/env python3
"""How fast wsreplay reads a large pcap, beside tshark, in one run: `make bench-packets`.

A pcap of numbered JSON messages is made first, the same for the same --seed. Then every program reads it in turn, several
rounds; medians are printed as a table, with ratios to tshark and the memory of each.
"""

import argparse
import os
import random
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
SYN, ACK, PSH, FIN = 0x02, 0x10, 0x08, 0x01
TSHARK_FIELDS = ["frame.time_epoch", "tcp.stream", "ip.src", "tcp.srcport", "websocket.fin", "websocket.rsv",
                 "websocket.opcode", "websocket.mask", "websocket.payload_length"]


class Peer:
    """One side of a connection: what it sends as TCP segments with the other side's acknowledgement."""

    def __init__(self, address: bytes, port: int, number: int):
        self.address, self.port, self.number = address, port, number


class Connection:
    """A WebSocket connection that is written packet by packet."""

    def __init__(self, index: int, dice: random.Random):
        self.client = Peer(bytes([10, 0, 1, index + 1]), 40_000 + index, dice.getrandbits(32))
        self.server = Peer(bytes([10, 9, 0, 1]), 8080, dice.getrandbits(32))
        self.key = dice.randbytes(4)
        self.sent = 0

    def packet(self, sender: Peer, receiver: Peer, flags: int, payload: bytes = b"") -> bytes:
        tcp = struct.pack(">HHIIBBHHH", sender.port, receiver.port, sender.number & 0xFFFFFFFF,
                          receiver.number & 0xFFFFFFFF, 5 << 4, flags, 65_535, 0, 0)
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 0, 0x4000, 64, 6, 0, sender.address, receiver.address)
        sender.number += len(payload) + (1 if flags & (SYN | FIN) else 0)
        return bytes(12) + b"\x08\x00" + ip + tcp + payload

    def upgrade(self):
        yield self.packet(self.client, self.server, SYN)
        yield self.packet(self.server, self.client, SYN | ACK)
        yield self.packet(self.client, self.server, PSH | ACK, (
            "GET /feed HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        yield self.packet(self.server, self.client, PSH | ACK, (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n").encode())

    def message(self, filler: str):
        self.sent += 1
        text = (f'{{"type":"market_data","symbol":"BTCUSDT","sequence":{self.sent},"price":{self.sent % 9973}.25,'
                f'"text":"{filler}"}}').encode()
        key = int.from_bytes(self.key * (len(text) // 4 + 1), "big") >> (8 * (-len(text) % 4 or 4))
        masked = (int.from_bytes(text, "big") ^ key).to_bytes(len(text), "big")
        head = b"\x81\xfe" + struct.pack(">H", len(text)) + self.key
        yield self.packet(self.client, self.server, PSH | ACK, head + masked)
        yield self.packet(self.server, self.client, ACK)


def generate(file: Path, megabytes: int, seed: int) -> int:
    """Writes the pcap; answers how many frames are in it."""
    dice = random.Random(seed)
    connections = [Connection(index, dice) for index in range(8)]
    fillers = ["".join(dice.choices("abcdefghij ", k=dice.randint(180, 240))) for _ in range(512)]
    frames, size, now = 0, 24, 1_700_000_000_000_000
    with file.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1))

        def write(packets):
            nonlocal size, now
            for packet in packets:
                now += 7
                out.write(struct.pack("<IIII", now // 1_000_000, now % 1_000_000, len(packet), len(packet)) + packet)
                size += 16 + len(packet)

        for connection in connections:
            write(connection.upgrade())
        while size < megabytes * 1_000_000:
            write(dice.choice(connections).message(dice.choice(fillers)))
            frames += 1
    return frames


def measure(command: list, name: str) -> tuple[float, float]:
    """Seconds and MiB that a command takes."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    if os.waitstatus_to_exitcode(status) not in (0, 2):
        sys.exit(f"{name} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_maxrss / 1024


def commands(replay: Path, file: Path, folder: Path) -> dict[str, list]:
    fields = [word for field in TSHARK_FIELDS for word in ("-e", field)]
    found = {
        "`wsreplay frames`": [replay, "frames", file],
        "`wsreplay verify`": [replay, "verify", file],
        "`wsreplay import`": [replay, "import", file, "-o", folder / "run.wscap"],
    }
    if shutil.which("tshark"):
        found["`tshark -T fields`"] = ["tshark", "-r", file, "-Y", "websocket", "-T", "fields", *fields]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200, help="size of the pcap (200)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each program reads it (3)")
    parser.add_argument("--seed", type=int, default=1, help="chooses the messages (1)")
    parser.add_argument("--bin", type=Path, default=ROOT / ".build/release", help="where wsreplay is")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wscap-packets-") as name:
        folder = Path(name)
        file = folder / "big.pcap"
        frames = generate(file, options.megabytes, options.seed)
        print(f"{file.stat().st_size / 1e6:.0f} MB, {frames} frames, {options.rounds} rounds, medians\n")
        programs = commands(options.bin / "wsreplay", file, folder)
        results = {program: [] for program in programs}
        for _ in range(options.rounds):
            for program, command in programs.items():
                (folder / "run.wscap").unlink(missing_ok=True)
                results[program].append(measure(command, program))
        medians = {program: [statistics.median(column) for column in zip(*rows)] for program, rows in results.items()}
        reference = medians.get("`tshark -T fields`", [None])[0]
        print("| program | seconds | MB/s | frames/s | × tshark | memory, MiB |")
        print("|---|---|---|---|---|---|")
        for program, (seconds, memory) in medians.items():
            ratio = f"{reference / seconds:.1f}" if reference else "–"
            print(f"| {program} | {seconds:.2f} | {options.megabytes / seconds:.0f} | {frames / seconds:,.0f} | {ratio} | "
                  f"{memory:.0f} |")


if __name__ == "__main__":
    main()
