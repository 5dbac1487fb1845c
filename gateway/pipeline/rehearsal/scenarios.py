"""The scenarios: what happens between trading partners, good days and bad ones.

Each is a script of documents; which way a document goes is the agreement's business, so the same
scripts serve a partner who buys and one who sells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from gateway.documents import Order
from gateway.pipeline.rehearsal import technical
from gateway.pipeline.rehearsal.examples import answers, order
from gateway.pipeline.rehearsal.play import Play

Script = Callable[[Play], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario."""

    title: str
    needs: tuple[str, ...]
    """Documents that have to be agreed; further ones take part where they are."""
    script: Script
    inbound: bool = False
    """It needs an agreement by which the partner sends something."""


def _new_order(play: Play) -> None:
    play.order(order.order(play.deal))


def _change(play: Play) -> None:
    first = play.order(order.order(play.deal))
    play.exchange("orderchange", order.change(play.deal, first))


def _cancellation(play: Play) -> None:
    first = play.order(order.order(play.deal))
    play.exchange("orderchange", order.change(play.deal, first, cancel=True))


def _confirmation(play: Play) -> None:
    first = play.order(order.order(play.deal))
    all_ = answers.everything(first)
    play.exchange("orderresponse", answers.respond(play.deal, first, all_))
    _fulfilled(play, first, all_)
    play.thread()


def _partial(play: Play) -> None:
    """The first line is confirmed and delivered by half, and that is all that comes."""
    first = play.order(order.order(play.deal))
    part = _halved(answers.everything(first))
    play.exchange("orderresponse", answers.respond(play.deal, first, part))
    _fulfilled(play, first, part)
    play.thread(whole=play.agreement("orderresponse") is not None)


def _back_order(play: Play) -> None:
    """Half of the first line comes a week later, with papers of its own."""
    first = play.order(order.order(play.deal))
    all_ = answers.everything(first)
    now = _halved(all_)
    rest = {0: all_[0] - now[0]}
    later = answers.next_week(play.deal)
    response = answers.respond(play.deal, first, now, otherwise="backordered", later=later)
    play.exchange("orderresponse", response)
    _fulfilled(play, first, now)
    _fulfilled(play, first, rest, part=1)
    play.thread()


def _returned(play: Play) -> None:
    """One line goes back and is credited."""
    first = play.order(order.order(play.deal))
    all_ = answers.everything(first)
    _fulfilled(play, first, all_)
    invoiced = play.deal.numbered(answers.INVOICE)
    note = answers.bill(play.deal, first, {0: all_[0]}, 1, credits_=invoiced)
    play.exchange("invoice", note)
    play.thread(whole=False)


def _price(play: Play) -> None:
    """The invoice is dearer than the order: it goes its way, and the difference is noticed."""
    first = play.order(order.order(play.deal))
    all_ = answers.everything(first)
    if play.agreement("despatch") is not None:
        play.exchange("despatch", answers.ship(play.deal, first, all_))
    play.exchange("invoice", answers.bill(play.deal, first, all_, dearer=Decimal("1.00")))
    priced = any(line.price is not None for line in first.lines)
    play.thread(*(("A207",) if priced else ()))


def _unknown(play: Play) -> None:
    """One article nobody has: its line is rejected, the others are delivered."""
    first = play.order(order.order(play.deal, unknown=True))
    known = answers.everything(first)
    known[len(known) - 1] = Decimal(0)
    play.exchange("orderresponse", answers.respond(play.deal, first, known))
    _fulfilled(play, first, known)
    play.thread()


def _fulfilled(play: Play, first: Order, what: answers.Quantities, part: int = 0) -> None:
    """Despatched and invoiced, as far as that is agreed."""
    if play.agreement("despatch") is not None:
        play.exchange("despatch", answers.ship(play.deal, first, what, part))
    if play.agreement("invoice") is not None:
        play.exchange("invoice", answers.bill(play.deal, first, what, part))


def _halved(quantities: answers.Quantities) -> dict[int, Decimal]:
    return {**quantities, 0: (quantities[0] / 2).to_integral_value()}


SCENARIOS: Mapping[str, Scenario] = {
    "new-order": Scenario("A new order", ("order",), _new_order),
    "change": Scenario("The order is changed", ("order", "orderchange"), _change),
    "cancellation": Scenario("The order is cancelled", ("order", "orderchange"), _cancellation),
    "confirmation": Scenario(
        "Confirmed, delivered and invoiced in full", ("order", "orderresponse"), _confirmation
    ),
    "partial-delivery": Scenario("Less is delivered", ("order", "despatch"), _partial),
    "back-order": Scenario("The rest comes later", ("order", "despatch"), _back_order),
    "return": Scenario("Goods go back: a credit note", ("order", "invoice"), _returned),
    "price-difference": Scenario("The invoice is dearer", ("order", "invoice"), _price),
    "unknown-article": Scenario(
        "An article that is not known", ("order", "orderresponse"), _unknown
    ),
    "duplicate": Scenario("The same file twice", (), technical.duplicate, inbound=True),
    "wrong-receiver": Scenario("For somebody else", (), technical.wrong_receiver, inbound=True),
    "broken-file": Scenario("A file that is cut off", (), technical.broken, inbound=True),
    "wrong-indicator": Scenario(
        "Test and live mixed up", (), technical.wrong_indicator, inbound=True
    ),
}
"""In the order they are played in."""
