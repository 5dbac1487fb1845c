"""The partner's server and the workspace of these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.as2.send.peer import Peer, peer_link, served
from tests.as2.send.shop import Shop


@pytest.fixture
def peer() -> Iterator[Peer]:
    with served(Peer(peer_link())) as running:
        yield running


@pytest.fixture
def opened(tmp_path: Path, peer: Peer) -> Iterator[Callable[..., Shop]]:
    """Opens a workspace with further settings of its channel."""
    made: list[Shop] = []

    def open_(more: str = "", **changes: Any) -> Shop:
        made.append(Shop.open(tmp_path, peer, more, **changes))
        return made[-1]

    yield open_
    for each in made:
        each.world.gateway.close()


@pytest.fixture
def shop(opened: Callable[..., Shop]) -> Shop:
    return opened()
