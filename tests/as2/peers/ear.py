"""A plain HTTP listener and caller for peers: no part of the product, so that peers meet only them.

``with Ear(answer) as ear`` takes POSTs on a free port; ``answer`` gets what came and gives status,
headers and body of the reply.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

HeaderList = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Heard:
    """A request or a reply, with the header lines as they stood."""

    headers: list[tuple[str, str]]
    body: bytes
    status: int = 200
    path: str = "/"

    def get(self, name: str) -> str:
        """The first value of a header; empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


Reply = tuple[int, HeaderList, bytes]


class _Server(ThreadingHTTPServer):
    """Says nothing about callers that were killed while they spoke."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever waits for them notices."""


class Ear:
    """Keeps what came in ``heard``."""

    def __init__(self, answer: Callable[[Heard], Reply] | None = None) -> None:
        self.heard: list[Heard] = []
        ear = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                heard = Heard(list(self.headers.items()), self._body(), path=self.path)
                ear.heard.append(heard)
                status, headers, body = (200, (), b"") if answer is None else answer(heard)
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def _body(self) -> bytes:
                if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
                    return self.rfile.read(int(self.headers.get("Content-Length", "0")))
                pieces = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    pieces.append(self.rfile.read(size))
                    self.rfile.readline()
                while self.rfile.readline().strip():
                    pass
                return b"".join(pieces)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing on the screen."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Ear:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def post(url: str, headers: HeaderList, body: bytes, timeout: float = 60) -> Heard:
    """POST exactly these header lines and bytes."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=timeout)
    try:
        target = (where.path or "/") + (f"?{where.query}" if where.query else "")
        connection.putrequest("POST", target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        reply = connection.getresponse()
        return Heard(reply.getheaders(), reply.read(), reply.status)
    finally:
        connection.close()
