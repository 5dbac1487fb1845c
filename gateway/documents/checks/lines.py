"""What lines of every document share: their numbers, quantities and articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from gateway.documents.base import canonical_path, plain
from gateway.documents.common import Delivery, Item
from gateway.problems import Place, Problem, problem


def doubled_numbers(lines: Sequence[object]) -> Iterator[Problem]:
    """V582: two lines with one number."""
    first: dict[str, str] = {}
    for index, line in enumerate(lines):
        number = getattr(line, "number", None)
        if number is None:
            continue
        path = canonical_path(("lines", index, "number"))
        if number in first:
            yield problem("V582", Place(path=path), field=path, value=number, first=first[number])
        else:
            first[number] = path


def not_positive(path: str, value: Decimal | None) -> Iterator[Problem]:
    """V583: a quantity of nothing, or less."""
    if value is not None and value <= 0:
        yield problem("V583", Place(path=path), field=path, value=plain(value))


def negative(path: str, value: Decimal | None) -> Iterator[Problem]:
    """V583: a quantity less than nothing."""
    if value is not None and value < 0:
        yield problem("V583", Place(path=path), field=path, value=plain(value))


def unnamed_articles(items: Iterable[Item], name: str = "lines") -> Iterator[Problem]:
    """V593: a line that names no article, and does not describe one."""
    for index, item in enumerate(items):
        names = (item.gtin, item.buyer_item, item.supplier_item, item.manufacturer_item)
        if not any((*names, item.text, item.attributes)):
            path = canonical_path((name, index))
            yield problem("V593", Place(path=path), field=path)


def before_issue(path: str, delivery: Delivery | None, issued: date) -> Iterator[Problem]:
    """V581: what is asked or promised for a day before the document was made."""
    if delivery is None:
        return
    for name in ("on", "latest"):
        day: date | None = getattr(delivery, name)
        if day is not None and day < issued:
            where = f"{path}.{name}"
            yield problem(
                "V581", Place(path=where), field=where, value=day.isoformat(), other="issued",
                day=issued.isoformat(),
            )  # fmt: skip
