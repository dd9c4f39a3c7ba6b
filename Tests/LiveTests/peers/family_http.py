"""Plain HTTP on a connection that is kept alive, and an upgrade on that same connection at the end.

Each exchange names a path; the server answers by the path's first word, so that both peers know
what to expect from this table alone.
"""

from dataclasses import dataclass

from scenario import binary


@dataclass(frozen=True)
class Exchange:
    """One request, and how the server is to answer it."""

    method: str
    path: str
    body: tuple[bytes, ...] = ()
    is_chunked: bool = False
    headers: tuple[tuple[str, str], ...] = ()


FAMILY = [
    Exchange("GET", "/fixed/2"),
    Exchange("GET", "/fixed/0"),
    Exchange("GET", "/fixed/300000"),
    Exchange("HEAD", "/fixed/5000"),
    Exchange("POST", "/echo", (b'{"order": 1}',)),
    Exchange("POST", "/echo", (binary("http body", 200_000),)),
    Exchange("POST", "/echo", (b"three ", b"chunks ", b"here"), is_chunked=True),
    Exchange("PUT", "/echo", (binary("continue", 3_000),), headers=(("Expect", "100-continue"),)),
    Exchange("GET", "/chunked/7"),
    Exchange("GET", "/chunked/0"),
    Exchange("GET", "/unchanged", headers=(("If-None-Match", '"1"'),)),
    Exchange("DELETE", "/empty"),
    Exchange("OPTIONS", "/fixed/3"),
    Exchange("GET", "/api/websocket/status?verbose=1&verbose=2"),
    Exchange("GET", "/upgrade"),
]
