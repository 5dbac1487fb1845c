"""The gateway with a mailbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.mailbox.world import MailboxWorld

Make = Callable[..., MailboxWorld]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Worlds with settings of their own, closed in the end."""
    made: list[MailboxWorld] = []

    def world(settings: str = "", **more: Any) -> MailboxWorld:
        made.append(MailboxWorld(tmp_path / str(len(made)), settings=settings, **more))
        return made[-1]

    yield world
    for each in made:
        each.gateway.close()


@pytest.fixture
def world(make: Make) -> MailboxWorld:
    return make()
