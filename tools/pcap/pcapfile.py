"""Classic pcap files, read and written by hand: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-03.html."""

import struct
from dataclasses import dataclass, field, replace
from pathlib import Path

MICROSECONDS = 0xA1B2C3D4
NANOSECONDS = 0xA1B23C4D
HEADER_LENGTH = 24
RECORD_HEADER_LENGTH = 16
ETHERNET = 1


class PcapError(Exception):
    """The file is not what it is taken for."""


@dataclass(frozen=True)
class Packet:
    """One record. `fraction` counts micro- or nanoseconds, as the file's magic number says."""

    seconds: int
    fraction: int
    data: bytes
    original_length: int

    def carrying(self, data: bytes) -> "Packet":
        """The same moment with other bytes, captured whole."""
        return replace(self, data=data, original_length=len(data))


@dataclass
class PcapFile:
    """A file's header and its packets."""

    order: str
    magic: int
    snaplen: int
    link_type: int
    packets: list[Packet] = field(default_factory=list)

    def to_bytes(self) -> bytes:
        """The whole file, in the byte order that it was read in."""
        head = struct.pack(self.order + "IHHiIII", self.magic, 2, 4, 0, 0, self.snaplen, self.link_type)
        return head + b"".join(self._record(packet) for packet in self.packets)

    def _record(self, packet: Packet) -> bytes:
        lengths = len(packet.data), packet.original_length
        return struct.pack(self.order + "IIII", packet.seconds, packet.fraction, *lengths) + packet.data


def read(path: Path) -> PcapFile:
    """Reads a whole file."""
    data = Path(path).read_bytes()
    try:
        file = _read_header(data)
        file.packets = [packet for _, packet in _records(file, data)]
        return file
    except struct.error:
        raise PcapError(f"{path} ends in the middle of a header") from None


def offset_of(path: Path, mark: bytes) -> int:
    """Where the first record with `mark` in its packet begins; every record from there on must have it."""
    data = Path(path).read_bytes()
    hits = [(offset, mark in packet.data) for offset, packet in _records(_read_header(data), data)]
    first = next((index for index, (_, is_hit) in enumerate(hits) if is_hit), None)
    if first is None or not all(is_hit for _, is_hit in hits[first:]):
        raise PcapError(f"{path} does not end with the packets of its mark")
    return hits[first][0]


def _read_header(data: bytes) -> PcapFile:
    for order in "<>":
        magic, _, _, _, _, snaplen, link_type = struct.unpack_from(order + "IHHiIII", data)
        if magic in (MICROSECONDS, NANOSECONDS):
            return PcapFile(order, magic, snaplen, link_type)
    raise PcapError(f"no classic pcap file: it begins with {data[:4].hex()}")


def _records(file: PcapFile, data: bytes):
    """Each record with its offset."""
    offset = HEADER_LENGTH
    while offset < len(data):
        seconds, fraction, length, original = struct.unpack_from(file.order + "IIII", data, offset)
        start = offset + RECORD_HEADER_LENGTH
        if start + length > len(data):
            raise PcapError(f"the record at byte {offset} is torn")
        yield offset, Packet(seconds, fraction, data[start:start + length], original)
        offset = start + length
