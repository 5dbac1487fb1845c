"""A clock that is set back leaves no work waiting for the time of before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.pipeline.dispatch import duties
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.crew import Crew
from gateway.pipeline.dispatch.polling import poll
from gateway.store.tables import duty
from tests.pipeline.world import World, orders


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.gateway.close()


def received(world: World) -> Core:
    """A file is in the house, its step still to come."""
    world.acme("a.edi", orders("4711", ["PO1"]))
    core = Core(world.gateway.house, "a")
    for inbox in world.gateway.inboxes:
        poll(core, inbox, at_once=True)
    return core


def test_what_was_received_before_the_jump_is_processed_after_a_start(world: World) -> None:
    received(world)
    world.clock.forward(hours=-5)
    assert world.run().messages == 1
    assert len(world.orders()) == 1


def test_a_running_process_notices_the_jump(world: World) -> None:
    crew = Crew(received(world), 1)
    crew._mind_the_clock()
    world.clock.forward(hours=-5)
    assert crew.core.waiting() == []
    crew._mind_the_clock()
    assert crew.core.waiting() == ["in/acme-retail/main"]


def test_what_waits_to_be_tried_again_keeps_its_time(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1"]))
    out = world.root / "erp/out/order"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(b"not a folder")
    world.run()
    world.clock.forward(seconds=-2)
    assert world.run().delivered == 0
    out.unlink()
    world.clock.forward(minutes=5)
    assert world.run().delivered == 1


def test_a_duty_is_not_put_off_by_a_jump(world: World) -> None:
    world.run()
    world.clock.forward(hours=-5)
    duties.after_a_jump(world.gateway.house)
    with world.gateway.house.store.read() as connection:
        due = connection.scalar(select(duty.c.due).where(duty.c.name == "watch"))
    assert due == world.clock()
