"""HTTP by hand, on both sides: what exactly goes over the socket is what is tested."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from gateway.channels.as2.mime.headers import Headers
from gateway.web.port import Address

Pairs = Sequence[tuple[str, str]]
PATIENCE = 20.0
"""Seconds after which a test gives up."""


@dataclass(frozen=True)
class Reply:
    """What came back. ``status`` 0: nothing did."""

    status: int
    headers: Headers
    body: bytes

    @property
    def disposition(self) -> str:
        """Of a receipt: ``processed/error: decryption-failed``; empty for other answers."""
        for line in self.body.decode("latin-1").splitlines():
            if line.lower().startswith("disposition: automatic"):
                return line.partition(";")[2].strip()
        return ""


NOTHING = Reply(0, Headers.of(()), b"")


def head(headers: Pairs, *more: str, length: str | int | None, line: str = "POST /as2") -> bytes:
    """The head of a request. ``length``: what ``Content-Length`` says, ``None``: none is there."""
    lines = [f"{line} HTTP/1.1", "Host: edi.example"]
    lines += [f"{name}: {value}" for name, value in headers]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join([*lines, *more]) + "\r\n\r\n").encode("latin-1")


def chunked(body: bytes, size: int = 1000, extension: str = "") -> bytes:
    """A body in chunks, each with something behind its size."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    told = b"".join(f"{len(piece):x}{extension}\r\n".encode() + piece + b"\r\n" for piece in pieces)
    return told + f"0{extension}\r\n\r\n".encode()


def connect(where: Address) -> socket.socket:
    """A connection to our server, which never waits for long."""
    made = socket.create_connection((where.host, where.port), timeout=PATIENCE)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def reply(sock: socket.socket, *, bare: bool = False, final: bool = False) -> Reply:
    """One answer of a connection that may stay open.

    ``bare``: to HEAD, so without its body. ``final``: what is only "go on" is passed over.
    """
    top, body = _head(sock, b"")
    if final and top.split(b" ")[1:2] == [b"100"]:
        top, body = _head(sock, body)
    if not top:
        return NOTHING
    first, _, lines = top.partition(b"\r\n")
    headers = Headers.parse(lines + b"\r\n")
    length, status = headers.get("content-length"), int(first.split()[1])
    if length is not None or bare or status == 100:
        size = 0 if bare else int(length or 0)
        while len(body) < size and (piece := _piece(sock)):
            body += piece
    else:  # to the end of the connection, in chunks or not
        while piece := _piece(sock):
            body += piece
    return Reply(status, headers, body)


def _head(sock: socket.socket, data: bytes) -> tuple[bytes, bytes]:
    """The head of an answer, and what came of the body; nothing when there is no answer."""
    while b"\r\n\r\n" not in data:
        piece = _piece(sock)
        if not piece:
            return b"", b""
        data += piece
    top, _, body = data.partition(b"\r\n\r\n")
    return top, body


def closed(sock: socket.socket) -> bool:
    """Whether the server hung up, and said nothing more."""
    return not _piece(sock)


def call(where: Address, *pieces: bytes) -> Reply:
    """Send the pieces, each as a packet of its own, and hear the answer."""
    return call_in_pieces(where, pieces)


def call_in_pieces(where: Address, pieces: Iterable[bytes]) -> Reply:
    """Send what may be long; stops when the server does not listen any more."""
    with connect(where) as sock:
        with suppress(ConnectionError):
            for piece in pieces:
                sock.sendall(piece)
        return reply(sock)


def _piece(sock: socket.socket) -> bytes:
    try:
        return sock.recv(65536)
    except ConnectionError:
        return b""


# ---- the other side -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Heard:
    """A request of ours, as it came over the socket."""

    head: bytes
    """Request line and headers, with the blank line."""
    body: bytes
    """As it was sent: in chunks with their sizes, if it was."""

    @property
    def line(self) -> str:
        return self.head.partition(b"\r\n")[0].decode("latin-1")

    @property
    def headers(self) -> Headers:
        return Headers.parse(self.head.partition(b"\r\n")[2])

    def get(self, name: str) -> str:
        return self.headers.get(name) or ""

    @property
    def content(self) -> bytes:
        """The body without its chunks."""
        if self.get("transfer-encoding").lower() != "chunked":
            return self.body
        data, rest = b"", self.body
        while True:
            size, _, rest = rest.partition(b"\r\n")
            length = int(size.partition(b";")[0], 16)
            if not length:
                return data
            data, rest = data + rest[:length], rest[length + 2 :]


Answering = Callable[[Heard], bytes]
"""The whole answer, as bytes; none: the connection is closed."""


@dataclass
class Ear:
    """A server that keeps what it hears, byte for byte."""

    answering: Answering
    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    knocked: Callable[[], None] = lambda: None
    """Called when a connection comes, before anything of it is read."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/as2"

    @property
    def last(self) -> Heard:
        return self.heard[-1]


def answer(status: str = "200 OK", headers: Pairs = (), body: bytes = b"") -> bytes:
    """An answer of a partner."""
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
    lines += [f"Content-Length: {len(body)}", "Connection: close"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


@contextmanager
def listening(answering: Answering = lambda _heard: answer()) -> Iterator[Ear]:
    """Hears one request after the other, each over its own connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    ear = Ear(answering, listener.getsockname()[1])

    def listen() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            ear.knocked()
            with sock, suppress(OSError):
                sock.settimeout(PATIENCE)
                heard = _hear(sock)
                if heard is not None:
                    ear.heard.append(heard)
                    sock.sendall(ear.answering(heard))

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield ear
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(PATIENCE)


def _hear(sock: socket.socket) -> Heard | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(65536)
        if not piece:
            return None
        data += piece
    top, _, body = data.partition(b"\r\n\r\n")
    heard = Heard(top + b"\r\n\r\n", body)
    length = heard.get("content-length")
    while (len(body) < int(length)) if length else not body.endswith(b"0\r\n\r\n"):
        body += sock.recv(65536)
    return Heard(heard.head, body)
