"""A process that slept while something else was applied does nothing more with the old settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.pipeline import Gateway
from gateway.store.lanes import FencedError
from tests.configuration.site import WITHOUT_NOTE, Site
from tests.pipeline.world import Clock

LANE = "in/acme-retail/main"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    found = Site(tmp_path, clock=Clock())
    assert found.apply().applied is not None
    found.write(WITHOUT_NOTE)
    return found


@pytest.mark.parametrize(("asleep", "other"), [(5, True), (40, True), (40, False)])
def test_a_step_of_one_who_slept(site: Site, asleep: int, other: bool) -> None:
    """A step goes to its end with what it began with, but not after its lease ran out."""
    with site.opened() as gateway:
        core = gateway._core()
        lease = core.hold(LANE)
        assert lease is not None
        room = core.room(lease)
        if other:
            assert site.apply().applied is not None
        assert site.clock is not None
        site.clock.forward(seconds=asleep)
        core.heartbeat()  # the thread that does it may wake first
        fenced = other and asleep > 30
        try:
            with room.store.write():
                assert not fenced
        except FencedError:
            assert fenced
        core.let_go(lease)
        # whoever begins now begins with what runs
        assert core.hold(LANE) is not None
        assert core.house.seq == (2 if other else 1)


def test_each_file_begins_with_what_runs(site: Site) -> None:
    """Files are worked on many at a time; what is applied holds from the next one on."""
    for number in range(1, 5):
        site.order(number)
    split: list[str] = []

    def apply(name: str) -> None:
        if name == "split: committed":
            split.append(name)
            if len(split) == 2:
                assert site.apply().applied is not None

    files = site.files()
    with Gateway.open(files, clock=site.clock, checkpoint=apply) as gateway:
        before = gateway.running.hash
        gateway.run_once()
        rows = [row for row in site.rows(gateway) if row.content]
        assert [row.config == before for row in sorted(rows, key=lambda row: row.id)] == [
            True,
            True,
            False,
            False,
        ]
    assert sum("ring the bell" in text for text in site.orders().values()) == 2
