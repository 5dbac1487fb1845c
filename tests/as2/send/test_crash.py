"""Killed between any two steps of sending: the partner has it once, and saw the same bytes."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.pipeline import Gateway, deliver
from gateway.pipeline.dispatch.core import Core
from gateway.store import Filter, lanes
from tests.as2.send.peer import Peer, Way, lost, peer_link, receipt, served, taken
from tests.as2.send.shop import arrives, settings, verdicts
from tests.killing import telling
from tests.pipeline.stub import StubTranslation
from tests.pipeline.world import Clock, drop, invoices, make

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
LANE = "to/acme-retail/main/invoice"
LATER = "receipt: {mode: async, within: 1h}"


class Stopped(BaseException):
    """The process ends before anything is sent."""


class Trial:
    """One invoice that waits to be sent; ``kill`` ends a process at a checkpoint of its work."""

    def __init__(self, folder: Path, peer: Peer, ways: list[Way], more: str = "") -> None:
        self.root, self.start = folder / "world", folder / "start"
        self.peer, self.ways = peer, ways
        self.workspace = make(self.root, settings(peer, more))
        self.translation = StubTranslation(self.workspace)
        drop(self.root / "erp/in/invoice", "i.csv", invoices(["I1"]))
        with pytest.MonkeyPatch.context() as patch, self.opened() as gateway:
            patch.setitem(deliver.OUTLETS, "as2", _stop)  # type: ignore[arg-type]
            with pytest.raises(Stopped):
                gateway.run_once()
        self.keep()

    def keep(self) -> None:
        """Every kill begins from here."""
        shutil.rmtree(self.start, ignore_errors=True)
        shutil.copytree(self.root, self.start)

    def opened(self, checkpoint: Callable[[str], None] | None = None, **later: float) -> Gateway:
        """The gateway, started at a later time."""
        clock = Clock()
        clock.forward(**later)
        given: dict[str, Any] = {"checkpoint": checkpoint, "clock": clock}
        gateway = Gateway.open(self.workspace, translation=self.translation, **given)
        gateway.house.store.archive.sweep()
        with gateway.house.store.note() as connection:
            lanes.expire_all(connection, clock.now)
        return gateway

    def names(self, work: Callable[[Gateway], object]) -> list[str]:
        """The checkpoints of an undisturbed run."""
        passed: list[str] = []
        self.again()
        with self.opened(passed.append) as gateway:
            passed.clear()
            work(gateway)
        return passed

    def again(self) -> None:
        """Back to the start."""
        self.peer.ways = list(self.ways)
        shutil.rmtree(self.root)
        shutil.copytree(self.start, self.root)

    def kill(self, point: int, work: Callable[[Gateway], object]) -> None:
        """End a process at a checkpoint of its work."""
        self.again()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads (3.12)
            child = os.fork()
        if child == 0:
            try:
                bomb = _Bomb(point)
                with self.opened(bomb) as gateway:
                    bomb.armed = True
                    work(gateway)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "it came to its end"


class _Bomb:
    """Ends the process at the n-th checkpoint after it was armed."""

    def __init__(self, point: int) -> None:
        self.left = point
        self.armed = False

    def __call__(self, _name: str) -> None:
        self.left -= self.armed
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _stop(*_given: object) -> None:
    raise Stopped


def send(gateway: Gateway) -> None:
    """What is due in the lane."""
    Core(gateway.house, "test").drain(LANE)


def states(gateway: Gateway) -> dict[str, str]:
    rows = list(gateway.messages(Filter(limit=100)))
    assert len([row for row in rows if row.kind == "interchange"]) == 1
    return {row.kind: row.state for row in rows}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """In memory where there is such a folder: a killed process loses nothing that it wrote."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as it:
        yield Path(it)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with served(Peer(peer_link())) as running:
        yield running


def fresh(peer: Peer) -> None:
    for kept in (peer.requests, peer.documents, peer.receipts):
        kept.clear()


@pytest.mark.parametrize(
    ("ways", "first", "later"),
    [([receipt], "as2 send: built", (20,)), ([lost], "as2 send: sending", (20, 40))],
    ids=["answered", "answer lost"],
)
def test_killed_at_any_step_of_sending(
    folder: Path, peer: Peer, ways: list[Way], first: str, later: tuple[int, ...]
) -> None:
    trial = Trial(folder, peer, ways)
    names = trial.names(send)
    assert {"as2 send: built", "as2 send: archived", "as2 send: ready"} < set(names)
    assert {"as2 send: sending", "as2 sending: committed"} < set(names)
    for point, name in telling(names):
        if point <= names.index(first):
            continue
        fresh(peer)
        trial.kill(point, send)
        for minutes in later:  # the second for what was put off by the lost answer
            with trial.opened(minutes=minutes) as gateway:
                send(gateway)
                found = states(gateway)
        assert found["interchange"] == found["document"] == "delivered", name
        assert len(peer.documents) == 1, name
        assert len({each.wire for each in peer.requests}) == 1, name
        assert not list(trial.root.glob("var/archive/tmp/*")), name


def test_killed_at_any_step_when_the_receipt_comes_later(folder: Path, peer: Peer) -> None:
    trial = Trial(folder, peer, [taken, taken], LATER)
    names = trial.names(send)
    assert "as2 sent: committed" in names
    for point, name in telling(names):
        if point <= names.index("as2 sending: begin"):
            continue
        fresh(peer)
        trial.kill(point, send)
        with trial.opened(minutes=20) as gateway:
            send(gateway)
            (made,) = peer.receipts.values()
            arrives(gateway.house, made)
            assert states(gateway)["interchange"] == "delivered", name
        assert len(peer.documents) == 1, name
        assert len({each.wire for each in peer.requests}) == 1, name


def test_killed_at_any_step_of_taking_a_receipt(folder: Path, peer: Peer) -> None:
    """The partner repeats it, as nobody answered; or does not, and it is taken up all the same."""
    trial = Trial(folder, peer, [taken], LATER)
    with trial.opened() as gateway:
        send(gateway)
    trial.keep()
    (made,) = peer.receipts.values()

    def take(gateway: Gateway) -> object:
        return arrives(gateway.house, made)

    names = trial.names(take)
    kept = names.index("as2 receipt: committed") + 1
    for point, name in telling(names):
        trial.kill(point, take)
        with trial.opened(minutes=70) as gateway:
            if point % 2 or point < kept:
                take(gateway)
            else:
                send(gateway)
            assert states(gateway)["interchange"] == "delivered", name
            assert verdicts(gateway.house).count("settled") == 1, name
    assert len(peer.requests) == 1
