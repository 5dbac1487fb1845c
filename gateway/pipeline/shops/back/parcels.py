"""The parcels of a despatch advice: the packages that a carrier knows by a number.

A package that has a tracking number is one; of a pallet whose cartons have numbers of their own
the cartons are. Where nothing has one, the outermost packages with an SSCC are. What is in none
of them travels under the number of the whole consignment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.documents import DespatchAdvice
from gateway.documents.despatch import Package, PackedItem

DEPTH = 50
"""Levels of packages; deeper ones are one with what holds them."""


@dataclass(slots=True)
class Packed:
    """One parcel, or what is in none (``number`` is that of the consignment then)."""

    number: str
    items: list[PackedItem] = field(default_factory=list)


def parcels_of(advice: DespatchAdvice) -> list[Packed]:
    """All items of a despatch advice by their parcels, each item in exactly one."""
    transport = advice.transport
    whole = (transport.tracking or "") if transport is not None else ""
    rest = Packed(whole)
    found: list[Packed] = []
    by_tracking = any(_is_tracked(one, DEPTH) for one in advice.packages)
    for package in advice.packages:
        _gather(package, rest, found, DEPTH, by_tracking=by_tracking)
    return [one for one in (*found, rest) if one.items]


def carrier_of(advice: DespatchAdvice) -> str:
    """What the ERP calls the carrier: its code, its name, or the party that carries."""
    transport, party = advice.transport, advice.carrier
    named = (transport.carrier_code, transport.carrier_name) if transport is not None else ()
    if party is not None:
        named = (*named, party.supplier_number, party.buyer_number, party.gln, party.name)
    return next(filter(None, named), "")


def _gather(
    package: Package, rest: Packed, found: list[Packed], depth: int, *, by_tracking: bool
) -> None:
    """Put the items of a package, and of all in it, where they belong."""
    inner = depth > 0 and any(_is_tracked(one, depth - 1) for one in package.packages)
    number = package.tracking if by_tracking else package.sscc
    if number and not inner:
        found.append(Packed(number, list(_items([package], depth))))
        return
    # of a pallet with numbered cartons, what stands beside the cartons travels with the pallet
    own = Packed(package.tracking, []) if package.tracking else rest
    own.items += package.items
    if own is not rest:
        found.append(own)
    if depth <= 0:
        rest.items += _items(package.packages, 0)
        return
    for each in package.packages:
        _gather(each, own if package.tracking else rest, found, depth - 1, by_tracking=by_tracking)


def _is_tracked(package: Package, depth: int) -> bool:
    if package.tracking:
        return True
    return depth > 0 and any(_is_tracked(one, depth - 1) for one in package.packages)


def _items(packages: Sequence[Package], _depth: int) -> Iterator[PackedItem]:
    pending = list(reversed(packages))
    while pending:
        package = pending.pop()
        yield from package.items
        pending += reversed(package.packages)
