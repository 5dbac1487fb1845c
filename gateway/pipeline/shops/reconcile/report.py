"""What the last comparison of a shop found, for people and programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from gateway.config.shops import Shop
from gateway.pipeline.house import House
from gateway.pipeline.shops.reconcile.days import between
from gateway.store.shops import reconciliations
from gateway.store.shops.reconciliations import DONE, Counts, Difference

MOST = 10_000
"""Differences that a report holds; more are counted."""
_PAGE = 500


@dataclass(frozen=True, slots=True)
class ReportDay:
    """One day."""

    name: str
    counts: Counts
    differences: int

    @property
    def equal(self) -> bool:
        """Whether every order that was made on it is where it belongs."""
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        counted = {"differences": self.differences, "equal": self.equal}
        return {"day": self.name, **asdict(self.counts), **counted}


@dataclass(frozen=True, slots=True)
class Report:
    """A comparison."""

    shop: str
    title: str
    """What people call the shop."""
    zone: str
    since: datetime
    until: datetime
    ended: datetime | None
    """``None``: it is not over, or was not finished."""
    days: tuple[ReportDay, ...]
    differences: tuple[Difference, ...]
    """Of these days, and those of days before that still are."""
    count: int
    """Of all differences, shown or not."""

    @property
    def total(self) -> Counts:
        """Of all days."""
        found = Counts(shop=None if any(day.counts.shop is None for day in self.days) else 0)
        for day in self.days:
            found = found.plus(day.counts)
        return found

    @property
    def equal(self) -> bool:
        """Whether nothing is missing or different anywhere."""
        return not self.count

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "shop": self.shop,
            "equal": self.equal,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "zone": self.zone,
            "ended": None if self.ended is None else self.ended.isoformat(),
            "days": [day.as_json() for day in self.days],
            "total": asdict(self.total),
            "count": self.count,
            "differences": [_difference(one) for one in self.differences],
        }


def report(house: House, shop: Shop) -> Report | None:
    """Of the last comparison; ``None``: there was none yet."""
    name = shop.shop
    with house.store.read() as connection:
        run = reconciliations.find(connection, name)
        if run is None:
            return None
        known = {row.day: row for row in reconciliations.days(connection, name)}
        counts = reconciliations.counts_by_day(connection, name)
    days = [
        ReportDay(day.name, known[day.name].counts, counts.get(day.name, 0))
        for day in between(run.since, run.until, run.zone)
        if day.name in known
    ]
    return Report(
        shop=name,
        title=shop.name,
        zone=run.zone,
        since=run.since,
        until=run.until,
        ended=run.ended if run.phase == DONE else None,
        days=tuple(days),
        differences=tuple(_differences(house, name)),
        count=sum(counts.values()),
    )


def _differences(house: House, shop: str) -> Iterator[Difference]:
    after, told = 0, 0
    while told < MOST:
        with house.store.read() as connection:
            page = reconciliations.differences(connection, shop, after=after, limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after, told = page[-1].id, told + len(page)


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "day": one.day,
        "external_id": one.external_id,
        "number": one.number,
        "since": one.first.isoformat(),
        **one.found.as_json(),
    }
