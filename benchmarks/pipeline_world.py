"""The gateway as users run it: processes on a workspace with two partners and an ERP.

``Site`` writes the workspace and looks into its database from outside; ``Member`` is one process,
which can be killed, frozen and started again as a supervisor would. Used by the fault suite and by
the benchmarks of the pipeline.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from gateway.config import Workspace, load_workspace
from tests.pipeline.world import ACME, GATEWAY, NORTHWIND, OWN
from tests.postgres import Server, find_binaries

SCRIPT = Path(__file__).with_name("pipeline_process.py")
PATIENCE = 60.0
_AT_ONCE = ', match: "*", stable_for: 0s}'
_UNFINISHED = (
    "SELECT 'message', id, state FROM message WHERE due IS NOT NULL OR state NOT IN "
    "('split', 'delivered', 'acknowledged') OR (state = 'delivered' AND direction = 'in' "
    "AND kind IN ('message', 'interchange'))",
    "SELECT 'delivery', id, state FROM delivery WHERE due IS NOT NULL OR state <> 'done'",
)
"""Rows that are not where the rows of good messages end."""


def settings(database: str = "", extra: str = "", poll: str = "1s") -> dict[str, str]:
    """The files of the workspace. Files are taken as soon as they are seen: they appear whole."""
    text = GATEWAY.replace("{folder: erp/in}", "{folder: erp/in, stable_for: 0s}")
    retry = "retry: {first: 500ms, factor: 2, ceiling: 2s, attempts: 1000, jitter: 10}"
    changed = {"retry:": retry, "poll:": f"poll: {poll}"}
    lines = [changed.get(line.partition(" ")[0], line) for line in text.splitlines()]
    text = "\n".join([*lines, "http: {listen: off}", extra, ""])
    partner = {"acme-retail": (ACME, "0001004711"), "northwind": (NORTHWIND, "0001004712")}
    files = {
        "gateway.yaml": text + (f"database: {database}\n" if database else ""),
        "partners/_own.yaml": OWN,
    }
    for name, (written, customer) in partner.items():
        known = f'identities:\n  erp: {{customer: "{customer}"}}\n'
        named = written.replace("identities:\n", known)
        files[f"partners/{name}/partner.yaml"] = named.replace(', match: "*"}', _AT_ONCE)
    return files


@dataclass
class Member:
    """One process. ``extra``: further arguments of ``pipeline_process.py``."""

    name: str
    root: Path
    worker: bool = False
    extra: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None
    again_at: float | None = None
    """When the supervisor starts it again (monotonic)."""

    def start(self) -> None:
        """Start it; it is ready a moment later."""
        self._close()
        self.again_at = None
        command = [sys.executable, str(SCRIPT), str(self.root), *self.extra]
        command += ["--worker"] if self.worker else []
        with (self.root / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, start_new_session=True
            )

    def wait_ready(self) -> None:
        """Wait until it says that it works. Raises ``RuntimeError`` when it ends instead."""
        assert self.process is not None
        assert self.process.stdout is not None
        if self.process.stdout.readline() != b"ready\n":
            raise RuntimeError(f"{self.name} does not start: {self.log()[-3000:]}")

    @property
    def pid(self) -> int:
        """Its number; 0 when it does not run."""
        alive = self.process is not None and self.process.poll() is None
        return self.process.pid if alive and self.process is not None else 0

    def kill9(self) -> None:
        """As when the machine dies."""
        self._signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(PATIENCE)

    def freeze(self) -> None:
        """As when the machine is suspended."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on as if nothing had happened."""
        self._signal(signal.SIGCONT)

    def stop(self) -> int:
        """End it as a supervisor does; its exit code."""
        if self.process is None:
            return 0
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill9()
            return -1
        finally:
            self._close()

    def supervise(self) -> None:
        """Start it again when it is gone and its time has come."""
        if self.process is not None and self.process.poll() is None:
            return
        if self.again_at is None:
            self.again_at = time.monotonic() + 0.3
        if time.monotonic() >= self.again_at:
            self.start()

    def log(self) -> str:
        """What it said."""
        path = self.root / f"{self.name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _close(self) -> None:
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()

    def _signal(self, number: signal.Signals) -> None:
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


@dataclass
class Site:
    """A workspace on the disk, its database, its processes."""

    root: Path
    server: Server | None = None
    database: str = ""
    """Name of the database in the server."""
    maps: str = "real"
    extra: str = ""
    """Further lines of ``gateway.yaml``."""
    poll: str = "1s"
    members: list[Member] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        url = ""
        if self.server is not None:  # a password is never written into settings
            password = self.server.password
            (self.root / "password").write_text(password)
            url = self.server.url(self.database).replace(f":{password}@", ":${file:password}@")
        for name, written in settings(url, self.extra, self.poll).items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(written, encoding="utf-8")
        self.workspace = self._load()
        self.engine: Engine = create_engine(self.workspace.database, poolclass=NullPool)

    @property
    def embedded(self) -> bool:
        """Whether the database is SQLite."""
        return self.server is None

    def add(self, name: str, *, worker: bool = False, extra: Sequence[str] = ()) -> Member:
        """A process more; not started."""
        member = Member(name, self.root, worker, ("--maps", self.maps, *extra))
        self.members.append(member)
        return member

    def prepare(self) -> None:
        """Make the tables, once, before anybody races for it."""
        from benchmarks.pipeline_process import open_gateway  # noqa: PLC0415

        open_gateway(self.workspace, self.maps).close()

    def start(self) -> None:
        """All processes; returns when they work."""
        self.prepare()
        for member in self.members:
            member.start()
        for member in self.members:
            member.wait_ready()

    def stop(self) -> None:
        """End all processes."""
        for member in self.members:
            member.stop()

    def query(self, statement: str, **values: Any) -> list[tuple[Any, ...]] | None:
        """Rows; ``None`` while the database is away."""
        try:
            with self.engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(statement), values)]
        except SQLAlchemyError:
            return None

    def unfinished(self) -> list[tuple[Any, ...]] | None:
        """Rows that are not at their end; ``None`` while the database is away."""
        found = [self.query(statement) for statement in _UNFINISHED]
        if any(rows is None for rows in found):
            return None
        return [row for rows in found for row in rows or ()]

    def _load(self) -> Workspace:
        workspace, problems = load_workspace(self.root)
        if workspace is None:
            raise RuntimeError("\n".join(map(str, problems)))
        return workspace


@contextlib.contextmanager
def postgres() -> Iterator[Server]:
    """A server of its own. Raises ``RuntimeError`` where PostgreSQL is not installed."""
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError("needs PostgreSQL: apt install postgresql")
    server = Server(binaries)
    try:
        server.start()
        yield server
    finally:
        server.close()


@contextlib.contextmanager
def site_on(kind: str, root: Path, **changes: Any) -> Iterator[Site]:
    """A site on ``sqlite`` or on a PostgreSQL server of its own; its processes end with it."""
    with contextlib.ExitStack() as stack:
        if kind == "sqlite":
            site = Site(root, **changes)
        else:
            server = stack.enter_context(postgres())
            site = Site(root, server, server.create(), **changes)
        try:
            yield site
        finally:
            site.stop()
            site.engine.dispose()


def until(done: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Wait for something; whether it came in time."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of them lies; 0 when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def load_of_machine() -> str:
    """``load 1.2 on 2 cores``, for the reader of figures."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
