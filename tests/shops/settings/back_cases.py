"""Settings of what goes back to a shop (``send``): stock, shipments, invoices, prices …"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gateway.channels.shops.connector import Decision, InvoiceFile, Price, Shipment
from gateway.documents import Document
from gateway.pipeline.watch.shop_stock import shop_stock
from tests.pipeline.world import drop
from tests.shops.back.world import catalogue, despatch, invoice, item, report
from tests.shops.settings.intake_cases import GOODS, buys, state
from tests.shops.settings.street import Case, Stall, Street, lasting

TEA, MUG = "TEA-9", "MUG-8"
"""Nobody orders the first; of the second two are ordered, and the ERP has booked them when it
reports."""
PDF = b"%PDF-1.7\nfrom "
LINK = "send: {invoices: {by: link, link: 'https://erp.example.com/{number}'}}"
OTHER_LINK = LINK.replace("{number}", "{order}/{number}")
UPLOAD = "send: {invoices: {by: upload, folder: erp/pdf}}"


# ---- what the ERP says


def stocked(quantity: int) -> Document:
    """So much tea, in two places; mugs as well."""
    places = {"EAST": quantity * 6 // 10, "WEST": quantity * 4 // 10}
    stocks = [{"kind": "available", "quantity": str(number), "location": place}
              for place, number in places.items()]  # fmt: skip
    tea = {"stocks": [*stocks, {"kind": "on_hand", "quantity": str(quantity * 3)}]}
    return report({TEA: tea, MUG: quantity}, f"R{quantity}")


def prices() -> Document:
    """Prices of tea: of two kinds, with its name."""
    told = [{"kind": kind, "amount": amount} for kind, amount in
            (("retail", "5.00"), ("list", "4.00"))]  # fmt: skip
    return catalogue({TEA: told})


def ships(stall: Stall) -> Document:
    packages = [{"tracking": "T1", "items": [item(stall.id())]}]
    return despatch(f"D-{stall.name}", packages, transport={"carrier_code": "DHL"})


def bills(stall: Stall) -> Document:
    return invoice(f"I-{stall.name}", stall.id())


def answers(street: Street) -> Iterator[Document]:
    """What the ERP says of the orders that it got."""
    for case in street.cases:
        for key in case.keys:
            if case.setting.startswith("send.shipments"):
                yield ships(street.stalls[key])
            if case.setting.startswith("send.invoices"):
                yield bills(street.stalls[key])


def put_papers(street: Street) -> None:
    """The files of invoices, under two names, in two folders."""
    for stall in street.stalls.values():
        for folder in ("pdf", "paper"):
            for name in (f"I-{stall.name}", f"{stall.id()}_I-{stall.name}"):
                data = PDF + f"{folder} {name.replace(stall.name, 'shop')}\n%%EOF\n".encode()
                drop(street.root / "erp" / folder, f"{name}.pdf", data)


# ---- what happens in the shop


def buys_mugs(stall: Stall) -> None:
    buys(stall, lines=[{**GOODS, "sku": MUG, "ean": None}])


def waits_for_a_decision(stall: Stall) -> None:
    buys(stall, status="pending", shop_status="WAITING_ACCEPTANCE", awaits_acceptance=True)


# ---- what the shop was told


def first(sku: str = TEA) -> Callable[[Street, Stall], Any]:
    """The first quantity that it was told of an article."""
    return lambda _, stall: next(one.quantity for one in stall.levels if one.sku == sku)


def last(_street: Street, stall: Stall) -> int:
    return [one.quantity for one in stall.levels if one.sku == TEA][-1]


def by_location(_street: Street, stall: Stall) -> set[tuple[str, int]]:
    return {(one.location, one.quantity) for one in stall.levels[:4] if one.sku == TEA}


def is_late(street: Street, stall: Stall) -> bool:
    """Whether there is an alarm: the ERP's figures are too old."""
    with street.house.store.read() as connection:
        found = list(shop_stock(street.house, connection, {}))
    return ("A180", stall.name) in [(one.found.code, one.partner) for one in found]


def told(kind: type, look: Callable[[Any], Any]) -> Callable[[Street, Stall], Any]:
    """Something of the only thing of a kind that it was told; ``None``: nothing was told."""

    def looked(_street: Street, stall: Stall) -> Any:
        sent = [one for one in stall.sent if isinstance(one, kind)]
        return look(sent[0]) if sent else None

    return looked


def paper(sent: InvoiceFile) -> str:
    return sent.body.decode().removeprefix(PDF.decode()).split("\n")[0]


def stock(setting: str, other: str, ends: tuple[Any, Any], look: Any = None, base: str = "",
          **more: Any) -> Case:  # fmt: skip
    """A case of ``send.stock``; ``base``: what both shops have."""
    values = (base, ", ".join(filter(None, (base, f"{setting}: {other}"))))
    texts = tuple(f"send: {{stock: {{{value}}}}}" for value in values)
    return Case(f"send.stock.{setting}", texts, look or first(), ends, **more)


def shipping(setting: str, ends: tuple[Any, Any], look: Callable[[Shipment], Any]) -> Case:
    """A case of ``send.shipments``: all of its settings are others, each is seen by itself."""
    other = (
        "carriers: {DHL: dhl-fr, '*': other}, notify: false, "
        "tracking: 'https://track.example.com/{tracking}'"
    )
    texts = ("send: {shipments: {}}", f"send: {{shipments: {{{other}}}}}")
    return Case(f"send.shipments.{setting}", texts, told(Shipment, look), ends, buys)


def pricing(setting: str, ends: tuple[Any, Any], look: Callable[[Price], Any]) -> Case:
    """The same of ``send.prices``."""
    other = "kind: list, includes_tax: false, fields: [price, name]"
    texts = ("send: {prices: {}}", f"send: {{prices: {{{other}}}}}")
    return Case(f"send.prices.{setting}", texts, told(Price, look), ends)


CASES = (
    stock("locations", "{EAST: '1'}", ({("", 10)}, {("1", 6)}), by_location,
          kinds=lasting("bigcommerce")),
    stock("kind", "on_hand", (10, 30)),
    stock("safety", "3", (10, 7)),
    stock("share", "50", (10, 5)),
    stock("cap", "4", (10, 4)),
    stock("packs", f"{{{TEA}: 5}}", (10, 2)),
    stock("books_within", "1m", (6, 10), first(MUG), before=buys_mugs),
    stock("late_after", "2h", (False, True), is_late, base="implausible: 100"),
    stock("implausible", "100", (10, 0), last),
    stock("when_in_doubt", "zero", (10, 0), last),
    stock("wait", "0s", (0, 1), lambda street, stall: street.at_once[stall.name],
          base="implausible: 100, safety: 1"),
    shipping("carriers", ("DHL", "dhl-fr"),
             lambda sent: sent.parcels[0].carrier),
    shipping("tracking", ("", "https://track.example.com/T1"),
             lambda sent: sent.parcels[0].url),
    shipping("notify", (True, False), lambda sent: sent.notify),
    Case("send.invoices.by", (LINK, UPLOAD),
         told(InvoiceFile, lambda sent: (bool(sent.link), bool(sent.body))),
         ((True, False), (False, True)), buys, kinds=("woocommerce", "mirakl")),
    Case("send.invoices.link", (LINK, OTHER_LINK),
         told(InvoiceFile, lambda sent: len(sent.link.split("/"))), (4, 5), buys),
    Case("send.invoices.folder", (UPLOAD, UPLOAD.replace("pdf", "paper")),
         told(InvoiceFile, paper), ("pdf I-shop", "paper I-shop"), buys,
         kinds=lasting("mirakl")),
    Case("send.invoices.name", (UPLOAD, UPLOAD.replace("pdf", "pdf, name: '{order}_{number}.pdf'")),
         told(InvoiceFile, paper), ("pdf I-shop", "pdf shop-1_I-shop"), buys,
         kinds=lasting("mirakl")),
    pricing("kind", ("5.00", "4.00"), lambda sent: str(sent.amount)),
    pricing("includes_tax", (True, False), lambda sent: sent.includes_tax),
    pricing("fields", (None, f"About {TEA}"), lambda sent: sent.name),
    Case("send.accept", ("", "send: {accept: import}"), state,
         ("waiting W308", "taken"), waits_for_a_decision, kinds=lasting("mirakl")),
    Case("send.accept", ("send: {accept: import}", "send: {accept: response}"),
         told(Decision, lambda one: one.accepted), (True, None), waits_for_a_decision,
         kinds=lasting("mirakl")),
)  # fmt: skip


def play(street: Street) -> None:
    """The ERP has the orders; it reports, ships, bills; soon its shelves are empty."""
    street.clock.forward(minutes=3)
    put_papers(street)
    street.says_all([stocked(10), prices(), *answers(street)])
    street.run()
    street.clock.forward(seconds=5)
    street.run()
    before = {stall.name: len(stall.levels) for stall in street.stalls.values()}
    street.says_all([stocked(0)])
    street.run()
    for stall in street.stalls.values():
        new = stall.levels[before[stall.name] :]
        street.at_once[stall.name] = len({one.sku for one in new if one.sku == TEA})
    street.clock.forward(seconds=5)
    street.run()
    street.clock.forward(hours=2)
