"""How much of an article a shop may show: pure arithmetic, all of it here.

    shown = (ERP's figure of moment t − orders that this figure does not contain − safety)
            × share, in packs of the shop, at most cap

An order is contained in a figure when the ERP had it, and had the time to book it, before the
figure was made. In doubt it is not: then it is taken off twice, and less is sold, never too much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ON_HAND = "on_hand"
"""The kind of figure that falls when goods leave; all others fall when an order is booked."""
FORGOTTEN = timedelta(days=30)
"""After that an order is contained in every figure: none counts for ever."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What the ERP says of one place, in pieces; negative where more is promised than there is."""

    place: str
    quantity: int
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What one order takes, in pieces."""

    shop: str
    order: str
    quantity: int
    at: datetime
    given: datetime | None = None
    """When the ERP got the order."""
    shipped: datetime | None = None
    """When the ERP said that all of it left."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a shop may sell of it."""

    locations: Mapping[str, str] = field(default_factory=dict)
    """ERP's place → the shop's location; empty: all places are its only one."""
    kind: str = "available"
    safety: int = 0
    share: int = 100
    """Percent."""
    cap: int | None = None
    """Of each location, in packs."""
    pack: int = 1
    """Pieces that one article of the shop takes."""
    booked: timedelta = timedelta(0)
    """How long the ERP takes to book what it was given."""


@dataclass(frozen=True, slots=True)
class Account:
    """How the quantities of an article in a shop came about."""

    available: int
    """All figures that count, together."""
    as_of: datetime
    """Of the oldest of them."""
    taken: tuple[Taken, ...]
    """Orders that are taken off; those that the figures contain are not among them."""
    sellable: int
    """Pieces that the shop may sell, all its locations together."""
    shown: Mapping[str, int]
    """By location of the shop, in its own packs."""


def account(figures: Iterable[Figure], taken: Iterable[Taken], terms: Terms) -> Account | None:
    """What a shop is to show; ``None`` where the ERP says nothing that counts for it."""
    counting = [one for one in figures if not terms.locations or one.place in terms.locations]
    if not counting:
        return None
    as_of = min(one.as_of for one in counting)
    open_ = sorted(
        (one for one in taken if not is_contained(one, as_of, terms)),
        key=lambda one: (one.at, one.shop, one.order),
    )
    available = sum(one.quantity for one in counting)
    left = available - sum(one.quantity for one in open_) - terms.safety
    sellable = max(0, left) * terms.share // 100
    shown = {
        location: _packed(pieces, terms)
        for location, pieces in _spread(_by_location(counting, terms), sellable).items()
    }
    return Account(available, as_of, tuple(open_), sellable, shown)


def is_contained(one: Taken, as_of: datetime, terms: Terms) -> bool:
    """Whether a figure of that moment has an order in it already."""
    if terms.kind == ON_HAND:
        booked = one.shipped
    else:
        booked = min(filter(None, (one.given, one.shipped)), default=None)
    if booked is not None and booked + terms.booked <= as_of:
        return True
    return (one.given or one.at) + FORGOTTEN <= as_of


def is_implausible(before: Mapping[str, int], after: Mapping[str, int], percent: int) -> int:
    """How many articles fell to nothing, if that is too many to be believed; else 0.

    ``before``: pieces by article that were left, orders taken off; ``after``: as the report says.
    What it does not name stays.
    """
    had = [article for article, pieces in before.items() if pieces > 0]
    fell = sum(1 for article in had if after.get(article, 1) <= 0)
    return fell if fell * 100 > percent * len(had) else 0


def _by_location(figures: Sequence[Figure], terms: Terms) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in figures:
        location = terms.locations.get(one.place, "")
        found[location] = found.get(location, 0) + one.quantity
    return found


def _spread(pieces: Mapping[str, int], sellable: int) -> dict[str, int]:
    """So many pieces over the locations, each in proportion to what lies there, none more.

    Which location an order was taken from is the ERP's decision; so all share what is taken off.
    """
    there = {location: max(0, number) for location, number in pieces.items()}
    total = sum(there.values())
    sellable = min(sellable, total)
    if not total:
        return there
    given = {location: sellable * number // total for location, number in there.items()}
    rest = sellable - sum(given.values())
    by_remainder = sorted(there, key=lambda one: (-(sellable * there[one] % total), one))
    for location in by_remainder[:rest]:
        given[location] += 1
    return given


def _packed(pieces: int, terms: Terms) -> int:
    packs = pieces // terms.pack
    return packs if terms.cap is None else min(packs, terms.cap)
