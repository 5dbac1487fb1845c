"""Kill the gateway at every point, start it again, and compare with an undisturbed run.

``Trial.points`` counts the checkpoints of the scenario; ``Trial.kill(n)`` runs it in a process of
its own that kills itself (SIGKILL) at the n-th. Between the kill and the new start everybody
fetches what they see, so that a file that is shown twice is noticed.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.pipeline import Gateway
from gateway.pipeline import shelf as shelf_module
from gateway.store import Filter
from tests.pipeline.world import (
    Clock,
    contrl,
    drop,
    invoices,
    make,
    orders,
    purchase_orders,
    visible,
)
from tests.statements import share_statements

OUT = (
    "erp/out/order",
    "acme/out",
    "northwind/out",
    "acme/in/error",
    "erp/in/invoice/error",
)
IN = ("acme/in", "northwind/in", "erp/in/invoice")
Opener = Callable[[Path, Callable[[str], None]], Gateway]


@dataclass
class Result:
    """What came out, and what an undisturbed run has instead."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Temporary files, claims, rows that nobody finished."""

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.half or self.left)


class Trial:
    """One scenario in one folder."""

    def __init__(self, folder: Path, opener: Opener, *, small: bool = False) -> None:
        self.small = small
        self.root = folder / "world"
        self.start = folder / "start"
        self.opener = opener
        self._prepare()
        self.names: list[str] = []
        self._begin()
        self._run(self.names.append)
        self.expected = self._outcome([self._fetch()])
        self.rows = self._rows()

    @property
    def points(self) -> int:
        """Checkpoints of an undisturbed run."""
        return len(self.names)

    def kill(self, *at: int) -> Result:
        """Kill the first run at its n-th checkpoint, the next at its own n-th, and so on."""
        self._begin()
        fetched = []
        for point in at:
            self._killed(point)
            fetched.append(self._fetch())
        self._run(lambda _name: None)
        fetched.append(self._fetch())
        return self._compare(fetched)

    def _prepare(self) -> None:
        """Something sent before, so that a CONTRL can answer it."""
        make(self.root)
        drop(self.root / "erp/in/invoice", "first.csv", invoices(["I0"]))
        self._run(lambda _name: None)
        self._fetch()
        repeat = orders("4711", ["PO1", "PO2", "PO3"], quantity={"PO2": "1O"})
        drop(self.root / "acme/in", "a.edi", repeat)
        drop(self.root / "acme/in", "c.edi", contrl("77", "000000001"))
        drop(self.root / "acme/in", "d2.edi", orders("4712", ["PO4"]) + orders("4713", ["PO5"]))
        export = invoices(["I1", "I2"], quantity={"I2": "x"})
        drop(self.root / "erp/in/invoice", "f.csv", export)
        if not self.small:
            drop(self.root / "acme/in", "b.edi", repeat)
            drop(self.root / "acme/in", "d.edi", b"\x89PNG\r\n\x1a\n\x00\x00")
            drop(self.root / "northwind/in", "e.x12", purchase_orders(88, ["N1", "N2"]))
            drop(self.root / "erp/in/invoice", "g.csv", export)
        shutil.copytree(self.root, self.start)

    def _begin(self) -> None:
        shutil.rmtree(self.root)
        shutil.copytree(self.start, self.root)

    def _run(self, checkpoint: Callable[[str], None]) -> None:
        before, shelf_module.BATCH = shelf_module.BATCH, 2
        try:
            with self.opener(self.root, checkpoint) as gateway:
                gateway.run_once()
        finally:
            shelf_module.BATCH = before

    def _killed(self, point: int) -> None:
        """A process that ends in the middle; one that gets to its end was killed too late."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads (3.12)
            child = os.fork()
        if child == 0:
            try:
                self._run(_bomb(point))
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the gateway failed"

    def _fetch(self) -> dict[str, bytes]:
        """Everybody takes what they see."""
        taken = {}
        for folder in OUT:
            for name in visible(self.root / folder):
                path = self.root / folder / name
                taken[f"{folder}/{name}"] = path.read_bytes()
                path.unlink()
        return taken

    def _outcome(self, fetched: list[dict[str, bytes]]) -> dict[str, list[bytes]]:
        seen: dict[str, list[bytes]] = {}
        for files in fetched:
            for name, data in files.items():
                seen.setdefault(name, []).append(data)
        for folder in IN:
            for path in sorted((self.root / folder / "archive").rglob("*")):
                if path.is_file():
                    name = str(path.relative_to(self.root))
                    seen.setdefault(name, []).append(path.read_bytes())
        return seen

    def _compare(self, fetched: list[dict[str, bytes]]) -> Result:
        result, seen = Result(), self._outcome(fetched)
        for name, (data,) in self.expected.items():
            copies = seen.pop(name, [])
            result.lost += [] if copies else [name]
            result.doubled += [name] * (len(copies) - 1)
            result.half += [name for copy in copies if copy != data]
        result.doubled += list(seen)
        for pattern in ("**/.gateway-*", "**/in/work/*", "**/invoice/work/*", "var/archive/tmp/*"):
            result.left += [str(path) for path in self.root.glob(pattern)]
        for folder in IN:
            result.left += visible(self.root / folder)
        if self._rows() != self.rows:
            result.left.append("rows differ from those of an undisturbed run")
        return result

    def _rows(self) -> list[tuple[Any, ...]]:
        database = self.root / "var/gateway.db"
        with self.opener(self.root, lambda _name: None) as gateway:
            rows = [
                (row.id, row.kind, row.state, row.name, row.reference, row.number, row.parent)
                for row in gateway.messages(Filter(limit=1000))
            ]
        connection = sqlite3.connect(database)
        try:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            rows += connection.execute(
                "SELECT key, name, state FROM delivery ORDER BY id"
            ).fetchall()
            rows += connection.execute(
                "SELECT message, before, state, text FROM event ORDER BY message, id"
            ).fetchall()
            rows += connection.execute(
                "SELECT message, code FROM problem ORDER BY message, id"
            ).fetchall()
        finally:
            connection.close()
        return rows


def _bomb(point: int) -> Callable[[str], None]:
    passed = 0

    def checkpoint(_name: str) -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return checkpoint


def stub_opener() -> Opener:
    """The gateway with the maps of the tests, and time standing still."""
    from tests.pipeline.stub import StubTranslation  # noqa: PLC0415

    share_statements()
    translations: dict[Path, Any] = {}

    def opener(root: Path, checkpoint: Callable[[str], None]) -> Gateway:
        # the settings are the same in every run, and no part of what is tried
        if root not in translations:
            translations[root] = StubTranslation(make(root))
        translation = translations[root]
        workspace = translation.workspace
        return Gateway.open(
            workspace, clock=Clock(), checkpoint=checkpoint, translation=translation
        )

    return opener
