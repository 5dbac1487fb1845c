"""The short form of the fault suite: real processes, real kills, everything once.

The long form is ``pytest -m soak tests/soak`` and ``python benchmarks/faults.py``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.disturbances import Kills
from benchmarks.faults import run
from benchmarks.pipeline_world import Site
from tests.postgres import Server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
MESSAGES, RATE, KILL_EVERY = 60, 12.0, 1.2


def check(site: Site, seed: int) -> None:
    kills = Kills(site, seed, KILL_EVERY)
    try:
        site.start()
        outcome = run(site, kills, MESSAGES, RATE)
    finally:
        site.stop()
        site.engine.dispose()
    assert outcome.clean, outcome.text()
    assert sum(outcome.hits.values()) >= 2, outcome.text()


def test_a_killed_runner_on_sqlite_loses_and_doubles_nothing(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.add("runner")
    check(site, seed=5)


def test_killed_processes_and_server_lose_and_double_nothing(
    tmp_path: Path, postgres: Server
) -> None:
    database = postgres.create()
    site = Site(tmp_path, postgres, database)
    for name in ("runner", "worker 1", "worker 2"):
        # short leases: a lane of the dead is free after a moment
        site.add(name, worker=name != "runner", extra=("--lease", "2"))
    try:
        check(site, seed=8)
    finally:
        postgres.start()
        postgres.drop(database)
