"""What goes wrong while files come in: kills, full disks, vanishing folders, clocks, sleepers.

A disturbance is asked again and again (:meth:`Disturbance.step`) and does the next bad thing when
its time has come; :meth:`Disturbance.end` leaves the world as it was. What it does is a function
of its seed and of the time.
"""

from __future__ import annotations

import contextlib
import random
import resource
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.pipeline_traffic import ACME_IN, ERP_OUT
from benchmarks.pipeline_world import Member, Site, until

AWAY = (0.2, 1.5)
"""Seconds until what was killed is started again."""
AT_WORK = 0.7
"""Share of the kills that wait (a second at most) until the process is at work on a lane."""
_HOLDS = "SELECT key FROM lane WHERE lease IS NOT NULL AND owner LIKE :owner"
FOLDERS = (ERP_OUT, ACME_IN)
"""Folders that vanish."""
WAYS: dict[str, int | str] = {
    "no sync of files": "",
    "no sync of folders": "folders",
    "no files above 4 kB": 4096,
    "no files": 0,
}
"""How a disk is full: the longest file that can be written, or what cannot be synced."""
HOURS = (5, 0, -3, 0)
"""By how many hours the clock is wrong, one after the other."""


class Disturbance:
    """Bad things, every few seconds. ``counts`` says how often each was done."""

    def __init__(self, site: Site, seed: int, every: float) -> None:
        self.site = site
        self.dice = random.Random(seed)
        self.every = every
        self.counts: Counter[str] = Counter()
        self.hit: Callable[[Member | None], None] = lambda _member: None
        """Told just before a process (or, with ``None``, the database) is hit."""
        self.back: Callable[[], None] = lambda: None
        """Told when the database is back."""
        self._next = time.monotonic() + every

    def step(self) -> None:
        """Do the next thing, if its time has come."""
        if time.monotonic() >= self._next:
            self.strike()
            self._next = time.monotonic() + self.every * self.dice.uniform(0.5, 1.5)

    def strike(self) -> None:
        """The bad thing."""
        raise NotImplementedError

    def end(self) -> None:
        """As it was before."""


class Kills(Disturbance):
    """A process, or the server of the database, dies by SIGKILL."""

    _server_back: float | None = None

    def step(self) -> None:
        """The server comes back after a moment, as the processes do."""
        if self._server_back is not None and time.monotonic() >= self._server_back:
            self.end()
        super().step()

    def strike(self) -> None:
        """One of all, whoever it is."""
        server, running = self.site.server, [each for each in self.site.members if each.pid]
        victims: list[Member | None] = [*running]
        if server is not None and self._server_back is None:
            victims.append(None)
        if not victims:
            return
        victim = self.dice.choice(victims)
        if victim is not None and self.dice.random() < AT_WORK:
            until(lambda: self._works(victim), 1.0, 0.005)
        self.hit(victim)
        again = time.monotonic() + self.dice.uniform(*AWAY)
        if victim is not None:
            victim.kill9()
            victim.again_at = again
        elif server is not None:
            server.kill9()
            self._server_back = again
        self.counts["database" if victim is None else victim.name] += 1

    def _works(self, member: Member) -> bool:
        """Whether a process holds a lane at this moment."""
        found = self.site.query(_HOLDS, owner=f"%:{member.pid}:%")
        return bool(found)

    def end(self) -> None:
        """The server runs."""
        if self._server_back is not None and self.site.server is not None:
            self.site.server.start()
            self._server_back = None
            self.back()


class FullDisk(Disturbance):
    """No space left, in each of the :data:`WAYS`; and space again."""

    _full = False

    def __init__(self, site: Site, seed: int, every: float) -> None:
        super().__init__(site, seed, every)
        self.flag = site.root / "full"
        for member in site.members:
            member.extra = (*member.extra, "--full", str(self.flag))

    def strike(self) -> None:
        """One of the ways, and back again at the next strike."""
        self._full = not self._full
        if not self._full:
            self.end()
            return
        way = self.dice.choice(list(WAYS))
        if isinstance(WAYS[way], int):
            self._limit(int(WAYS[way]))
        else:
            self.flag.write_text(str(WAYS[way]))
        self.counts[way] += 1

    def end(self) -> None:
        """Space again."""
        self.flag.unlink(missing_ok=True)
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        """The longest file that processes can write; SQLite's and ours meet it alike."""
        for member in self.site.members:
            if member.pid:
                with contextlib.suppress(ProcessLookupError):
                    limits = (size, resource.RLIM_INFINITY)
                    resource.prlimit(member.pid, resource.RLIMIT_FSIZE, limits)


class Vanishing(Disturbance):
    """The ERP's folder and a partner's inbox are gone, as shares that are not mounted, and back.

    Every other time an empty folder stands in the place, as an empty mount point does.
    """

    _gone: tuple[Path, Path] | None = None

    def strike(self) -> None:
        """A folder vanishes, or the one that vanished comes back."""
        if self._gone is not None:
            self.end()
            return
        folder = self.site.root / self.dice.choice(FOLDERS)
        if not folder.is_dir():  # nothing was ever put into it
            return
        aside = self.site.root / "aside" / folder.name
        aside.parent.mkdir(exist_ok=True)
        folder.rename(aside)
        self._gone = (folder, aside)
        if self.dice.random() < 0.5:
            with contextlib.suppress(FileExistsError):
                folder.mkdir()
            self.counts[f"{folder.name}: empty"] += 1
        else:
            with contextlib.suppress(FileExistsError, IsADirectoryError):
                folder.write_bytes(b"")
            self.counts[f"{folder.name}: no folder"] += 1

    def end(self) -> None:
        """Back, with what was put into the empty place meanwhile."""
        if self._gone is None:
            return
        folder, aside = self._gone
        if folder.is_file():
            folder.unlink()
        while folder.exists():
            self._merge(folder, aside)
        aside.rename(folder)
        self._gone = None

    def _merge(self, folder: Path, aside: Path) -> None:
        for path in sorted(folder.rglob("*"), reverse=True):
            with contextlib.suppress(OSError):
                if path.is_dir():
                    path.rmdir()
                    continue
                target = aside / path.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                path.rename(target)
        with contextlib.suppress(OSError):
            folder.rmdir()


class Clocks(Disturbance):
    """The clock of the machine jumps by hours, forward and back, and the process may restart."""

    def __init__(self, site: Site, seed: int, every: float) -> None:
        super().__init__(site, seed, every)
        self.file = site.root / "clock"
        self._set(0)
        for member in site.members:
            member.extra = (*member.extra, "--clock", str(self.file))
        self._jumps = 0

    def strike(self) -> None:
        """The next jump."""
        hours = HOURS[self._jumps % len(HOURS)]
        self._set(hours * 3600)
        self._jumps += 1
        self.counts[f"{hours:+} h"] += 1
        if self.dice.random() < 0.3:
            member = self.dice.choice(self.site.members)
            self.hit(member)
            member.kill9()
            self.counts[member.name] += 1

    def end(self) -> None:
        """Right again."""
        self._set(0)

    def _set(self, seconds: float) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self.file)


class Sleepers(Disturbance):
    """A process is frozen for longer than its lease, another takes over, and it wakes up."""

    LEASE = 2.0

    def __init__(self, site: Site, seed: int, every: float) -> None:
        super().__init__(site, seed, max(every, self.LEASE * 1.5))
        for member in site.members:
            member.extra = (*member.extra, "--lease", str(self.LEASE))
        self._asleep: Member | None = None

    def strike(self) -> None:
        """One wakes up, another one falls asleep."""
        self.end()
        self._asleep = self.dice.choice(self.site.members)
        self.hit(self._asleep)
        self._asleep.freeze()
        self.counts[self._asleep.name] += 1

    def end(self) -> None:
        """All awake."""
        if self._asleep is not None:
            self._asleep.thaw()
            self._asleep = None


SCENARIOS: dict[str, type[Disturbance]] = {
    "kills": Kills,
    "disk": FullDisk,
    "folders": Vanishing,
    "clock": Clocks,
    "sleepers": Sleepers,
}
