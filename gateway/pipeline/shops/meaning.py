"""What the ERP is given for a revision of an order, beside what it was given before. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.config.shops import Shop
from gateway.documents.shop import ShopOrder
from gateway.pipeline.failure import NUMBER
from gateway.problems import Problem, problem
from gateway.store.shops.revisions import GIVEN, Revision

Kind = Literal["order", "orderchange", "cancellation", "none", "held"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What to do with a revision."""

    kind: Kind
    before: Revision | None = None
    """What the ERP was given last."""
    sequence: int = 0
    """Which of the order's changes it is, from 1."""
    text: str = ""
    """Why nothing is given."""
    held: Problem | None = None
    """Why a person has to look; of a change only where the ERP would have to know it."""


def meaning(
    shop: Shop, order: ShopOrder, known: Sequence[Revision], mine: Revision, *, again: bool
) -> Meaning:
    """What one revision means. ``again``: a person has it run once more."""
    others = [each for each in known if each.written in GIVEN and each.number != mine.number]
    if again and mine.written in GIVEN:
        before = next((each for each in reversed(others) if each.number < mine.number), None)
        return Meaning(_kind(mine.written), before, mine.sequence)
    last = others[-1] if others else None
    if last is None:
        if order.status == "cancelled":
            return Meaning("none", text="cancelled before the ERP was given the order")
        return Meaning("order")
    sequence = max(each.sequence for each in others) + 1
    if order.status == "cancelled":
        return _cancelled(shop, order, last, sequence)
    if last.written == "cancellation":
        found = problem("W315", number=order.number, status=order.shop_status)
        return Meaning("held", last, held=found)
    return _changed(shop, order, last, sequence)


def overtaken(known: Sequence[Revision], mine: Revision, *, again: bool) -> str:
    """Why nothing is given for a revision whatever it says; nothing, when that is to be judged.

    A later one that the ERP was given, or that goes to it instead, before it was given any.
    """
    if again and mine.written in GIVEN:
        return ""
    given = [each.number for each in known if each.written in GIVEN]
    if given and given[-1] > mine.number:
        return f"revision {given[-1]} of the order is with the ERP already"
    later = [each.number for each in known if each.number > mine.number and each.content]
    if later and not given:
        return f"revision {later[-1]} of the order goes to the ERP in its place"
    return ""


def _cancelled(shop: Shop, order: ShopOrder, last: Revision, sequence: int) -> Meaning:
    wish = shop.orders.cancellations
    if last.written == "cancellation":
        return Meaning("none", last, text="the ERP knows that the order was cancelled")
    if wish == "ignore":
        return Meaning("none", last, text="cancelled; orders.cancellations is ignore")
    if wish == "hold":
        return Meaning("held", last, held=problem("W312", number=order.number, id=NUMBER))
    return Meaning("cancellation", last, sequence)


def _changed(shop: Shop, order: ShopOrder, last: Revision, sequence: int) -> Meaning:
    wish = shop.orders.changes
    if wish == "ignore":
        return Meaning("none", last, text="changed; orders.changes is ignore")
    if wish == "hold":
        found = problem("W311", number=order.number, id=NUMBER)
        return Meaning("orderchange", last, sequence, held=found)
    return Meaning("orderchange", last, sequence)


def _kind(written: str) -> Kind:
    if written == "order":
        return "order"
    return "cancellation" if written == "cancellation" else "orderchange"
