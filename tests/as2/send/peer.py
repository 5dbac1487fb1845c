"""A partner's AS2 server on a free port, which can misbehave in every way that was ever seen.

``Peer.ways`` says how it answers the next requests, one each; after the last it behaves. It keeps
what it got, takes a message once (by its Message-ID), and repeats its first receipt.
"""

from __future__ import annotations

import secrets
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Layers, Link
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mdn.write import Mdn, write_mdn
from gateway.channels.as2.message import open_message
from gateway.channels.as2.mime.headers import Headers
from gateway.problems import Problem, problem
from tests.as2.credentials import certificate, own

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


@dataclass(frozen=True)
class Request:
    """What came: its headers in their order, and the body as it was sent."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def get(self, name: str) -> str:
        return Headers.of(self.headers).get(name) or ""

    @property
    def message_id(self) -> str:
        return self.get("Message-ID")

    @property
    def wire(self) -> tuple[object, ...]:
        """All that has to be the same when it is sent again."""
        per_attempt = {"host", "connection"}
        kept = tuple(pair for pair in self.headers if pair[0].lower() not in per_attempt)
        return kept, self.body


@dataclass
class Answer:
    """What goes back."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


Way = Callable[["Peer", Request], Answer | None]
"""Makes an answer; ``None``: the connection is closed without one."""


@dataclass
class Peer:
    """The partner's side."""

    link: Link
    ways: list[Way] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)
    """By Message-ID: what the partner has, each once."""
    names: list[str] = field(default_factory=list)
    receipts: dict[str, Mdn] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/as2"

    def answer(self, request: Request) -> Answer | None:
        self.requests.append(request)
        way = self.ways.pop(0) if self.ways else receipt
        return way(self, request)

    def take(self, request: Request) -> Mdn:
        """Open a message and keep what is inside; its receipt, which a repeat gets again."""
        known = self.receipts.get(request.message_id)
        if known is not None:
            return known
        headers = Headers.of(request.headers)
        opened = open_message(headers, Extent.of(request.body), self.link, BytesIO, AT)
        self.problems += opened.findings
        for payload in opened.payloads:
            content = payload.content
            self.documents[request.message_id] = content.read(content.size)
            self.names.append(payload.filename)
        wish = ReceiptRequest.of(headers)
        assert wish is not None
        made = write_mdn(
            wish,
            headers=headers,
            opened=opened,
            link=self.link,
            at=AT,
            message_id=f"<{secrets.token_hex(8)}@acme>",
            entropy=secrets.token_bytes,
        )
        self.receipts[request.message_id] = made
        return made


def peer_link(**changes: object) -> Link:
    """As the partner sees it."""
    mirrored = Link(
        "ours", "main", "ACME", "OURS", ours=(own("acme"),), theirs=(certificate("ours-ec"),)
    )
    return replace(mirrored, **changes)  # type: ignore[arg-type]


# ---- ways to answer -----------------------------------------------------------------------------


def receipt(peer: Peer, request: Request) -> Answer:
    """The receipt in the reply."""
    made = peer.take(request)
    return Answer(200, made.headers, made.body)


def taken(peer: Peer, request: Request) -> Answer:
    """Taken; the receipt comes later."""
    peer.take(request)
    return Answer(202, (("Content-Type", "text/plain"),), b"taken\r\n\r\n")


def lost(peer: Peer, request: Request) -> None:
    """Taken, and the answer is lost on its way."""
    peer.take(request)


def broken(peer: Peer, request: Request) -> None:
    """The connection is closed, and nothing was taken."""


def status(code: int, *headers: tuple[str, str], body: bytes = b"") -> Way:
    """An answer that is no receipt."""
    return lambda _peer, _request: Answer(code, headers, body)


def garbage(peer: Peer, request: Request) -> Answer:
    """Taken, and the answer is a page."""
    peer.take(request)
    return Answer(200, (("Content-Type", "text/html"),), b"<html>welcome</html>")


def signed_by(name: str) -> Way:
    """The receipt is signed by somebody else."""

    def way(peer: Peer, request: Request) -> Answer:
        other = Peer(replace(peer.link, ours=(own(name),)))
        made = other.take(request)
        peer.documents |= other.documents
        return Answer(200, made.headers, made.body)

    return way


def unsigned(peer: Peer, request: Request) -> Answer:
    """The receipt is not signed although that was asked for."""
    headers = tuple(
        pair for pair in request.headers if pair[0] != "Disposition-Notification-Options"
    )
    made = Peer(peer.link).take(replace(request, headers=headers))
    peer.take(request)
    return Answer(200, made.headers, made.body)


def negative(code: str = "T214") -> Way:
    """A signed receipt that refuses the message."""

    def way(peer: Peer, request: Request) -> Answer:
        made = refusal(peer, request, code)
        return Answer(200, made.headers, made.body)

    return way


def refusal(peer: Peer, request: Request, code: str = "T214") -> Mdn:
    """A negative receipt."""
    headers = Headers.of(request.headers)
    wish = ReceiptRequest.of(headers)
    assert wish is not None
    return write_mdn(
        wish,
        headers=headers,
        opened=None,
        problems=[problem(code)],
        link=peer.link,
        at=AT,
        message_id="<no@acme>",
        entropy=secrets.token_bytes,
    )


def other_bytes(peer: Peer, request: Request) -> Answer:
    """A positive, signed receipt for other bytes than were sent: it names another digest."""
    made = mismatching(peer, request)
    return Answer(200, made.headers, made.body)


def mismatching(peer: Peer, request: Request) -> Mdn:
    """The partner's gateway changed the line ends before it computed the digest, say."""
    headers = Headers.of(request.headers)
    opened = open_message(headers, Extent.of(request.body), peer.link, BytesIO, AT)
    peer.take(request)
    assert opened.mic is not None
    wrong = replace(opened, mic=type(opened.mic).of(opened.mic.digest, b"\0" * 32))
    wish = ReceiptRequest.of(headers)
    assert wish is not None
    return write_mdn(
        wish,
        headers=headers,
        opened=wrong,
        link=peer.link,
        at=AT,
        message_id="<other@acme>",
        entropy=secrets.token_bytes,
    )


# ---- the server ---------------------------------------------------------------------------------


class _Server(ThreadingHTTPServer):
    """Says nothing of callers who were killed while they spoke."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def served(peer: Peer, context: object = None) -> Iterator[Peer]:
    """The peer, answering on a free port of the loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20
        disable_nagle_algorithm = True

        def setup(self) -> None:
            peer.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = self._body()
            if len(body) < int(self.headers.get("Content-Length", 0)):
                self.close_connection = True  # whoever sent it is gone: it is no message
                return
            pairs = tuple((name, text) for name, text in self.headers.items())
            answer = peer.answer(Request(self.path, pairs, body))
            if answer is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response_only(answer.status)
            for name, text in answer.headers:
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers["Content-Length"]))
            data = b""
            while size := int(self.rfile.readline(), 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the terminal."""

    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)  # type: ignore[attr-defined]
        peer.scheme = "https"
    peer.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


SIGNED_ONLY = Layers(encrypt=None, compress="none")
