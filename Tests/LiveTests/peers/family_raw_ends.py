"""Half-closes and abrupt ends from either side, before, during and after the upgrade.

Whoever resets waits first for the other side's word that everything before the reset was read:
a reset may discard what it overtakes, on a direct connection too.
"""

from wire import SWITCHING, TEXT, UPGRADE, frame
from with_sockets import SocketPeer, SocketScenario

MASK = b"\x01\x02\x03\x04"
CLIENT_FRAME = frame(TEXT, b"from the client", mask=MASK)
SERVER_FRAME = frame(TEXT, b"from the server")
PARTIAL = frame(TEXT, b"x" * 5_000, mask=MASK)[:1_000]
MUCH = frame(2, bytes(3_000_000))
MUCH_MASKED = frame(2, bytes(3_000_000), mask=b"\0\0\0\0")


def upgraded(part):
    """A client's or server's part that begins once the upgrade is done."""

    def play(peer: SocketPeer, speaker: str):
        if speaker == "client":
            peer.send(UPGRADE)
            peer.receive(len(SWITCHING))
            peer.send(CLIENT_FRAME)
            peer.receive(len(SERVER_FRAME))
        else:
            peer.receive(len(UPGRADE))
            peer.send(SWITCHING)
            peer.receive(len(CLIENT_FRAME))
            peer.send(SERVER_FRAME)
        part(peer)

    return play


def after_upgrade(label: str, client, server) -> SocketScenario:
    """A scenario whose parts begin after the upgrade and one frame each way."""
    return SocketScenario(
        label,
        lambda peer: upgraded(client)(peer, "client"),
        lambda peer: upgraded(server)(peer, "server"),
    )


def half_close_then_read(peer: SocketPeer):
    """Says "that was all" and reads what still comes."""
    peer.half_close()
    peer.receive_until_end()


def read_then_send(data: bytes):
    """Reads to the end of the stream, then sends, then closes."""

    def play(peer: SocketPeer):
        peer.receive_until_end()
        peer.send(data)
        peer.half_close()

    return play


def reset_after_word(data: bytes):
    """Sends, waits for one byte that says it was read, resets."""

    def play(peer: SocketPeer):
        peer.send(data)
        peer.receive(1)
        peer.reset()

    return play


def give_word(length: int):
    """Reads this much, says so with one byte, and reads to the end."""

    def play(peer: SocketPeer):
        peer.receive(length)
        peer.send(b"\x89")
        peer.receive_until_end()

    return play


def close_with_unread(peer: SocketPeer):
    """Closes while bytes lie unread: the kernel sends a reset.

    What came before has been read when these bytes are asked for, so that they come by themselves.
    """
    peer.send(b"\x89")
    peer.wait_for_unread(1_000)
    peer.close()


def send_when_asked(data: bytes):
    """Waits for one byte, sends, and reads to the end."""

    def play(peer: SocketPeer):
        peer.receive(1)
        peer.send(data)
        peer.receive_until_end()

    return play


def send_then_read(data: bytes):
    """Sends and reads to the end."""

    def play(peer: SocketPeer):
        peer.send(data)
        peer.receive_until_end()

    return play


def close_now(peer: SocketPeer):
    """Closes without a word."""
    peer.close()


def receive_until_end(peer: SocketPeer):
    """Reads to the end."""
    peer.receive_until_end()


def ask_and_half_close(peer: SocketPeer):
    """One HTTP request, then a FIN, then the answer."""
    peer.send(b"GET /health HTTP/1.1\r\nHost: peers.test\r\n\r\n")
    half_close_then_read(peer)


HALF_A_HEAD = UPGRADE[:40]

FAMILY = [
    after_upgrade("client half-closes", half_close_then_read, read_then_send(MUCH)),
    after_upgrade("server half-closes", read_then_send(MUCH_MASKED), half_close_then_read),
    after_upgrade("client closes without a close frame", close_now, receive_until_end),
    after_upgrade("server closes without a close frame", receive_until_end, close_now),
    after_upgrade("client resets", reset_after_word(CLIENT_FRAME), give_word(len(CLIENT_FRAME))),
    after_upgrade("server resets", give_word(len(SERVER_FRAME)), reset_after_word(SERVER_FRAME)),
    after_upgrade("client resets inside a frame", reset_after_word(PARTIAL),
                  give_word(len(PARTIAL))),
    after_upgrade("server resets inside a frame", give_word(len(PARTIAL)),
                  reset_after_word(PARTIAL)),
    after_upgrade("server closes with bytes unread", send_when_asked(CLIENT_FRAME * 100),
                  close_with_unread),
    after_upgrade("client closes with bytes unread", close_with_unread,
                  send_when_asked(SERVER_FRAME * 100)),
    SocketScenario("client half-closes after a request", ask_and_half_close,
                   read_then_send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")),
    SocketScenario("client closes inside the request head",
                   lambda peer: (peer.send(HALF_A_HEAD), peer.close()), receive_until_end),
    SocketScenario("client resets inside the request head", reset_after_word(HALF_A_HEAD),
                   give_word(len(HALF_A_HEAD))),
    SocketScenario("server closes instead of answering", send_then_read(UPGRADE),
                   lambda peer: (peer.receive(len(UPGRADE)), peer.close())),
    SocketScenario("server resets instead of answering", send_then_read(UPGRADE),
                   lambda peer: (peer.receive(len(UPGRADE)), peer.reset())),
    SocketScenario("server closes inside its answer", send_then_read(UPGRADE),
                   lambda peer: (peer.receive(len(UPGRADE)), peer.send(SWITCHING[:30]),
                                 peer.close())),
    SocketScenario("client closes without a byte", close_now, receive_until_end),
]
