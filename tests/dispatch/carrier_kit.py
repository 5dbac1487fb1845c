"""What the tests of the carrier share: waiting, another process, the queue's tables."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from gateway.pipeline.dispatch.queue_schema import SCHEMA, address
from tests.postgres import Server

LISTENING = Path(__file__).with_name("listening.py")
ROOT = Path(__file__).parents[2]


def until(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something that has to become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.005)


def database(url: str) -> str:
    return url.rpartition("/")[2]


def exists(postgres: Server, url: str) -> bool:
    found = postgres.execute(
        f"SELECT to_regclass('{SCHEMA}.procrastinate_jobs') IS NOT NULL", database(url)
    )
    return found == [(True,)]


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(address(url), autocommit=True)


class Process:
    """Another process that listens."""

    def __init__(self, url: str, name: str) -> None:
        command = [sys.executable, str(LISTENING), url, name]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.lines = list[str]()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.strip())

    def woken(self, lane: str) -> float | None:
        """When it was told of a lane."""
        for line in list(self.lines):
            if line.endswith(f" {lane}"):
                return float(line.split()[0])
        return None

    def end(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self._thread.join(20)
        self.process.wait(20)
        self.process.stdout.close()
