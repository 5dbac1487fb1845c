"""What is done for each shop again and again: which tasks there are, and when each is due.

A task has a lane for each shop (``shop/NAME/TASK``), so that one machine at a time does it and one
shop never waits for another. Its row says when it is due and what went wrong the last time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from gateway.config.shops import Shop
from gateway.pipeline.house import House
from gateway.pipeline.shops import health, inbox, poll, recheck, trouble
from gateway.pipeline.shops.reconcile import days, run
from gateway.store import StateChangedError
from gateway.store.lanes import FencedError
from gateway.store.shops import cursors, errands
from gateway.store.shops.errands import Errand
from gateway.store.shops.inbox import StoredHint
from gateway.telemetry import events
from gateway.telemetry.traces import span

INBOX = "inbox"
"""The task whose work are the hints themselves."""
MINUTE = timedelta(minutes=1)
TURN = 5
"""Pieces of work (pages, batches) after which other lanes have their turn."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something that is done for shops."""

    work: Callable[[House, Shop, Errand], datetime | None]
    """Do a piece of it: when it is due again, ``None``: at once. Raises ``OSError``."""
    wanted: Callable[[Shop], bool]
    """Whether a shop needs it at all; one that is paused never does."""
    latest: Callable[[Shop, datetime], datetime]
    """When it is due at the latest, from now on."""
    first: Callable[[Shop, datetime], datetime] = lambda _shop, at: at
    """When it is done for the first time."""


def _is_called(shop: Shop) -> bool:
    return shop.connection is not None


def _stock(house: House, shop: Shop) -> datetime:
    from gateway.pipeline.shops.stock import push  # noqa: PLC0415 (loaded when used)

    return push.run(house, shop) or house.clock() + MINUTE


TASKS: dict[str, Task] = {
    "poll": Task(poll.poll, _is_called, lambda shop, at: at + shop.poll.every),
    "stock": Task(
        lambda house, shop, _errand: _stock(house, shop),
        lambda shop: shop.send.stock is not None and _is_called(shop),
        lambda _shop, at: at + MINUTE,
    ),
    "recheck": Task(recheck.recheck, lambda _shop: True, lambda _shop, at: at + recheck.EVERY),
    "reconcile": Task(run.reconcile, lambda _shop: True, days.next_time, first=days.next_time),
    "health": Task(health.health, health.is_wanted, lambda _shop, at: at + health.EVERY),
}
"""By name, the last word of their lanes."""


def review(house: House) -> None:
    """Make the rows agree with the settings; a house in which nothing changed writes nothing."""
    at = house.clock()
    shops = {name: one for name, one in house.workspace.shops.items() if one.mode != "paused"}
    wanted = {
        (name, task): one
        for name, shop in shops.items()
        for task, one in TASKS.items()
        if one.wanted(shop)
    }
    with house.store.read() as connection:
        known = {(each.shop, each.task): each for each in errands.find_all(connection)}
        looked = cursors.find_all(connection)
    new = {each: one.first(shops[each[0]], at) for each, one in wanted.items() if each not in known}
    over = [each.lane for key, each in known.items() if key not in wanted]
    latest = {
        errands.lane_of(*key): one.latest(shops[key[0]], at)
        for key, one in wanted.items()
        if key in known and known[key].due > one.latest(shops[key[0]], at)
    }
    begun = {name: poll.first(shop, at) for name, shop in shops.items() if _is_called(shop)}
    fresh = {name: since for name, since in begun.items() if name not in looked}
    back = {
        name: since
        for name, since in begun.items()
        if name in looked and shops[name].poll.since is not None and since < looked[name].begun
    }
    if not (new or over or latest or fresh or back):
        return
    with house.store.write("errands") as connection:
        errands.enter(connection, new)
        errands.remove(connection, over)
        errands.not_later(connection, latest)
        for name, since in sorted(fresh.items()):
            cursors.begin(connection, name, since, since - poll.FIRST, at)
        for name, since in sorted(back.items()):
            cursors.go_back(connection, name, since, at)


def at_once(house: House) -> None:
    """Every shop is asked with the next run, unless it fails and is to be left alone for now."""
    lanes = [errands.lane_of(name, "poll") for name in house.workspace.shops]
    if lanes:
        with house.store.write("errands") as connection:
            errands.pull_in(connection, lanes, house.clock())


def waiting(house: House, lane: str) -> Sequence[Errand | StoredHint]:
    """What is due in a lane of a shop."""
    name, _, task = lane.partition("/")[2].partition("/")
    shop = house.workspace.shops.get(name)
    if task == INBOX:
        return inbox.waiting(house, shop, lane)
    if shop is None or shop.mode == "paused" or task not in TASKS:
        return []
    with house.store.read() as connection:
        found = errands.find(connection, lane)
    return [found] if found is not None and found.due <= house.clock() else []


def work(house: House, batch: Sequence[Any]) -> None:
    """Do it."""
    hints = [each for each in batch if isinstance(each, StoredHint)]
    if hints:
        shop = house.workspace.shops[hints[0].shop]
        with span("shop", task=INBOX):
            inbox.follow(house, shop, hints)
    for each in batch:
        if isinstance(each, Errand):
            with span("shop", task=each.task):
                _errand(house, house.workspace.shops[each.shop], each)


def _errand(house: House, shop: Shop, errand: Errand) -> None:
    """A piece of a task; what fails is tried again after a pause."""
    began = house.clock()
    try:
        due = TASKS[errand.task].work(house, shop, errand)
    except (SQLAlchemyError, FencedError, StateChangedError):
        raise
    except OSError as failure:
        _failed(house, shop, errand, began, failure, trouble.kind_of(failure))
    except Exception as bug:
        events.bug(where=f"shop {errand.task}", message=None, failure=bug)
        _failed(house, shop, errand, began, bug, "bug")
    else:
        if due is None and not errand.attempts:
            return  # it is due still
        at = house.clock()
        with house.store.write("errand done") as connection:
            errands.worked(connection, errand, began, at, due or at)


def _failed(
    house: House, shop: Shop, errand: Errand, began: datetime, failure: Exception, kind: str
) -> None:
    events.shop_failed(shop=shop.shop, task=errand.task, trouble=kind, failure=failure)
    due = house.clock() + trouble.pause(house, failure, errand.attempts + 1)
    reason = getattr(failure, "reason", "") or f"{type(failure).__name__}: {failure}"
    with house.store.write("errand failed") as connection:
        errands.failed(connection, errand, began, due, kind, str(reason)[:1000])
