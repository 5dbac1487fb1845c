"""What belongs to some orders of PrestaShop, got with as few calls as it takes, and bundled.

An order is five to eight resources. They are asked for all orders of a page together; what is the
same for many orders (currencies, carriers, states, taxes, countries) is kept for an hour.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.channels.shops.connector import Record
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.prestashop.calls import Webservice
from gateway.channels.shops.prestashop.localtime import Clock, is_twice
from gateway.syntax.jsonparts import array, bundle, dumps

KEPT = timedelta(hours=1)
CUSTOMER = "[id,firstname,lastname,company,email,is_guest,siret,id_lang]"
"""Not all of it: the rest holds what opens the customer's account."""
PAYMENT = (
    "[id,order_reference,id_currency,amount,payment_method,conversion_rate,transaction_id,date_add]"
)
"""Not all of it: the rest holds cards."""
_DATES = ("date_add", "date_upd", "invoice_date", "delivery_date")

_SHARED = (
    ("currency", "currencies", "id_currency"),
    ("carrier", "carriers", "id_carrier"),
    ("state", "order_states", "current_state"),
)
"""What an order names by one id: name in the record, resource, field of the order."""


class Reference:
    """Rows that many orders name, by resource and id."""

    def __init__(self, service: Webservice, clock: Callable[[], datetime]) -> None:
        self._service = service
        self._clock = clock
        self._kept: dict[tuple[str, str], bytes | None] = {}
        self._since: datetime | None = None

    def rows(self, resource: str, ids: Iterable[str]) -> dict[str, bytes]:
        """Those of some ids that there are."""
        now = self._clock()
        if self._since is None or now - self._since >= KEPT:
            self._kept.clear()
            self._since = now
        wanted = {one for one in ids if one and one != "0"}
        missing = [one for one in wanted if (resource, one) not in self._kept]
        got = {_text(raw, "id"): raw for raw in self._service.rows_of(resource, "id", missing)}
        self._kept |= {(resource, one): got.get(one) for one in missing}
        found = {one: self._kept.get((resource, one)) for one in wanted}
        return {one: raw for one, raw in found.items() if raw is not None}


class Gathering:
    """All that some orders need, asked for together."""

    def __init__(
        self,
        service: Webservice,
        reference: Reference,
        zone: ZoneInfo,
        now: datetime,
        orders: Sequence[bytes],
    ) -> None:
        self._service, self._reference, self._zone, self._now = service, reference, zone, now
        self.orders = [(raw, opened(raw, "an order of the list")) for raw in orders]
        ids = self._all("id")
        self._details = self._by("order_details", "id_order", ids)
        self._slips = self._by("order_slip", "id_order", ids)
        self._discounts = self._by("order_cart_rules", "id_order", ids)
        self._rules = self._one("cart_rules", self._named(self._discounts, "id_cart_rule"))
        addresses = self._all("id_address_invoice", "id_address_delivery")
        self._addresses = self._one("addresses", addresses)
        self._customers = self._one("customers", self._all("id_customer"), CUSTOMER)
        references = self._all("reference")
        self._payments = self._by("order_payments", "order_reference", references, PAYMENT)
        self._parts = self._by("orders", "reference", references, "[id,reference]")
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Ask for what orders share once for all of them."""
        details = [raw for some in self._details.values() for raw in some]
        places = [*self._addresses.values()]
        for resource, ids in (
            *((resource, self._all(field)) for _, resource, field in _SHARED),
            ("taxes", _taxes(details)),
            ("countries", _each(places, "id_country")),
            ("states", _each(places, "id_state")),
        ):
            self._reference.rows(resource, ids)

    def records(self) -> list[Record]:
        """A record for each order, in their order."""
        clock = Clock(self._zone, self._now)
        made = []
        for raw, order in self.orders:
            key = order.text("id") or ""
            slips = [opened(slip, "a slip") for slip in self._slips.get(key, [])]
            made.append(
                Record("order", key, self._bundle(raw, order), clock.newest([order, *slips]))
            )
        return made

    def _bundle(self, raw: bytes, order: Fields) -> bytes:
        key, label = order.text("id") or "", order.text("reference") or ""
        details, slips = self._details.get(key, []), self._slips.get(key, [])
        discounts, payments = self._discounts.get(key, []), self._payments.get(label, [])
        bill = self._addresses.get(order.text("id_address_invoice") or "")
        ship = self._addresses.get(order.text("id_address_delivery") or "")
        places = [one for one in (bill, ship) if one is not None]
        shared = {
            name: _first(self._reference.rows(resource, _ids(order, field)))
            for name, resource, field in _SHARED
        }
        parts = {
            "order": raw,
            "details": array(details),
            "invoice_address": bill,
            "delivery_address": ship,
            "customer": self._customers.get(order.text("id_customer") or ""),
            **shared,
            "taxes": self._named_rows("taxes", _taxes(details)),
            "countries": self._named_rows("countries", _each(places, "id_country")),
            "states": self._named_rows("states", _each(places, "id_state")),
            "discounts": array(discounts),
            "cart_rules": array(_known(self._rules, _each(discounts, "id_cart_rule"))),
            "slips": array(slips),
            "payments": array(payments),
            "parts": array(self._parts.get(label, [])),
        }
        if any(is_twice(_value(row, name), self._zone) for row in (raw, *slips, *payments)
               for name in _DATES):  # fmt: skip
            parts["read"] = dumps(self._now.astimezone(UTC).isoformat())
        return bundle(**{name: part for name, part in parts.items() if part is not None})

    def _named_rows(self, resource: str, ids: Iterable[str]) -> bytes:
        found = self._reference.rows(resource, ids)
        return array([found[one] for one in sorted(found)])

    def _all(self, *names: str) -> list[str]:
        return [value for _, order in self.orders for name in names for value in _ids(order, name)]

    def _by(
        self, resource: str, field: str, values: Iterable[str], display: str = "full"
    ) -> Mapping[str, list[bytes]]:
        found: defaultdict[str, list[bytes]] = defaultdict(list)
        for raw in self._service.rows_of(resource, field, values, display):
            found[_text(raw, field)].append(raw)
        return found

    def _one(self, resource: str, ids: Iterable[str], display: str = "full") -> dict[str, bytes]:
        rows = self._service.rows_of(resource, "id", ids, display)
        return {_text(raw, "id"): raw for raw in rows}

    def _named(self, rows: Mapping[str, list[bytes]], name: str) -> list[str]:
        return [one for some in rows.values() for one in _each(some, name)]


def _ids(row: Fields, *names: str) -> list[str]:
    found = [row.text(name) for name in names]
    return [one for one in found if one is not None and one != "0"]


def _taxes(details: Sequence[bytes]) -> list[str]:
    return [
        one
        for raw in details
        for tax in opened(raw, "a line").inside("associations").each("taxes")
        for one in _ids(tax, "id")
    ]


def _each(rows: Iterable[bytes], name: str) -> list[str]:
    return [one for raw in rows for one in _ids(opened(raw, "a row"), name)]


def _known(rows: Mapping[str, bytes], ids: Iterable[str]) -> list[bytes]:
    return [rows[one] for one in sorted({*ids}) if one in rows]


def _text(raw: bytes, name: str) -> str:
    return opened(raw, "a row").text(name) or ""


def _value(raw: bytes, name: str) -> Any:
    return opened(raw, "a row").data.get(name)


def _first(rows: Mapping[str, bytes]) -> bytes | None:
    return next(iter(rows.values()), None)
