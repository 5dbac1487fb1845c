"""A workspace with one web shop in memory, its ERP, and what both see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.config import Workspace, load_workspace
from gateway.config.shops import Shop
from gateway.pipeline import Gateway, Summary
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.house import House
from gateway.pipeline.shops import errands as tasks
from gateway.pipeline.shops.accept import Accepted, accept
from gateway.store import Filter, Message
from gateway.store.shops import inbox, orders, refunds
from gateway.store.shops.inbox import NewHint
from gateway.store.shops.orders import OrderRow
from gateway.store.shops.refunds import RefundRow
from tests.pipeline.world import OWN, Clock, make, visible
from tests.shops.intake.fake import FakeShop
from tests.tables import make_tables

SHOP = "acme-shop"
GATEWAY = """\
schema: 1
erp:
  receive: {folder: erp/in}
  send: {folder: erp/out, name: "{number}_{seq}.{ext}"}
  formats: {order: json, orderchange: json, parties: json}
retry: {first: 10s, factor: 2, ceiling: 60s, attempts: 3, jitter: 0}
poll: 1s
"""
HEAD = """\
schema: 1
shop: {name}
name: Acme Shop (example)
kind: woocommerce
woocommerce:
  url: https://{name}.example.com
  key: ${{env:GATEWAY_TEST_SHOP_KEY}}
  secret: ${{env:GATEWAY_TEST_SHOP_SECRET}}
"""


def shop_yaml(more: str = "", name: str = SHOP) -> str:
    """Settings of a shop; ``more``: whole groups, as YAML."""
    poll = "" if "poll:" in more else "poll: {since: 2026-03-01}\n"
    return HEAD.format(name=name) + poll + more


def _is_way_in(lane: str) -> bool:
    """Whether orders come in by a lane, or go to the ERP."""
    taken = ("poll", "inbox", "recheck")
    return lane.startswith(("in/", "to/")) or (
        lane.startswith("shop/") and lane.endswith(tuple(f"/{task}" for task in taken))
    )


@dataclass
class ShopWorld:
    """The workspace at work."""

    root: Path
    shop: FakeShop
    more: str = ""
    database: str = ""
    checkpoint: Callable[[str], None] | None = None
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.shop.clock = self.clock
        self.settle(self.more)
        self.gateway = self.open()

    def settle(self, more: str) -> None:
        """Write the settings."""
        files = {
            "gateway.yaml": GATEWAY + (f"database: {self.database}\n" if self.database else ""),
            "partners/_own.yaml": OWN,
            f"shops/{SHOP}/shop.yaml": shop_yaml(more),
        }
        self.workspace = make(self.root, files)
        make_tables(self.workspace.database)

    def open(self, checkpoint: Callable[[str], None] | None = None) -> Gateway:
        return Gateway.open(
            self.workspace, clock=self.clock, checkpoint=checkpoint or self.checkpoint, draft=True
        )

    def reload(self, more: str) -> None:
        """The settings were changed, the gateway started again."""
        self.gateway.close()
        self.settle(more)
        self.gateway = self.open()

    def remove_shop(self) -> None:
        """The shop is in the settings no more."""
        self.gateway.close()
        (self.root / f"shops/{SHOP}/shop.yaml").unlink()
        (self.root / f"shops/{SHOP}").rmdir()
        self.workspace = self.loaded()
        self.gateway = self.open()

    def loaded(self) -> Workspace:
        """The settings as they stand in the files."""
        found, problems = load_workspace(self.root)
        assert found is not None, problems
        return found

    @property
    def house(self) -> House:
        return self.gateway.house

    @property
    def settings(self) -> Shop:
        return self.house.workspace.shops[SHOP]

    def run(self) -> None:
        """What there is to do for the shop and the ERP, without the duties of the house."""
        tasks.review(self.house)
        tasks.at_once(self.house)
        core = Core(self.house, "a test")
        while keys := [key for key in core.waiting() if _is_way_in(key)]:
            if not sum(core.drain(key) for key in keys):
                return

    def run_whole(self) -> Summary:
        """As ``gateway run`` does."""
        return self.gateway.run_once()

    def later(self, **by: float) -> None:
        """Time goes by, and the gateway works again."""
        self.clock.forward(**by)
        self.run()

    def accept(self, *ids: str, **more: Any) -> list[Accepted]:
        """Take orders over as they are in the shop now, without asking it."""
        records = [self.shop.record(id_) for id_ in ids]
        return accept(self.house, self.settings, records, **{"origin": "poll", **more})

    def hint(self, *ids: str) -> None:
        """A webhook about each of these orders has come."""
        with self.house.store.write("hints") as connection:
            hints = [NewHint(shop=SHOP, external_id=id_, at=self.clock()) for id_ in ids]
            inbox.add_all(connection, hints)

    def order(self, id_: str) -> OrderRow:
        with self.house.store.read() as connection:
            found = orders.find(connection, SHOP, id_)
        assert found is not None
        return found

    def refund(self, id_: str) -> RefundRow:
        with self.house.store.read() as connection:
            found = refunds.find(connection, SHOP, id_)
        assert found is not None
        return found

    def rows(self, **wanted: Any) -> list[Message]:
        return list(reversed(self.gateway.messages(Filter(**wanted))))

    def codes(self, id_: int) -> list[str]:
        history = self.gateway.message(id_)
        assert history is not None
        return [found.code for found in history.problems]

    def erp(self, document: str = "order", *, test: bool = False) -> dict[str, str]:
        """What the ERP finds."""
        folder = self.house.workspace.erp_out(document, test=test)
        return {name: (folder / name).read_text() for name in visible(folder)}
