"""One gateway for all messages that are only received: they do not disturb each other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from gateway.channels.as2.certificates import load
from tests.as2.interop import variety as variety_of
from tests.as2.interop.gate import Gate, gated
from tests.as2.receive.world import ACME, As2World

ACCEPTED = "signed: allowed, encrypted: allowed, sha1: true, triple_des: true, rate: 100000"


@pytest.fixture(scope="package")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """It accepts what is only signed, or only encrypted: how it is packed is tested elsewhere."""
    lines = f"      id: ACME\n      receive: {{{ACCEPTED}}}\n"
    settings = ACME.replace("      id: ACME\n", lines)
    world = As2World(tmp_path_factory.mktemp("gate"), settings=settings)
    with gated(world) as opened:
        yield opened
    world.gateway.close()


@pytest.fixture(scope="package")
def variety(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """It has a channel for every odd id and certificate."""
    world = variety_of.world(tmp_path_factory.mktemp("variety"))
    with gated(world) as opened:
        yield opened
    world.gateway.close()


@pytest.fixture(scope="package", autouse=True)
def _keys_are_checked_once() -> Iterator[None]:
    """Checking a key as it is loaded takes longer than most of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "private_key", cache(load.private_key))
        yield
