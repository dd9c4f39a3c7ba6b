"""Bytes of the wire, written by hand: frames that no library would send, and handshakes."""

import struct
from itertools import cycle

UPGRADE = (
    b"GET /raw?x=1 HTTP/1.1\r\n"
    b"host: peers.test\r\n"
    b"UPGRADE:WebSocket\r\n"
    b"Connection:   keep-alive ,  Upgrade \r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"sec-websocket-version: 13\r\n"
    b"X-Odd:\t spaces and tabs \t\r\n"
    b"\r\n"
)

SWITCHING = (
    b"HTTP/1.1 101 Switching, with an odd reason\r\n"
    b"upgrade: websocket\r\n"
    b"CONNECTION: upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"\r\n"
)

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, reserved: int = 0,
          mask: bytes | None = None, length_bytes: int | None = None) -> bytes:
    """One frame. `length_bytes` (0, 2 or 8) forces a length form, minimal or not."""
    if length_bytes is None:
        length_bytes = 0 if len(payload) < 126 else 2 if len(payload) < 65_536 else 8
    first = (0x80 if fin else 0) | reserved << 4 | opcode
    second = 0x80 if mask is not None else 0
    header = {
        0: lambda: struct.pack("!BB", first, second | len(payload)),
        2: lambda: struct.pack("!BBH", first, second | 126, len(payload)),
        8: lambda: struct.pack("!BBQ", first, second | 127, len(payload)),
    }[length_bytes]()
    if mask is None:
        return header + payload
    if mask == b"\0\0\0\0":
        return header + mask + payload
    return header + mask + bytes(byte ^ key for byte, key in zip(payload, cycle(mask)))


def odd_frames(mask: bytes | None, wrong_mask: bytes | None) -> bytes:
    """Frames that break every rule of RFC 6455 and still have a length."""
    return b"".join([
        frame(TEXT, b"plain", mask=mask),
        frame(TEXT, b"long form", mask=mask, length_bytes=2),
        frame(BINARY, b"longest form", mask=mask, length_bytes=8),
        frame(BINARY, b"", mask=mask, length_bytes=8),
        frame(TEXT, b"masked the wrong way", mask=wrong_mask),
        frame(TEXT, b"\xff\xfe\x80 no UTF-8", mask=mask),
        *(frame(BINARY, b"reserved bits", mask=mask, reserved=bits) for bits in range(1, 8)),
        *(frame(opcode, b"reserved", mask=mask) for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)),
        frame(CONTINUATION, b"continues nothing", mask=mask),
        frame(TEXT, b"begun", mask=mask, fin=False),
        frame(PING, b"fragmented ping", mask=mask, fin=False),
        frame(PING, b"p" * 300, mask=mask),
        frame(BINARY, b"begun inside", mask=mask),
        frame(CONTINUATION, b" and ended", mask=mask),
        frame(PONG, b"unasked", mask=mask),
        frame(CLOSE, b"\x03", mask=mask),
        frame(CLOSE, struct.pack("!H", 999) + b"\xff", mask=mask),
        frame(TEXT, b"after the close", mask=mask),
    ])
