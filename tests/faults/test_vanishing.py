"""A folder that is away, as a share that is not mounted: nothing counts as delivered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.world import World, orders, visible


@pytest.mark.parametrize("left", ["nothing", "an empty folder", "a file"])
@pytest.mark.parametrize("at", ["deliver: written", "deliver prepared: committed"])
def test_a_folder_that_vanishes_while_files_go_there(tmp_path: Path, at: str, left: str) -> None:
    world = World(tmp_path)
    world.acme("before.edi", orders("4700", ["PO0"]))
    world.run()
    folder, aside = world.root / "erp/out/order", world.root / "aside"
    vanished: list[bool] = []

    def vanish(name: str) -> None:
        if name == at and not vanished and any(folder.glob(".gateway-*")):
            vanished.append(True)
            folder.rename(aside)
            if left == "an empty folder":
                folder.mkdir()
            elif left == "a file":
                folder.write_bytes(b"")

    world.gateway.close()
    world.gateway = world.open(vanish)
    world.acme("a.edi", orders("4711", ["PO1"]))
    world.run()
    assert vanished
    if folder.is_dir():  # the share comes back over what was written into the mount point
        for name in visible(folder):
            (folder / name).rename(aside / name)
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    else:
        folder.unlink(missing_ok=True)
    aside.rename(folder)
    for _ in range(3):
        world.clock.forward(seconds=120)
        world.run()
    assert len(world.orders()) == 2, world.orders()
    assert {row.state for row in world.rows(kind="message")} == {"acknowledged"}
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    world.gateway.close()
