"""Makes the small seeds of captures/fuzz from captures/golden: schemas lose their data.

    tools/fuzz/seeds.py && for seed in captures/fuzz/small-*.wscap; do …wsreplay compact…; done
"""

import struct
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCHEMA = 3


def small(data: bytes) -> bytes:
    """The capture without the descriptors in its schemas; offsets in its summary are wrong then."""
    out, at = bytearray(data[:8]), 8
    while at + 9 <= len(data):
        opcode, length = struct.unpack_from("<BQ", data, at)
        body = data[at + 9:at + 9 + length]
        if opcode == SCHEMA:
            name_end = 6 + struct.unpack_from("<I", body, 2)[0]
            encoding_end = name_end + 4 + struct.unpack_from("<I", body, name_end)[0]
            body = body[:encoding_end] + bytes(4)
        out += struct.pack("<BQ", opcode, len(body) if opcode == SCHEMA else length) + body
        at += 9 + length
    return bytes(out + data[at:])


for file in sorted((ROOT / "captures/golden").glob("*.wscap")):
    (ROOT / "captures/fuzz" / f"small-{file.name}").write_bytes(small(file.read_bytes()))
