"""People go on buying in a faulty shop while the gateway reads it; in the end both are compared.

Lost: an order or refund of the shop that the gateway has not. Stale: an order whose newest change
the gateway, or the ERP, was not told. Doubled: one that went to the ERP as a new one more than
once, or not at all. Unheld: an order that cannot be read, and waits for nobody.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from gateway.channels.shops import web
from gateway.channels.shops.auth import Auth
from gateway.config import Workspace, load_workspace
from gateway.pipeline import Gateway
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.shops import errands
from gateway.store import Store
from gateway.store.shops import inbox
from tests.shops.faults.book import START, Book, Clock, Entry
from tests.shops.faults.found import Result, Told, up_to_date
from tests.shops.faults.plan import SECRET, SHOP, Plan, write_workspace
from tests.shops.faults.server import FaultyShop, Style, served
from tests.tables import make_tables

REAL = web.WebSession
PIECES = 60
"""What a machine does at most before it looks at the clock again."""
AT_ONCE = 5
"""How often the gateway is run while it waits for the next look: what failed is tried again."""
PATIENCE = 30.0
"""Seconds that a thread of people may take to stop."""


class Trade:
    """One shop of a style, its people, and the gateway that reads it."""

    def __init__(self, folder: Path, style: Style, plan: Plan, clock: Clock | None = None) -> None:
        self.folder = folder
        self.style = style
        self.plan = plan
        self.clock = clock or Clock()
        self.book = Book(self.clock, skew=plan.skew, seed=plan.seed, broken=plan.broken)
        self.shop = FaultyShop(style, self.book, seed=plan.seed + 1, weights=plan.weights)
        if not plan.beside:
            self.shop.between = self.people
        self.hints: list[tuple[str, str, str, bytes]] = []
        self._bulks = 0
        self._lock = threading.Lock()
        if style.calls:
            self.book.heard.append(self._calls)

    # ---- the people

    def people(self) -> None:
        """What happens between two requests: some buy, some change their minds."""
        book, random = self.book, self.book.random
        for _ in range(random.randint(0, self.plan.burst)):
            if len(book.entries) < self.plan.orders:
                book.buy()
            if random.random() < 0.5:
                self.clock.forward(random.choice([0.0, 0.2, 0.7]))
        going_on = bool(book.entries) and len(book.entries) < self.plan.orders
        for _ in range(random.randint(0, self.plan.burst)):
            if going_on:
                self._mind()
        many = len(book.entries) * self.plan.bulks > self.plan.orders * (self._bulks + 0.5)
        if going_on and many:
            self._bulks += 1
            sold = [each.number for each in book.changed() if each.status != "cancelled"]
            for number in random.sample(sold, min(len(sold), self.plan.page * 3)):
                book.change(number)
        self.clock.forward(random.choice([0.0, 0.3, 1.5]))

    def _mind(self) -> None:
        """Somebody changes an order, cancels it, or gives a piece back."""
        book, random = self.book, self.book.random
        number = book.any()
        if self.style.gives_back and random.random() < self.plan.refunds:
            book.refund(number)
        elif book.entries[number].status != "cancelled":
            book.change(number, status="cancelled" if random.random() < 0.03 else None)

    @contextmanager
    def _going_shopping(self) -> Iterator[None]:
        """People who buy whatever the gateway does meanwhile."""
        stop = threading.Event()

        def shop() -> None:
            while not stop.wait(0.002) and len(self.book.entries) < self.plan.orders:
                self.people()

        thread = threading.Thread(target=shop, daemon=True)
        if self.plan.beside:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            if self.plan.beside:
                thread.join(PATIENCE)

    def _calls(self, entry: Entry, event: str) -> None:
        """The shop's webhooks: lost, twice, or later than others, and ``updated`` comes first.

        All of one second have the same id of delivery.
        """
        body = json.dumps({"id": entry.number, "revision": entry.revision}).encode()
        delivery = hashlib.sha256(f"{entry.updated:%c}".encode()).hexdigest()[:12]
        random = self.book.random
        with self._lock:
            for topic in ("updated", "created") if event == "created" else ("updated",):
                told = (f"order.{topic}", self.identity(entry.number), delivery, body)
                for _ in range(random.choice([0, 0, 1, 1, 1, 2])):
                    self.hints.insert(random.randint(0, len(self.hints)), told)

    def identity(self, number: int) -> str:
        """How the shop calls an order."""
        return self.style.identity(number)

    # ---- the gateway

    @contextmanager
    def going_on(self) -> Iterator[Workspace]:
        """The shop is served, and there is a workspace for it."""
        patient = mock.patch.object(web, "WebSession", self._session)
        with (
            served(self.shop) as url,
            patient,
            mock.patch.dict(os.environ, {SECRET: "k-19-Yfaulty"}),
        ):
            write_workspace(self.folder, self.style, url, self.plan)
            workspace, problems = load_workspace(self.folder)
            assert workspace is not None, problems
            assert SHOP in workspace.shops, [each.sentence for each in problems]
            make_tables(workspace.database)
            yield workspace

    def _session(
        self, url: str, auth: Auth, terms: web.Terms, _clockwork: web.Clockwork
    ) -> web.WebSession:
        """Waiting costs no time that anybody has to spend."""
        return REAL(url, auth, terms, web.Clockwork(self._seconds, self.clock.forward, self.clock))

    def _seconds(self) -> float:
        return (self.clock() - START).total_seconds()

    def run(self, *, tell: Callable[[int, int], None] = lambda _round, _orders: None) -> Result:
        """Everything, until the shop is quiet and read."""
        with self.going_on() as workspace, Gateway.open(workspace, clock=self.clock) as gateway:
            return self.traded(gateway, tell)

    def traded(
        self,
        gateway: Gateway,
        tell: Callable[[int, int], None] = lambda _round, _orders: None,
    ) -> Result:
        """The same with a gateway that is open, and is used afterwards."""
        number = 0
        with self._going_shopping():
            while len(self.book.entries) < self.plan.orders:
                number += 1
                self.round(gateway)
                tell(number, len(self.book.entries))
        self.shop.between = lambda: None
        for _ in range(self.plan.quiet):  # what failed is tried again; nobody buys any more
            number += 1
            self.round(gateway)
            result = self.compare(gateway.house.store, number)
            if result.right:
                break
        return result

    def round(self, gateway: Gateway) -> None:
        """What the gateway does once, and a while that passes."""
        self.hand_over(gateway.house.store)
        if self.plan.machines > 1:
            self._together(gateway)
        gateway.run_once()
        self.clock.forward(self.plan.every.total_seconds() / AT_ONCE)

    def _together(self, gateway: Gateway) -> None:
        """Polls, webhooks and records of the same orders are worked on at the same time."""
        errands.at_once(gateway.house)

        def machine(number: int) -> None:
            core = Core(gateway.house, f"machine {number}")
            for _ in range(PIECES):
                keys = [key for key in core.waiting() if key.startswith(("shop/", "in/", "to/"))]
                if not sum(core.drain(key) for key in keys):
                    return

        with ThreadPoolExecutor(self.plan.machines) as pool:
            list(pool.map(machine, range(self.plan.machines)))

    def taken_hints(self) -> list[tuple[str, str, str, bytes]]:
        """Webhooks that the shop wants to send: topic, order, id of the delivery, body."""
        with self._lock:
            some, self.hints = self.hints, []
        return some

    def hand_over(self, store: Store) -> None:
        """Webhooks that came: they lie in the inbox then."""
        some = self.taken_hints()
        if not some:
            return
        with store.write("hints of a test") as connection:
            for topic, identity, delivery, body in some:
                inbox.add(
                    connection,
                    SHOP,
                    topic=topic,
                    kind="order",
                    external_id=identity,
                    delivery=delivery,
                    body=body,
                    at=self.clock(),
                )

    # ---- the comparison

    def compare(self, store: Store, rounds: int) -> Result:
        """What the gateway knows, and the ERP was told, beside what is so."""
        assert not self.shop.bugs, self.shop.bugs[0]
        entries = list(self.book.entries.values())
        result = Result(
            orders=len(entries),
            changes=sum(each.revision - 1 for each in entries),
            refunds=sum(len(each.refunds) for each in entries),
            broken=sum(each.broken for each in entries),
            lost=[], stale=[], doubled=[], unheld=[],
            requests=self.shop.counts,
            rounds=rounds,
        )  # fmt: skip
        told = Told(store)
        for entry in entries:
            self._compare(entry, told, result)
        return result

    def _compare(self, entry: Entry, told: Told, result: Result) -> None:
        name, row = str(entry.number), told.known.get(self.identity(entry.number))
        if row is None:
            result.lost.append(name)
            return
        given = told.orders[row.external_id]
        first = sum(each.document == "order" for each in given)
        if first > 1 or (first == 0 and row.state == "taken" and entry.status != "cancelled"):
            result.doubled.append(name)
        back = {each: told.refunds[self.style.refund(each.id)] for each in entry.refunds}
        result.doubled += [f"refund {each.id}" for each, count in back.items() if count > 1]
        if entry.broken:
            result.unheld += [] if row.state == "held" else [name]
            return
        if first:
            result.lost += [f"refund {each.id}" for each, count in back.items() if not count]
        known = None if row.content is None else told.read(row.content)
        if known is None or known["lines"][0]["name"] != f"revision {entry.revision}":
            result.stale.append(name)
        elif first and not up_to_date(entry, told.read(given[-1].content)):
            result.stale.append(f"{name} at the ERP")
