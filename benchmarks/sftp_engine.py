"""The whole way of files by SFTP: taken over durably, sent durably, many folders looked into.

    python benchmarks/sftp_engine.py [--only pickup,push,entries,rounds] [--partners 200]
                                     [--minutes 3] [--entries 100000] [--folder DIR]

The gateway is a process of its own with its database (SQLite) and archive; CPU is that of the
process. The server is a real OpenSSH ``sshd``, near (no delay) and far (a round trip of 40 ms).
``pickup``: 1,000 files of 5 kB are fetched, archived, entered and deleted there. ``push``: 1,000
files get a temporary name, are checked and renamed. ``entries``: a look into a folder with 100,000
files, of which none is finished yet, and of which all were taken before. ``rounds``: so many
partners, each looked into every minute; a file comes to every tenth each minute.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.memory import folder_in_memory
from tests.pipeline.world import OWN
from tests.remote.proxy import proxy
from tests.sftp.sshd import KEYS, sshd

PROCESS = Path(__file__).with_name("sftp_process.py")
COUNT, SIZE = 1_000, 5_000
ONE_WAY = 0.02
PARTNER = """\
schema: 1
partner: {name}
name: Partner {number} (example)
identities:
  edifact: {{id: "{number:013}", qualifier: 14}}
channels:
  main:
    kind: sftp
    sftp:
      host: 127.0.0.1
      port: {port}
      host_keys: ["{host_key}"]
      login: {{user: {user}, keys: [{{key: "${{file:user.key}}"}}]}}
      receive: {{folder: "{folder}/out", {receive}}}
      send: {{folder: "{folder}/in"}}
"""
NOW = "ready: {stable_for: 0s}"


@dataclass(frozen=True, slots=True)
class Site:
    """A server, and where workspaces can be."""

    port: int
    user: str
    root: Path

    def remote(self, number: int) -> Path:
        """The folder of a partner on the server."""
        return self.root / "remote" / f"partner-{number:03}"

    def lay(self, receive: str, partners: int = 1, port: int = 0) -> None:
        """A new workspace, and empty folders on the server."""
        for name in ("var", "partners", "remote"):
            shutil.rmtree(self.root / name, ignore_errors=True)
        (self.root / "partners").mkdir()
        (self.root / "gateway.yaml").write_text("schema: 1\nhttp: {listen: off}\n")
        (self.root / "partners" / "_own.yaml").write_text(OWN)
        for number in range(partners):
            folder, name = self.remote(number), f"partner-{number:03}"
            for inner in ("out", "in"):
                (folder / inner).mkdir(parents=True)
            text = PARTNER.format(
                name=name,
                number=number,
                port=port or self.port,
                host_key=" ".join((KEYS / "host.pub").read_text().split()[:2]),
                user=self.user,
                folder=folder,
                receive=receive,
            )
            (self.root / "partners" / name).mkdir()
            (self.root / "partners" / name / "partner.yaml").write_text(text)

    def run(self, part: str, *arguments: object) -> dict[str, Any]:
        """A part of the engine in a process of its own."""
        command = [sys.executable, str(PROCESS), part, str(self.root), *map(str, arguments)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stderr)
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told


def fill(folder: Path, count: int, size: int = SIZE) -> None:
    """Files with different contents, all complete."""
    for number in range(count):
        body = f"UNB+UNOC:3+A+B+261130:1200+{number}'".encode().ljust(size - 9, b"X")
        (folder / f"ORDERS_{number}.edi").write_bytes(body + f"'UNZ+1+{number}'".encode())


def moved(site: Site, part: str, where: str, port: int) -> None:
    """A thousand files come, or go."""
    site.lay(NOW, port=port)
    if part == "pickup":
        fill(site.remote(0) / "out", COUNT)
    told = site.run(part, COUNT)
    left = len(list((site.remote(0) / "out").iterdir()))
    there = len(list((site.remote(0) / "in").iterdir()))
    if told["files"] != COUNT or left or (part == "push" and there != COUNT):
        raise SystemExit(f"{part}: {told['files']} of {COUNT} files, {left} left, {there} there")
    rate, cpu = COUNT / told["seconds"], told["cpu"] / COUNT * 1000
    print(f"{part:8} {where}   {rate:8.1f} files/s   {cpu:6.2f} ms CPU each")


def entries(site: Site, count: int) -> None:
    """Looks into a huge folder."""
    for part, receive in (("pickup", "ready: {stable_for: 1h}"), ("known", f"after: leave, {NOW}")):
        site.lay(receive)
        folder = site.remote(0) / "out"
        for number in range(count):
            (folder / f"ORDERS_{number}.edi").touch()
        told = site.run(part)
        what = "none finished" if part == "pickup" else "all taken before"
        print(
            f"a look into {count} entries, {what:16} {told['seconds']:6.2f} s"
            f"   {told['cpu']:6.2f} s CPU   {told['megabytes']:6.0f} MB"
        )


def rounds(site: Site, partners: int, minutes: int) -> None:
    """Many partners, each looked into every minute, through the delay."""
    with proxy(site.port, delay=ONE_WAY) as far:
        site.lay(f"schedule: {{every: 1m}}, {NOW}", partners, far.port)
        came: dict[str, float] = {}
        stop = threading.Event()
        thread = threading.Thread(target=_arrivals, args=(site, partners, minutes, came, stop))
        thread.start()
        told = site.run("rounds", minutes)
        stop.set()
        thread.join()
    arrivals = told["arrivals"]
    waits = sorted(arrivals[name] - at for name, at in came.items() if name in arrivals)
    cpu = ", ".join(f"{each:.1f}" for each in told["cpu_by_minute"])
    print(
        f"{told['sources']} of {partners} partners, every minute, at 40 ms: {cpu} s CPU by minute; "
        f"{told['megabytes']:.0f} MB; {told['failed']} failing; a look takes "
        f"{told['look_median'] * 1000:.0f} ms (median), {told['look_longest'] * 1000:.0f} ms "
        f"(longest); {len(waits)} files came, after {statistics.median(waits):.0f} s (median), "
        f"{waits[-1]:.0f} s (longest)"
    )


def _arrivals(
    site: Site, partners: int, minutes: int, came: dict[str, float], stop: threading.Event
) -> None:
    """A file for every tenth partner each minute, spread over it; none in the last one."""
    count = (minutes - 1) * (partners // 10)
    for number in range(count):
        if stop.wait(60 * (minutes - 1) / count):
            return
        name = f"ORDERS_{number}.edi"
        folder = site.remote(number * 10 % partners) / "out"
        body = f"UNB+UNOC:3+A+B+261130:1200+{number}'UNZ+1+{number}'".encode()
        (folder / f"{name}.tmp").write_bytes(body)
        (folder / f"{name}.tmp").rename(folder / name)
        came[name] = time.time()


@contextmanager
def site(parent: str | None) -> Iterator[Site]:
    """An OpenSSH server, and a place for workspaces."""
    with tempfile.TemporaryDirectory(dir=parent or folder_in_memory()) as name:
        root = Path(name)
        (root / "remote").mkdir()
        key = Path(shutil.copy(KEYS / "user.key", root / "user.key"))
        key.chmod(0o600)
        with sshd(root, settings=("MaxStartups 400", "MaxSessions 400")) as server:
            yield Site(server.port, server.user, root)


def main(arguments: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="pickup,push,entries,rounds")
    parser.add_argument("--partners", type=int, default=200)
    parser.add_argument("--minutes", type=int, default=3)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--folder", help="where everything lies; without it, in memory")
    options = parser.parse_args(arguments)
    wanted = options.only.split(",")
    print(f"{os.cpu_count()} cores; the server shares them")
    with site(options.folder) as place:
        for part in ("pickup", "push"):
            if part in wanted:
                moved(place, part, "at  0 ms", place.port)
                with proxy(place.port, delay=ONE_WAY) as far:
                    moved(place, part, "at 40 ms", far.port)
        if "entries" in wanted:
            entries(place, options.entries)
        if "rounds" in wanted:
            rounds(place, options.partners, options.minutes)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
