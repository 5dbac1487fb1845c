"""A shop in memory that also takes back: stock that it sells from, shipments, invoices, decisions.

What it was told twice under one key is one; every call that arrived is remembered, so that a test
sees what was told, and what was only asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gateway.channels.shops.connector import Article, Capabilities, Level, Outcome
from tests.shops.intake.fake import FakeConnector, FakePlatform, FakeShop

ABSOLUTE = Capabilities(
    stock="absolute", stock_batch=3, shipments=True, several_parcels=True, invoices="upload",
    prices=True, accepts=True,
)  # fmt: skip
WRITES = ("stock", "prices", "shipment", "invoice", "decision", "follow_up")
COMPARING = replace(ABSOLUTE, stock="compare_and_set")


@dataclass
class Shelf(FakeShop):
    """Quantities by SKU beside the orders."""

    capabilities: Capabilities = ABSOLUTE
    stock: dict[str, int] = field(default_factory=dict)
    unmanaged: set[str] = field(default_factory=set)
    refuses: dict[str, str] = field(default_factory=dict)
    """By SKU, order or number: why nothing about it is taken."""
    told: dict[str, Any] = field(default_factory=dict)
    """What it has, by key."""
    answers: list[Outcome] = field(default_factory=list)
    """Given by the next calls, instead of what would be said."""
    writes: list[tuple[str, int]] = field(default_factory=list)
    """Every quantity that was set, in order."""
    trouble: list[Exception] = field(default_factory=list)
    """Raised by the next calls that would change something, one by each."""
    after: Callable[[str], None] = lambda _call: None
    """Called once something was carried out, before it is answered."""
    kept_in: Path | None = None
    """A file that every write is also noted in, for tests that kill the process."""

    @classmethod
    def revived(cls, path: Path) -> Shelf:
        """The shop as its file tells it: every quantity that was set, every key it knows."""
        made = cls(stock={"TEA-1": 0}, kept_in=path)
        for line in made.lines:
            call, what, *rest = line.split()
            if call == "stock":
                made.stock[what] = int(rest[0])
            else:
                made.told[what] = None
        return made

    @property
    def lines(self) -> list[str]:
        """What its file holds."""
        if self.kept_in is None or not self.kept_in.exists():
            return []
        return self.kept_in.read_text().splitlines()

    def sell(self, sku: str, quantity: int, id_: str, **changes: Any) -> None:
        """Somebody buys: less is there, and an order comes to be."""
        self.stock[sku] -= quantity
        line = {
            "key": "1", "sku": sku, "name": sku, "quantity": str(quantity),
            "amounts": {"net": "20.00", "tax": "4.00", "gross": "24.00"},
            "taxes": [{"rate": "20", "amount": "4.00", "country": "FR"}],
        }  # fmt: skip
        at = self.now().isoformat()
        self.put(id_, lines=[line], created=at, placed=at, **changes)

    def called(self, name: str) -> None:
        super().called(name)
        if self.trouble and name in WRITES:
            raise self.trouble.pop(0)

    def note(self, text: str) -> None:
        """Survives the process."""
        if self.kept_in is not None:
            with self.kept_in.open("a") as file:
                file.write(f"{text}\n")


class ShelfConnector(FakeConnector):
    """One connection to it."""

    shop: Shelf

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        self.shop.called("articles")
        return {
            sku: Article(sku, f"p-{sku}", "", self.shop.stock[sku], sku not in self.shop.unmanaged)
            for sku in skus
            if sku in self.shop.stock
        }

    def send_stock(self, levels: Sequence[Level]) -> list[Outcome]:
        assert len(levels) <= self.shop.capabilities.stock_batch
        self.shop.called("stock")
        said = [self._set(one) for one in levels]
        self.shop.after("stock")
        return said

    def _set(self, one: Level) -> Outcome:
        shop = self.shop
        assert isinstance(one.quantity, int) and one.quantity >= 0
        if (why := shop.refuses.get(one.sku)) is not None:
            return Outcome(one.key, "refused", reason=why)
        here = shop.stock[one.sku]
        compares = shop.capabilities.stock == "compare_and_set"
        if compares and one.expected is not None and here != one.expected:
            return Outcome(one.key, "conflict", actual=here)
        shop.stock[one.sku] = one.quantity
        shop.writes.append((one.sku, one.quantity))
        shop.note(f"stock {one.sku} {one.quantity}")
        return Outcome(one.key, "done")

    def _sent(self, call: str, what: Any, key: str) -> Outcome:
        shop = self.shop
        shop.called(call)
        if shop.answers:
            return replace(shop.answers.pop(0), key=key)
        names = (getattr(what, name, "") for name in ("sku", "order", "number"))
        why = next((shop.refuses[each] for each in names if each in shop.refuses), None)
        if why is not None:
            return Outcome(key, "refused", reason=why)
        if key not in shop.told:  # it looks first
            shop.told[key] = what
            shop.sent.append(what)
            shop.note(f"{call} {key}")
        shop.after(call)
        return Outcome(key, "done", reference=f"r-{len(shop.told)}")


class Shelves(FakePlatform):
    """The shops of a test, by name."""

    def _connect(self, shop: Any, _secrets: Any, _clock: Any, _session: Any) -> ShelfConnector:
        made = ShelfConnector(self.shops[shop.shop])
        self.made.append(made)
        return made
