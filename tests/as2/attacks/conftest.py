"""One gateway for all attacks: it has to stand them all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from gateway.channels.as2.certificates import load
from gateway.pipeline.as2.receive import opening
from gateway.web import as2
from tests.as2.attacks.target import Target, targeted


@pytest.fixture(scope="package")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A gateway of ours."""
    with targeted(tmp_path_factory.mktemp("target")) as made:
        yield made


@pytest.fixture(autouse=True)
def _held_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that are held cost no time here; that they are held has tests of its own."""
    monkeypatch.setattr(as2, "MARK", 0.01)


@pytest.fixture
def every_key_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """Encrypted keys are not remembered: an attack gets as far as our key each time."""
    monkeypatch.setattr(opening, "_fresh", lambda *_: lambda _digest: True)


@pytest.fixture(scope="package", autouse=True)
def _keys_are_checked_once() -> Iterator[None]:
    """Checking a key as it is loaded takes longer than most of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "private_key", cache(load.private_key))
        yield
