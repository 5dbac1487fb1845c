"""Which documents of the ERP are for shops, and what they are told by them.

A document is for a shop when it names the shop as its receiver (``erp.customer``, ``erp.gln``), or
an order that came from it. A stock report or catalogue that names nobody is for all shops that take
such. A partner that is named, and with whom the document is agreed, goes first.

Pure, but for the orders that it is given a way to look up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.config import Workspace
from gateway.config.models import Partner
from gateway.config.shops import Shop
from gateway.documents import (
    Catalogue,
    DespatchAdvice,
    Document,
    InventoryReport,
    Invoice,
    OrderResponse,
    Party,
)
from gateway.documents.threads import orders_of
from gateway.pipeline.failure import NUMBER
from gateway.pipeline.shelf import number_of
from gateway.pipeline.shops.back.bills import bills
from gateway.pipeline.shops.back.names import names_of
from gateway.pipeline.shops.back.order import Look, Ordered
from gateway.pipeline.shops.back.prices import prices
from gateway.pipeline.shops.back.responses import decisions
from gateway.pipeline.shops.back.shipments import shipments
from gateway.pipeline.shops.back.told import Planned
from gateway.pipeline.states import State
from gateway.problems import Problem, errors, problem
from gateway.store.contents import sha_of

_RECEIVERS: Mapping[str, tuple[str, ...]] = {
    "orderresponse": ("buyer", "ship_to", "invoicee"),
    "despatch": ("buyer", "ship_to", "invoicee"),
    "invoice": ("buyer", "invoicee", "ship_to"),
    "inventory": ("buyer",),
    "catalogue": ("buyer",),
}
"""Parties that may be a shop."""
SETTINGS = {
    "despatch": "send.shipments",
    "invoice": "send.invoices",
    "orderresponse": "send.accept",
    "catalogue": "send.prices",
}
"""What of a shop's settings asks for a document."""


@dataclass(frozen=True, slots=True)
class Routed:
    """What a document means for shops."""

    state: State
    shops: tuple[str, ...] = ()
    calls: tuple[Planned, ...] = ()
    problems: tuple[Problem, ...] = ()
    beside: bool = False
    """It is for a partner, too."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A document, and what is known about whom it is for."""

    document: Document
    test: bool
    """It lay in the folders of the ERP's test system."""
    look: Look
    partner: Partner | None
    agreed: bool
    """The document is agreed with that partner."""

    @property
    def facts(self) -> dict[str, Any]:
        """What every problem says."""
        return {"document": self.document.name, "number": number_of(self.document)}


def route(workspace: Workspace, goal: Goal) -> Routed | None:
    """For which shops a document is; ``None``: for none."""
    if not workspace.shops or goal.document.name not in _RECEIVERS:
        return None
    named = _named(workspace, goal.document)
    if isinstance(goal.document, InventoryReport):
        return _stock(workspace, goal, goal.document, named)
    if not named and goal.agreed:
        return None
    if isinstance(goal.document, Catalogue):
        return _catalogue(workspace, goal, goal.document, named)
    return _about_orders(workspace, goal, named)


def _named(workspace: Workspace, document: Document) -> list[Shop]:
    """Shops that a document names as its receiver."""
    numbers = {
        value
        for party in _parties(document)
        for value in (party.gln, party.supplier_number, party.buyer_number)
        if value
    }
    return [
        shop
        for shop in workspace.shops.values()
        if not numbers.isdisjoint(filter(None, (shop.erp.customer, shop.erp.gln)))
    ]


def _parties(document: Document) -> Iterator[Party]:
    for role in _RECEIVERS[document.name]:
        party = getattr(document, role, None)
        if isinstance(party, Party):
            yield party


def _names_somebody(workspace: Workspace, document: Document) -> bool:
    """Whether a receiver is named at all, known or not; that is not ourselves."""
    own = workspace.own.identities.gln
    return any(
        value and value != own
        for party in _parties(document)
        for value in (party.gln, party.supplier_number, party.buyer_number)
    )


# ---- for all shops


def _stock(
    workspace: Workspace, goal: Goal, document: InventoryReport, named: Sequence[Shop]
) -> Routed | None:
    takers = [
        shop
        for shop in (named or workspace.shops.values())
        if shop.send.stock is not None and (shop.mode == "test") is goal.test
    ]
    if named and not takers:
        return Routed(
            State.MAPPED, _ids(named), problems=tuple(_untaken(goal, named, "send.stock"))
        )
    ours = {place for shop in takers if shop.send.stock for place in shop.send.stock.locations}
    if not named and _names_somebody(workspace, document) and ours.isdisjoint(_places(document)):
        return None
    if not takers:
        return None
    return Routed(State.MAPPED, _ids(takers), beside=goal.agreed)


def _places(document: InventoryReport) -> set[str]:
    warehouse = document.warehouse
    found = [line.location for line in document.lines]
    found += [one.location for line in document.lines for one in line.stocks]
    if warehouse is not None:
        found += [warehouse.gln, warehouse.supplier_number, warehouse.buyer_number]
    return set(filter(None, found))


def _catalogue(
    workspace: Workspace, goal: Goal, document: Catalogue, named: Sequence[Shop]
) -> Routed | None:
    if not named and (goal.partner is not None or _names_somebody(workspace, document)):
        return None
    shops = [
        shop
        for shop in (named or workspace.shops.values())
        if shop.send.prices is not None and (shop.mode == "test") is goal.test
    ]
    if not shops:
        untaken = _untaken(goal, named, "send.prices")
        return Routed(State.MAPPED, _ids(named), problems=tuple(untaken)) if named else None
    sha = sha_of(document.to_json().encode())
    calls: list[Planned] = []
    found: list[Problem] = []
    for shop in shops:
        if shop.mode == "paused":
            found.append(problem("W402", shop=shop.shop, id=NUMBER, **goal.facts))
            continue
        names = names_of(workspace, shop)
        made, said = prices(shop, names, document, goal.look.came.date(), sha)
        calls += made
        found += said
    state = State.HELD if errors(found) else State.MAPPED
    return Routed(state, _ids(shops), tuple(calls), tuple(dict.fromkeys(found)))


def _untaken(goal: Goal, shops: Sequence[Shop], setting: str) -> list[Problem]:
    return [
        problem("W406", shop=shop.shop, setting=setting, id=NUMBER, **goal.facts) for shop in shops
    ]


def _ids(shops: Sequence[Shop]) -> tuple[str, ...]:
    return tuple(sorted(shop.shop for shop in shops))


# ---- about orders


@dataclass(slots=True)
class _Found:
    """The orders of a document, by shop."""

    by_shop: dict[str, list[Ordered]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)
    """That are known."""


def _about_orders(workspace: Workspace, goal: Goal, named: Sequence[Shop]) -> Routed | None:
    numbers = orders_of(goal.document)
    found = _sorted(workspace, goal, named, numbers)
    if not found.numbers:
        if not named:
            return None
        shown = ", ".join(numbers) or "none is named"
        wrong = problem("W407", shop=named[0].shop, orders=shown, **goal.facts)
        return Routed(State.REFUSED, _ids(named), problems=(wrong,))
    problems = found.problems
    problems += [
        problem("W405", order=number, **goal.facts)
        for number in numbers
        if number not in found.numbers
    ]
    calls: list[Planned] = []
    held = bool(errors(problems))
    for name, ordered in sorted(found.by_shop.items()):
        shop = workspace.shops[name]
        mode = _of_mode(workspace, goal, shop, ordered)
        if mode is not None:
            problems.append(mode)
            held = held or mode.code != "W404"
            continue
        made, said = _told(workspace, goal, shop, ordered)
        calls += made
        problems += said
    state = State.MAPPED
    if errors(problems):
        state = State.HELD if calls or held else State.REFUSED
    return Routed(state, tuple(sorted(found.by_shop)), tuple(calls), tuple(problems))


def _sorted(
    workspace: Workspace, goal: Goal, named: Sequence[Shop], numbers: Sequence[str]
) -> _Found:
    """The orders of shops that are meant; of several with one number nobody guesses (W401)."""
    found = _Found()
    allowed = {shop.shop for shop in named} or set(workspace.shops)
    by_number: dict[str, list[Ordered]] = {}
    for one in goal.look.find(numbers) if numbers else ():
        if one.row.shop in workspace.shops and one.row.shop in allowed:
            by_number.setdefault(one.row.number, []).append(one)
    for number, ordered in by_number.items():
        found.numbers.add(number)
        fits = [one for one in ordered if one.row.test is goal.test] or ordered
        shops = sorted({one.row.shop for one in fits})
        if len(fits) > 1:
            shown = ", ".join(shops)
            found.problems.append(
                problem("W401", order=number, shops=shown, id=NUMBER, **goal.facts)
            )
            continue
        found.by_shop.setdefault(shops[0], []).extend(fits)
    return found


def _of_mode(
    workspace: Workspace, goal: Goal, shop: Shop, ordered: Sequence[Ordered]
) -> Problem | None:
    """Why a shop is not told now: it is paused, or one side is a test and the other is not."""
    name = goal.document.name
    if shop.mode == "paused":
        return problem("W402", shop=shop.shop, id=NUMBER, **goal.facts)
    tests = [one for one in ordered if one.row.test or shop.mode == "test"]
    if goal.test and len(tests) < len(ordered):
        live = next(one for one in ordered if one not in tests)
        folder = workspace.erp_in(name)
        order = live.row.number
        return problem("W404", shop=shop.shop, order=order, folder=folder, **goal.facts)
    if not goal.test and tests:
        folder = workspace.erp_in(name, test=True)
        return problem("W403", shop=shop.shop, folder=folder, id=NUMBER, **goal.facts)
    return None


def _told(
    workspace: Workspace, goal: Goal, shop: Shop, ordered: Sequence[Ordered]
) -> tuple[list[Planned], list[Problem]]:
    """What a shop is told of its orders."""
    document, names = goal.document, names_of(workspace, shop)
    if isinstance(document, DespatchAdvice) and shop.send.shipments is not None:
        return shipments(shop, names, document, ordered, goal.look.came)
    if isinstance(document, Invoice) and shop.send.invoices is not None:
        return bills(shop, document, ordered)
    if isinstance(document, OrderResponse) and shop.send.accept == "response":
        return decisions(shop, names, document, ordered)
    return [], _untaken(goal, [shop], SETTINGS[document.name])
