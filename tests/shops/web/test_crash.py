"""Killed between any two steps: nothing that was answered is lost, a repeat doubles nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.pipeline.shops.reception.answer import Answer
from tests.killing import killed_at, telling
from tests.shops.web.world import ERP_KEY, ShopWorld, facts, hook, posted

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@dataclass(frozen=True)
class Request:
    """Something that is sent, and sent again; ``last``: the checkpoint at its end."""

    send: Callable[[ShopWorld], Answer]
    status: int
    last: str
    before: Callable[[ShopWorld], object] = lambda _world: None
    files: int = 1
    """Rows that are there in the end."""


def order(world: ShopWorld) -> Answer:
    return world.ask("/api/orders", [posted("1"), posted("2")], once="k")


def cancellation(world: ShopWorld) -> Answer:
    return world.ask("/api/orders/1/cancellation", {"reason": "x"}, once="c")


def refund(world: ShopWorld) -> Answer:
    value = {"external_id": "r", "order": "1", "created": "2026-03-02T10:00:00Z"}
    return world.ask("/api/refunds", value | {"currency": "EUR", "total": "1"}, once="r")


def despatch(world: ShopWorld) -> Answer:
    return world.ask("/api/despatches", {"number": "D1"}, key=ERP_KEY, once="d")


REQUESTS = {
    "orders": Request(order, 201, "api: entered", files=2),
    "cancellation": Request(cancellation, 201, "api: entered", order, files=3),
    "refund": Request(refund, 201, "api: entered", order, files=3),
    "despatch": Request(despatch, 202, "api: entered"),
}


@pytest.mark.parametrize(
    "name",
    [
        "orders",
        "despatch",
        pytest.param("cancellation", marks=pytest.mark.soak),
        pytest.param("refund", marks=pytest.mark.soak),
    ],
)
def test_a_kill_at_any_point(tmp_path: Path, name: str) -> None:
    request, start = REQUESTS[name], tmp_path / "start"
    made = ShopWorld(start)
    request.before(made)
    made.gateway.close()
    names = counted(tmp_path, start, request)
    assert {"api: read", request.last} <= set(names)
    for point, at in telling(names):
        folder = tmp_path / "killed"
        shutil.copytree(start, folder)
        killed_at(point, lambda checkpoint, to=folder: run(to, request, checkpoint))
        check(folder, request, f"{point} {at}")
        shutil.rmtree(folder)


def run(folder: Path, request: Request, checkpoint: Callable[[str], None]) -> None:
    """A process that takes the request; only what it does for it counts."""
    at_work = False

    def counting(name: str) -> None:
        if at_work:
            checkpoint(name)

    world = ShopWorld(folder, checkpoint=counting)
    at_work = True
    try:
        request.send(world)
        at_work = False
    finally:
        world.gateway.close()


def counted(tmp_path: Path, start: Path, request: Request) -> list[str]:
    names: list[str] = []
    shutil.copytree(start, tmp_path / "counted")
    run(tmp_path / "counted", request, names.append)
    return names


def check(folder: Path, request: Request, point: str) -> None:
    """The gateway starts again, and the program, which got no answer, sends the same again."""
    world = ShopWorld(folder)
    try:
        before = {row.answer for row in world.requests()}
        answer = request.send(world)
        assert answer.status == request.status, point
        known = {row.answer for row in world.requests()}
        assert before <= known, point
        assert answer.body.decode() in known, point
        assert request.send(world).body == answer.body, point
        rows = world.rows(kind="file")
        assert len(rows) == request.files, point
        for row in rows:
            assert world.gateway.payload(row), point
    finally:
        world.gateway.close()


def test_a_webhook_that_was_answered_is_kept(tmp_path: Path) -> None:
    """Killed before the commit it was not answered, and killed after it, it is there."""
    start, names = tmp_path / "start", list[str]()
    ShopWorld(start).gateway.close()
    request = Request(lambda world: world.call(*hook()), 200, "webhook: entered")
    names = counted(tmp_path, start, request)
    assert {"webhook: read", "webhooks: before commit", "webhook: entered"} <= set(names)
    committed = names.index("webhooks: committed") + 1
    for point, at in telling(names):
        folder = tmp_path / "killed"
        shutil.copytree(start, folder)
        killed_at(point, lambda checkpoint, to=folder: run(to, request, checkpoint))
        world = ShopWorld(folder)
        kept = len(world.hints())
        assert kept == (1 if point >= committed else 0), f"{point} {at}"
        answer = world.call(*hook())
        assert facts(answer) == {"taken": True}
        assert len(world.hints()) == kept + 1
        world.gateway.close()
        shutil.rmtree(folder)
