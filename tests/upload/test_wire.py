"""The address, called through a real socket."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from gateway.pipeline.as2.receive.spool import IN_MEMORY
from gateway.web import server
from gateway.web import upload as module
from gateway.web.partners import Partners, partners_only
from gateway.web.port import Address
from gateway.web.reception import reception
from gateway.web.server import Room, opened
from gateway.web.upload import Uploads
from tests.pipeline.world import orders
from tests.upload.world import TOKEN, UploadWorld

ROOM = Room(64, server.LARGEST_PARTNER_HEAD, per_address=16)


@pytest.fixture
def where(world: UploadWorld) -> Iterator[Address]:
    application = Partners(None, Uploads(world.receiver))
    with opened(partners_only(application), "127.0.0.1:0", ROOM) as address:
        yield address
    application.close()


def post(where: Address, **more: object) -> httpx.Response:
    settings = {"headers": {"Authorization": f"Bearer {TOKEN}"}, "content": orders()} | more
    path = settings.pop("path", "/in/acme-retail/web/a.edi")
    method = settings.pop("method", "POST")
    with httpx.Client(trust_env=False, timeout=10) as client:
        return client.request(str(method), f"{where.url}{path}", **settings)  # type: ignore[arg-type]


def raw(where: Address, *lines: str, body: bytes = b"", shut: bool = False) -> bytes:
    """What comes back to these bytes, up to the end."""
    head = "\r\n".join([*lines, "Host: edi.example", "", ""]).encode("latin-1")
    with closing(socket.create_connection((where.host, where.port), 10)) as sock:
        sock.sendall(head + body)
        if shut:
            sock.shutdown(socket.SHUT_WR)
        got = b""
        while piece := sock.recv(65536):
            got += piece
        return got


def test_a_file_is_posted_and_put(where: Address, world: UploadWorld) -> None:
    def pieces() -> Iterator[bytes]:
        yield from (orders("1")[:100], orders("1")[100:])

    assert post(where, content=pieces()).status_code == 201
    answer = post(where, method="PUT", content=orders("2"))
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json")
    told = post(where, method="GET", path=answer.headers["location"], content=b"")
    assert told.json()["name"] == "a.edi"
    head = post(where, method="HEAD", path=answer.headers["location"], content=b"")
    assert (head.status_code, head.content) == (200, b"")
    assert [row.payload_size for row in world.rows(kind="file")] == [len(orders("1"))] * 2


def test_a_large_file_is_whole(where: Address, world: UploadWorld) -> None:
    large = orders() * 3500  # more than a spool holds in memory
    assert len(large) > IN_MEMORY
    assert post(where, content=large).status_code == 201
    assert world.gateway.payload(world.row(kind="file")) == large


def test_a_body_without_an_announced_length_is_bounded(where: Address) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b"x" * 10_000

    answer = post(where, content=endless())
    assert answer.status_code == 413
    assert answer.json()["code"] == "T442"


def test_who_has_no_token_hears_so_and_nothing_is_kept(
    where: Address, world: UploadWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MARK", 0.3)
    began = time.monotonic()
    answer = post(where, headers={}, content=b"x" * 3_000_000)
    assert answer.status_code == 401
    assert time.monotonic() - began >= 0.25, "at a mark of time"
    assert answer.headers["connection"] == "close"
    assert world.rows(kind="file") == []


def test_a_body_that_breaks_off_is_none(where: Address, world: UploadWorld) -> None:
    lines = ("POST /in/acme-retail/web HTTP/1.1", f"Authorization: Bearer {TOKEN}")
    raw(where, *lines, "Content-Length: 100", body=b"UNB+", shut=True)
    assert world.rows(kind="file") == []


def test_a_slow_body_is_not_waited_for(
    where: Address, world: UploadWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IDLE", 0.1)
    lines = ("POST /in/acme-retail/web HTTP/1.1", f"Authorization: Bearer {TOKEN}")
    answer = raw(where, *lines, "Content-Length: 100", body=b"UNB+")
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"T443" in answer
    assert world.rows(kind="file") == []


def test_expect_is_answered_before_the_body(where: Address) -> None:
    lines = ("POST /in/acme-retail/web HTTP/1.1", "Expect: 100-continue", "Content-Length: 9000000")
    answer = raw(where, *lines, "Authorization: Bearer wrong")
    assert answer.startswith(b"HTTP/1.1 401")


def test_the_whole_address_may_be_named(where: Address) -> None:
    line = f"GET http://edi.example/in/acme-retail/web HTTP/1.1\r\nAuthorization: Bearer {TOKEN}"
    assert raw(where, line, "Connection: close").startswith(b"HTTP/1.1 200")


def test_other_paths_are_nowhere(where: Address) -> None:
    for path in ("/", "/as2", "/in", "/health"):
        assert post(where, path=path).status_code == 404


def test_until_the_gateway_is_at_work_programs_come_again(world: UploadWorld) -> None:
    desk = reception(world.gateway)
    assert desk is not None
    application = desk.application()
    with opened(partners_only(application), "127.0.0.1:0", ROOM) as where:
        answer = post(where)
    application.close()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
