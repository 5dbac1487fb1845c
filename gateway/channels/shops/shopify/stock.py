"""Stock of Shopify: set only if it is still what we believe, and once however often it is sent.

A batch is carried out whole or not at all. So what Shopify does not like of some of its entries is
their outcome, and the others are sent again without them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gateway.channels.shops.connector import Level, Outcome
from gateway.channels.shops.shopify.articles import Shelf
from gateway.channels.shops.shopify.documents import SET_STOCK
from gateway.channels.shops.shopify.graph import Complaint, Graph
from gateway.channels.shops.shopify.ids import ArticleId, gid
from gateway.config.shops.shopify import STOCK_SINCE

BATCH = 250
"""Entries of one call: arrays may have no more."""
ROUNDS = 20
"""Calls for one batch, each without what was refused in those before."""
REASON = "correction"
_STALE = ("CHANGE_FROM_QUANTITY_STALE", "COMPARE_QUANTITY_STALE")
_LATER = ("IDEMPOTENCY_CONCURRENT_REQUEST",)
_FAILED_BEFORE = "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One level, with what Shopify calls it."""

    level: Level
    item: str
    location: str
    believed: int

    def sent(self) -> dict[str, Any]:
        """As it stands in the call."""
        return {
            "inventoryItemId": gid("InventoryItem", self.item),
            "locationId": self.location,
            "quantity": self.level.quantity,
            "changeFromQuantity": self.believed,
        }


def send(levels: Sequence[Level], graph: Graph, shelf: Shelf) -> list[Outcome]:
    """Set stock; an outcome for each level, in order."""
    if graph.version < STOCK_SINCE:
        told = f"stock needs version {STOCK_SINCE} of the API or a later one"
        return [Outcome(level.key, "refused", reason=told) for level in levels]
    outcomes: dict[int, Outcome] = {}
    entries = _entries(levels, shelf, outcomes)
    for batch in _batches(entries):
        outcomes.update(_sent(batch, graph, shelf))
    return [outcomes[place] for place in range(len(levels))]


def _entries(
    levels: Sequence[Level], shelf: Shelf, outcomes: dict[int, Outcome]
) -> dict[int, _Entry]:
    """What can be sent, by its place; what cannot has its outcome already."""
    unknown = [level.sku for level in levels if ArticleId.of(level.product) is None]
    known = shelf.articles(unknown) if unknown else {}
    asked: dict[int, tuple[Level, str, str]] = {}
    for place, level in enumerate(levels):
        article = known.get(level.sku)
        number = ArticleId.of(level.product or (article.product if article else ""))
        location = shelf.location(level.location)
        if number is None:
            told = f"Shopify has no article {level.sku}, or more than one"
            outcomes[place] = Outcome(level.key, "refused", reason=told)
        elif not location:
            told = "the store has several locations: name the one that is meant (location)"
            outcomes[place] = Outcome(level.key, "refused", reason=told)
        else:
            asked[place] = (level, number.item, location)
    return _believing(asked, shelf, outcomes)


def _believing(
    asked: dict[int, tuple[Level, str, str]], shelf: Shelf, outcomes: dict[int, Outcome]
) -> dict[int, _Entry]:
    """With what is thought to be there now; where nobody told it, what Shopify says."""
    open_ones: dict[str, list[str]] = {}
    for level, item, location in asked.values():
        if level.expected is None:
            open_ones.setdefault(location, []).append(item)
    there = {where: shelf.quantities(items, where) for where, items in open_ones.items()}
    found: dict[int, _Entry] = {}
    for place, (level, item, location) in asked.items():
        believed = level.expected
        if believed is None:
            believed = there[location].get(item)
        if believed is None:
            told = f"{level.sku} is not kept at that location"
            outcomes[place] = Outcome(level.key, "refused", reason=told)
        else:
            found[place] = _Entry(level, item, location, believed)
    return found


def _batches(entries: dict[int, _Entry]) -> Iterable[dict[int, _Entry]]:
    """Parts of at most :data:`BATCH`, none with the same item and location twice."""
    left = entries
    while left:
        batch: dict[int, _Entry] = {}
        after: dict[int, _Entry] = {}
        taken: set[tuple[str, str]] = set()
        for place, entry in left.items():
            mark = (entry.item, entry.location)
            if mark in taken or len(batch) == BATCH:
                after[place] = entry
            else:
                batch[place] = entry
                taken.add(mark)
        yield batch
        left = after


def _sent(batch: dict[int, _Entry], graph: Graph, shelf: Shelf) -> dict[int, Outcome]:
    """The outcomes of one batch."""
    outcomes: dict[int, Outcome] = {}
    left, salt = batch, ""
    for _ in range(ROUNDS):
        if not left:
            return outcomes
        told, complaints = graph.change(SET_STOCK, _variables(left, salt), "inventorySetQuantities",
                                        repeatable=True)  # fmt: skip
        if not complaints:
            made = str((told.get("inventoryAdjustmentGroup") or {}).get("id") or "")
            return outcomes | {
                place: Outcome(entry.level.key, "done", reference=made)
                for place, entry in left.items()
            }
        if complaints[0].code == _FAILED_BEFORE:
            salt += "again "
            continue
        refused = _refused(left, complaints, shelf)
        outcomes |= refused
        left = {place: entry for place, entry in left.items() if place not in refused}
    return outcomes | {
        place: Outcome(entry.level.key, "retry", reason="the other entries of its call are refused")
        for place, entry in left.items()
    }


def _variables(entries: dict[int, _Entry], salt: str) -> dict[str, Any]:
    quantities = [entry.sent() for entry in entries.values()]
    marks = [f"{entry.level.key} {sorted(entry.sent().items())}" for entry in entries.values()]
    digest = hashlib.sha256((salt + "\n".join(marks)).encode()).hexdigest()
    return {
        "input": {"name": "available", "reason": REASON, "quantities": quantities},
        "key": f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}",
    }


def _refused(
    entries: dict[int, _Entry], complaints: list[Complaint], shelf: Shelf
) -> dict[int, Outcome]:
    """What was not liked: of single entries, or of the call, which is then all of them."""
    places = list(entries)
    found: dict[int, Outcome] = {}
    stale: dict[int, _Entry] = {}
    for one in complaints:
        index = one.number_after("quantities")
        known = index is not None and index < len(places)
        for place in [places[index]] if known and index is not None else places:
            if one.code in _STALE:
                stale[place] = entries[place]
            state: Literal["retry", "refused"] = "retry" if one.code in _LATER else "refused"
            key = entries[place].level.key
            found.setdefault(place, Outcome(key, state, reason=one.message))
    return found | _conflicts(stale, shelf)


def _conflicts(stale: dict[int, _Entry], shelf: Shelf) -> dict[int, Outcome]:
    """Those that are not what we believed, with what is there."""
    by_location: dict[str, list[str]] = {}
    for entry in stale.values():
        by_location.setdefault(entry.location, []).append(entry.item)
    there = {where: shelf.quantities(items, where) for where, items in by_location.items()}
    return {
        place: _conflict(entry, there[entry.location].get(entry.item))
        for place, entry in stale.items()
    }


def _conflict(entry: _Entry, actual: int | None) -> Outcome:
    """Something else is there; what we want to be there already is no conflict."""
    if actual == entry.level.quantity:
        return Outcome(entry.level.key, "done", actual=actual)
    reason = f"it is not {entry.believed} any more"
    return Outcome(entry.level.key, "conflict", actual=actual, reason=reason)
