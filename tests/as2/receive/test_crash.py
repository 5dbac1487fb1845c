"""Killed between any two steps: the partner's repeat gives one document and one receipt."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.as2.receive.world import URL, As2World, Posted, disposition, message
from tests.killing import killed_at, telling

Checkpoint = Callable[[str], None]


def run(folder: Path, posted: Posted, checkpoint: Checkpoint) -> None:
    """A process that receives the message, and opens it where it is opened later."""
    world = As2World(folder, checkpoint=checkpoint, laid=True)
    try:
        world.post(posted)
        world.unpack()
    finally:
        world.gateway.close()


def killed(folder: Path, posted: Posted, point: int) -> None:
    """The same, by a process that ends at its n-th checkpoint."""
    killed_at(point, lambda at: run(folder, posted, at))


@pytest.mark.parametrize("url", ["", URL], ids=["sync", "async"])
def test_a_kill_at_any_point(tmp_path: Path, url: str) -> None:
    posted, names = message(url=url), list[str]()
    start = tmp_path / "start"
    As2World(start).gateway.close()
    shutil.copytree(start, tmp_path / "counted")
    run(tmp_path / "counted", posted, names.append)
    steps = {name for name in names if name.startswith("as2")}
    assert {"as2 receive: read", "as2 receive: looked up", "as2 received: committed"} <= steps
    for point, name in telling(names):
        folder = tmp_path / "killed"
        shutil.copytree(start, folder)
        killed(folder, posted, point)
        check(folder, posted, f"{point} {name}")
        shutil.rmtree(folder)


def check(folder: Path, posted: Posted, point: str) -> None:
    """The gateway starts again, and the partner, who got no answer, sends the message again."""
    world = As2World(folder, laid=True)
    try:
        before = [row.mdn for row in world.received() if row.mdn]
        answer = world.post(posted)
        assert answer.status == 200, point
        world.unpack()
        assert world.post(posted) == answer, point
        world.unpack()
        (row,) = world.received()
        assert row.state == "accepted", point
        assert before in ([], [row.mdn]), point  # a receipt that was stored stays the one
        assert len(world.files_received()) == 1, point
        whole = world.stored(row.mdn or "") or b""
        if answer.body:
            assert disposition(answer) == "processed", point
            assert whole.endswith(answer.body), point
        else:
            assert [one.sha for one in world.receipts_out()] == [row.mdn], point
        world.gateway.house.store.archive.sweep()
        assert not list((folder / "var/archive/tmp").glob("*")), point
    finally:
        world.gateway.close()
