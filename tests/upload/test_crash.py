"""Killed between any two steps: the program's repeat with its key gives one file, one answer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.killing import killed_at
from tests.upload.world import UploadWorld, facts

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def run(folder: Path, checkpoint: Callable[[str], None]) -> None:
    """A process that takes the file; it is at work before the first checkpoint counts."""
    world = UploadWorld(folder, checkpoint=checkpoint)
    try:
        checkpoint("at work")
        world.post(key="k")
    finally:
        world.gateway.close()


def killed(folder: Path, point: int) -> None:
    """The same, by a process that ends at its n-th checkpoint."""
    killed_at(point, lambda at: run(folder, at))


def test_a_kill_at_any_point(tmp_path: Path) -> None:
    start, names = tmp_path / "start", list[str]()
    UploadWorld(start).gateway.close()
    shutil.copytree(start, tmp_path / "counted")
    run(tmp_path / "counted", names.append)
    steps = {name for name in names if name.startswith("upload")}
    assert {
        "upload receive: read",
        "upload receive: archived",
        "upload received: before commit",
        "upload received: committed",
        "upload receive: entered",
    } <= steps
    first, last = names.index("at work") + 2, names.index("upload receive: entered") + 1
    for point in range(first, last + 1):
        name, folder = names[point - 1], tmp_path / "killed"
        shutil.copytree(start, folder)
        killed(folder, point)
        check(folder, f"{point} {name}")
        shutil.rmtree(folder)


def check(folder: Path, point: str) -> None:
    """The gateway starts again, and the program, which got no answer, posts the file again."""
    world = UploadWorld(folder)
    try:
        before = [row.answer for row in world.uploads()]
        answer = world.post(key="k")
        assert answer.status == 201, point
        assert before in ([], [answer.body.decode()]), point
        (row,) = world.rows(kind="file")
        assert facts(answer)["message"] == row.id, point
        assert world.post(key="k").body == answer.body, point
        world.run()
        assert len(world.orders()) == 1, point
    finally:
        world.gateway.close()
