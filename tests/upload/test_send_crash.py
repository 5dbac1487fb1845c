"""Killed between any two steps of posting: the partner can tell that it is one file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.store import lanes
from tests.killing import killed_at
from tests.upload.peer import Hook, http_server
from tests.upload.world import SEND, UploadWorld

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
Checkpoint = Callable[[str], None]


def opened(folder: Path, hook: Hook, checkpoint: Checkpoint = lambda _name: None) -> UploadWorld:
    """The gateway, started after the one before is gone."""
    world = UploadWorld(folder, https=SEND.format(url=hook.url), checkpoint=checkpoint)
    with world.gateway.house.store.note() as connection:
        lanes.expire_all(connection, world.clock.now)
    return world


def run(folder: Path, hook: Hook, checkpoint: Checkpoint) -> None:
    world = opened(folder, hook, checkpoint)
    try:
        world.work(minutes=1)
    finally:
        world.gateway.close()


def killed(folder: Path, hook: Hook, point: int) -> None:
    """A process that ends at its n-th checkpoint."""
    killed_at(point, lambda at: run(folder, hook, at))


def test_a_kill_at_any_point(tmp_path: Path) -> None:
    with http_server(Hook(status=503)) as hook:
        world = opened(tmp_path / "start", hook)
        world.invoice()  # refused once, so that it waits to be posted
        world.gateway.close()
        hook.status = 201
        shutil.copytree(tmp_path / "start", tmp_path / "counted")
        names: list[str] = []
        run(tmp_path / "counted", hook, names.append)
        first = names.index("upload send: before") + 1
        last = names.index("upload arrived: committed") + 1
        assert "upload send: answered" in names[first:last]
        for point in range(first, last + 1):
            folder = tmp_path / "killed"
            shutil.copytree(tmp_path / "start", folder)
            hook.calls.clear()
            killed(folder, hook, point)
            world = opened(folder, hook)
            try:
                world.work(minutes=2)
                told = f"{point} {names[point - 1]}"
                assert world.interchange.state == "delivered", told
                assert 1 <= len(hook.calls) <= 2, told
                assert len({(sent["idempotency-key"], data) for _, sent, data in hook.calls}) == 1
            finally:
                world.gateway.close()
            shutil.rmtree(folder)
