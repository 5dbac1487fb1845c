"""The shop's web site: what it sells, its checkout, and its API behind a key."""

from __future__ import annotations

import base64
import hmac
import html
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gateway.cli.demoshop import api
from gateway.cli.demoshop.shop import DemoShop, SoldOutError

LARGEST = 1_000_000
"""Bytes of a body."""
GUEST = {
    "first_name": "Alex", "last_name": "Sample", "street": "12 rue de la Gare",
    "postcode": "59000", "city": "Lille", "country": "FR", "email": "alex.sample@example.com",
    "phone": "+33 1 99 00 12 34",
}  # fmt: skip
"""Who buys unless the form says otherwise."""
_PAGE = """<!doctype html><meta charset="utf-8"><title>{name}</title><h1>{name}</h1>
<form method="post" action="/checkout"><ul>
{goods}
</ul>
{fields}
<p><button>Order and pay</button></form>"""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the API that the shop saw."""

    method: str
    path: str
    body: bytes
    status: int


@dataclass
class Site:
    """A shop that is served; ``key`` and ``secret`` open its API."""

    shop: DemoShop
    key: str
    secret: str
    eager: bool = False
    """It calls its webhooks by itself, after each change."""
    calls: list[Call] = field(default_factory=list)
    url: str = ""

    def may(self, authorization: str) -> bool:
        """Whether a call has the key."""
        known = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        return hmac.compare_digest(authorization.encode(), f"Basic {known}".encode())

    def page(self) -> str:
        """What buyers see: the goods, and a form that orders them."""
        with self.shop.lock:
            goods = "\n".join(
                f"<li>{html.escape(each.name)}: {each.price} EUR, {each.stock} in stock"
                f' <input name="{each.sku}" size="2"></li>'
                for each in self.shop.products.values()
            )
        fields = "\n".join(
            f'<p>{name} <input name="{name}" value="{html.escape(value)}">'
            for name, value in {**GUEST, "coupon": "", "note": ""}.items()
        )
        return _PAGE.format(name=html.escape(self.shop.name), goods=goods, fields=fields)

    def checkout(self, form: Mapping[str, str]) -> tuple[int, str]:
        """Order what a form says: status and text of the page that follows."""
        wanted = {sku: form[sku] for sku in self.shop.products if form.get(sku, "0") != "0"}
        if not wanted or not all(one.isdecimal() and len(one) < 5 for one in wanted.values()):
            return 400, "Which goods, and how many?\n"
        basket = {sku: int(quantity) for sku, quantity in wanted.items()}
        try:
            order = self.shop.buy(basket, {**GUEST, **form}, form.get("coupon", ""))
        except SoldOutError as failure:
            return 409, f"{failure}\n"
        return 200, f"order {order['number']}: {order['total']} EUR, paid\n"

    def changed(self) -> None:
        """Something may have happened that webhooks tell of."""
        if self.eager:
            threading.Thread(target=self.shop.call_out, daemon=True).start()


@contextmanager
def serving(site: Site, port: int = 0) -> Iterator[Site]:
    """The shop is open at :attr:`Site.url`, on the loopback only. Raises ``OSError``."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(site))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Requests of one connection."""

        protocol_version = "HTTP/1.1"
        wbufsize = 65536
        timeout = 15

        def do_GET(self) -> None:
            """The page, or the API."""
            if urlsplit(self.path).path == "/":
                self._say(200, site.page().encode(), "text/html; charset=utf-8")
            else:
                self._api()

        def do_POST(self) -> None:
            """The checkout, or the API."""
            if self.path == "/checkout":
                status, text = site.checkout(dict(parse_qsl(self._body().decode())))
                self._say(status, text.encode(), "text/plain; charset=utf-8")
                site.changed()
            else:
                self._api()

        def do_PUT(self) -> None:
            """The API."""
            self._api()

        def _body(self) -> bytes:
            size = int(self.headers.get("Content-Length") or 0)
            return self.rfile.read(min(size, LARGEST))

        def _api(self) -> None:
            parts, body = urlsplit(self.path), self._body()
            if not site.may(self.headers.get("Authorization", "")):
                found = api.Response({"code": "woocommerce_rest_cannot_view"}, 401)
            elif not parts.path.startswith(api.ROOT):
                found = api.Response({"code": "rest_no_route"}, 404)
            else:
                path, query = parts.path.removeprefix(api.ROOT), dict(parse_qsl(parts.query))
                found = api.answer(site.shop, api.Request(self.command, path, query, body))
            site.calls.append(Call(self.command, self.path, body, found.status))
            said = json.dumps(found.value).encode()
            self._say(found.status, said, "application/json", found.headers)
            if self.command != "GET":
                site.changed()

        def _say(
            self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None
        ) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the story tells what happened."""

    return Handler
