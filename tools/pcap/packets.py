"""TCP in IPv4 in Ethernet: taken apart, and put together again with right lengths and checksums."""

import struct
from dataclasses import dataclass, replace

FIN, SYN, PSH, ACK = 0x01, 0x02, 0x08, 0x10

ETHERNET_LENGTH = 14
IPV4 = 0x0800
TCP = 6
DONT_FRAGMENT = 0x4000
MORE_FRAGMENTS = 0x2000
SEQUENCES = 1 << 32

_OPTION_END, _OPTION_PADDING, _OPTION_SACK = 0, 1, 5


@dataclass(frozen=True)
class Segment:
    """One TCP segment. `ip` and `tcp` are the headers with their options, as they were read."""

    link: bytes
    ip: bytes
    tcp: bytes
    payload: bytes

    @property
    def direction(self) -> tuple:
        """Source address and port, destination address and port."""
        return self.ip[12:16], self.tcp[0:2], self.ip[16:20], self.tcp[2:4]

    @property
    def reverse(self) -> tuple:
        """The direction that this segment acknowledges."""
        return self.ip[16:20], self.tcp[2:4], self.ip[12:16], self.tcp[0:2]

    @property
    def sequence(self) -> int:
        """The sequence number."""
        return struct.unpack_from("!I", self.tcp, 4)[0]

    @property
    def acknowledgement(self) -> int:
        """The acknowledgement number; it means nothing without the flag ACK."""
        return struct.unpack_from("!I", self.tcp, 8)[0]

    @property
    def flags(self) -> int:
        """FIN, SYN, PSH, ACK and the others."""
        return self.tcp[13]

    def with_payload(self, payload: bytes) -> "Segment":
        """The segment with other bytes in it."""
        return replace(self, payload=payload)

    def with_flags(self, flags: int) -> "Segment":
        """The segment with other flags."""
        return replace(self, tcp=self.tcp[:13] + bytes([flags]) + self.tcp[14:])

    def with_sequence(self, sequence: int) -> "Segment":
        """The segment at another place in its stream."""
        return replace(self, tcp=self.tcp[:4] + _word(sequence) + self.tcp[8:])

    def with_acknowledgement(self, acknowledgement: int) -> "Segment":
        """The segment with another acknowledgement number."""
        return replace(self, tcp=self.tcp[:8] + _word(acknowledgement) + self.tcp[12:])

    def with_sack_shifted(self, shift: int) -> "Segment":
        """The segment with the edges of its selective acknowledgements moved (RFC 2018)."""
        tcp, at = bytearray(self.tcp), 20
        while at < len(tcp) and tcp[at] != _OPTION_END:
            if tcp[at] == _OPTION_PADDING:
                at += 1
                continue
            if tcp[at] == _OPTION_SACK:
                for edge in range(at + 2, at + tcp[at + 1], 4):
                    tcp[edge:edge + 4] = _word(struct.unpack_from("!I", tcp, edge)[0] + shift)
            at += tcp[at + 1]
        return replace(self, tcp=bytes(tcp))

    def with_identification(self, identification: int) -> "Segment":
        """The segment in an IP packet of another number."""
        return replace(self, ip=self.ip[:4] + struct.pack("!H", identification & 0xFFFF) + self.ip[6:])

    def to_bytes(self) -> bytes:
        """The frame on the wire."""
        return self.link + self._ip_header() + self._tcp_header() + self.payload

    def to_fragments(self, size: int) -> list[bytes]:
        """The frames of the IP packet when it is cut into pieces of `size` bytes (a multiple of 8)."""
        body = self._tcp_header() + self.payload
        if len(body) <= size:
            return [self.to_bytes()]
        return [
            self.link + self._fragment_header(at, body[at:at + size], at + size < len(body)) + body[at:at + size]
            for at in range(0, len(body), size)
        ]

    def _ip_header(self) -> bytes:
        length = len(self.ip) + len(self.tcp) + len(self.payload)
        return _with_ip_checksum(self.ip[:2] + struct.pack("!H", length) + self.ip[4:])

    def _fragment_header(self, offset: int, piece: bytes, more: bool) -> bytes:
        place = offset // 8 | (MORE_FRAGMENTS if more else 0)
        head = self.ip[:2] + struct.pack("!H", len(self.ip) + len(piece)) + self.ip[4:6] + struct.pack("!H", place)
        return _with_ip_checksum(head + self.ip[8:])

    def _tcp_header(self) -> bytes:
        blank = self.tcp[:16] + b"\0\0" + self.tcp[18:]
        pseudo = self.ip[12:20] + struct.pack("!BBH", 0, TCP, len(blank) + len(self.payload))
        return blank[:16] + struct.pack("!H", checksum(pseudo + blank + self.payload)) + blank[18:]


def parse(frame: bytes) -> Segment | None:
    """The TCP segment in a frame; `None` when it is something else, a fragment, or not captured whole."""
    ip = frame[ETHERNET_LENGTH:]
    if len(ip) < 20 or struct.unpack_from("!H", frame, 12)[0] != IPV4 or ip[9] != TCP:
        return None
    place = struct.unpack_from("!H", ip, 6)[0]
    if place & ~DONT_FRAGMENT:
        return None
    ip_length, total = (ip[0] & 0x0F) * 4, struct.unpack_from("!H", ip, 2)[0]
    if len(ip) < total or total < ip_length + 20:
        return None
    body = ip[ip_length:total]
    tcp_length = (body[12] >> 4) * 4
    return Segment(frame[:ETHERNET_LENGTH], ip[:ip_length], body[:tcp_length], body[tcp_length:])


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _with_ip_checksum(header: bytes) -> bytes:
    blank = header[:10] + b"\0\0" + header[12:]
    return blank[:10] + struct.pack("!H", checksum(blank)) + blank[12:]


def _word(number: int) -> bytes:
    return struct.pack("!I", number % SEQUENCES)
