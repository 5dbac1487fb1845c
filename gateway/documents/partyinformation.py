"""Party information (PARTIN, 816): the master data of companies and places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from gateway.documents.base import Day, Document
from gateway.documents.common import (
    Function,
    OtherDate,
    OtherParty,
    Party,
    Period,
    Reference,
    Text,
)
from gateway.documents.invoice import Account


class DescribedParty(OtherParty):
    """A company or place, what is known of it and since when."""

    action: Literal["added", "changed", "deleted", "unchanged"] | None = None
    valid: Period | None = None
    gln_before: str | None = None
    """The number it had until now."""
    parent: str | None = None
    """GLN or number of the company it belongs to."""
    dates: tuple[OtherDate, ...] = ()
    account: Account | None = None
    currency: str | None = None
    opening_hours: str | None = None
    note: str | None = None
    texts: tuple[Text, ...] = ()


class PlacedParty(DescribedParty):
    """A party and those that belong to it: the grouped form of parties with their parent."""

    tree: tuple[PlacedParty, ...] = ()


_NUMBERS = ("gln", "buyer_number", "supplier_number", "duns", "name")


def _known_as(party: dict[str, Any]) -> str:
    """What those that belong to a party call it."""
    return next((str(party[name]) for name in _NUMBERS if party.get(name)), "")


def _flattened(tree: Any, above: str = "") -> Iterator[dict[str, Any]]:
    for one in tree:
        party = {name: value for name, value in dict(one).items() if name != "tree"}
        if above:
            party.setdefault("parent", above)
        yield party
        yield from _flattened(dict(one).get("tree") or (), _known_as(party))


def _planted(parties: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each party below the one before it that it belongs to; the others stand at the top."""
    top: list[dict[str, Any]] = []
    known: dict[str, dict[str, Any]] = {}
    for one in parties:
        party = dict(one)
        above = known.get(party.get("parent") or "")
        if above is None:
            top.append(party)
        else:
            del party["parent"]
            above.setdefault("tree", []).append(party)
        if name := _known_as(party):
            known.setdefault(name, party)
    return top


class PartyInformation(Document):
    """A list of companies and places, whole or what changed in it."""

    name: ClassVar[str] = "parties"

    number: str
    kind: str | None = None
    function: Function | None = None
    issued: Day
    valid: Period | None = None
    dates: tuple[OtherDate, ...] = ()
    note: str | None = None
    texts: tuple[Text, ...] = ()
    buyer: Party | None = None
    supplier: Party | None = None
    sender: Party | None = None
    receiver: Party | None = None
    references: tuple[Reference, ...] = ()
    parties: tuple[DescribedParty, ...] = ()
    tree: tuple[PlacedParty, ...] = ()
    """Another form of ``parties``, for formats that tell each below the one it belongs to."""

    @classmethod
    def complete(cls, data: dict[str, Any]) -> dict[str, Any]:
        """A tree becomes the list of its parties, each with its parent."""
        tree = data.get("tree")
        if not isinstance(tree, list | tuple) or not all(isinstance(one, dict) for one in tree):
            return data
        rest = {name: value for name, value in data.items() if name != "tree"}
        return {**rest, "parties": [*data.get("parties", ()), *_flattened(tree)]}

    def arranged(self, names: frozenset[str]) -> dict[str, Any]:
        """The parties as a tree for a map that writes one."""
        data = super().arranged(names)
        if "tree" in names and "parties" not in names and "parties" in data:
            data["tree"] = _planted([dict(one) for one in data.pop("parties")])
        return data

    def business_key(self) -> str:
        """``parties 4711 of 2026-11-24``."""
        return f"parties {self.number} of {self.issued.isoformat()}"
