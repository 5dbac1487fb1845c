"""Names of files say what the receiver looks for, and a marker says when a file is whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.channels.folder import Marker, mark
from gateway.config import load_workspace
from tests.pipeline.world import ACME, GATEWAY, World, invoices, make, orders, visible

KEYS = "{order}_{gln}_{buyer}_{supplier}_{issued}.{ext}"
SETTINGS = {
    "gateway.yaml": GATEWAY.replace(
        "send: {folder: erp/out}",
        f'send: {{folder: erp/out, name: "{KEYS}", done: "{{stem}}.ok"}}',
    ),
    "partners/acme-retail/partner.yaml": ACME.replace(
        'name: "{message}_{control}.edi"',
        'name: "{message}_{number}_{buyer}_{issued}.edi", done: "{name}.done"',
    ),
}


class KilledError(Exception):
    """A kill at a checkpoint."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, SETTINGS)
    yield made
    made.gateway.close()


def test_business_keys_stand_in_names(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO/1"]))
    world.erp("a.csv", invoices(["I1", "I2"]))
    world.run()
    name = "PO-1_4012345000009_4012345000009_20260302"  # this map reads no supplier
    assert visible(world.root / "erp/out/order") == [f"{name}.csv", f"{name}.ok"]
    (sent,) = [each for each in world.sent() if each.startswith("INVOIC") and "done" not in each]
    assert sent == "INVOIC_I1_4012345000009_20260302.edi", "of several the first"
    assert world.sent()[f"{sent}.done"] == ""


def test_what_is_not_known_is_left_out(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1"]))
    world.run()
    assert "CONTRL_4711.edi" in world.sent(), "an answer has no buyer and no day of issue"


def test_an_unknown_key_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    make(tmp_path)
    path = tmp_path / "gateway.yaml"
    path.write_text(GATEWAY.replace("erp/out}", 'erp/out, name: "{customer}.csv"}'))
    _, problems = load_workspace(tmp_path)
    told = " ".join(found.sentence + found.remedy for found in problems)
    assert "{customer} is unknown in a name" in told
    assert "{order} {issued} {buyer} {supplier} {ship_to}" in told


def test_the_marker_comes_after_its_file_and_survives_a_crash(tmp_path: Path) -> None:
    world = World(tmp_path, {"gateway.yaml": SETTINGS["gateway.yaml"]})
    world.acme("a.edi", orders("4711", ["PO1"]))

    def kill(name: str) -> None:
        if name == "deliver: unmarked":
            raise KilledError

    world.gateway.house.checkpoint = kill
    with pytest.raises(KilledError):
        world.run()
    out = world.root / "erp/out/order"
    (name,) = visible(out)
    assert name.endswith(".csv")
    world.gateway.close()
    world.gateway = world.open()
    world.run()
    assert visible(out) == [name, name.replace(".csv", ".ok")]
    world.gateway.close()


def test_a_marker_is_not_made_for_a_file_that_was_taken_already(tmp_path: Path) -> None:
    mark(tmp_path, "a.csv", Marker("{name}.done"))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a.csv").write_bytes(b"x")
    for _ in range(2):
        mark(tmp_path, "a.csv", Marker("{name}.done"))
    assert visible(tmp_path) == ["a.csv", "a.csv.done"]
    assert len(list(tmp_path.iterdir())) == 2
