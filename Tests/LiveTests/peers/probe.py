"""One connection that is looked at closely, from the client's end or the server's.

`probe.py serve` prints {"port": n}, and for each connection that it has accepted one line of JSON: the
bytes before anything else that were a PROXY header, what TLS was like, and the request's head; then it
echoes frames until the end, and says how that came. `probe.py dial` dials once, asks for an upgrade, sends
a frame, waits for its echo, and prints what came of it. A field that is missing was not reached.

Every wait has a deadline, after which the end is "nothing came".
"""

import json
import signal
import socket
import ssl
from argparse import ArgumentParser, BooleanOptionalAction
from threading import Thread

import tls
from wire import CLOSE, SWITCHING, TEXT, UPGRADE, frame

DEADLINE_SECONDS = 60
WAIT_SECONDS = 10
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
MASK = b"\x05\x06\x07\x08"
GREETING = frame(TEXT, b"is anybody there?", mask=MASK)
ECHO = frame(TEXT, b"is anybody there?")


class Reader:
    """Reads by lengths and up to marks."""

    def __init__(self, connection):
        self.connection = connection
        self.rest = b""

    def exactly(self, length: int) -> bytes:
        """This many bytes; fewer when the connection ended."""
        while len(self.rest) < length and (data := self.connection.recv(length - len(self.rest))):
            self.rest += data
        taken, self.rest = self.rest[:length], self.rest[length:]
        return taken

    def until(self, mark: bytes) -> bytes:
        """Everything up to a mark and with it; without it when the connection ended."""
        data = b""
        while not data.endswith(mark) and (byte := self.exactly(1)):
            data += byte
        return data


def read_to_end(connection):
    """Reads and forgets."""
    while connection.recv(1000):
        pass


def read_preface(connection: socket.socket) -> bytes:
    """A PROXY header, read byte by byte, so that nothing behind it is taken."""
    reader = Reader(connection)
    head = reader.exactly(12)
    if head == SIGNATURE:
        head += reader.exactly(4)
        return head + reader.exactly(int.from_bytes(head[14:]))
    return head + reader.until(b"\r\n")


def name_of(certificate: dict | None) -> str | None:
    """The common name in a certificate."""
    if not certificate:
        return None
    return dict(pair for part in certificate["subject"] for pair in part).get("commonName")


def ending(error: Exception) -> str:
    """How a connection ended that did not go on."""
    match error:
        case ssl.SSLEOFError():
            return "cut off without close_notify"
        case ssl.SSLError():
            return f"TLS: {error.reason or error}"
        case TimeoutError():
            return "nothing came"
        case ConnectionResetError() | BrokenPipeError():
            return "reset"
        case _:
            return str(error)


def note_session(facts: dict, connection: tls.TLSConnection):
    """What TLS has agreed on."""
    facts["tls"] = connection.session.version()
    facts["alpn"] = connection.session.selected_alpn_protocol()
    facts["peer"] = name_of(connection.session.getpeercert())


def read_answer(reader: Reader, facts: dict) -> bool:
    """The answer to an upgrade; whether it was one to go on with."""
    head = reader.until(b"\r\n\r\n").decode("latin-1")
    if not head:
        facts["end"] = "end of stream"
        return False
    facts["head"] = head
    if not head.startswith("HTTP/"):
        facts["end"] = "no HTTP"
        return False
    facts["status"] = int(head.split(" ")[1])
    if facts["status"] == 101:
        return True
    fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    facts["body"] = reader.exactly(int(fields.get("content-length", 0))).decode()
    return False


def dial(arguments):
    """Dials, and prints what came of it."""
    facts: dict = {}
    try:
        connection = socket.create_connection((arguments.host, arguments.port), WAIT_SECONDS)
        facts["local"] = connection.getsockname()[1]
        if arguments.preface is not None:
            connection.sendall(bytes.fromhex(arguments.preface))
        if (context := tls.client_context(arguments)) is not None:
            context.check_hostname = arguments.check_name
            connection = tls.TLSConnection(connection, context, is_server=False)
            note_session(facts, connection)
        if not arguments.silent:
            connection.sendall(UPGRADE)
        reader = Reader(connection)
        if read_answer(reader, facts):
            connection.sendall(GREETING)
            facts["echoed"] = reader.exactly(len(ECHO)) == ECHO
            connection.sendall(frame(CLOSE, b"\x03\xe8", mask=MASK))
            read_to_end(connection)
        facts.setdefault("end", "end of stream")
    except (OSError, ssl.SSLError) as error:
        facts["end"] = ending(error)
    print(json.dumps(facts), flush=True)


def serve(arguments):
    """Serves until SIGTERM."""
    context = tls.server_context(arguments)
    names: dict[ssl.SSLObject, str] = {}
    if context is not None:
        context.sni_callback = lambda session, name, _: names.update({session: name})
        if arguments.alpn:
            context.set_alpn_protocols(arguments.alpn)

    def answer(connection: socket.socket):
        facts: dict = {"remote": connection.getpeername()[1]}
        try:
            connection.settimeout(WAIT_SECONDS)
            if arguments.expect_proxy:
                facts["preface"] = read_preface(connection).hex()
            if context is not None and not arguments.silent:
                connection = tls.TLSConnection(connection, context, is_server=True)
                note_session(facts, connection)
                facts["serverName"] = names.get(connection.session)
            reader = Reader(connection)
            if arguments.silent:
                read_to_end(connection)
            elif (first := reader.exactly(1)).isalpha():
                facts["head"] = (first + reader.until(b"\r\n\r\n")).decode("latin-1")
            elif first:
                connection.sendall(BAD_REQUEST)
                connection.shutdown(socket.SHUT_WR)
                read_to_end(connection)
            if facts.get("head"):
                connection.sendall(SWITCHING)
                if reader.exactly(len(GREETING)):
                    connection.sendall(ECHO)
                    connection.sendall(frame(CLOSE, reader.exactly(8) and b"\x03\xe8"))
            facts["end"] = "end of stream"
            connection.close()
        except (OSError, ssl.SSLError) as error:
            facts["end"] = ending(error)
            connection.close()
        print(json.dumps(facts), flush=True)

    with socket.create_server((arguments.host, 0)) as server:
        print(json.dumps({"port": server.getsockname()[1]}), flush=True)
        while True:
            Thread(target=answer, args=(server.accept()[0],), daemon=True).start()


def parse():
    """The command line."""
    parser = ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, function in [("serve", serve), ("dial", dial)]:
        command = commands.add_parser(name)
        command.set_defaults(function=function)
        command.add_argument("--host", default="127.0.0.1")
        command.add_argument("--silent", action="store_true",
                             help="say nothing, and see what comes")
        tls.add_options(command)
        if name == "dial":
            command.add_argument("--port", type=int, required=True)
            command.add_argument("--preface", help="bytes to send first, in hexadecimal")
            command.add_argument("--check-name", action=BooleanOptionalAction, default=True)
        else:
            command.add_argument("--expect-proxy", action="store_true",
                                 help="each connection begins with a PROXY header")
            command.add_argument("--alpn", action="append")
    return parser.parse_args()


if __name__ == "__main__":
    signal.alarm(DEADLINE_SECONDS)  # No peer outlives its test, whatever happens to the test.
    arguments = parse()
    arguments.function(arguments)
