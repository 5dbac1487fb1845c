"""Fixtures of the tests of what goes back to shops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.channels.shops import platforms
from tests.shops.back.shelf import Shelf, Shelves
from tests.shops.back.world import BackWorld


@pytest.fixture
def worlds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., BackWorld]]:
    """Worlds, made with the settings of both shops."""
    made: list[BackWorld] = []

    def make(**settings: object) -> BackWorld:
        shop = settings.pop("shop", None) or Shelf(stock={"TEA-1": 0})
        corner = settings.pop("corner", None) or Shelf(stock={"TEA-1": 0})
        shelves = Shelves({"acme-shop": shop, "corner-shop": corner})  # type: ignore[dict-item]
        monkeypatch.setattr(platforms, "_part", shelves.part)
        world = BackWorld(tmp_path, shop, corner=corner, **settings)  # type: ignore[arg-type]
        made.append(world)
        return world

    yield make
    for world in made:
        world.gateway.close()


@pytest.fixture
def world(worlds: Callable[..., BackWorld]) -> BackWorld:
    """Two shops that take everything back."""
    return worlds()
