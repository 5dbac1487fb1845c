"""A shop on the loopback that fails as real ones do, in the style of a platform.

Before each answer it is drawn what goes wrong: an error, too many requests, a page of a proxy, a
connection that is cut before the request was carried out or after. Between two requests people buy
and change orders, so that pages move while they are read.
"""

from __future__ import annotations

import json
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.shops.faults.book import Book


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body or b"{}")


@dataclass(frozen=True)
class Response:
    """What is answered; values become JSON."""

    value: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Style:
    """How a platform answers. One for each shop: it may remember what it was told."""

    kind = ""
    calls = False
    """Whether it sends webhooks."""
    gives_back = False
    """Whether it tells of refunds."""

    def settings(self, url: str) -> dict[str, Any]:
        """The group of its kind in ``shop.yaml``."""
        raise NotImplementedError

    def identity(self, number: int) -> str:
        """How the platform calls an order that can be read by it."""
        return str(number)

    def erp_number(self, number: int) -> str:
        """How the ERP calls an order."""
        return self.identity(number)

    def refund(self, number: int) -> str:
        """How it calls a refund."""
        return str(number)

    def answer(self, book: Book, request: Request) -> Response:
        """The answer to one request."""
        raise NotImplementedError

    def told(self, number: int) -> list[str]:
        """Tracking numbers that the buyer of an order was told, as often as he was."""
        raise NotImplementedError

    def busy(self, _request: Request) -> Response:
        """Not so fast."""
        return Response({"error": "slow down"}, 429, {"Retry-After": "0"})


FAULTS = ("fine", "500", "502", "429", "proxy", "cut before", "cut after")
USUAL = (80, 3, 4, 4, 2, 4, 3)
"""Of a hundred requests."""


class FaultyShop:
    """The server's side of one shop."""

    def __init__(self, style: Style, book: Book, *, seed: int, weights: tuple[int, ...]) -> None:
        self.style = style
        self.book = book
        self.random = Random(seed)
        self.weights = weights
        self.counts: Counter[str] = Counter()
        self.bugs: list[str] = []
        """What is wrong with the server itself."""
        self.between: Callable[[], None] = lambda: None
        """What people do between two requests."""
        self.lock = threading.Lock()

    def answer(self, request: Request) -> Response:
        """What the platform says."""
        try:
            return self.style.answer(self.book, request)
        except Exception:
            self.bugs.append(f"{request.method} {request.path}: {traceback.format_exc()}")
            raise

    def draw(self) -> str:
        """What goes wrong with a request."""
        with self.lock:
            found = self.random.choices(FAULTS, self.weights)[0]
            self.counts[found] += 1
        return found


@contextmanager
def served(shop: FaultyShop) -> Iterator[str]:
    """Its address, while it is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(shop))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(shop: FaultyShop) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536
        timeout = 30

        def _answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            parts = urlsplit(self.path)
            request = Request(
                self.command,
                parts.path.lstrip("/"),
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(size),
            )
            fault = shop.draw()
            if fault == "cut before":
                self._cut()
                return
            shop.between()
            if fault in ("fine", "cut after"):
                found = shop.answer(request)
                if fault == "cut after":
                    self._cut()
                    return
                self._say(found.status, json.dumps(found.value).encode(), found.headers)
            elif fault == "429":
                found = shop.style.busy(request)
                self._say(found.status, json.dumps(found.value).encode(), found.headers)
            elif fault == "proxy":
                self._say(200, b"<html>Please stand by</html>", {})
            else:
                self._say(int(fault), b"<html>oops</html>", {})

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

        def _cut(self) -> None:
            self.close_connection = True
            self.connection.close()

        def _say(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Nothing."""

    return Handler
