"""A PrestaShop behind the contract of :mod:`gateway.channels.shops.connector`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from gateway.channels.shops.connector import (
    Article,
    Capabilities,
    Decision,
    Hook,
    InvoiceFile,
    Level,
    Listed,
    Outcome,
    Page,
    Price,
    Reading,
    Record,
    Shipment,
    Window,
)
from gateway.channels.shops.fields import Fields
from gateway.channels.shops.fields import opened as fields_of
from gateway.channels.shops.prestashop import articles, calls, fulfil, read, write
from gateway.channels.shops.prestashop.amounts import plain
from gateway.channels.shops.prestashop.gather import Gathering, Reference
from gateway.channels.shops.prestashop.lines import localised
from gateway.channels.shops.prestashop.localtime import Clock, bounds, is_written
from gateway.channels.shops.prestashop.walk import FIELD, By, Place
from gateway.channels.shops.session import Session, ShopLoginError, ShopRefusedError
from gateway.config.secrets import Secret
from gateway.config.shops import Shop
from gateway.problems import Problem

_NEEDED = (
    "orders", "order_details", "order_slip", "order_cart_rules", "order_payments", "cart_rules",
    "addresses", "customers", "currencies", "carriers", "order_states", "taxes", "countries",
    "states",
)  # fmt: skip
"""Resources without which no order can be read."""
_SHORT = "[id,reference,current_state,id_currency,total_paid_tax_incl,date_add,date_upd]"
_LISTED = 1000
_DIGITS = 11
"""An id has fewer; one with more is longer than a place of a walk can hold."""

CAPABILITIES = Capabilities(
    # an order and its parts are written one after the other
    overlap=timedelta(seconds=60),
    stock="absolute",
    stock_batch=50,
    shipments=True,
    prices=True,
)


def connect(
    shop: Shop,
    secrets: Callable[[Secret], str],
    clock: Callable[[], datetime],
    session: Session | None = None,
) -> PrestaShopShop:
    """A connector. Raises ``ShopUnreachableError`` for settings that cannot work."""
    if shop.prestashop is None:
        raise ValueError(f"{shop.shop} is no shop of PrestaShop")
    return PrestaShopShop(shop, session or calls.opened(shop.prestashop, secrets), clock)


class PrestaShopShop:
    """One shop. Not thread safe."""

    capabilities = CAPABILITIES

    def __init__(self, shop: Shop, session: Session, clock: Callable[[], datetime]) -> None:
        if shop.prestashop is None:
            raise ValueError(f"{shop.shop} is no shop of PrestaShop")
        self.shop, self.settings, self.clock = shop, shop.prestashop, clock
        self.zone = ZoneInfo(self.settings.zone)
        self.session = session
        self.service = calls.Webservice(session, self.settings)
        self.reference = Reference(self.service, clock)

    def read_order(self, raw: bytes) -> Reading:
        """The canonical order of a record, and its refunds."""
        return read.read_order(raw, self.shop)

    def read_refund(self, raw: bytes) -> Reading:
        """The canonical refund of a record with one credit slip."""
        return read.read_refund(raw, self.shop)

    # ---- reading

    def page(self, window: Window, position: str = "") -> Page:
        """Orders that changed in a window, and at its end those of credit slips made in it."""
        first, last = bounds(window, self.zone)
        place = Place.read(position) if position else Place("from", first)
        size = self.shop.poll.page
        if place.kind == "slips":
            return self._of_slips(first, last, place, size)
        raws = self.service.rows(
            "orders", place.filters(last, "updated"), more=place.order("updated", size)
        )
        sound, broken, rows = _told_apart(raws, "updated")
        following = place.following(rows, len(raws) >= size, last)
        return Page(tuple(self._records(sound)), (following or Place("slips")).written(), broken)

    def _of_slips(self, first: str, last: str, place: Place, size: int) -> Page:
        filters = {"date_upd": calls.between(first, last),
                   "id": calls.between(place.id + 1, calls.LAST_ID)}  # fmt: skip
        more = [("date", "1"), ("sort", "[id_ASC]"), ("limit", str(size))]
        raws = self.service.rows("order_slip", filters, "[id,id_order]", more)
        slips = [fields_of(raw, "a slip of the list") for raw in raws]
        named = [one for slip in slips if (one := slip.text("id_order")) is not None]
        sound, broken, _ = _told_apart(self.service.rows_of("orders", "id", named), "updated")
        numbers = [slip.text("id") or "" for slip in slips]
        known = (one for one in numbers if one.isascii() and one.isdigit() and len(one) < _DIGITS)
        newest = max(map(int, known), default=place.id)
        ended = len(slips) < size or newest <= place.id
        position = "" if ended else Place("slips", id=newest).written()
        return Page(tuple(self._records(sound)), position, broken)

    def order(self, external_id: str) -> Record | None:
        """One order by its id; ``None`` where the shop has none."""
        if not (external_id.isascii() and external_id.isdigit()):
            return None
        raws = self.service.rows("orders", {"id": f"[{external_id}]"})
        records = self._records(raws)
        return next((one for one in records if one.external_id == external_id), None)

    def _records(self, raws: Sequence[bytes]) -> list[Record]:
        if not raws:
            return []
        return Gathering(self.service, self.reference, self.zone, self.clock(), raws).records()

    def listed(self, window: Window, *, by: Literal["created", "updated"]) -> Iterator[Listed]:
        """All orders of a window in short, each once."""
        first, last = bounds(window, self.zone)
        place: Place | None = Place("from", first)
        seen: set[str] = set()
        while place is not None:
            raws = self.service.rows(
                "orders", place.filters(last, by), _SHORT, place.order(by, _LISTED)
            )
            for raw in raws:
                one = self._listed(fields_of(raw, "an order of the list"))
                if one is not None and one.external_id not in seen:
                    seen.add(one.external_id)
                    yield one
            place = place.following(_told_apart(raws, by)[2], len(raws) >= _LISTED, last)

    def _listed(self, fields: Fields) -> Listed | None:
        key, made, changed = (
            fields.text("id"),
            fields.data.get("date_add"),
            fields.data.get("date_upd"),
        )
        if key is None or not is_written(made):
            return None
        clock = Clock(self.zone, self.clock())
        total = fields.number("total_paid_tax_incl")
        return Listed(
            key,
            fields.text("reference") or key,
            clock.instant(str(made)),
            clock.instant(str(changed)) if is_written(changed) else None,
            self._named("order_states", fields.text("current_state"), "name"),
            None if total is None else plain(total),
            self._named("currencies", fields.text("id_currency"), "iso_code"),
        )

    def _named(self, resource: str, number: str | None, name: str) -> str:
        row = self.reference.rows(resource, [number or ""]).get(number or "")
        if row is None:
            return number or ""
        return localised(fields_of(row, "a row"), name, str(self.settings.language)) or ""

    def count(self, window: Window) -> int | None:
        """How many orders were created in a window: the ids of all of them are asked for."""
        filters = {"date_add": calls.between(*bounds(window, self.zone))}
        return len(self.service.rows("orders", filters, "[id]", [("date", "1")]))

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        """Products and combinations by reference."""
        return articles.by_reference(self.service, skus)

    # ---- writing

    def send_stock(self, levels: Sequence[Level]) -> list[Outcome]:
        """Set stock, one call each."""
        return write.send_stock(self.service, levels, self.articles)

    def send_prices(self, prices: Sequence[Price]) -> list[Outcome]:
        """Set prices without tax, one call each (PrestaShop 8 or newer)."""
        return write.send_prices(self.service, prices, self.articles, self.settings.language)

    def send_shipment(self, shipment: Shipment) -> Outcome:
        """Tracking numbers; the last shipment puts the order into its shipped state."""
        return fulfil.send_shipment(self.service, shipment, self.settings)

    def send_invoice(self, invoice: InvoiceFile) -> Outcome:
        """Nothing of ours: PrestaShop makes its own invoices."""
        return Outcome(invoice.key, "refused", reason="PrestaShop takes no invoices of others")

    def send_decision(self, decision: Decision) -> Outcome:
        """Nothing is accepted here: an order of the shop is one."""
        return Outcome(decision.key, "refused", reason="PrestaShop has no orders to be accepted")

    def follow_up(self, ticket: str) -> Outcome:
        """Nothing is pending here: each call tells what came of it."""
        return Outcome(ticket, "refused", reason="PrestaShop keeps nothing pending")

    # ---- the connection itself

    def try_out(self) -> str:
        """Read one id of each resource. ``ShopLoginError`` names what the key may not read."""
        refused, version = [], ""
        for resource in _NEEDED:
            query = [*self.service.common, ("display", "[id]"), ("limit", "1")]
            try:
                answer = self.session.call("GET", resource, query=query)
            except (ShopLoginError, ShopRefusedError):
                refused.append(resource)
            else:
                version = version or answer.header("PSWS-Version")
        if len(refused) == len(_NEEDED):
            raise ShopLoginError("the webservice refuses the key")
        if refused:
            raise ShopLoginError(f"the key may not read {', '.join(refused)}")
        return f"PrestaShop {version}".strip()

    def webhooks(self) -> list[Hook]:
        """PrestaShop calls nobody."""
        return []

    def make_webhook(self, topic: str, address: str, secret: str) -> Hook:
        """PrestaShop calls nobody: a bug where it is asked for (see ``capabilities``)."""
        raise NotImplementedError("PrestaShop has no webhooks")

    def topics(self) -> tuple[str, ...]:
        """None."""
        return ()

    def close(self) -> None:
        """Give connections back."""
        self.session.close()


def _told_apart(
    raws: Sequence[bytes], by: By
) -> tuple[list[bytes], tuple[Problem, ...], list[tuple[str, int]]]:
    """Rows with an id; what is wrong with the others; dates and ids that a walk goes on by."""
    sound: list[bytes] = []
    broken: list[Problem] = []
    places: list[tuple[str, int]] = []
    for raw in raws:
        fields = fields_of(raw, "an order of the list")
        key, date = fields.need("id", "the id of the order"), fields.data.get(FIELD[by])
        if not (key.isascii() and key.isdigit() and len(key) < _DIGITS):
            if not fields.found:
                fields.refuse("id", "a number")
            broken += fields.found
            continue
        sound.append(raw)
        if is_written(date):
            places.append((str(date), int(key)))
    return sound, tuple(broken), places
