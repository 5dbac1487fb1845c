"""Checks of catalogues: articles told twice, and prices that are valid at the same time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from gateway.documents.base import canonical_path
from gateway.documents.catalogue import Catalogue, CatalogueItem, CataloguePrice
from gateway.documents.checks.lines import unnamed_articles
from gateway.problems import Place, Problem, problem


def check_catalogue(catalogue: Catalogue, tolerance: Decimal) -> Iterator[Problem]:
    """All findings of a catalogue."""
    yield from unnamed_articles(catalogue.items, "items")
    first: dict[tuple[str | None, ...], str] = {}
    for index, item in enumerate(catalogue.items):
        key = (item.gtin, item.variant, item.group, item.action)
        path = canonical_path(("items", index, "gtin"))
        if item.gtin and key in first:
            yield problem("V594", Place(path=path), field=path, value=item.gtin, first=first[key])
        first.setdefault(key, path)
        yield from _overlaps(index, item)


def _overlaps(index: int, item: CatalogueItem) -> Iterator[Problem]:
    """V591: two prices of one kind on one day."""
    alike: defaultdict[tuple[object, ...], list[tuple[date, date, int]]] = defaultdict(list)
    for at, price in enumerate(item.prices):
        alike[_kind(price)].append((*_validity(price), at))
    for spans in alike.values():
        spans.sort()
        latest = spans[0]
        for span in spans[1:]:
            if span[0] <= latest[1]:
                path = canonical_path(("items", index, "prices", span[2]))
                other = canonical_path(("items", index, "prices", latest[2]))
                yield problem(
                    "V591", Place(path=path), field=path, other=other,
                    day=max(span[0], latest[0]).isoformat(),
                )  # fmt: skip
            latest = max(latest, span, key=lambda one: one[1])


def _kind(price: CataloguePrice) -> tuple[object, ...]:
    return (
        price.kind, price.calculation, price.type, price.currency, price.unit, price.basis,
        price.class_of_trade, price.from_quantity,
    )  # fmt: skip


def _validity(price: CataloguePrice) -> tuple[date, date]:
    valid = price.valid
    start = valid.start if valid is not None and valid.start is not None else date.min
    end = valid.end if valid is not None and valid.end is not None else date.max
    return start, end
