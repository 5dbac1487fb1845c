"""Checks of despatch advices: the pack tree, and what is packed of each line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from gateway.documents.base import canonical_path, plain
from gateway.documents.checks.lines import before_issue
from gateway.documents.checks.sums import NOTHING
from gateway.documents.despatch import DespatchAdvice, Package, PackedItem
from gateway.problems import Place, Problem, problem


def check_despatch(advice: DespatchAdvice, tolerance: Decimal) -> Iterator[Problem]:
    """All findings of a despatch advice."""
    yield from before_issue("delivery", advice.delivery, advice.despatched or advice.issued)
    yield from _packages(advice)
    yield from _lines(advice)
    yield from _count(advice)


def _lines(advice: DespatchAdvice) -> Iterator[Problem]:
    """V586: more packed of a line of an order than was ordered; V543: lots that do not add up."""
    packed: defaultdict[tuple[str | None, ...], list[tuple[str, PackedItem]]] = defaultdict(list)
    for at, package in _walk(advice.packages, ("packages",)):
        for index, item in enumerate(package.items):
            path = canonical_path((*at, "items", index, "quantity"))
            yield from _lots(path, item)
            if item.order is not None and item.order.line and item.quantity_ordered is not None:
                key = (item.order.number, item.order.line, item.gtin, item.unit)
                packed[key].append((path, item))
    for entries in packed.values():
        total = sum((item.quantity for _, item in entries), NOTHING)
        path, last = entries[-1]
        if last.quantity_ordered is not None and total > last.quantity_ordered:
            yield problem(
                "V586", Place(path=path), field=path, value=plain(total),
                quantity=plain(last.quantity_ordered),
            )  # fmt: skip


def _lots(path: str, item: PackedItem) -> Iterator[Problem]:
    if item.lots and all(lot.quantity is not None for lot in item.lots):
        total = sum((lot.quantity or NOTHING for lot in item.lots), NOTHING)
        if total != item.quantity:
            where = path.removesuffix("quantity") + "lots"
            yield problem(
                "V543", Place(path=where), field=where, value=plain(total),
                quantity=plain(item.quantity),
            )  # fmt: skip


def _count(advice: DespatchAdvice) -> Iterator[Problem]:
    """V587: the number of packages, which partners count at one level or another."""
    stated = advice.totals.packages if advice.totals is not None else None
    units = [one for _, one in _walk(advice.packages, ("packages",)) if _is_unit(one)]
    if stated is None or not units:
        return
    top = sum(_units(one) for one in advice.packages if _is_unit(one))
    lowest = sum(_units(one) for one in units if not any(map(_is_unit, one.packages)))
    everywhere = sum(map(_units, units))
    counts = {top, lowest, everywhere} - {0}
    if stated not in counts:
        yield problem(
            "V587", Place(path="totals.packages"), field="totals.packages", value=stated,
            counted=" or ".join(map(str, sorted(counts))),
        )  # fmt: skip


def _is_unit(package: Package) -> bool:
    return bool(package.sscc or package.kind or package.quantity)


def _units(package: Package) -> int:
    return package.quantity or 1


def _packages(advice: DespatchAdvice) -> Iterator[Problem]:
    seen: defaultdict[str, list[str]] = defaultdict(list)
    for at, package in _walk(advice.packages, ("packages",)):
        if package.sscc:
            seen[package.sscc].append(canonical_path((*at, "sscc")))
        for index, item in enumerate(package.items):
            if item.quantity <= 0:
                path = canonical_path((*at, "items", index, "quantity"))
                yield problem("V545", Place(path=path), field=path, value=plain(item.quantity))
    for sscc, paths in seen.items():
        for path in paths[1:]:
            yield problem("V544", Place(path=path), field=path, value=sscc, first=paths[0])


def _walk(
    packages: tuple[Package, ...], at: tuple[int | str, ...]
) -> Iterator[tuple[tuple[int | str, ...], Package]]:
    for index, package in enumerate(packages):
        here = (*at, index)
        yield here, package
        yield from _walk(package.packages, (*here, "packages"))
