"""The round that is made every minute: look, raise, resolve, tell.

Looking only reads. A house in which nothing changed writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from gateway.pipeline.as2.receive.standing import AREA
from gateway.pipeline.house import House
from gateway.pipeline.watch.arrivals import arrivals
from gateway.pipeline.watch.astray import AREA as ASTRAY
from gateway.pipeline.watch.astray import astray
from gateway.pipeline.watch.certificates import certificates
from gateway.pipeline.watch.collected import AREA as COLLECTED
from gateway.pipeline.watch.collected import collected
from gateway.pipeline.watch.erp_silence import erp_silence
from gateway.pipeline.watch.findings import Changes, Finding, by_key, changes
from gateway.pipeline.watch.lying import lying
from gateway.pipeline.watch.mailboxes import AREA as MAILBOX
from gateway.pipeline.watch.mailboxes import mailboxes
from gateway.pipeline.watch.missing import missing
from gateway.pipeline.watch.overdue import overdue
from gateway.pipeline.watch.refusals import refusals
from gateway.pipeline.watch.servers import AREA as SERVER
from gateway.pipeline.watch.servers import servers
from gateway.pipeline.watch.shop_compared import (
    COMPARED,
    VERSION,
    WEBHOOKS,
    compared,
    versions,
    webhooks,
)
from gateway.pipeline.watch.shop_stock import DECISIONS, STOCK, shop_decisions, shop_stock
from gateway.pipeline.watch.shops import AREA as SHOP
from gateway.pipeline.watch.shops import shops
from gateway.pipeline.watch.silence import silence
from gateway.pipeline.watch.silent import AREA as SILENT
from gateway.pipeline.watch.silent import follow, silent
from gateway.pipeline.watch.stuck import given_up, held
from gateway.pipeline.watch.tell import log, pending, tell
from gateway.pipeline.watch.unable import AREA as UNABLE
from gateway.pipeline.watch.unable import unable
from gateway.pipeline.watch.unanswered import AREA as UNANSWERED
from gateway.pipeline.watch.unanswered import unanswered
from gateway.pipeline.watch.works import duties, notices
from gateway.problems import Problem
from gateway.store import alarms
from gateway.store.alarms import Alarm

Rule = Callable[[House, Connection, Mapping[str, Alarm]], Iterator[Finding]]

RULES: Mapping[str, Rule] = {
    "overdue/": overdue,
    UNANSWERED: unanswered,
    "silence/": silence,
    SILENT: silent,
    "erp-silence/": erp_silence,
    "lying/": lying,
    ASTRAY: astray,
    "gap/": missing,
    "refusal/": refusals,
    "held/": held,
    "dead/": given_up,
    "duty/": duties,
    "notice/": notices,
    AREA: arrivals,
    "certificate/": certificates,
    SERVER: servers,
    MAILBOX: mailboxes,
    UNABLE: unable,
    COLLECTED: collected,
    SHOP: shops,
    STOCK: shop_stock,
    DECISIONS: shop_decisions,
    COMPARED: compared,
    WEBHOOKS: webhooks,
    VERSION: versions,
}
"""By area: the start of the keys of a rule's alarms."""


def watch(house: House) -> None:
    """Make the alarms agree with what is wrong now, and plan the notices of what is new.

    A rule that fails leaves its alarms as they are and keeps no other from being told; the
    failure is raised at the end, and is an alarm itself (A108) by the next round.
    """
    at = house.clock()
    failures: list[Exception] = []
    follow(house)
    with house.store.read() as connection:
        found = list(_look(house, connection, failures))
        waiting = pending(house, connection, at)
    if any(found) or waiting:
        with house.store.write("watch") as connection:
            for each in found:
                each.carry_out(connection, at)
            told = tell(house, connection, at)
        log(told)
    if failures:
        raise failures[0]


def settle(house: House, area: str, found: Iterable[Finding]) -> None:
    """For other duties: these are all their findings now; what else is open in the area is over.

    ``area``: the start of the keys, with a ``/`` at its end. The next round tells of it.
    """
    with house.store.read() as connection:
        done = changes(found, by_key(alarms.open_alarms(connection, area)))
    if done:
        with house.store.write("alarms") as connection:
            done.carry_out(connection, house.clock())


def raise_for(
    house: House, key: str, found: Problem, partner: str = "", message: int | None = None
) -> None:
    """Raise one alarm from anywhere; whoever raises it resolves it, too."""
    with house.store.write("alarm") as connection:
        alarms.raise_alarm(connection, house.clock(), key, found, partner, message)


def clear(house: House, key: str) -> None:
    """What such an alarm was about is over; nothing happens when none is open."""
    with house.store.read() as connection:
        found = alarms.open_alarms(connection, keys=[key])
    if found:
        with house.store.write("alarm over") as connection:
            alarms.resolve(connection, house.clock(), [key])


def _look(house: House, connection: Connection, failures: list[Exception]) -> Iterator[Changes]:
    for area, rule in RULES.items():
        before = by_key(alarms.open_alarms(connection, area))
        try:
            found = list(rule(house, connection, before))
        except SQLAlchemyError:
            raise
        except Exception as bug:
            failures.append(bug)
            continue
        yield changes(found, before)
