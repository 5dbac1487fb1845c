"""How fast files come and go by SFTP: our client beside OpenSSH's and paramiko, one run for all.

    python benchmarks/sftp_speed.py [--only large,near,far] [--runs 3] [--megabytes 200]

The server is a real OpenSSH ``sshd`` on loopback; every contender runs in a process of its own, in
turn, and its CPU is that of the process. ``near``: 1,000 files of 5 kB without delay; ``far``: the
same files through a proxy with a round trip of 40 ms. Who works on one file after the other gets
fewer of them there, since files per second are what is compared. Files are read into files, and
put under a temporary name first.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.memory import folder_in_memory
from tests.remote.proxy import proxy
from tests.sftp.sshd import KEYS, sshd

CONTENDERS = Path(__file__).with_name("sftp_contenders.py")
SMALL = 5_000
COUNT = 1_000
ONE_WAY = 0.02
"""Seconds; there and back is twice as much."""
FEW = {"paramiko": 40, "paramiko-8": 200, "openssh": 40}
"""Files of those who would take minutes at 40 ms."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the courses are run."""

    port: int
    remote: Path
    local: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Time:
    """Medians of the runs of one contender."""

    seconds: float
    cpu: float
    files: int


def measured(site: Site, who: str, course: str, count: int, size: int, runs: int) -> Time:
    """A contender on a course."""
    found: list[tuple[float, float]] = []
    for _ in range(runs):
        for folder in (site.remote, site.local):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        source = site.remote if course == "get" else site.local
        for number in range(count):
            _make(source / f"file-{number}", size)
        host_key = KEYS / "host.pub"
        words = [who, course, site.port, site.key, host_key, site.remote, site.local, count]
        command = [sys.executable, str(CONTENDERS), *map(str, words)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        target = site.local if course == "get" else site.remote
        whole = sum(1 for each in target.iterdir() if each.stat().st_size == size)
        if whole != count:
            raise SystemExit(f"{who} lost files: {whole} of {count}")
        found.append((float(said[0]), float(said[1])))
    seconds, cpu = (statistics.median(each) for each in zip(*found, strict=True))
    return Time(seconds, cpu, count)


def _make(path: Path, size: int) -> None:
    line = b"UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+4711+9'LIN+1++4000862141404:EN'\n"
    with path.open("wb") as file:
        block = (line * (1 + 1_000_000 // len(line)))[:1_000_000]
        for start in range(0, size, len(block)):
            file.write(block[: size - start])


def large(site: Site, megabytes: int, runs: int) -> None:
    """One file of many megabytes."""
    for course in ("get", "put"):
        times = {
            who: measured(site, who, course, 1, megabytes * 1_000_000, runs)
            for who in ("openssh", "openssh-gcm", "paramiko", "ours")
        }
        for who, time in times.items():
            speed = megabytes / time.seconds
            ratio = times["openssh"].seconds / time.seconds
            print(
                f"{course} {megabytes} MB      {who:12} {speed:8.0f} MB/s {time.cpu:8.2f} s CPU"
                f"   {ratio:6.2f} x OpenSSH"
            )


def small(site: Site, called: str, few: dict[str, int], runs: int) -> None:
    """Many small files."""
    for course in ("get", "put"):
        times = {
            who: measured(site, who, course, few.get(who, COUNT), SMALL, runs)
            for who in ("openssh", "paramiko", "paramiko-8", "ours")
        }
        slow = times["paramiko"].files / times["paramiko"].seconds
        for who, time in times.items():
            rate = time.files / time.seconds
            cpu = time.cpu / time.files * 1000
            print(
                f"{course} {time.files:4} x 5 kB {called} {who:12} {rate:8.1f} files/s"
                f" {cpu:6.2f} ms CPU each   {rate / slow:6.1f} x paramiko"
            )


@contextmanager
def site() -> Iterator[Site]:
    """An OpenSSH server, and folders for both sides."""
    with tempfile.TemporaryDirectory(dir=folder_in_memory()) as folder:
        remote, local = Path(folder, "remote"), Path(folder, "local")
        remote.mkdir()
        key = Path(shutil.copy(KEYS / "user.key", Path(folder, "key")))
        key.chmod(0o600)
        with sshd(remote) as server:
            yield Site(server.port, remote, local, key)


def main(arguments: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="large,near,far")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--megabytes", type=int, default=200)
    options = parser.parse_args(arguments)
    wanted = options.only.split(",")
    print(f"{os.cpu_count()} cores; the server shares them")
    with site() as place:
        if "large" in wanted:
            large(place, options.megabytes, options.runs)
        if "near" in wanted:
            small(place, "at  0 ms", {}, options.runs)
        if "far" in wanted:
            with proxy(place.port, delay=ONE_WAY) as far:
                there = Site(far.port, place.remote, place.local, place.key)
                small(there, "at 40 ms", FEW, options.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
