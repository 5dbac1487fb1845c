"""A despatch advice of the ERP as shipments of a shop's orders, one for each order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from gateway.channels.shops.connector import Parcel, Shipment, ShippedLine
from gateway.config.shops import Shop
from gateway.documents import DespatchAdvice
from gateway.documents.base import plain
from gateway.documents.despatch import PackedItem
from gateway.pipeline.failure import NUMBER
from gateway.pipeline.shops.back.names import Names
from gateway.pipeline.shops.back.order import LineState, Ordered, is_article, lines_of, named
from gateway.pipeline.shops.back.parcels import carrier_of, parcels_of
from gateway.pipeline.shops.back.told import Planned, key_of
from gateway.problems import Problem, problem
from gateway.store.messages import fitted

NOTHING = Decimal(0)
_SHOWN = 10


@dataclass(slots=True)
class _Matching:
    """The lines of one order while the items of a despatch advice are given to them."""

    advice: DespatchAdvice
    ordered: Ordered
    states: list[LineState]
    names: Names
    given: dict[str, Decimal] = field(default_factory=dict)
    found: list[Problem] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """What every problem says."""
        number = self.ordered.row.number
        return {"document": "despatch", "number": self.advice.number, "order": number}

    def match(self, item: PackedItem) -> list[ShippedLine]:
        """The lines that an item is of: the one it names, else those of its article in order."""
        line = item.order.line if item.order is not None else None
        fits = [one for one in self.states if is_article(one.line, item, self.names)]
        by_number = [one for one in self.states if line and one.number == line]
        unnamed = not (item.supplier_item or item.buyer_item or item.gtin)
        exact = [one for one in by_number if unnamed or one in fits]
        wanted = exact or fits
        if not wanted:
            known = ", ".join(f"{one.number} {one.line.sku or ''}".strip() for one in self.states)
            what = named(item) + (f", line {line}," if line else "")
            lines = known[:200] or "it has none that is shipped"
            self.found.append(problem("W410", item=what, lines=lines, **self.facts()))
            return []
        return self._spread(item.quantity, wanted, named(item))

    def _spread(
        self, quantity: Decimal, wanted: Sequence[LineState], shown: str
    ) -> list[ShippedLine]:
        told: list[ShippedLine] = []
        left = quantity
        for one in wanted:
            room = min(left, one.open - self.given.get(one.line.key, NOTHING))
            if room > 0:
                told.append(ShippedLine(one.line.key, room))
                self.given[one.line.key] = self.given.get(one.line.key, NOTHING) + room
                left -= room
        if left > 0:
            one = wanted[-1]
            ordered = one.line.quantity - (one.line.cancelled or NOTHING)
            self.found.append(
                problem(
                    "W411",
                    line=one.number,
                    item=shown,
                    quantity=plain(quantity),
                    before=plain(one.shipped),
                    ordered=plain(ordered),
                    **self.facts(),
                )
            )
        return told


def shipments(
    shop: Shop, names: Names, advice: DespatchAdvice, found: Sequence[Ordered], came: datetime
) -> tuple[list[Planned], list[Problem]]:
    """What a shop is to be told of each order, and why not of others (W409 to W413).

    An order of which anything is wrong is not told at all; the others are.
    """
    assert shop.send.shipments is not None
    planned: list[Planned] = []
    problems: list[Problem] = []
    carrier, wrong = _carrier(shop, advice)
    for ordered in found:
        before = ordered.despatches.get(fitted(advice.number, 80))
        if before is not None:
            problems.append(_before(advice, ordered, before))
            continue
        one, refused = _of_order(shop, names, advice, ordered, came)
        problems += refused
        if one is not None:
            problems += wrong
            wrong = []
            planned.append(replace(one, what=_carried(one.what, shop, carrier)))
    return planned, problems


def _of_order(
    shop: Shop, names: Names, advice: DespatchAdvice, ordered: Ordered, came: datetime
) -> tuple[Planned | None, list[Problem]]:
    matching = _Matching(advice, ordered, lines_of(ordered, shop), names)
    parcels: list[Parcel] = []
    for packed in parcels_of(advice):
        mine = [item for item in packed.items if _is_of(item, advice, ordered)]
        lines = [line for item in mine for line in matching.match(item)]
        if lines:
            parcels.append(Parcel(tracking=packed.number, lines=tuple(_added(lines))))
    if matching.found:
        return None, matching.found
    if not matching.given:
        return None, [problem("W413", **matching.facts())]
    row = ordered.row
    key = key_of("shipment", shop.shop, row.external_id, advice.number)
    shipment = Shipment(
        key=key,
        order=_external(ordered),
        order_number=row.shop_number or row.number,
        shipped=_shipped(advice, ordered, came),
        lines=tuple(ShippedLine(line, number) for line, number in matching.given.items()),
        parcels=tuple(parcels) if any(one.tracking for one in parcels) else (),
        notify=shop.send.shipments.notify if shop.send.shipments is not None else False,
    )
    told = {
        one.line.key: one.shipped + matching.given.get(one.line.key, NOTHING)
        for one in matching.states
    }
    planned = Planned(
        shop.shop,
        shipment,
        f"shipment {advice.number} of order {row.number}",
        order=row.external_id,
        number=row.number,
        lines=matching.given,
        despatch=fitted(advice.number, 80),
        whole=is_complete(matching.states, told),
    )
    return planned, []


def _external(ordered: Ordered) -> str:
    """The order's id in the shop, whole; the column holds the start of one that is very long."""
    return ordered.order.external_id if ordered.order is not None else ordered.row.external_id


def _is_of(item: PackedItem, advice: DespatchAdvice, ordered: Ordered) -> bool:
    reference = item.order or advice.order
    number = None if reference is None else reference.number
    return number == ordered.row.number


def _added(lines: Sequence[ShippedLine]) -> list[ShippedLine]:
    sums: dict[str, Decimal] = {}
    for one in lines:
        sums[one.line] = sums.get(one.line, NOTHING) + one.quantity
    return [ShippedLine(line, quantity) for line, quantity in sums.items()]


def _shipped(advice: DespatchAdvice, ordered: Ordered, came: datetime) -> datetime:
    """When it left: noon of the day that is told, but neither before the order nor after now."""
    day = advice.despatched or advice.issued
    noon = datetime.combine(day, time(12), UTC)
    ordered_at = ordered.row.created or noon
    return min(came, max(noon, ordered_at))


def _carrier(shop: Shop, advice: DespatchAdvice) -> tuple[tuple[str, str], list[Problem]]:
    """Code in the shop and name of the carrier."""
    assert shop.send.shipments is not None
    codes, ours = shop.send.shipments.carriers, carrier_of(advice)
    name = (advice.transport.carrier_name if advice.transport is not None else None) or ours
    code = codes.get(ours) or codes.get(name) or codes.get("*") or ""
    if code or not ours:
        return (code, name), []
    if not codes:
        return (ours, name), []
    facts: dict[str, Any] = {"document": "despatch", "number": advice.number}
    return ("", name), [problem("W412", carrier=ours, shop=shop.shop, **facts)]


def _carried(what: Any, shop: Shop, carrier: tuple[str, str]) -> Any:
    """A shipment whose parcels say who carries them, and where they are followed."""
    assert shop.send.shipments is not None
    template = shop.send.shipments.tracking
    code, name = carrier

    def url(tracking: str) -> str:
        if template is None or not tracking:
            return ""
        values: Mapping[str, str] = {"tracking": tracking, "carrier": code or name}
        text = template
        for each, value in values.items():
            text = text.replace("{" + each + "}", quote(value, safe=""))
        return text

    parcels = tuple(
        replace(one, carrier=code, carrier_name=name, url=url(one.tracking)) for one in what.parcels
    )
    return replace(what, parcels=parcels)


def _before(advice: DespatchAdvice, ordered: Ordered, before: int) -> Problem:
    facts: dict[str, Any] = {"document": "despatch", "number": advice.number, "id": NUMBER}
    return problem("W409", order=ordered.row.number, before=before, **facts)


def is_complete(states: Sequence[LineState], told: Mapping[str, Decimal]) -> bool:
    """Whether nothing of an order is left to be shipped, when the shop was told of so much."""
    return bool(states) and all(
        max(told.get(one.line.key, NOTHING), one.line.shipped or NOTHING)
        >= one.line.quantity - (one.line.cancelled or NOTHING)
        for one in states
    )
