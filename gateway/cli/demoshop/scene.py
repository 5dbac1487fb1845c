"""Where the story plays: two shops, a gateway that serves, an ERP, and the patience to wait."""

from __future__ import annotations

import http.client
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from gateway.cli.demoshop import workspace
from gateway.cli.demoshop.erp import Erp
from gateway.cli.demoshop.shop import DemoShop
from gateway.cli.demoshop.site import Site, serving
from gateway.cli.demoshop.till import stamp
from gateway.cli.demoshop.workspace import CORNER_SHOP, WEB_SHOP
from gateway.cli.output import cannot
from gateway.cli.working import open_gateway
from gateway.config import load_workspace
from gateway.pipeline import Gateway
from gateway.pipeline.shops.reconcile.report import Report, report
from gateway.store.shops import errands, inbox
from gateway.web.reception import reception
from gateway.web.watched import watched

PATIENCE = 30.0
"""Seconds that anything may take."""
LOOK = 0.02
"""Seconds between two looks whether it happened."""


class StuckError(Exception):
    """Something did not happen."""


@dataclass
class Scene:
    """All who play."""

    web: Site
    corner: Site
    gateway: Gateway
    erp: Erp
    address: str
    """Where the gateway can be called."""

    def until(self, what: str, ready: Callable[[], bool]) -> None:
        """Wait for something. Raises :class:`StuckError`."""
        end = time.monotonic() + PATIENCE
        while not ready():
            if time.monotonic() > end:
                raise StuckError(what)
            time.sleep(LOOK)

    def followed(self) -> None:
        """Wait until every hint of a webhook was followed."""
        self.until("the webhooks are followed", lambda: not self._hints())

    def look(self, site: Site) -> None:
        """Have a shop asked for its changes now, not in an hour, and wait for it."""
        before = self.looks(site)
        self._now(site, "poll")
        self.until(f"{site.shop.name} is asked", lambda: self.looks(site) > before)

    def compared(self, site: Site) -> Report:
        """Have the nightly comparison of a shop made now; what it found."""
        house = self.gateway.house
        shop = house.workspace.shops[site.shop.name]
        # a comparison ends with the last whole second: what was ordered in it belongs to the next
        last = max(order["date_created_gmt"] for order in site.shop.orders.values())
        self.until("the second of the last order is over", lambda: stamp(house.clock()) > last)
        self._now(site, "reconcile")
        found: list[Report] = []

        def is_over() -> bool:
            told = report(house, shop)
            found[:] = [] if told is None or told.ended is None else [told]
            return bool(found)

        self.until(f"{site.shop.name} is compared", is_over)
        return found[0]

    def _now(self, site: Site, task: str) -> None:
        """A task of a shop is due."""
        house = self.gateway.house
        with house.store.write("errands") as connection:
            errands.pull_in(connection, [errands.lane_of(site.shop.name, task)], house.clock())

    def _hints(self) -> int:
        with self.gateway.house.store.read() as connection:
            return inbox.waiting(connection, WEB_SHOP)

    def looks(self, site: Site) -> int:
        """How often a shop was asked what changed."""
        return sum("modified_after=" in each.path for each in site.calls)


@contextmanager
def scene(folder: Path) -> Iterator[Scene]:
    """Everything at work in a fresh folder."""
    with ExitStack() as stack:
        web, corner = (
            stack.enter_context(serving(Site(DemoShop(name, first), _key("ck"), _key("cs"))))
            for name, first in ((WEB_SHOP, 1041), (CORNER_SHOP, 208))
        )
        _settle(folder, web, corner, stack.enter_context(_free_port()))
        found, problems = load_workspace(folder)
        if found is None or problems:
            cannot("the demo's settings have problems: " + "; ".join(map(str, problems)))
        gateway = stack.enter_context(open_gateway(found))
        address = stack.enter_context(_at_work(gateway))
        made = Scene(web, corner, gateway, Erp(gateway.house), address)
        made.until("the shops are asked for the first time", lambda: _asked(made))
        yield made


def _settle(folder: Path, web: Site, corner: Site, port: int) -> None:
    shops = {
        site.shop.name: (site.url, {"key": site.key, "secret": site.secret})
        for site in (web, corner)
    }
    shops[WEB_SHOP][1]["hook"] = _key("wh")
    workspace.write(folder, port, shops)


def _asked(made: Scene) -> bool:
    return all(made.looks(site) for site in (made.web, made.corner))


@contextmanager
def _free_port() -> Iterator[int]:
    """A port that nobody else gets meanwhile; whoever binds it as we do may listen there."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextmanager
def _at_work(gateway: Gateway) -> Iterator[str]:
    """What ``gateway serve`` does, in a thread; the address of the web port."""
    stop = threading.Event()
    house = gateway.house
    with watched(
        house.workspace.settings,
        house.store,
        owner=gateway.name,
        live=gateway.dead,
        ready=gateway.trouble,
        reception=reception(gateway),
        runs=gateway.runs,
    ) as where:
        thread = threading.Thread(target=gateway.serve, args=(stop,), daemon=True)
        thread.start()
        try:
            assert where is not None
            yield where.url
        finally:
            stop.set()
            thread.join(PATIENCE)


def _key(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(20)}"


def browse(site: Site, path: str, form: Mapping[str, str] | None = None) -> str:
    """A buyer's browser: a page, or a form that is sent. Raises :class:`StuckError`."""
    parts = urlsplit(site.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        body = urlencode(form) if form else None
        connection.request("POST" if form else "GET", path, body, kind)
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    if answer.status != 200:
        raise StuckError(f"{path} of {site.shop.name}: {text}")
    return text
