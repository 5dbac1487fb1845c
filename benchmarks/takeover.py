"""How long a lane stands still after the one who worked on it was hit.

The lanes are looked at from outside. A clock starts for each lane that was held by whom was hit;
it stops when somebody takes the lane or renews it. While there is nothing to do in the lane the
clock starts anew: nobody waits.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.pipeline_traffic import ACME_IN, ERP_IN, NORTHWIND_IN
from benchmarks.pipeline_world import Site

_LANES = "SELECT key, fence, lease, owner FROM lane"
_DUE = (
    "SELECT lane FROM message WHERE due IS NOT NULL UNION "
    "SELECT lane FROM delivery WHERE due IS NOT NULL"
)
_SOURCES = {ACME_IN: "acme-retail/main", NORTHWIND_IN: "northwind/main", ERP_IN: "erp/invoice"}


@dataclass(slots=True)
class _Standing:
    since: float
    mark: tuple[Any, ...]
    """Fence and lease as they were when it was hit."""
    same_owner: bool
    """Whether the owner lives and may go on himself."""


@dataclass
class Takeovers:
    """Look again and again; ``seconds`` are the times found."""

    site: Site
    every: float = 0.2
    seconds: list[tuple[str, float]] = field(default_factory=list)
    _standing: dict[str, _Standing] = field(default_factory=dict)
    _lanes: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    _next: float = 0.0

    def hit(self, pid: int | None) -> None:
        """A process was hit just now, or (``None``) the database."""
        rows = self.site.query(_LANES)
        if rows is not None:
            self._lanes = {key: (fence, lease, owner) for key, fence, lease, owner in rows}
        for key, (fence, lease, owner) in self._lanes.items():
            mine = pid is None or owner.split(":")[1:2] == [str(pid)]
            if lease is not None and mine and key not in self._standing:
                mark = (fence, lease)
                self._standing[key] = _Standing(time.monotonic(), mark, pid is None)

    def back(self) -> None:
        """The database is back: those who wait for it wait for us from now on."""
        for each in self._standing.values():
            each.since = time.monotonic() if each.same_owner else each.since

    def step(self) -> None:
        """One look, if it is time."""
        if not self._standing or time.monotonic() < self._next:
            return
        rows, due = self.site.query(_LANES), self._with_work()
        if rows is None or due is None:
            return
        now = time.monotonic()
        self._next = now + self.every
        for key, fence, lease, owner in rows:
            self._lanes[key] = (fence, lease, owner)
            standing = self._standing.get(key)
            if standing is None:
                continue
            renewed = standing.same_owner and lease != standing.mark[1]
            if fence != standing.mark[0] or renewed:
                self.seconds.append((key, now - standing.since))
                del self._standing[key]
            elif key not in due:
                standing.since = now

    @property
    def waiting(self) -> dict[str, float]:
        """Lanes that stand still at this moment: seconds."""
        return {key: time.monotonic() - each.since for key, each in self._standing.items()}

    def _with_work(self) -> set[str] | None:
        rows = self.site.query(_DUE)
        if rows is None:
            return None
        found = {key for (key,) in rows}
        inboxes = [inbox for inbox in _SOURCES if _any_file(self.site.root / inbox)]
        return found | {f"poll/{_SOURCES[inbox]}" for inbox in inboxes}


def _any_file(folder: Path) -> bool:
    """Whether a file waits there, or was claimed."""
    try:
        if any(path.is_file() and not path.name.startswith(".") for path in folder.iterdir()):
            return True
        return any((folder / "work").iterdir())
    except OSError:
        return False
