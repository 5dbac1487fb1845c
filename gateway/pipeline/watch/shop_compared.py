"""Whether shops, the house and the ERP agree, and whether webhooks come: what was found is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from gateway.config.shops import Shop
from gateway.config.shops.shopify import VERSIONS
from gateway.pipeline.house import House
from gateway.pipeline.shops.webhooks import address_of
from gateway.pipeline.watch.findings import Finding
from gateway.problems import problem
from gateway.store.alarms import Alarm
from gateway.store.shops import errands, reconciliations
from gateway.store.shops import health as kept
from gateway.store.shops.health import Health
from gateway.store.shops.reconciliations import DONE

COMPARED, WEBHOOKS, VERSION = "shop-compared/", "shop-webhook/", "shop-version/"
LATE = timedelta(days=2)
"""How long a comparison may be overdue."""
FIRST_NIGHT = "W334"
"""What may be gone, or only hidden: nobody is told before it is known."""
AGAIN = 3
"""Times that webhooks were made one after the other: something keeps switching them off."""
UNSEEN = timedelta(minutes=15)
"""How long after an order was found its webhook may still come."""
BEFORE = timedelta(days=60)
"""How long before the end of a version somebody is told."""


def compared(house: House, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    """What the last comparison of each shop found (A177); comparisons without an end (A179)."""
    shops = _at_work(house)
    if not shops:
        return
    runs = reconciliations.find_all(connection)
    found = reconciliations.counts_by_code(connection)
    for name in shops:
        key, run = f"{COMPARED}{name}/found", runs.get(name)
        if run is not None and run.phase != DONE:
            if key in open_:  # until it is over nobody knows whether that has changed
                yield Finding(key, open_[key].found, name)
            continue
        codes = {code: n for code, n in found.get(name, {}).items() if code != FIRST_NIGHT}
        if codes:
            told = ", ".join(f"{code}: {count}" for code, count in codes.items())
            count = sum(codes.values())
            yield Finding(key, problem("A177", shop=name, count=count, codes=told), name)
    at = house.clock()
    for one in errands.find_all(connection):
        mine = one.shop in shops and one.task == "reconcile"
        if mine and not one.attempts and at - one.due > LATE:
            since = f"{one.due:%Y-%m-%d %H:%M} UTC"
            late = problem("A179", shop=one.shop, since=since)
            yield Finding(f"{COMPARED}{one.shop}/late", late, one.shop)


def webhooks(house: House, connection: Connection, _open: Mapping[str, Alarm]) -> Iterator[Finding]:
    """Webhooks that are missing or switched off (A176), or do not come (A175)."""
    shops = {name: one for name, one in _at_work(house).items() if one.webhooks is not None}
    if not shops:
        return
    known, at = kept.find_all(connection), house.clock()
    for name, shop in shops.items():
        if name in known:
            yield from _lacking(shop, known[name])
            yield from _silent(connection, shop, known[name], at)


def versions(
    house: House, _connection: Connection, _open: Mapping[str, Alarm]
) -> Iterator[Finding]:
    """Versions of Shopify's API that end soon (A178)."""
    at = house.clock()
    for name, shop in _at_work(house).items():
        if shop.shopify is None:
            continue
        version = shop.shopify.version
        year, month = map(int, version.split("-"))
        ends = datetime(year + 1, month, 1, tzinfo=UTC)
        if at >= ends - BEFORE:
            facts = {"version": version, "ends": f"{ends:%Y-%m-%d}", "newest": VERSIONS[-1]}
            found = problem("A178", shop=name, **facts)  # type: ignore[arg-type]
            yield Finding(f"{VERSION}{name}", found, name)


def _at_work(house: House) -> dict[str, Shop]:
    return {name: one for name, one in house.workspace.shops.items() if one.mode != "paused"}


def _lacking(shop: Shop, known: Health) -> Iterator[Finding]:
    told = [
        " ".join(filter(None, (each["topic"], each["state"], _in_brackets(each["detail"]))))
        for each in known.hooks
        if each["state"] != "at work"
    ]
    if not told and known.made >= AGAIN:
        told = [f"they had to be made {known.made} times one after the other"]
    if told:
        address = address_of(shop) or f"…/shops/{shop.shop}/webhook"
        found = problem("A176", shop=shop.shop, why="; ".join(told), address=address)
        yield Finding(f"{WEBHOOKS}{shop.shop}/lacking", found, shop.shop)


def _in_brackets(detail: str) -> str:
    return f"({detail})" if detail else ""


def _silent(connection: Connection, shop: Shop, known: Health, at: datetime) -> Iterator[Finding]:
    """A175: orders change, and nobody calls."""
    silent = None if shop.webhooks is None else shop.webhooks.silent
    if silent is None:
        return
    last = kept.last_hint(connection, shop.shop) or known.since
    if at - last < silent:
        return
    count = kept.found_without(connection, shop.shop, last, at - UNSEEN)
    if count:
        shown = f"{count}" if count < kept.MANY else f"more than {count}"
        since = f"{last:%Y-%m-%d %H:%M} UTC"
        found = problem("A175", shop=shop.shop, since=since, count=shown)
        yield Finding(f"{WEBHOOKS}{shop.shop}/silent", found, shop.shop)
