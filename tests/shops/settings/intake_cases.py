"""Settings of what comes from a shop: which orders, how they are asked for, as what they arrive."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.shops.settings.street import Case, Stall, Street, lasting

GOODS = {
    "key": "1", "sku": "TEA-1", "ean": "4012345000047", "name": "Green tea", "quantity": "2",
    "amounts": {"net": "20.00", "tax": "4.00", "gross": "24.00"},
    "taxes": [{"rate": "20", "amount": "4.00", "country": "FR"}],
}  # fmt: skip
NOTHING = {"net": "0", "tax": "0", "gross": "0"}
PART = {"key": "2", "parent": "1", "sku": "CUP-1", "name": "Cup", "quantity": "2",
        "amounts": NOTHING}  # fmt: skip


# ---- what happens in the shop


def buys(stall: Stall, **changes: Any) -> None:
    """A company buys tea by card; whose tax it pays, the shop does not say."""
    line = {**GOODS, "taxes": [{"rate": "20", "amount": "4.00"}]}
    usual = {
        "lines": [line],
        "buyer": {"id": "7", "name": "Alex Sample", "vat_id": "12345678901"},
        "payments": [{"kind": "gateway", "method": "card", "amount": "30.00"}],
    }
    stall.put(stall.id(), **usual | changes)


def unpaid(stall: Stall) -> None:
    buys(stall, status="pending", shop_status="pending")


def tries(stall: Stall) -> None:
    buys(stall, test=True)


def buys_at_the_till(stall: Stall) -> None:
    buys(stall, channel="pos")


def buys_more(stall: Stall) -> None:
    buys(stall, lines=[{**GOODS, "quantity": "3"}])


def cancels(stall: Stall) -> None:
    buys(stall, status="cancelled", shop_status="cancelled")


def is_paid_back(stall: Stall) -> None:
    stall.refund(stall.id(), f"{stall.name}-r1")


def buys_what_nobody_knows(stall: Stall) -> None:
    buys(stall, lines=[{**GOODS, "sku": None, "ean": None}])


def buys_a_set(stall: Stall) -> None:
    buys(stall, lines=[GOODS, PART])


def pays_five_cents_more(stall: Stall) -> None:
    buys(stall, totals={"grand": "30.05", "tax": "5.00"})


# ---- what becomes of it


def state(street: Street, stall: Stall) -> str:
    return street.became(stall)


def count(document: str = "order") -> Any:
    return lambda street, stall: len(street.files_of(stall, document))


def places(street: Street, stall: Stall) -> tuple[int, int]:
    """Orders in the ERP, and in its sandbox."""
    return len(street.files_of(stall)), len(street.files_of(stall, test=True))


def field(path: str, document: str = "order") -> Any:
    """A field of the ERP's document."""

    def look(street: Street, stall: Stall) -> Any:
        found = street.got(stall, document)
        for step in path.split("."):
            found = found[int(step)] if isinstance(found, list) else (found or {}).get(step)
        return found

    return look


def number_of_lines(street: Street, stall: Stall) -> int:
    return len(street.got(stall)["lines"])


def endings(street: Street, stall: Stall) -> list[str]:
    return [name.rpartition(".")[2] for name in street.files_of(stall)]


def first_window(street: Street, stall: Stall) -> tuple[datetime, datetime]:
    return stall.windows[0].since, stall.windows[0].until


def number(street: Street, stall: Stall) -> str:
    return str(street.got(stall)["number"]).replace(stall.name, "shop")


OTHER_ERP = """\
erp:
  customer: '9001'
  gln: 4012345000016
  supplier: S-1
  shipping_item: FREIGHT
  shipping_codes: {standard: '02', '*': '99'}
  payment_codes: {card: CC, '*': ZZ}
"""
"""Settings that are seen each in its own field."""
OTHER_WORDS = """\
items: {codes: articles.csv, unit: carton}
tax: {country: BE, vat_prefix: false}
"""
BEGINS = datetime(2026, 2, 28, tzinfo=UTC)
NOON = datetime(2026, 3, 2, 10, 14, tzinfo=UTC)

CASES = (
    Case("mode", ("mode: live", "mode: test"), places, ((1, 0), (0, 1)), buys),
    Case("poll.every", ("", "poll: {every: 10m}"),
         lambda street, stall: street.due(stall, "poll"), ("09:19", "09:24")),
    Case("poll.overlap",
         ("poll: {since: 2026-03-01}", "poll: {since: 2026-03-01, overlap: 10m}"),
         first_window,
         ((BEGINS.replace(day=27, hour=23, minute=59, second=55), NOON),
          (BEGINS.replace(day=27, hour=23, minute=50), NOON))),
    Case("poll.lag",
         ("poll: {since: 2026-03-01}", "poll: {since: 2026-03-01, lag: 1h}"),
         lambda street, stall: stall.windows[0].until, (NOON, NOON.replace(hour=8))),
    Case("poll.since",
         ("poll: {since: 2026-03-02}", "poll: {since: 2026-03-03}"), state,
         ("taken", "waiting W304"), buys),
    Case("orders.states", ("", "orders: {states: [completed]}"), state,
         ("taken", "waiting W301"), buys),
    Case("orders.unpaid", ("", "orders: {unpaid: import}"), state,
         ("waiting W300", "taken"), unpaid),
    Case(
        "orders.unpaid",
        ("orders: {states: [pending]}", "orders: {states: [pending], unpaid: import}"),
        state,
        ("waiting W300", "taken"),
        unpaid,
    ),
    Case("orders.test_orders", ("", "orders: {test_orders: ignore}"), places,
         ((0, 1), (0, 0)), tries),
    Case("orders.number", ("", "orders: {number: 'W-{number}'}"), number,
         ("shop-1", "W-shop-1"), buys),
    Case("orders.channels", ("", "orders: {channels: [web]}"), state,
         ("taken", "waiting W302"), buys_at_the_till, kinds=lasting("bigcommerce")),
    Case("orders.changes", ("", "orders: {changes: ignore}"), count("orderchange"),
         (1, 0), buys, buys_more),
    Case("orders.changes", ("", "orders: {changes: hold}"), state,
         ("taken", "held W311"), buys, buys_more),
    Case("orders.cancellations", ("", "orders: {cancellations: ignore}"), count("orderchange"),
         (1, 0), buys, cancels),
    Case("orders.cancellations", ("", "orders: {cancellations: hold}"), state,
         ("taken", "held W312"), buys, cancels),
    Case("orders.refunds", ("", "orders: {refunds: ignore}"), count("refund"),
         (1, 0), buys, is_paid_back),
    Case("orders.customers", ("", "orders: {customers: new}"), count("parties"), (0, 1), buys),
    Case("items.by", ("", "items: {by: sku}"), field("lines.0.gtin"),
         ("4012345000047", None), buys),
    Case("items.by", ("", "items: {by: ean}"), field("lines.0.supplier_item"),
         ("TEA-1", None), buys),
    Case("items.codes", ("", OTHER_WORDS), field("lines.0.supplier_item"),
         ("TEA-1", "100201"), buys),
    Case("items.unit", ("", OTHER_WORDS), field("lines.0.unit"), ("piece", "carton"), buys),
    Case("tax.country", ("", OTHER_WORDS), field("lines.0.tax.country"), (None, "BE"), buys),
    Case("tax.vat_prefix", ("", OTHER_WORDS), field("buyer.vat_id"),
         ("FR12345678901", "12345678901"), buys),
    Case("items.unknown", ("", "items: {unknown: send}"), state,
         ("held W212", "taken"), buys_what_nobody_knows),
    Case("items.bundles", ("", "items: {bundles: parent}"), number_of_lines, (2, 1), buys_a_set),
    Case("tax.rounding", ("", "tax: {rounding: 0.05}"), state,
         ("held W200", "taken"), pays_five_cents_more),
    Case("erp.customer", ("", OTHER_ERP), field("buyer.supplier_number"), (None, "9001"), buys),
    Case("erp.gln", ("", OTHER_ERP), field("buyer.gln"), (None, "4012345000016"), buys),
    Case("erp.supplier", ("", OTHER_ERP), field("supplier.supplier_number"), (None, "S-1"), buys),
    Case("erp.shipping_item", ("", OTHER_ERP), number_of_lines, (1, 2), buys),
    Case("erp.shipping_codes", ("", OTHER_ERP), field("transport.service"),
         ("standard", "02"), buys),
    Case("erp.payment_codes", ("", OTHER_ERP), field("payments.0.method"), ("card", "CC"), buys),
    Case("erp.format", ("", "erp: {format: csv}"), endings, (["json"], ["csv"]), buys),
)  # fmt: skip
