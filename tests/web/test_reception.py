"""Partners call the web port, or one of their own; what arrives is worked on at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from gateway.web.port import Address
from gateway.web.reception import reception
from gateway.web.watched import watched
from tests.as2.receive.world import As2World, message
from tests.pipeline.world import GATEWAY, World
from tests.postgres import free_port

PATIENCE = 20.0


def until(done: Callable[[], bool]) -> bool:
    limit = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > limit:
            return False
        threading.Event().wait(0.02)
    return True


@contextmanager
def at_work(world: As2World) -> Iterator[Address]:
    """The gateway and its ports, as ``gateway serve`` has them."""
    gateway, stop = world.gateway, threading.Event()
    settings = world.workspace.settings
    with watched(
        settings,
        gateway.house.store,
        owner=gateway.name,
        live=gateway.dead,
        reception=reception(gateway),
    ) as where:
        assert where is not None
        thread = threading.Thread(target=gateway.serve, args=(stop,), daemon=True)
        thread.start()
        try:
            yield where
        finally:
            stop.set()
            thread.join(PATIENCE)


def post(url: str) -> httpx.Response:
    posted = message()
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        return client.post(url, content=posted.body, headers=list(posted.headers))


def get(url: str) -> int:
    return httpx.get(url, trust_env=False, timeout=PATIENCE).status_code


@pytest.fixture
def settings() -> str:
    return f"{GATEWAY}http: {{listen: '127.0.0.1:0'}}\n"


def test_partners_call_the_web_port(tmp_path: Path, settings: str) -> None:
    world = As2World(tmp_path, files={"gateway.yaml": settings})
    with at_work(world) as where:
        assert until(lambda: post(f"{where.url}/as2").status_code == 200)
        assert until(lambda: len(world.orders()) >= 1)
        assert (get(f"{where.url}/as2"), get(f"{where.url}/health")) == (200, 200)
        assert (
            "gateway_files_received_total"
            in httpx.get(f"{where.url}/metrics", trust_env=False).text
        )
    world.gateway.close()


def test_partners_have_a_port_of_their_own(tmp_path: Path) -> None:
    own = free_port()
    text = f"{GATEWAY}http: {{listen: '127.0.0.1:0', partners: {{listen: '127.0.0.1:{own}'}}}}\n"
    world = As2World(tmp_path, files={"gateway.yaml": text})
    with at_work(world) as where:
        apart = f"http://127.0.0.1:{own}"
        assert until(lambda: post(f"{apart}/as2").status_code == 200)
        assert (get(f"{apart}/metrics"), get(f"{apart}/health"), get(apart)) == (404, 404, 404)
        assert (get(f"{where.url}/as2"), get(f"{where.url}/metrics")) == (404, 200)
    assert len(world.received()) == 1
    world.gateway.close()


def test_a_house_without_as2_has_no_reception(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert reception(world.gateway) is None
    world.gateway.close()
