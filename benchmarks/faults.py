"""Files come in while things go wrong; at the end nothing may be lost, doubled or left.

    python benchmarks/faults.py [--messages 2000] [--seed 1] [--kill-every 4] [--rate 20]
                                [--database sqlite|postgresql] [--scenario kills|disk|…|all]

On PostgreSQL a runner and two workers work on one database, on SQLite one runner. While files of
two partners and of the ERP appear, processes and the server of the database are killed with
SIGKILL and started again as a supervisor does (``kills``); or the disk is full (``disk``), folders
vanish (``folders``), the clock jumps by hours (``clock``, SQLite), processes sleep for longer than
their leases and wake up (``sleepers``, PostgreSQL), the server of notices takes one and cuts the
line (``notice``). Receivers take files away as they see them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.disturbances import SCENARIOS, Disturbance
from benchmarks.pipeline_traffic import Book, mixed
from benchmarks.pipeline_world import Member, Site, load_of_machine, percentile, site_on
from benchmarks.takeover import Takeovers
from gateway.store.archive import open_archive

MOST = 60.0
"""Seconds within which a lane has to be taken over."""
STUCK = 150.0
"""Seconds without anything new after which the rest counts as stuck."""
ON: dict[str, tuple[str, ...]] = {
    "kills": ("sqlite", "postgresql"),
    "disk": ("sqlite", "postgresql"),
    "folders": ("sqlite", "postgresql"),
    "clock": ("sqlite",),
    "sleepers": ("postgresql",),
    "notice": ("sqlite", "postgresql"),
}
"""By scenario: the databases it makes sense on."""


@dataclass
class Outcome:
    """What a run came to."""

    hits: Counter[str]
    messages: int
    lost: list[str]
    doubled: list[str]
    stuck: list[str]
    """Rows that nobody finished, files that nobody cleared away."""
    takeovers: list[float] = field(default_factory=list)
    seconds: float = 0.0
    restarts: int = 0
    """Processes that ended by themselves, and were started again."""
    swept: int = 0
    """Half-written payloads in the archive, which housekeeping removes."""

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        slow = max(self.takeovers, default=0.0) > MOST
        return not (self.lost or self.doubled or self.stuck or slow)

    def text(self) -> str:
        """For a person."""
        hits = ", ".join(f"{number} × {name}" for name, number in sorted(self.hits.items()))
        taken = self.takeovers
        lines = [
            f"  {self.messages} messages in {self.seconds:.0f} s; {hits or 'nothing happened'}",
            f"  lost {len(self.lost)}, doubled {len(self.doubled)}, stuck {len(self.stuck)}",
            f"  lanes taken over: {len(taken)}, after p50 {percentile(taken, 0.5):.1f} s, "
            f"max {max(taken, default=0.0):.1f} s",
            f"  processes that ended by themselves: {self.restarts}; "
            f"half-written payloads for housekeeping: {self.swept}",
        ]
        for name in ("lost", "doubled", "stuck"):
            lines += [f"    {name}: {each}" for each in getattr(self, name)[:10]]
        return "\n".join(lines)


def run(site: Site, disturbance: Disturbance, messages: int, rate: float) -> Outcome:
    """Drop ``messages`` files, ``rate`` a second, while the disturbance does what it does."""
    book, takeovers, began = Book(site.root), Takeovers(site), time.monotonic()
    pending = list(reversed(mixed(messages, site.maps)))
    disturbance.hit = lambda member: takeovers.hit(_pid(member))
    disturbance.back = takeovers.back
    ended, news, known = False, time.monotonic(), -1
    while True:
        now = time.monotonic()
        while pending and len(book.dropped) < (now - began) * rate:
            if not _dropped(book, pending[-1]):
                break
            pending.pop()
        book.fetch()
        if pending:
            disturbance.step()
        elif not ended:
            disturbance.end()
            ended = True
        _supervise(site, disturbance)
        takeovers.step()
        if len(book.seen) != known:
            news, known = now, len(book.seen)
        if not pending and not book.lost and _finished(site, book):
            break
        if now - news > STUCK:
            break
        time.sleep(0.05)
    return _outcome(site, disturbance, book, takeovers, time.monotonic() - began)


def _pid(member: Member | None) -> int | None:
    return None if member is None else member.pid


def _dropped(book: Book, drop: object) -> bool:
    """Whether the file could be dropped: its folder may be away."""
    try:
        book.drop(drop)  # type: ignore[arg-type]
    except OSError:
        return False
    return True


def _supervise(site: Site, disturbance: Disturbance) -> None:
    for member in site.members:
        if member.process is not None and member.process.poll() not in (None, -9):
            disturbance.counts["ended by itself"] += member.again_at is None
        member.supervise()


def _finished(site: Site, book: Book) -> bool:
    return site.unfinished() == [] and not book.leavings()


def _outcome(
    site: Site, disturbance: Disturbance, book: Book, takeovers: Takeovers, seconds: float
) -> Outcome:
    """The processes end, and everything is counted."""
    site.stop()
    time.sleep(0.1)
    book.fetch()
    rows = site.unfinished()
    stuck = ["the database is away"] if rows is None else [str(row) for row in rows]
    # what a killed process left half written in the archive a duty removes when it is a day old
    archive = open_archive(site.workspace.archive)
    swept = archive.sweep()
    stuck += [f"{path} is left" for path in (site.root / "var/archive/tmp").glob("*")]
    restarts = disturbance.counts.pop("ended by itself", 0)
    return Outcome(
        disturbance.counts,
        len(book.dropped),
        [f"{folder}: {token}" for folder, token in book.lost],
        [f"{folder}: {token} × {book.seen[folder, token]}" for folder, token in book.doubled],
        [*stuck, *book.leavings()],
        [each for _, each in takeovers.seconds],
        seconds,
        restarts,
        swept,
    )


def scenario(name: str, kind: str, root: Path, options: argparse.Namespace) -> Outcome:
    """One scenario on one kind of database."""
    if name == "notice":
        from benchmarks.notices import run_notices  # noqa: PLC0415

        return run_notices(kind, root, min(options.messages, 200), options.seed)
    with site_on(kind, root, maps=options.maps) as site:
        site.add("runner")
        if not site.embedded:
            site.add("worker 1", worker=True)
            site.add("worker 2", worker=True)
        disturbance = SCENARIOS[name](site, options.seed, options.kill_every)
        site.start()
        return run(site, disturbance, options.messages, options.rate)


def options_of(arguments: list[str]) -> argparse.Namespace:
    """What to run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kill-every", type=float, default=4.0, metavar="SECONDS")
    parser.add_argument("--rate", type=float, default=20.0, help="files per second")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default=None)
    parser.add_argument("--scenario", choices=(*ON, "all"), default="kills")
    parser.add_argument("--maps", choices=("real", "stub"), default="real")
    parser.add_argument("--folder", type=Path, default=None, help="where to work")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """1 when a promise was broken."""
    options = options_of(arguments)
    names = list(ON) if options.scenario == "all" else [options.scenario]
    bad = 0
    for name in names:
        for kind in ON[name]:
            if options.database not in (None, kind):
                continue
            with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                print(f"{name} on {kind} (seed {options.seed}, {load_of_machine()})", flush=True)
                outcome = scenario(name, kind, Path(folder), options)
            print(outcome.text(), flush=True)
            bad += not outcome.clean
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
