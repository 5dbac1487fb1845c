"""What the story shows: files that were dropped, calls both ways, stock, what the ERP booked."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from gateway.cli.commands.shop.stock import how
from gateway.cli.demoshop.api import ROOT
from gateway.cli.demoshop.hooks import Delivery
from gateway.cli.demoshop.scene import Scene, browse
from gateway.cli.demoshop.site import Call, Site
from gateway.cli.output import print_table
from gateway.cli.progress import busy
from gateway.cli.telling import WIDTH, Telling
from gateway.documents import Order
from gateway.documents.common import Tax
from gateway.pipeline.shops.stock.view import view

LONGEST = 40
"""Signs of a text in a body that are shown."""


class Showing(Telling):
    """A telling about a :class:`~gateway.cli.demoshop.scene.Scene`."""

    scene: Scene

    def __init__(self, folder: Path, *, quiet: bool = False) -> None:
        super().__init__(folder, quiet=quiet)
        self.facts |= {"calls": [], "webhooks": [], "proofs": []}
        self.deliveries: list[Delivery] = []
        """Calls of the shop."""
        self._shown: dict[str, int] = {}

    def chapter(self, title: str, *text: str) -> None:
        """A chapter begins."""
        self.head(title, *text)
        self.facts["chapters"].append(title)

    def wait(self, what: str, ready: Callable[[], bool]) -> None:
        """Until something happened."""
        with busy(what, quiet=self.quiet):
            self.scene.until(what, ready)

    def dropped(self, path: Path) -> None:
        """A file that the ERP dropped; it may be taken already."""
        self.say(f"  → {path}")

    def page(self, site: Site) -> None:
        """What buyers see."""
        self.section(f"What buyers of {site.shop.name} see:")
        for row in re.findall(r"<li>(.*?) <input", browse(site, "/")):
            self.say(f"  {row}")

    def called(self, deliveries: Sequence[Delivery], expected: Sequence[int] = ()) -> None:
        """Calls of the shop, and what they were answered: 200 unless ``expected`` says more."""
        for number, one in enumerate(deliveries):
            self.deliveries.append(one)
            wanted = expected[number] if expected else 200
            self.expect(one.status == wanted, f"{wanted} to {one.topic}, not {one.status}")
            told = f"delivery {one.id[:8]}" if one.id else "unsigned"
            self.say(
                f"  ☎ {one.topic:14} {told:18} answered {one.status} in {one.milliseconds:.0f} ms"
            )
            self.facts["webhooks"].append(
                {"topic": one.topic, "delivery": one.id or None, "status": one.status}
            )

    def calls(self, site: Site, what: str, *, asked: bool = False) -> None:
        """What a shop was told by the gateway since the last time, and with ``asked`` all else."""
        name = site.shop.name
        new = site.calls[self._shown.get(name, 0) :]
        self._shown[name] = len(site.calls)
        self.facts["calls"] += [_as_json(name, one) for one in new]
        told = [one for one in new if asked or one.method != "GET"]
        more = len(new) - len(told)
        self.section(f"{what} ({more} calls more, that only asked):" if more else f"{what}:")
        for one in told:
            self.expect(one.status in (200, 201), f"{one.path} answered 200, not {one.status}")
        for _, alike in groupby(told, key=lambda one: (one.method, one.path)):
            first, *others = alike
            for line in _lines(first):
                self.say(line)
            if others:
                self.say(f"         and {len(others)} more like it")

    def booked(self, order: Order) -> None:
        """An order as the ERP reads it."""
        if self.quiet or order.totals is None:
            return
        self.section(f"The ERP books order {order.number}:")
        rows = [
            (line.number or "", line.supplier_item or "", _money(line.quantity),
             _money(line.amount), _money(_tax(line.tax)), _money(line.gross_amount))
            for line in order.lines
        ]  # fmt: skip
        for one in order.allowances:
            net, tax = one.amount or Decimal(0), _tax(one.tax)
            row = ("", one.reason or one.kind, "", _money(net), _money(tax), _money(net + tax))
            rows.append(row)
        totals = order.totals
        rows.append(("", "total", "", "", _money(totals.tax), _money(totals.amount)))
        print_table(("Line", "Article", "Quantity", "Net", "VAT", "With VAT"), rows)

    def why(self, site: Site, sku: str) -> str:
        """How the stock of an article in a shop came about."""
        house = self.scene.gateway.house
        (seen,) = view(house, house.workspace.shops[site.shop.name], sku=sku).articles
        return re.sub(r" \([^)]*\)", "", f"{seen.wanted} = {how(seen)}")

    def files(self, orders: int, refunds: int) -> None:
        """So many files are there for the ERP, no more."""
        erp = self.scene.erp
        there = {"order": len(erp.files("order")), "refund": len(erp.files("refund"))}
        others = len(erp.files("orderchange"))
        wanted = {"order": orders, "refund": refunds}
        self.expect(there == wanted and not others, f"files {wanted}, not {there} and {others}")


def _as_json(shop: str, one: Call) -> dict[str, object]:
    body = json.loads(one.body) if one.body else None
    if isinstance(body, dict):
        body.pop("secret", None)
    path = _short(one.path)
    return {"shop": shop, "method": one.method, "path": path, "status": one.status, "body": body}


def _short(path: str) -> str:
    return unquote(path.removeprefix(ROOT))


def _lines(one: Call) -> list[str]:
    """A call: method, path, and what was sent, in short."""
    call = f"  {one.method:4} {_short(one.path)}"
    if not one.body:
        return [call if len(call) <= WIDTH else call[: WIDTH - 1] + "…"]
    body = json.dumps(_brief(json.loads(one.body)), ensure_ascii=False)
    if len(call) + len(body) + 2 <= WIDTH:
        return [f"{call}  {body}"]
    return [call, *textwrap.wrap(body, WIDTH, initial_indent=" " * 9, subsequent_indent=" " * 9)]


def _brief(value: Any) -> Any:
    """Values of JSON with long texts cut, and without secrets."""
    if isinstance(value, dict):
        short = sorted(value.items(), key=lambda pair: isinstance(pair[1], dict | list))
        return {name: _brief(one) for name, one in short if name != "secret"}
    if isinstance(value, list):
        return [_brief(one) for one in value]
    if isinstance(value, str) and len(value) > LONGEST:
        return value[: LONGEST - 1] + "…"
    return value


def _money(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _tax(one: Tax | None) -> Decimal:
    return (one.amount if one is not None else None) or Decimal(0)
