"""Bytes for peers on bare sockets: HTTP heads (RFC 9112) and WebSocket frames (RFC 6455), right and wrong ones."""

import base64
import hashlib
import struct

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
FIN, RSV1, RSV2, RSV3 = 0x80, 0x40, 0x20, 0x10
# The mask key of RFC 6455, section 5.7.
MASK = bytes.fromhex("37fa213d")
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def request(path: str) -> bytes:
    """A plain GET that keeps the connection open."""
    return f"GET {path} HTTP/1.1\r\nHost: peers.test\r\nConnection: keep-alive\r\n\r\n".encode()


def upgrade(path: str = "/ws") -> bytes:
    """A request to upgrade."""
    return (f"GET {path} HTTP/1.1\r\nHost: peers.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode()


def switching() -> bytes:
    """The answer that accepts `upgrade`."""
    accept = base64.b64encode(hashlib.sha1((KEY + _GUID).encode()).digest()).decode()
    return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n").encode()


def response(status: int, reason: str, body: bytes) -> bytes:
    """An answer with a body that keeps the connection open."""
    return (f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def frame(opcode: int, payload: bytes = b"", *, mask: bytes = b"", bits: int = FIN) -> bytes:
    """A frame with the shortest length field. `bits` are FIN and the reserved ones."""
    length = len(payload)
    if length < 126:
        size = bytes([length])
    elif length < 1 << 16:
        size = struct.pack("!BH", 126, length)
    else:
        size = struct.pack("!BQ", 127, length)
    if mask:
        size = bytes([size[0] | 0x80]) + size[1:]
    return bytes([bits | opcode]) + size + mask + (masked(payload, mask) if mask else payload)


def masked(payload: bytes, mask: bytes) -> bytes:
    """The payload masked, or unmasked again."""
    return bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))


def close_payload(code: int, reason: str = "") -> bytes:
    """What a close frame carries."""
    return struct.pack("!H", code) + reason.encode()


def read_close(payload: bytes) -> tuple:
    """Code and reason of a close frame; 1005 stands for none (RFC 6455, section 7.4.1)."""
    if len(payload) < 2:
        return 1005, ""
    return struct.unpack_from("!H", payload)[0], payload[2:].decode(errors="replace")
