"""TLS for the peers: contexts from files, and TLS on bare sockets."""

import socket
import ssl
from argparse import ArgumentParser, Namespace
from threading import Lock

VERSIONS = {"1.1": ssl.TLSVersion.TLSv1_1, "1.2": ssl.TLSVersion.TLSv1_2,
            "1.3": ssl.TLSVersion.TLSv1_3}
SERVER_NAME = "localhost"
RECORD_HEAD_BYTES = 5
RECORD_TYPES = (b"\x14", b"\x15", b"\x16", b"\x17")


def add_options(parser: ArgumentParser):
    """What both sides may be told about TLS; without a word about it they speak without."""
    parser.add_argument("--certificate", help="what this side shows")
    parser.add_argument("--key", help="the certificate's key")
    parser.add_argument("--trust", help="whose certificates are believed; a server then wants one")
    parser.add_argument("--tls-direct", action="store_true",
                        help="not only with the proxy, but directly, too")
    parser.add_argument("--tls-version", choices=VERSIONS, help="this one alone")


def server_context(arguments: Namespace) -> ssl.SSLContext | None:
    """A server's part of TLS; `None` without a certificate."""
    if arguments.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if arguments.trust is not None:
        context.load_verify_locations(arguments.trust)
        context.verify_mode = ssl.CERT_REQUIRED
    return with_rest(context, arguments)


def client_context(arguments: Namespace) -> ssl.SSLContext | None:
    """A client's part of TLS; `None` without anybody to trust."""
    if arguments.trust is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(arguments.trust)
    return with_rest(context, arguments)


def with_rest(context: ssl.SSLContext, arguments: Namespace) -> ssl.SSLContext:
    """What is the same for both sides."""
    if arguments.certificate is not None:
        context.load_cert_chain(arguments.certificate, arguments.key)
    if arguments.tls_version == "1.1":
        context.set_ciphers("DEFAULT@SECLEVEL=0")  # Without it OpenSSL does not speak it either.
    if arguments.tls_version is not None:
        context.minimum_version = context.maximum_version = VERSIONS[arguments.tls_version]
    return context


class TLSConnection:
    """A socket that speaks TLS; one thread may send while another receives.

    `ssl.SSLSocket` can neither end one direction nor receive after that.
    """

    def __init__(self, connection: socket.socket, context: ssl.SSLContext, is_server: bool):
        self.connection = connection
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = context.wrap_bio(
            self.incoming, self.outgoing, server_side=is_server,
            server_hostname=None if is_server else SERVER_NAME)
        self.session_lock, self.sending_lock = Lock(), Lock()
        self.has_ended_sending = False
        while not self._shook_hands():
            if not self._fill():
                raise ConnectionError("the connection ended in the TLS handshake")

    def sendall(self, data: bytes):
        """Sends all of it."""
        with self.sending_lock:
            with self.session_lock:
                self.session.write(data)
            self._flush()

    def recv(self, length: int, flags: int = 0) -> bytes:
        """What has come, at least one byte; none after close_notify. Flags: see the socket below."""
        if flags:
            return self.connection.recv(length, flags)
        while True:
            try:
                with self.session_lock:
                    return self.session.read(length)
            except ssl.SSLWantReadError:
                self._fill()
            except ssl.SSLZeroReturnError:
                return b""

    def shutdown(self, how: int):
        """Says close_notify and sends a FIN; what the other side says still comes."""
        self.end_sending()
        self.connection.shutdown(how)

    def end_sending(self):
        """Says close_notify."""
        with self.sending_lock:
            if not self.has_ended_sending:
                self.has_ended_sending = True
                try:
                    with self.session_lock:
                        self.session.unwrap()
                except ssl.SSLError:
                    pass  # It wants the other side's close_notify, which need not have come.
                self._flush()

    def close(self):
        """Says close_notify and closes."""
        try:
            self.end_sending()
        except OSError:
            pass  # Nobody is there to hear it.
        self.connection.close()

    def _shook_hands(self) -> bool:
        try:
            self.session.do_handshake()
            return True
        except ssl.SSLWantReadError:
            return False
        finally:
            self._flush()

    def _fill(self) -> bool:
        # One record at a time, so that what nobody has asked for lies unread in the kernel.
        data = self._read(RECORD_HEAD_BYTES)
        if data[:1] in RECORD_TYPES:
            data += self._read(int.from_bytes(data[3:]))
        if data:
            self.incoming.write(data)
        else:
            self.incoming.write_eof()
        return bool(data)

    def _read(self, length: int) -> bytes:
        data = b""
        while len(data) < length and (piece := self.connection.recv(length - len(data))):
            data += piece
        return data

    def _flush(self):
        if self.outgoing.pending:
            self.connection.sendall(self.outgoing.read())
