"""A house with very many small shops: two for each setting, alike but for that one setting.

Everything is run together, as ``gateway run`` does it, and looked at shop by shop: what the ERP
got, what the shop was asked and told, what became of its orders. So one run proves many settings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from gateway.channels.shops import platforms
from gateway.channels.shops.connector import Hook, Level, Listed, Outcome, Page, Window
from gateway.config.shops import Shop
from gateway.documents import Document
from gateway.pipeline.shops.accept import accept
from gateway.store.shops import errands, orders
from tests.pipeline.world import OWN, drop, make, visible
from tests.shops.back.shelf import Shelf, ShelfConnector, Shelves
from tests.shops.back.world import FORMS, BackWorld
from tests.tables import make_tables

GATEWAY = f"""\
schema: 1
erp:
  receive: {{folder: erp/in}}
  send: {{folder: erp/out, name: "{{number}}_{{seq}}.{{ext}}"}}
  formats: {{{", ".join(f"{each}: json" for each in (*FORMS, "refund"))}}}
poll: 1s
"""
HEADS = {
    "woocommerce": "url: https://{name}.example.com, key: '${{env:A_KEY}}', "
    "secret: '${{env:A_SECRET}}'",
    "bigcommerce": "store_hash: {name}, token: '${{env:A_TOKEN}}'",
    "mirakl": "url: https://{name}.example.com, key: '${{env:A_KEY}}'",
}
"""The connection of a kind of shop, each with an account of its own."""


@dataclass
class Stall(Shelf):
    """One shop of the street."""

    name: str = ""
    windows: list[Window] = field(default_factory=list)
    """Every window of changes that it was asked for."""
    compared: list[Window] = field(default_factory=list)
    """Every stretch of its list that was compared."""
    levels: list[Level] = field(default_factory=list)
    hooks: list[str] = field(default_factory=list)
    """The addresses that it was told to call."""

    def id(self, number: int = 1) -> str:
        """The id of one of its orders; no other shop has it."""
        return f"{self.name}-{number}"


Happens = Callable[[Stall], None]
_Key = tuple[str, str, Happens, Happens]
"""All that a shop is made of."""


def nothing(_stall: Stall) -> None:
    """Nothing happens."""


@dataclass(frozen=True)
class Case:
    """A setting, two values of it, and how differently they end."""

    setting: str
    values: tuple[str, str]
    """Groups of ``shop.yaml``, of one shop and of the other."""
    look: Callable[[Street, Stall], Any]
    ends: tuple[Any, Any]
    before: Happens = nothing
    """What happens in the shop before it is asked at first."""
    later: Happens = nothing
    """What happens in it afterwards."""
    kinds: tuple[str, str] = ("woocommerce", "woocommerce")

    @property
    def keys(self) -> tuple[_Key, _Key]:
        """What its two shops are made of."""
        one, other = (
            (kind, value, self.before, self.later)
            for kind, value in zip(self.kinds, self.values, strict=True)
        )
        return one, other


def lasting(kind: str) -> tuple[str, str]:
    """Both shops of a case are of a kind."""
    return kind, kind


@dataclass
class Street(BackWorld):
    """The workspace with the shops of many cases."""

    shop: Stall = field(default_factory=Stall)
    cases: Sequence[Case] = ()
    files: dict[str, str] = field(default_factory=dict)
    stalls: dict[_Key, Stall] = field(default_factory=dict)
    """What is alike is one shop, whatever cases it is of."""
    number: int = 0
    at_once: dict[str, int] = field(default_factory=dict)
    """By shop: how many articles it was told of as soon as the ERP's last report was there."""

    def __post_init__(self) -> None:
        for case in self.cases:
            for key in case.keys:
                if key not in self.stalls:
                    made = Stall(
                        name=f"s{len(self.stalls):02}",
                        page_size=50,
                        clock=self.clock,
                        stock={"TEA-9": 0, "MUG-8": 0},
                    )
                    case.before(made)
                    self.stalls[key] = made
        self.settle("")
        self.gateway = self.open()

    def settle(self, more: str) -> None:
        """Write the settings."""
        files = {"gateway.yaml": GATEWAY, "partners/_own.yaml": OWN, **self.files}
        for (kind, value, *_), stall in self.stalls.items():
            files[f"shops/{stall.name}/shop.yaml"] = shop_yaml(stall.name, kind, value)
            if "codes:" in value:
                files[f"shops/{stall.name}/articles.csv"] = "sku,article\nTEA-1,100201\n"
        self.workspace = make(self.root, files)
        make_tables(self.workspace.database)

    def goes_on(self) -> None:
        """What happens in the shops afterwards; they call, and it is looked at."""
        for (*_, later), stall in self.stalls.items():
            if later is nothing:
                continue
            later(stall)
            records = [stall.record(id_) for id_ in stall.orders]
            accept(self.house, self.workspace.shops[stall.name], records, origin="hook")
        self.run()

    def differences(self) -> list[str]:
        """Cases that do not end as they say."""
        wrong = [f"{name} is left out" for name in self.workspace.broken_shops]
        for case in self.cases:
            found = tuple(case.look(self, self.stalls[key]) for key in case.keys)
            assert case.ends[0] != case.ends[1]
            if found != case.ends:
                wrong.append(f"{case.setting}: {found}, not {case.ends}")
        return wrong

    def says_all(self, documents: Iterable[Document]) -> None:
        """The ERP writes a file for each kind of document."""
        by_name: dict[str, list[Document]] = {}
        for one in documents:
            by_name.setdefault(one.name, []).append(one)
        for name, some in by_name.items():
            compiled, _ = self.house.translation.erp_map(name, "json")
            assert compiled is not None and compiled.layout is not None
            data, found = compiled.layout.write([compiled.write(one)[0] for one in some])
            assert not found
            self.number += 1
            drop(self.house.workspace.erp_in(name), f"{self.number}.json", bytes(data))

    # ---- what became of it

    def files_of(self, stall: Stall, document: str = "order", *, test: bool = False) -> list[str]:
        """Names of the files that the ERP got of a shop."""
        folder = self.house.workspace.erp_out(document, test=test)
        return [name for name in visible(folder) if f"{stall.name}-" in name]

    def got(self, stall: Stall, document: str = "order") -> Any:
        """The first of these documents."""
        names = self.files_of(stall, document)
        folder = self.house.workspace.erp_out(document)
        return json.loads((folder / names[0]).read_text("utf-8")) if names else None

    def became(self, stall: Stall, number: int = 1) -> str:
        """State of an order, and the code of the reason."""
        with self.house.store.read() as connection:
            row = orders.find(connection, stall.name, stall.id(number))
        return "unseen" if row is None else f"{row.state} {row.reason[:4]}".strip()

    def due(self, stall: Stall, task: str) -> str:
        """At what time something is done for a shop."""
        with self.house.store.read() as connection:
            found = errands.find(connection, errands.lane_of(stall.name, task))
        return "never" if found is None else f"{found.due:%H:%M}"


def shop_yaml(name: str, kind: str, more: str) -> str:
    """Settings of a shop; ``more``: whole groups, as YAML."""
    poll = "" if "poll:" in more else "poll: {since: 2026-03-01}\n"
    head = f"schema: 1\nshop: {name}\nname: A shop (example)\nkind: {kind}\n"
    return f"{head}{kind}: {{{HEADS[kind].format(name=name)}}}\n{poll}{more}\n"


class Watched(ShelfConnector):
    """Remembers what it was asked for."""

    shop: Stall

    def page(self, window: Window, position: str = "") -> Page:
        self.shop.windows.append(window)
        return super().page(window, position)

    def listed(self, window: Window, *, by: Literal["created", "updated"]) -> Iterator[Listed]:
        self.shop.compared.append(window)
        return super().listed(window, by=by)

    def make_webhook(self, topic: str, address: str, secret: str) -> Hook:
        self.shop.hooks.append(address)
        return super().make_webhook(topic, address, secret)

    def send_stock(self, levels: Sequence[Level]) -> list[Outcome]:
        self.shop.levels += levels
        return super().send_stock(levels)


class Quarter(Shelves):
    """All shops of the street, whatever their kind."""

    def _connect(self, shop: Shop, _secrets: Any, _clock: Any, _session: Any) -> Watched:
        made = Watched(self.shops[shop.shop])  # type: ignore[arg-type]
        self.made.append(made)
        return made


def opened(
    root: Path, monkeypatch: pytest.MonkeyPatch, cases: Sequence[Case], **files: str
) -> Street:
    """The street of some cases."""
    street = Street(root, cases=cases, files=files)
    shops = {stall.name: stall for stall in street.stalls.values()}
    monkeypatch.setattr(platforms, "_part", Quarter(shops).part)  # type: ignore[arg-type]
    return street
