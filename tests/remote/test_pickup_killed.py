"""Killed at any point of a look and started again: nothing lost, nothing doubled, nothing cut."""

from __future__ import annotations

import os
import shutil
import signal
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.killing import telling
from tests.remote.disk import DiskDir
from tests.remote.site import Site

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

FILES = {
    f"{number}.edi": b"UNB+UNOC:3+4012345000009:14+4098765000003:14+260302:0914+%d'UNZ+0+%d'"
    % (number, number)
    for number in range(2)
}
SETTINGS = {
    "delete": "{folder: out, ready: {stable_for: 0s}}",
    "claim and move": (
        "{folder: out, claim: ours, after: move, move_to: done, ready: {stable_for: 0s}}"
    ),
}


class Trial:
    """A server in one folder, a gateway in another one."""

    def __init__(self, root: Path, receive: str) -> None:
        self.root = root
        self.receive = receive
        self.names: list[str] = []
        self.kills = 0
        self.begin()
        self.site(self.names.append)

    def begin(self) -> None:
        """A server with files, a gateway that knows nothing."""
        shutil.rmtree(self.root, ignore_errors=True)
        for folder in ("out", "ours", "done"):
            (self.root / "server" / folder).mkdir(parents=True)
        for name, data in FILES.items():
            (self.root / "server/out" / name).write_bytes(data)

    def site(self, checkpoint: Callable[[str], None]) -> list[tuple[str, bytes]]:
        """One process that looks once; what is taken by then."""
        server = self.root / "server"
        site = Site(self.root / "gateway", lambda: DiskDir(server), self.receive)
        site.checkpoint = checkpoint
        try:
            site.look()
            return sorted(site.taken())
        finally:
            site.close()

    def killed(self, point: int) -> None:
        """A process that ends at its n-th checkpoint."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads (3.12)
            child = os.fork()
        if child == 0:
            try:
                self.site(_bomb(point))
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
        self.kills += os.WIFSIGNALED(status)

    def outcome(self) -> tuple[list[tuple[str, bytes]], list[str]]:
        """What is taken after a new start, and what lies where it should not."""
        server = self.root / "server"
        self.expire()
        taken = self.site(lambda _name: None)
        left = [str(path) for path in server.glob("o*/*")]
        done = sorted(path.name for path in (server / "done").iterdir())
        if "move_to" in self.receive and done != sorted(FILES):
            left.append(f"done: {done}")
        return taken, left

    def expire(self) -> None:
        """The lease of the process that was killed runs out, as `serve` does at its start."""
        server = self.root / "server"
        site = Site(self.root / "gateway", lambda: DiskDir(server), self.receive)
        try:
            with site.gateway._alone():
                pass
        finally:
            site.close()


def _bomb(point: int) -> Callable[[str], None]:
    passed = 0

    def checkpoint(_name: str) -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return checkpoint


@pytest.mark.parametrize("settings", SETTINGS)
def test_killed_at_the_first_of_every_kind_of_checkpoint(tmp_path: Path, settings: str) -> None:
    trial = Trial(tmp_path / "trial", SETTINGS[settings])
    kinds = {name.partition(":")[0] for name in trial.names}
    assert kinds >= {"lane", "pick fetched", "archive named", "picked up", "pick clear"}
    points = {name: point for point, name in reversed(telling(trial.names))}
    for name, point in points.items():
        if name.startswith("lane"):
            continue  # nothing has been done yet
        trial.begin()
        trial.killed(point)
        assert trial.outcome() == (sorted(FILES.items()), []), name
    assert trial.kills == len([name for name in points if not name.startswith("lane")])


@pytest.mark.soak
@pytest.mark.parametrize("settings", SETTINGS)
def test_killed_at_every_checkpoint_and_again(tmp_path: Path, settings: str) -> None:
    trial = Trial(tmp_path / "trial", SETTINGS[settings])
    for point in range(1, len(trial.names) + 1):
        for second in (2, 5, 9):
            trial.begin()
            trial.killed(point)
            trial.expire()
            trial.killed(second)
            assert trial.outcome() == (sorted(FILES.items()), []), (point, second)
