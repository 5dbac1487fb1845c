"""Receipts that go to an address of the partner: when they leave, and what he may answer."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from gateway.web.port import Address
from gateway.web.reception import reception
from gateway.web.watched import watched
from tests.as2.interop.wire import (
    PATIENCE,
    Ear,
    answer,
    closed,
    connect,
    head,
    listening,
    reply,
)
from tests.as2.receive.world import ACME, As2World, Posted, message
from tests.pipeline.world import GATEWAY

OVER = select.POLLRDHUP
"""The other side has closed the connection."""


@pytest.fixture(scope="module")
def ear() -> Iterator[Ear]:
    with listening() as hearing:
        yield hearing


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, ear: Ear) -> Iterator[As2World]:
    """Receipts may be asked to the ear."""
    settings = ACME.replace("https://as2.acme.example/mdn", ear.url)
    files = {"gateway.yaml": f"{GATEWAY}http: {{listen: 127.0.0.1:0}}\n"}
    made = As2World(tmp_path_factory.mktemp("later"), settings=settings, files=files)
    yield made
    made.gateway.close()


@contextmanager
def at_work(world: As2World) -> Iterator[Address]:
    """The gateway and its port, as ``gateway serve`` has them."""
    gateway, stop = world.gateway, threading.Event()
    with watched(
        world.workspace.settings,
        gateway.house.store,
        owner=gateway.name,
        live=gateway.dead,
        reception=reception(gateway),
    ) as where:
        assert where is not None
        carrier = threading.Thread(target=gateway.serve, args=(stop,))
        carrier.start()
        try:
            until(lambda: gateway.crew is not None)
            yield where
        finally:
            stop.set()
            carrier.join()


def until(done: Callable[[], bool]) -> None:
    for _ in range(int(PATIENCE / 0.02)):
        if done():
            return
        threading.Event().wait(0.02)
    raise AssertionError("it did not happen")


def test_the_answer_and_the_end_of_the_connection_come_before_the_receipt(
    world: As2World, ear: Ear
) -> None:
    over: list[bool] = []
    before = len(ear.heard)
    ear.answering = lambda _heard: answer()
    with at_work(world) as where:
        for number in range(5):
            posted = message(f"UNB+{number}'".encode(), url=ear.url)
            with connect(where) as sock:
                poller = select.poll()
                poller.register(sock, OVER)
                ear.knocked = lambda watch=poller: over.append(bool(watch.poll(0)))  # type: ignore[misc]
                sock.sendall(head(posted.headers, length=len(posted.body)) + posted.body)
                got = reply(sock)
                assert (got.status, got.body) == (200, b"")
                assert closed(sock)
                until(lambda count=before + number: len(ear.heard) > count)  # type: ignore[misc]
    ear.knocked = lambda: None
    assert over == [True] * 5
    assert all(b"; processed\r\n" in one.content for one in ear.heard[before:])


def delivered(world: As2World, ear: Ear, posted: Posted, status: str, body: bytes) -> str:
    """What became of the receipt for a message, when the partner answers so."""
    ear.answering = lambda _heard: answer(status, body=body)
    assert world.post(posted).status == 200
    world.run()
    return str(world.receipts_out()[-1].state)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("200 OK", b""),
        ("200 OK", b"\r\n\r\n\r\n\r\n"),  # eight bytes: OpenAS2
        ("201 Created", b""),
        ("202 Accepted", b"thank you"),
        ("204 No Content", b""),
        ("206 Partial Content", b"x"),
    ],
)
def test_any_2xx_says_that_a_receipt_was_taken(
    world: As2World, ear: Ear, status: str, body: bytes
) -> None:
    assert delivered(world, ear, message(url=ear.url), status, body) == "done"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "400 Bad", "404 No", "500 Oh"])
def test_anything_else_is_tried_again(world: As2World, ear: Ear, status: str) -> None:
    assert delivered(world, ear, message(url=ear.url), status, b"") == "pending"


def test_an_address_with_a_query_and_more_than_a_hundred_characters(
    world: As2World, ear: Ear
) -> None:
    query = "?partner=acme&id=%20x&token=" + "4711" * 50
    posted = message(url=f"{ear.url}{query}")
    assert delivered(world, ear, posted, "200 OK", b"") == "done"
    assert ear.last.line == f"POST /as2{query} HTTP/1.1"
    assert ear.last.get("host") == f"127.0.0.1:{ear.port}"


def test_a_receipt_that_is_posted_is_the_stored_one(world: As2World, ear: Ear) -> None:
    posted = message(url=ear.url)
    delivered(world, ear, posted, "200 OK", b"")
    row = world.received()[-1]
    top, _, body = (world.stored(row.mdn or "") or b"").partition(b"\r\n\r\n")
    assert ear.last.body == body
    assert top.split(b"\r\n")[0] in ear.last.head
    told = {name.lower() for name, _ in ear.last.headers.items}
    assert {"as2-from", "as2-to", "as2-version", "message-id", "ediint-features"} <= told
    assert ear.last.get("content-length") == str(len(body))


def test_sockets_of_tests_are_watched_for_their_end() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        poller = select.poll()
        poller.register(ours, OVER)
        assert not poller.poll(0)
        theirs.close()
        assert poller.poll(0)
