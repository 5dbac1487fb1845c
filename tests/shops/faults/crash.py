"""A gateway that is killed between a faulty shop and the ERP, on either way, and started again.

The shop lives on in this process; the gateway is a child that kills itself (SIGKILL) as it passes a
checkpoint. Between the kill and the new start the ERP takes whatever it sees.
"""

from __future__ import annotations

import copy
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, select

from gateway.config import Workspace
from gateway.pipeline import Gateway
from gateway.store import lanes
from gateway.store.tables import message
from tests.killing import killed_at
from tests.pipeline.world import visible
from tests.shops.faults.parcels import FORMS, RETRY, left, ship
from tests.shops.faults.plan import SHOP, Plan
from tests.shops.faults.server import USUAL, Style
from tests.shops.faults.trading import Trade

DOCUMENTS = ("order", "orderchange", "refund")
ROUNDS = 3
"""Of the process that is killed."""
PATIENCE = 60
SHIPPED = 2
"""Number of the order that is shipped meanwhile."""
AT_WORK = "at work"


@dataclass
class End:
    """What came out."""

    wrong: list[str]
    names: list[str]


class Crash:
    """One scenario, that begins anew for each point."""

    def __init__(self, folder: Path, style: Style, *, seed: int = 3) -> None:
        more = {"send": {"shipments": {"carriers": {"DHL": "dhl"}}}}
        house = {"retry": RETRY, "erp": {"formats": {**FORMS, "refund": "json"}}}
        plan = Plan(orders=8, page=3, seed=seed, broken=0.0, more=more, house=house)
        self.trade = Trade(folder / "world", style, plan)
        self.trade.shop.between = lambda: None
        self.start = folder / "start"
        self.seed = seed
        self._before = 0
        """Documents that the ERP has before anything is killed."""

    @contextmanager
    def ready(self) -> Iterator[Workspace]:
        """The ERP has three orders; since then a lot happened."""
        trade, book = self.trade, self.trade.book
        for _ in range(3):
            book.buy()
        with trade.going_on() as workspace:
            trade.shop.weights = (1, 0, 0, 0, 0, 0, 0)
            with Gateway.open(workspace, clock=trade.clock) as gateway:
                trade.round(gateway)
                self._fetch(workspace)
                self._before = _documents(gateway)
                self._goes_on()
                ship(gateway, trade, SHIPPED, [trade.book.entries[SHIPPED].quantity])
            trade.shop.weights = USUAL
            shutil.copytree(trade.folder, self.start)
            self._kept = self._state()
            yield workspace

    def kill(self, workspace: Workspace, point: int) -> End:
        """Kill at the n-th checkpoint, start anew, and compare."""
        self._again()
        killed_at(point, lambda checkpoint: self._work(workspace, checkpoint, ROUNDS))
        before = self._fetch(workspace)
        self.trade.clock.forward(600)
        return self._ended(workspace, before)

    def undisturbed(self, workspace: Workspace) -> End:
        """What comes out of it all, and the names of the checkpoints on the way."""
        self._again()
        names: list[str] = []
        self._work(workspace, names.append, ROUNDS)
        end = self._ended(workspace, self._fetch(workspace))
        return End(end.wrong, names)

    # ---- the parts

    def _goes_on(self) -> None:
        """Changes, a cancellation, a refund, something that cannot be read, and more orders."""
        trade, book = self.trade, self.trade.book
        trade.clock.forward(60)
        book.change(1)
        book.refund(SHIPPED)
        book.change(3, status="cancelled")
        for _ in range(4):
            book.buy()
        book.refund(4)
        book.entries[5] = replace(book.entries[5], broken=True)

    def _state(self) -> Any:
        trade = self.trade
        return copy.deepcopy(
            (trade.book.entries, vars(trade.shop.style), trade.clock(), trade.hints)
        )

    def _again(self) -> None:
        """Everything is as it was when it was ready."""
        trade = self.trade
        shutil.rmtree(trade.folder)
        shutil.copytree(self.start, trade.folder)
        entries, style, at, hints = copy.deepcopy(self._kept)
        trade.book.entries, trade.hints = entries, hints
        vars(trade.shop.style).clear()
        vars(trade.shop.style).update(style)
        trade.clock.forward((at - trade.clock()).total_seconds())
        trade.shop.random = Random(self.seed)

    def _work(self, workspace: Workspace, checkpoint: Callable[[str], None], rounds: int) -> None:
        trade = self.trade
        with Gateway.open(workspace, clock=trade.clock, checkpoint=checkpoint) as gateway:
            checkpoint(AT_WORK)
            for _ in range(rounds):
                trade.round(gateway)

    def _ended(self, workspace: Workspace, before: Counter[str]) -> End:
        trade, wrong = self.trade, ["nothing was done"]
        with Gateway.open(workspace, clock=trade.clock) as gateway:
            with gateway.house.store.note() as connection:
                lanes.expire_all(connection, trade.clock())
            for _ in range(PATIENCE):
                trade.round(gateway)
                before += self._fetch(workspace)
                wrong = self._wrong(gateway, before)
                if not wrong:
                    break
        return End(wrong, [])

    def _wrong(self, gateway: Gateway, files: Counter[str]) -> list[str]:
        trade = self.trade
        result = trade.compare(gateway.house.store, 0)
        found = [*result.lost, *result.stale, *result.doubled, *result.unheld]
        found += [f"{count} x {name}" for name, count in files.items() if count > 1]
        rows = _documents(gateway) - self._before
        if rows != len(files):
            found.append(f"{rows} documents, and {len(files)} files")
        told = sorted(trade.shop.style.told(SHIPPED))
        wanted = [f"T-{SHIPPED}-0"]
        found += [] if told == wanted else [f"told of {told}"]
        found += ["calls are left"] if left(gateway) else []
        return found

    def _fetch(self, workspace: Workspace) -> Counter[str]:
        """The ERP takes what it sees."""
        taken: Counter[str] = Counter()
        for document in DOCUMENTS:
            folder = workspace.erp_out(document, test=False)
            for name in visible(folder):
                taken[f"{document}/{name}"] += 1
                (folder / name).unlink()
        return taken


def _documents(gateway: Gateway) -> int:
    """Documents for the ERP that came from the shop."""
    mine = (message.c.partner == SHOP, message.c.kind == "message")
    counted = select(func.count()).where(*mine, message.c.document.in_(DOCUMENTS))
    with gateway.house.store.read() as connection:
        return int(connection.scalar(counted) or 0)
