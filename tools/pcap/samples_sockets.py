"""Recordings of peers on bare sockets: refusals, violations, and connections that end badly."""

from dataclasses import dataclass

import talk
import truth
import wire
from library_peers import LibraryPeer, LibraryServer
from socket_peers import SocketPeer, SocketServer, dial, free_port
from studio import Sample, Studio
from truth import BINARY, TEXT

_BOTH_KNOW = "Both peers noted what they sent and received, and agree."
_PIECE = 7


def _upgraded_client(peer: SocketPeer):
    """Asks for the upgrade and gets it."""
    peer.send(wire.upgrade())
    peer.receive_head()


def _upgraded_server(peer: SocketPeer):
    """Grants the upgrade."""
    peer.receive_head()
    peer.send(wire.switching())


# Refused.


def refused(studio: Studio, name: str):
    """On one connection a GET, an upgrade that is refused and one that is accepted; on another a refusal alone."""
    with SocketServer() as server:
        with studio.tap(name, server.port):
            third_time_lucky = server.meet(_third_time_lucky, _grants_the_third)
            turned_away = server.meet(_turned_away, _refuses)
    exchanges = [{"target": "/health", "status": 200}, {"target": "/closed", "status": 403},
                 {"target": "/ws", "status": 101}]
    connections = [truth.connection(*third_time_lucky, exchanges=exchanges),
                   truth.connection(*turned_away, "refused", exchanges=[{"target": "/closed", "status": 403}])]
    note = (f"{_BOTH_KNOW} On the first connection the heads of both upgrades came in pieces of {_PIECE} bytes, and "
            "the server's first two frames in the segment of its 101.")
    studio.keep_connections(name, [server.port], connections, note)


def _third_time_lucky(peer: SocketPeer, server: SocketPeer):
    peer.send(wire.request("/health"))
    peer.receive_head()
    peer.receive_exactly(2)
    peer.send_in_pieces(wire.upgrade("/closed"), _PIECE, server)
    peer.receive_head()
    peer.receive_exactly(len(b"not today"))
    peer.send_in_pieces(wire.upgrade(), _PIECE, server)
    peer.receive_head()
    for message in talk.market(3):
        peer.send_message(TEXT, message.encode())
        peer.receive_frame()
    peer.send_close(1000, "at last")
    peer.receive_until_end()


def _grants_the_third(peer: SocketPeer):
    peer.receive_head()
    peer.send(wire.response(200, "OK", b"ok"))
    peer.receive_head()
    peer.send(wire.response(403, "Forbidden", b"not today"))
    peer.receive_head()
    first, second, third = (message.encode() for message in talk.orders(3))
    peer.notes.sent += [(TEXT, first), (TEXT, second)]
    peer.send(wire.switching() + wire.frame(wire.TEXT, first) + wire.frame(wire.TEXT, second))
    for _ in range(3):
        peer.receive_frame()
    peer.send_message(TEXT, third)
    peer.receive_until_close()
    peer.send_close(1000)


def _turned_away(peer: SocketPeer, _: SocketPeer):
    peer.send(wire.upgrade("/closed"))
    peer.receive_head()
    peer.receive_exactly(len(b"not today"))
    peer.receive_until_end()


def _refuses(peer: SocketPeer):
    peer.receive_head()
    peer.send(wire.response(403, "Forbidden", b"not today"))
    peer.half_close()
    peer.receive_until_end()


# Violations.


@dataclass(frozen=True)
class Violation:
    """Bytes that break RFC 6455; and, if they hold a close frame, what it says."""

    what: str
    wrong: bytes
    close: tuple | None = None


def _violation(what: str, opcode: int, payload: bytes = b"", bits: int = wire.FIN, close: tuple | None = None):
    return Violation(what, wire.frame(opcode, payload, mask=wire.MASK, bits=bits), close)


_VIOLATIONS = [
    Violation("a client's frame is not masked", wire.frame(wire.TEXT, b"bare")),
    _violation("a reserved data opcode", 3, b"three"),
    _violation("a reserved control opcode", 11, b"eleven"),
    _violation("RSV1 without an extension", wire.TEXT, b"one", wire.FIN | wire.RSV1),
    _violation("RSV2 and RSV3", wire.TEXT, b"two and three", wire.FIN | wire.RSV2 | wire.RSV3),
    _violation("a ping of 126 bytes", wire.PING, b"p" * 126),
    _violation("a ping without FIN", wire.PING, b"p", 0),
    _violation("a continuation of nothing", wire.CONTINUATION, b"of what?"),
    Violation("a new message inside another", wire.frame(wire.TEXT, b"begun", mask=wire.MASK, bits=0)
              + wire.frame(wire.TEXT, b"and not ended", mask=wire.MASK)),
    _violation("text that is not UTF-8", wire.TEXT, b"\xc3\x28"),
    Violation("a length with its highest bit set", bytes.fromhex("81ff8000000000000005") + wire.MASK),
    _violation("the close code 1005", wire.CLOSE, wire.close_payload(1005), close=(1005, "")),
    _violation("a close payload of one byte", wire.CLOSE, b"\x03"),
]


def violations(studio: Studio, name: str):
    """A right message, then a wrong one; the `websockets` library answers. Last, a server that masks."""
    with LibraryServer(_echo) as library, SocketServer() as masking:
        ports = [library.port, masking.port]
        with studio.tap(name, *ports):
            connections = [_violate(library, violation) for violation in _VIOLATIONS]
            client, server = masking.meet(_listener, _masks)
    connections.append(truth.connection(client, server, violation="a server's frame is masked",
                                        wrong=wire.frame(wire.TEXT, b"covered", mask=wire.MASK).hex()))
    note = (f"{_BOTH_KNOW} wrong are the client's bytes after its last right message, in the last connection the "
            "server's after its greeting. Only right messages are listed, and closes as they stood in their frames.")
    studio.keep_connections(name, ports, connections, note)


def _violate(server: LibraryServer, violation: Violation) -> dict:
    peer = dial(server.port)
    _upgraded_client(peer)
    peer.send_message(TEXT, b"right so far")
    peer.receive_frame()
    peer.send(violation.wrong)
    peer.receive_until_close()
    peer.close()
    told, heard = peer.notes, server.notes()
    # The library does not count a wrong close frame as one that it has received.
    told.close_sent = heard.close_received
    connection = truth.connection(told, heard, violation=violation.what, wrong=violation.wrong.hex())
    connection["close"]["client"] = violation.close
    return connection


def _echo(peer: LibraryPeer):
    while (message := peer.receive()) is not None:
        peer.send(message)


def _listener(peer: SocketPeer, _: SocketPeer):
    _upgraded_client(peer)
    peer.receive_frame()
    peer.receive_exactly(len(wire.frame(wire.TEXT, b"covered", mask=wire.MASK)))
    peer.send_close(1002, "masked")


def _masks(peer: SocketPeer):
    _upgraded_server(peer)
    peer.send_message(TEXT, b"right so far")
    peer.send(wire.frame(wire.TEXT, b"covered", mask=wire.MASK))
    peer.receive_until_end()


# Ends.


def port_reuse(studio: Studio, name: str):
    """Three connections from one port: the first is reset, the second closed by the server, then once more."""
    source = free_port()
    with SocketServer() as server:
        with studio.tap(name, server.port):
            connections = [
                truth.connection(*server.meet(_talk_and_reset, _echo_until_reset, source)),
                truth.connection(*server.meet(_talk_and_close(4), _answer_and_close, source)),
                truth.connection(*server.meet(_talk_and_close(7), _answer_and_close, source)),
            ]
    note = f"{_BOTH_KNOW} The client reset the first connection after both had received everything."
    studio.keep_connections(name, [server.port], connections, note, client_port=source)


def _talk_and_reset(peer: SocketPeer, _: SocketPeer):
    _upgraded_client(peer)
    for message in talk.market(3):
        peer.send_message(TEXT, message.encode())
        peer.receive_frame()
    peer.reset()


def _echo_until_reset(peer: SocketPeer):
    _upgraded_server(peer)
    try:
        while peer.receive_frame():
            peer.send_message(*peer.notes.received[-1])
    except ConnectionResetError:
        pass


def _talk_and_close(count: int):
    def part(peer: SocketPeer, _: SocketPeer):
        _upgraded_client(peer)
        for message in talk.market(count):
            peer.send_message(TEXT, message.encode())
            peer.receive_frame()
        peer.send_close(1000)
        peer.receive_until_end()

    return part


def _answer_and_close(peer: SocketPeer):
    _upgraded_server(peer)
    while peer.receive_frame() and peer.notes.close_received is None:
        peer.send_message(*peer.notes.received[-1])
    # The server closes first, as RFC 6455, section 7.1.1, wants it: its end stays in TIME-WAIT.
    peer.send_close(1000)


def half_close(studio: Studio, name: str):
    """One side ends its stream without a close frame, the other goes on for a while."""
    with SocketServer() as server:
        with studio.tap(name, server.port):
            by_client = server.meet(lambda peer, _: (_upgraded_client(peer), _say_and_listen(peer, talk.market(2))),
                                    lambda peer: (_upgraded_server(peer), _listen_and_say(peer, talk.orders(5))))
            by_server = server.meet(lambda peer, _: (_upgraded_client(peer), _listen_and_say(peer, talk.market(5))),
                                    lambda peer: (_upgraded_server(peer), _say_and_listen(peer, talk.orders(2))))
    connections = [truth.connection(*by_client, half_closed_by="client"),
                   truth.connection(*by_server, half_closed_by="server")]
    studio.keep_connections(name, [server.port], connections, f"{_BOTH_KNOW} There was no close frame.")


def _say_and_listen(peer: SocketPeer, messages: list[str]):
    for message in messages:
        peer.send_message(TEXT, message.encode())
    peer.half_close()
    peer.receive_until_end()


def _listen_and_say(peer: SocketPeer, messages: list[str]):
    peer.receive_until_end()
    for message in messages:
        peer.send_message(TEXT, message.encode())


_UNFINISHED = talk.binary("unfinished", 5_000)
_UNFINISHED_FRAME = wire.frame(wire.BINARY, _UNFINISHED, mask=wire.MASK)[:1_200]


def reset(studio: Studio, name: str):
    """The client resets in the middle of a message."""
    with SocketServer() as server:
        with studio.tap(name, server.port):
            notes = server.meet(_reset_inside, _echo_until_reset)
    unfinished = {"direction": "client_to_server", "opcode": BINARY, "declared": len(_UNFINISHED),
                  "bytes_of_frame": len(_UNFINISHED_FRAME)}
    note = f"{_BOTH_KNOW} Of an unfinished message the server had read bytes_of_frame when the client reset."
    studio.keep_connections(name, [server.port], [truth.connection(*notes, unfinished=unfinished)], note)


def _reset_inside(peer: SocketPeer, server: SocketPeer):
    _upgraded_client(peer)
    for message in talk.market(3):
        peer.send_message(TEXT, message.encode())
        peer.receive_frame()
    peer.send(_UNFINISHED_FRAME)
    # A reset may overtake what was not read yet.
    server.wait_for(len(wire.upgrade()) + _length_on_the_wire(peer.notes.sent) + len(_UNFINISHED_FRAME))
    peer.reset()


def _length_on_the_wire(messages: list) -> int:
    return sum(len(wire.frame(wire.TEXT, payload, mask=wire.MASK)) for _, payload in messages)


SAMPLES = [
    Sample("refused", refused),
    Sample("violations", violations),
    Sample("port-reuse", port_reuse),
    Sample("half-close", half_close),
    Sample("reset", reset),
]
