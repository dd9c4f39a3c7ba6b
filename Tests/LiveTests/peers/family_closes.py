"""Close codes and reasons, begun by the client and by the server."""

from scenario import Family, Peer, Scenario

# The code and the reason; no code means an empty close frame.
CLOSES = [
    (1000, ""),
    (1000, "done"),
    (1001, "going away ☃"),
    (1011, "x" * 123),
    (3000, "registered"),
    (4999, "private"),
    (None, ""),
]


def closing(code: int | None, reason: str):
    """The part of the peer that closes."""

    async def part(peer: Peer):
        await peer.send("before the close")
        await peer.receive()
        if code is None and not peer.can_close_without_code:
            await peer.close(1000, "this library always sends a code")
        else:
            await peer.close(code, reason)

    return part


async def closed(peer: Peer):
    """The part of the peer that is closed."""
    await peer.receive()
    await peer.send("seen")
    await peer.receive_until_end()


def scenarios():
    """Every close from either side."""
    for number, (code, reason) in enumerate(CLOSES):
        label = f"{number}-{code}"
        yield Scenario(f"/close/client/{label}", closing(code, reason), closed)
        yield Scenario(f"/close/server/{label}", closed, closing(code, reason))


FAMILY = Family(list(scenarios()))
