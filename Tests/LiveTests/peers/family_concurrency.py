"""Two hundred connections open at once, all of them talking in both directions."""

import asyncio

from scenario import Family, Peer, Scenario, binary

MESSAGES = 8


async def talk(peer: Peer, side: str):
    """Sends without waiting for the other side, which does the same, then receives as many."""
    label = f"{peer.notes.label} {side}"
    await peer.send(f"this is {label}")
    for number in range(MESSAGES):
        await peer.send(binary(f"{label} {number}", 10 + number * 300))


async def client_part(client: Peer):
    """Talks and listens at once, then closes."""
    await asyncio.gather(talk(client, "client"), receive_all(client))
    await client.close(1000)


async def server_part(server: Peer):
    """Talks and listens at once, then waits for the close."""
    await asyncio.gather(talk(server, "server"), receive_all(server))
    await server.receive_until_end()


async def receive_all(peer: Peer):
    """Receives as many messages as the other side sends."""
    for _ in range(MESSAGES + 1):
        await peer.receive()


FAMILY = Family([Scenario("/crowd", client_part, server_part, connections=200)])
