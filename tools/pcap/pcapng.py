"""As much of pcapng as the recording needs: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html."""

import struct
from pathlib import Path

SECTION, INTERFACE, ENHANCED_PACKET = 0x0A0D0D0A, 1, 6
# Where the options of a block begin, and which of them describe the machine: its processor, its kernel.
MACHINE_OPTIONS = {SECTION: (24, {2, 3}), INTERFACE: (16, {12})}


def packet_count(path: Path) -> int:
    """How many whole packets a file holds that may still grow."""
    return sum(kind == ENHANCED_PACKET for kind, _ in _blocks(path.read_bytes()))


def without_machine(data: bytes) -> bytes:
    """The file without what the recorder says of the machine; packets and everything else stay."""
    return b"".join(_stripped(kind, block) for kind, block in _blocks(data))


def _blocks(data: bytes):
    """Each whole block with its type; little-endian, as the machines are that this runs on."""
    at = 0
    while at + 12 <= len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if at + length > len(data):
            return
        yield kind, data[at:at + length]
        at += length


def _stripped(kind: int, block: bytes) -> bytes:
    if kind not in MACHINE_OPTIONS:
        return block
    at, unwanted = MACHINE_OPTIONS[kind]
    kept = block[8:at]
    while at < len(block) - 4:
        code, length = struct.unpack_from("<HH", block, at)
        end = at + 4 + (length + 3) // 4 * 4
        kept += b"" if code in unwanted else block[at:end]
        at = end
    length = struct.pack("<I", len(kept) + 12)
    return block[:4] + length + kept + length
