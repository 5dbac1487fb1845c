"""Where an agreement asks for order, what cannot be opened now holds up what came after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.pipeline.as2.receive import unpack
from tests.as2.receive.world import ACME, URL, As2World, message
from tests.pipeline.world import orders


@pytest.mark.parametrize("in_order", [True, False])
def test_the_second_waits_for_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_order: bool
) -> None:
    settings = ACME
    if in_order:
        settings = settings.replace(
            "direction: inbound\n", "direction: inbound\n    in_order: true\n"
        )
    world = As2World(tmp_path, settings=settings)
    for number in "12":
        world.post(message(orders(number), url=URL))
    body, failures = unpack._body, [OSError("the disk is full")]

    def once(*given: Any) -> Any:
        if failures:
            raise failures.pop()
        return body(*given)

    monkeypatch.setattr(unpack, "_body", once)
    world.unpack()
    assert len(world.files_received()) == (0 if in_order else 1)
    world.clock.forward(hours=1)
    world.unpack()
    expected = [orders("1"), orders("2")] if in_order else [orders("2"), orders("1")]
    assert world.files_received() == expected
    world.gateway.close()
