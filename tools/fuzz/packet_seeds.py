"""Makes the seeds of captures/fuzz-packets from captures/pcap: the first packets of each link type and each kind of damage.

The form is that of Tests/TestKit/Fuzz/PacketProbe.swift: a byte for the link type, then packets, each with a length of
two bytes, how many bytes of it were cut off, and the milliseconds since the one before.
"""

import struct
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINKS = [0, 1, 9, 12, 50, 101, 104, 108, 113, 228, 229, 239, 276]
NAMES = ["clean-reordered", "clean-conflict", "clean-qinq", "clean-ipfrag", "clean-wrap", "clean-snap", "any-sll2", "sll1",
         "ipv6", "port-reuse", "reset", "half-close", "refused", "midstart"]
SIZE = 6000


def seed(file: Path) -> bytes:
    data = file.read_bytes()
    magic, = struct.unpack_from("<I", data)
    per_millisecond = 1_000_000 if magic == 0xA1B23C4D else 1000
    out = bytearray([LINKS.index(struct.unpack_from("<I", data, 20)[0])])
    at, before = 24, None
    while at < len(data) and len(out) < SIZE:
        seconds, fraction, kept, length = struct.unpack_from("<IIII", data, at)
        packet = data[at + 16:at + 16 + kept]
        at += 16 + kept
        now = seconds * 1000 + fraction // per_millisecond
        passed = min(255, now - (before if before is not None else now))
        before = now
        out += struct.pack(">HBB", len(packet), min(255, length - kept), passed) + packet
    return bytes(out)


folder = ROOT / "captures/fuzz-packets"
folder.mkdir(exist_ok=True)
for name in NAMES:
    (folder / name).write_bytes(seed(ROOT / f"captures/pcap/{name}.pcap"))
