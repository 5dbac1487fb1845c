"""A full disk: nothing is lost, and work goes on by itself when there is room again."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.pipeline.world import World, orders, visible

RETRY_SECONDS = 120
"""More than the longest pause between two attempts."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.gateway.close()


def full(
    monkeypatch: pytest.MonkeyPatch, where: str, *, folders: bool, times: int = 1
) -> Callable[[], int]:
    """The next syncs of what lies under ``where`` fail; how many did."""
    sync, failed = os.fsync, []

    def fsync(handle: int) -> None:
        path = str(Path(f"/proc/self/fd/{handle}").readlink())
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        if where in path and is_folder == folders and len(failed) < times:
            failed.append(path)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return lambda: len(failed)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
@pytest.mark.parametrize("folders", [False, True], ids=["file", "folder"])
@pytest.mark.parametrize("where", ["erp/out/order", "acme/out", "var/archive", "acme/in/archive"])
def test_no_space_for_a_moment_loses_and_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str, folders: bool
) -> None:
    world.acme("before.edi", orders("4700", ["PO0"]))
    world.run()  # the folders exist
    for number in range(3):
        world.acme(f"{number}.edi", orders(str(4711 + number), [f"PO{number + 1}"]))
    failures = full(monkeypatch, where, folders=folders)
    for _ in range(3):
        world.run()
        world.clock.forward(seconds=RETRY_SECONDS)
    assert failures() == (0 if (where, folders) == ("acme/in/archive", False) else 1)
    assert (len(world.orders()), len(world.sent())) == (4, 4)
    assert {row.state for row in world.rows(kind="message")} == {"acknowledged"}
    assert [str(path) for path in world.root.rglob(".gateway-*")] == []
    assert list((world.root / "acme/in/work").iterdir()) == []
    assert list((world.root / "var/archive/tmp").iterdir()) == []
    assert visible(world.root / "acme/in") == []
