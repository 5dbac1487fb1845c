"""A corrected file is dropped again: what was refused is taken, what was sent is not sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.config.translation import Translation
from gateway.pipeline import State
from gateway.pipeline.replay.batch import replay
from gateway.store import pauses
from tests.pipeline.erpworld import ErpWorld, erp_map, sample_invoices, shipped

FORMS = ("csv", "flat", "hlf", "idoc", "json", "simple")
"""Formats of which a file holds several documents."""
WRONG, RIGHT = b"4012345000008", b"4012345000009"
"""A GLN that no partner has, and the one of acme-retail."""
FIRST, SECOND = "RE-26-7001", "RE-26-7002"


@pytest.fixture(scope="module")
def maps() -> Translation:
    return shipped()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ErpWorld]:
    made = ErpWorld(tmp_path, "csv")
    yield made
    made.gateway.close()


def export_of(maps: Translation, form: str) -> bytes:
    """Both invoices, as the ERP would write them; all is right."""
    compiled = erp_map(maps, form)
    records = [compiled.write(each)[0] for each in sample_invoices(maps)]
    data, problems = compiled.layout.write(records)
    assert data, problems
    return data


def states(world: ErpWorld) -> list[tuple[str, str]]:
    return [(row.number, row.state) for row in world.documents()]


@pytest.mark.parametrize("form", FORMS)
def test_each_document_of_a_file_is_taken_or_refused_by_itself(
    maps: Translation, tmp_path: Path, form: str
) -> None:
    data = export_of(maps, form)
    world = ErpWorld(tmp_path, form)
    summary = world.export("a.txt", data.replace(RIGHT, WRONG))
    assert (summary.documents, summary.refused) == (1, 1)
    assert states(world) == [(FIRST, State.REFUSED), (SECOND, State.DELIVERED)]
    # the whole file again, corrected: the second document is known and not sent twice
    summary = world.export("a.txt", data)
    assert (summary.documents, summary.refused, summary.repeats) == (1, 0, 1)
    assert (world.sent().count(FIRST), world.sent().count(SECOND)) == (1, 1)
    assert len([name for name in world.errors() if name.endswith(".txt.error.txt")]) == 1
    world.gateway.close()


def test_the_part_that_was_refused_is_enough(maps: Translation, world: ErpWorld) -> None:
    world.export("a.csv", export_of(maps, "csv").replace(RIGHT, WRONG))
    alone = world.errors()["a.csv"]
    assert SECOND.encode() not in alone
    summary = world.export("a.csv", alone.replace(WRONG, RIGHT))
    assert (summary.documents, summary.refused, summary.repeats) == (1, 0, 0)
    assert (world.sent().count(FIRST), world.sent().count(SECOND)) == (1, 1)


def test_the_correction_is_linked_to_what_was_refused(maps: Translation, world: ErpWorld) -> None:
    world.export("a.csv", export_of(maps, "csv").replace(RIGHT, WRONG))
    world.export("a.csv", export_of(maps, "csv"))
    refused = world.documents()[0]
    corrected = next(row for row in world.documents() if row.replaces == refused.id)
    assert (corrected.number, corrected.state) == (FIRST, State.DELIVERED)
    history = world.gateway.message(corrected.id)
    assert history is not None and not history.problems, "it is no changed version: none was sent"


def test_the_refused_file_again_is_refused_again(maps: Translation, world: ErpWorld) -> None:
    wrong = export_of(maps, "csv").replace(RIGHT, WRONG).splitlines(keepends=True)
    only = b"".join(wrong[:5])
    for _ in range(2):
        assert world.export("a.csv", only).refused == 1
    assert len([name for name in world.errors() if name.endswith(".error.txt")]) == 2


@pytest.mark.parametrize(
    ("policy", "state", "code", "times"),
    [
        ("send", State.DELIVERED, "P113", 2),
        ("hold", State.HELD, "T112", 1),
        ("refuse", State.REFUSED, "T113", 1),
    ],
)
def test_other_content_under_a_number_that_was_sent(
    maps: Translation, world: ErpWorld, policy: str, state: State, code: str, times: int
) -> None:
    agreed = "- document: invoice\n    direction: outbound\n"
    world.change("acme-retail", agreed, f"{agreed}    changed: {policy}\n")
    data = export_of(maps, "csv")
    world.export("a.csv", data)
    world.export("a.csv", data.replace(b"Cordless drill 18 V", b"Cordless drill 20 V"))
    changed = next(row for row in world.documents() if row.number == FIRST and row.replaces)
    history = world.gateway.message(changed.id)
    assert history is not None
    assert (changed.state, [each.code for each in history.problems][-1]) == (state, code)
    assert world.sent().count(f"{FIRST}+9") == times
    assert bool(world.errors()) is (policy != "send")
    if policy == "hold":
        assert f"gateway replay {changed.id}" in world.errors()["a.csv.error.txt"].decode()
        world.gateway.replay(changed.id, "the customer agreed")
        world.gateway.run_once()
        assert world.sent().count(f"{FIRST}+9") == 2


def test_two_that_differ_under_one_number_are_both_refused(
    maps: Translation, world: ErpWorld
) -> None:
    lines = export_of(maps, "csv").splitlines(keepends=True)
    one = b"".join(lines[:5])
    other = one.replace(b"Cordless drill 18 V", b"Cordless drill 20 V")
    summary = world.export("a.csv", one + other)
    assert (summary.documents, summary.refused) == (0, 2)
    text = world.errors()["a.csv.error.txt"].decode()
    assert text.count("Code:        T111") == 2
    assert world.errors()["a.csv"] == one + other
    assert world.sent() == ""


@pytest.mark.parametrize("sent", [True, False])
def test_an_older_version_is_not_sent_after_a_younger_one_by_a_replay(
    maps: Translation, world: ErpWorld, sent: bool
) -> None:
    agreed = "- document: invoice\n    direction: outbound\n"
    world.change("acme-retail", agreed, f"{agreed}    changed: hold\n")
    data = export_of(maps, "csv")
    world.export("a.csv", data)
    world.export("a.csv", data.replace(b"drill 18 V", b"drill 20 V"))
    held = next(row for row in world.documents() if row.state == State.HELD)
    world.change("acme-retail", "changed: hold", "changed: send")
    with world.gateway.house.store.write() as connection:
        if not sent:  # it is on its way, and waits
            pauses.add(connection, "acme-retail", "pause", "closed", "anna", world.clock())
    world.export("a.csv", data.replace(b"drill 18 V", b"drill 22 V"))
    done = replay(world.gateway.house, [held.id], "the customer agreed")
    expected = "P203" if sent else "P204"
    assert [(id_, found.code) for id_, found in done.refused] == [(held.id, expected)]
    world.gateway.run_once()
    assert world.sent().count(f"{FIRST}+9") == (2 if sent else 1)
