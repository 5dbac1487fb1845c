"""A file that comes while its folder is being looked into is not left to the next sweep."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.pipeline.dispatch import crew as crew_module
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.crew import SHORT, Crew
from gateway.pipeline.dispatch.polling import Looked
from tests.pipeline.world import World

PAUSE = 600.0


@pytest.mark.parametrize(("waiting", "longest"), [(False, PAUSE), (True, SHORT)])
@pytest.mark.parametrize("changes", [False, True])
def test_a_change_during_a_look_makes_another_one_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: bool, waiting: bool, longest: float
) -> None:
    world = World(tmp_path)
    crew = Crew(Core(world.gateway._house, "a"), 1, world.gateway._house.inboxes, PAUSE)
    key = "poll/acme-retail/main"

    def look(*_: Any) -> Looked:
        if changes:
            crew._next_poll[key] = 0.0  # as the watch does
        return Looked(waiting=waiting)

    monkeypatch.setattr(crew_module, "poll", look)
    before = crew_module.time.monotonic()
    crew._do(key)
    due = crew._next_poll[key]
    assert due == 0.0 if changes else before < due <= crew_module.time.monotonic() + longest
    world.gateway.close()
