"""Whoever dies while something is applied leaves the old or the new settings, never a mixture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.pipeline import Gateway
from gateway.pipeline.configuration import following
from gateway.store import applied
from tests.configuration.site import WITHOUT_NOTE, Site
from tests.killing import killed_at
from tests.pipeline.world import Clock

POINTS = (
    "snapshot kept: before commit",
    "configuration prepared: before commit",
    "configuration prepared: committed",
    "configuration applied: before commit",
    "configuration applied: committed",
)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    found = Site(tmp_path, clock=Clock())
    assert found.apply().applied is not None
    found.write(WITHOUT_NOTE)
    return found


@pytest.mark.parametrize("point", POINTS)
def test_a_command_that_is_killed(site: Site, point: str) -> None:
    names: list[str] = []
    _undisturbed(site).apply(checkpoint=names.append)

    killed_at(names.index(point) + 1, lambda checkpoint: site.apply(checkpoint=checkpoint))

    done = point == POINTS[-1]
    found = site.running()
    assert found.seq == (2 if done else 1)
    site.order(1)
    with site.opened() as gateway:
        gateway.run_once()
        (row,) = (each for each in site.rows(gateway) if each.content)
        assert row.config == found.hash
    assert ("ring the bell" in next(iter(site.orders().values()))) is not done
    assert site.clock is not None
    site.clock.forward(seconds=11)  # a prepared one, whose command is dead, is in nobody's way
    assert done or site.apply().applied is not None


def test_a_process_that_is_killed_while_it_loads(site: Site) -> None:
    """The command waits until it is known to be dead, and goes on without it."""
    names: list[str] = []
    twin = _undisturbed(site)
    _load_aside(twin, names.append)
    point = names.index("configuration: prepared") + 1
    killed_at(point, lambda checkpoint: _load_aside(site, checkpoint))

    assert site.clock is not None
    site.clock.forward(seconds=11)
    outcome = site.apply()
    assert outcome.applied is not None, outcome.problems
    assert outcome.processes == ()


def _undisturbed(site: Site) -> Site:
    """Another one, in which nobody is killed."""
    twin = Site(site.root.parent / f"{site.root.name}-undisturbed", clock=Clock())
    assert twin.apply().applied is not None
    twin.write(WITHOUT_NOTE)
    return twin


def _load_aside(site: Site, checkpoint: Callable[[str], None]) -> None:
    """What a process at work does when it sees that something is prepared."""
    with Gateway.open(site.files(), clock=site.clock, checkpoint=checkpoint) as gateway:
        store = gateway.house.store
        wish = applied.Wish("apply", gateway.running.hash, "", 1, "anna", "", "")
        with store.write() as connection:
            applied.prepare(connection, store.clock(), wish)
        following._Follower(gateway._current, gateway.name)._look()
