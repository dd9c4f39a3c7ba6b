"""Subprotocols, cookies, query strings, odd headers, and upgrades that are refused."""

from scenario import Family, Peer, Refusal, Scenario


async def greet(client: Peer):
    """One message there and back."""
    await client.send("hello")
    await client.receive()
    await client.close(1000)


FAMILY = Family([
    Scenario("/subprotocol/chosen", greet,
             offered_subprotocols=("v2.bridge", "v1.bridge"),
             supported_subprotocols=("v1.bridge",)),
    Scenario("/subprotocol/none", greet, offered_subprotocols=("v3.bridge",)),
    Scenario("/cookies", greet,
             request_headers=(("Cookie", "session=abc; theme=\"dark mode\""),),
             response_headers=(("Set-Cookie", "visit=1; Path=/cookies; HttpOnly"),)),
    Scenario("/query", greet, query="a=1&a=2&empty=&flag&q=%C3%A9+%2F%3F&sign=+&json=%7B%22%7D"),
    Scenario("/headers", greet,
             request_headers=(("X-Bot-Id", "bot-7"), ("x-lower", "kept"), ("X-Long", "v" * 8_000),
                              ("Authorization", "Bearer not-a-secret")),
             response_headers=(("X-Served-By", "peer"), ("x-lower", "kept"))),
    Scenario("/refused/401", greet,
             refusal=Refusal(401, "Unauthorized",
                             (("WWW-Authenticate", "Bearer realm=\"bridge\""),
                              ("Content-Type", "text/plain")),
                             b"a token, please\n" * 40)),
    Scenario("/refused/302", greet,
             refusal=Refusal(302, "Found", (("Location", "/query?after=302"),))),
    Scenario("/refused/404", greet, refusal=Refusal(404, "Not Found")),
])
