"""A partner goes live, or back to test, while files of his wait: each stays what it was sent as."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.pipeline import Gateway
from tests.killing import killed_at
from tests.pipeline.stub import StubTranslation
from tests.pipeline.test_test_mode import FILE, TEST, sandbox_in
from tests.pipeline.world import ACME, Clock, World, drop, invoices, make, orders, visible

EVERYWHERE = bool(os.environ.get("GATEWAY_KILL_EVERYWHERE"))
MODES = {"test": TEST, "live": ACME}
LIVE, SANDBOX = "erp/out/order", "var/erp/test/out/order"


def found(root: Path, folder: str) -> str:
    """Everything that lies in a folder of the ERP."""
    place = root / folder
    return "".join((place / name).read_text() for name in visible(place))


def apart(root: Path) -> None:
    """Nothing that is a test lies where the live system looks, and reverse; neither leaves so."""
    assert "TEST" not in found(root, LIVE)
    assert "LIVE" not in found(root, SANDBOX)
    for name in visible(root / "acme/out"):
        text = (root / "acme/out" / name).read_text(encoding="latin-1")
        assert not ("ITEST" in text and not text.split("'")[1].endswith("++++++1")), text
        assert not ("ILIVE" in text and text.split("'")[1].endswith("++++++1")), text


def fill(world: World, number: int) -> None:
    """One of each: an order and an invoice, as a test and live."""
    world.acme(f"t{number}.edi", orders(f"1{number}", [f"TEST{number}"], test=True))
    world.acme(f"l{number}.edi", orders(f"2{number}", [f"LIVE{number}"]))
    sandbox_in(world, f"t{number}.csv", invoices([f"ITEST{number}"]))
    world.erp(f"l{number}.csv", invoices([f"ILIVE{number}"]))


def blocked(root: Path) -> Iterator[Path]:
    """The folders in which something is put, with a file in their place."""
    for folder in (LIVE, SANDBOX, "acme/out"):
        path = root / folder
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("not a folder")
            yield path


@pytest.mark.parametrize(("before", "after"), [("test", "live"), ("live", "test")])
def test_files_that_wait_while_the_mode_changes(tmp_path: Path, before: str, after: str) -> None:
    world = World(tmp_path, {FILE: MODES[before]})
    in_the_way = list(blocked(tmp_path))
    fill(world, 1)
    world.run()  # taken in and mapped; nothing can be put anywhere
    fill(world, 2)  # lies in the folders yet
    for path in in_the_way:
        path.unlink()
    world.reload({FILE: MODES[after]})
    world.clock.forward(minutes=5)
    world.run()
    apart(tmp_path)
    for row in world.rows(limit=1000):
        if row.state == "held" and row.kind in ("file", "message", "document"):
            world.gateway.replay(row.id, "by now it fits")
    world.run()
    apart(tmp_path)
    taken = found(tmp_path, SANDBOX) + found(tmp_path, LIVE)
    assert ("TEST1" if before == "test" else "LIVE1") in taken
    assert ("LIVE2" if after == "live" else "TEST2") in taken
    world.gateway.close()


def test_killed_between_the_two_systems(tmp_path: Path) -> None:
    """The partner is in test, is killed anywhere, and is live when it starts again."""

    def run(root: Path, mode: str, checkpoint: Callable[[str], None] | None = None) -> None:
        workspace = make(root, {FILE: MODES[mode]})
        translation: Any = StubTranslation(workspace)
        with Gateway.open(
            workspace, clock=Clock(), checkpoint=checkpoint, translation=translation
        ) as gateway:
            gateway.run_once()

    def prepared(root: Path) -> Path:
        make(root, {FILE: TEST})
        drop(root / "acme/in", "t.edi", orders("1", ["TEST1"], test=True))
        drop(root / "acme/in", "l.edi", orders("2", ["LIVE1"]))
        drop(root / "var/erp/test/in/invoice", "t.csv", invoices(["ITEST1"]))
        drop(root / "erp/in/invoice", "l.csv", invoices(["ILIVE1"]))
        return root

    names: list[str] = []
    run(prepared(tmp_path / "whole"), "test", names.append)
    wanted = ("split: committed", "deliver: renamed")
    last = {name: point for point, name in enumerate(names, 1) if name in wanted}
    points = range(1, len(names) + 1) if EVERYWHERE else sorted(last.values())
    assert len(points) > 1
    for point in points:
        root = prepared(tmp_path / f"{point}")
        killed_at(point, lambda checkpoint, root=root: run(root, "test", checkpoint))  # type: ignore[misc]
        run(root, "live")
        apart(root)
