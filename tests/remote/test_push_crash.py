"""Kill the gateway at every step of putting files on a server: nothing is lost, doubled or cut.

A kill is an exception that nothing catches, at the n-th checkpoint; connections are gone then.
Between that and the next start the partner takes what he sees, or leaves it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.killing import telling
from tests.remote.shop import Shop

FILES = 2


class Killed(BaseException):
    """The process ends here."""


class Bomb:
    """Counts the checkpoints of pushing, and kills at one of them."""

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.passed: list[str] = []

    def __call__(self, name: str) -> None:
        if name.startswith("push"):
            self.passed.append(name)
            if len(self.passed) == self.at:
                raise Killed(name)


def run(shop: Shop, bomb: Callable[[str], None]) -> None:
    shop.give(FILES)
    shop.restart(bomb)
    try:
        shop.run()
    except Killed:
        for each in shop.server.connections:
            each.closed = True


def points(tmp_path: Path, patch: pytest.MonkeyPatch, more: str) -> list[int]:
    """At which a kill tells something."""
    shop, bomb = Shop.open(tmp_path / "undisturbed", patch, more), Bomb()
    run(shop, bomb)
    shop.world.gateway.close()
    assert shop.states() == [("done", "delivered")] * FILES
    return [point for point, _ in telling(bomb.passed)]


def whole(shop: Shop) -> list[int]:
    """How often each file was taken, all of them whole."""
    documents = {name: taken for name, taken in shop.taken.items() if not name.endswith(".done")}
    for data in (data for each in documents.values() for data in each):
        assert data.startswith((b"UNA", b"UNB"))
        assert data.endswith(b"'")
    return [len(each) for each in documents.values()]


@pytest.mark.parametrize(
    ("more", "fetched"), [("", True), (", done: '{name}.done'", False)], ids=["taken", "marked"]
)
def test_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str, fetched: bool) -> None:
    for point in points(tmp_path, monkeypatch, more):
        shop = Shop.open(tmp_path / str(point), monkeypatch, more)
        run(shop, Bomb(point))
        if fetched:
            shop.fetch()
        shop.restart()
        shop.later()
        shop.fetch()
        assert (whole(shop), shop.hidden()) == ([1] * FILES, []), point
        assert shop.states() == [("done", "delivered")] * FILES, point
        if more and not fetched:
            assert sum(name.endswith(".done") for name in shop.taken) == FILES, point
        shop.world.gateway.close()


def test_under_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = ", temporary: none"
    for point in points(tmp_path, monkeypatch, more):
        shop = Shop.open(tmp_path / str(point), monkeypatch, more)
        run(shop, Bomb(point))
        shop.fetch()
        shop.restart()
        shop.later()
        shop.fetch()
        asked = [found.code for found in shop.problems()].count("T355")
        assert sum(whole(shop)) + asked >= FILES, point  # nobody's file is forgotten
        assert max(whole(shop), default=1) == 1, point
        assert [state for state, _ in shop.states()].count("dead") == asked, point
        shop.world.gateway.close()


def test_one_who_comes_too_late_takes_his_files_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He stood still for so long that another one took over."""
    shop = Shop.open(tmp_path, monkeypatch)
    other: list[list[str]] = []

    def stand_still(name: str) -> None:
        if name == "push prepared: begin" and not other:
            other.append(shop.hidden())
            shop.world.clock.forward(seconds=120)
            shop.run()

    shop.give(FILES)
    shop.restart(stand_still)
    shop.run()
    assert len(other[0]) == FILES
    assert (shop.hidden(), len(shop.visible())) == ([], FILES)
    assert shop.states() == [("done", "delivered")] * FILES
