"""Bodies that never end, and callers who never say anything: cut off, at little cost.

The times are shortened here; as they are by default, they stand in ``gateway/web``.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from gateway.web import as2, server
from gateway.web.server import LARGEST_PARTNER_HEAD, Room
from tests.as2.attacks.catalogue import slow_or_large
from tests.as2.attacks.target import Attack, Target, request
from tests.as2.interop.gate import PROXY, listening
from tests.as2.interop.wire import call, closed, connect, head, reply
from tests.as2.receive.world import message
from tests.pipeline.world import orders


@pytest.mark.parametrize("attack", list(slow_or_large.attacks()), ids=str)
def test_it_is_refused(target: Target, attack: Attack) -> None:
    target.refuses(attack)


def test_what_is_too_large_is_refused_before_it_is_sent(target: Target) -> None:
    with target.unharmed(memory=2_000_000), connect(target.where) as sock:
        sock.sendall(request(b"", "Expect: 100-continue", length=4_000_001))
        assert reply(sock).status == 413
        assert closed(sock)


def test_of_a_stranger_a_few_megabytes_are_read_and_none_is_kept(target: Target) -> None:
    def endless() -> Iterator[bytes]:
        yield request(b"", sender="NEMO", length=400_000_000)
        for _ in range(400):
            yield bytes(1_000_000)

    archive = {path for path in target.world.root.rglob("*") if path.is_file()}
    with target.unharmed(), connect(target.where) as sock:
        sent = 0
        with suppress(ConnectionError, TimeoutError):
            sock.settimeout(2)
            for piece in endless():
                sock.sendall(piece)
                sent += len(piece)
        assert sent < 20_000_000
    new = {path for path in target.world.root.rglob("*") if path.is_file()} - archive
    assert sum(path.stat().st_size for path in new) < 1_000_000  # the good message of the check


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is waited for for a moment only."""
    monkeypatch.setattr(server, "SPEAK_WITHIN", 0.3)
    monkeypatch.setattr(as2, "IDLE", 0.3)
    monkeypatch.setattr(as2, "GRACE", 0.6)


def drip(sock: socket.socket, pieces: Iterator[bytes], pause: float = 0.05) -> float:
    """Send piece by piece until the other side hangs up; after how long."""
    began = time.monotonic()
    sock.settimeout(pause)
    with suppress(ConnectionError):
        for piece in pieces:
            sock.sendall(piece)
            with suppress(TimeoutError):
                if not sock.recv(65536):
                    break
    return time.monotonic() - began


@pytest.mark.usefixtures("impatient")
def test_headers_that_drip(target: Target) -> None:
    start = request(b"", length=None)[:-2]
    with target.unharmed(), connect(target.where) as sock:
        sock.sendall(start)
        assert drip(sock, (f"X-{n}: y\r\n".encode() for n in range(400))) < 3


@pytest.mark.usefixtures("impatient")
def test_a_body_that_drips(target: Target) -> None:
    with target.unharmed(), connect(target.where) as sock:
        sock.sendall(request(b"", length=10_000))
        assert drip(sock, (b"x" for _ in range(400))) < 3


@pytest.mark.usefixtures("impatient")
def test_a_body_that_stops(target: Target) -> None:
    with target.unharmed():
        got = call(target.where, request(b"", length=10_000), b"x" * 100)
    assert got.status == 408


@pytest.mark.usefixtures("impatient")
def test_callers_who_say_nothing(target: Target) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(connect(target.where)) for _ in range(30)]
        target.works()  # while they hold their connections
        assert all(closed(sock) for sock in silent)


@pytest.mark.usefixtures("impatient")
def test_a_kept_connection_that_says_nothing_more(target: Target) -> None:
    posted = message(orders("kept"))
    with connect(target.where) as sock:
        sock.sendall(head(posted.headers, length=len(posted.body)) + posted.body)
        assert reply(sock).status == 200
        assert closed(sock)


def test_a_slow_caller_holds_up_nobody(target: Target) -> None:
    with ExitStack() as stack:
        for _ in range(20):
            sock = stack.enter_context(connect(target.where))
            sock.sendall(request(b"", length=1_000_000) + bytes(1000))
        began = time.monotonic()
        target.works()
        assert time.monotonic() - began < 5


def test_an_answer_that_nobody_reads_holds_up_nobody(target: Target) -> None:
    posted = message(orders("unread"))
    with ExitStack() as stack:
        for _ in range(20):
            sock = stack.enter_context(connect(target.where))
            sock.sendall(head(posted.headers, length=len(posted.body)) + posted.body)
        target.works()


def test_connections_of_one_address_are_bounded_and_of_all(target: Target) -> None:
    room = Room(8, LARGEST_PARTNER_HEAD, per_address=4)
    with listening(target.world.receiver, room) as where, ExitStack() as stack:
        held = [stack.enter_context(connect(where)) for _ in range(4)]
        for _ in range(8):
            assert closed(stack.enter_context(connect(where)))
        held[0].close()
        until_free(where)
    assert "127.0.0.1" in PROXY  # elsewhere we are a proxy, and not counted


def until_free(where: object) -> None:
    """A connection that was given back may be had again."""
    posted = message(orders("free"))
    for _ in range(200):
        got = call(where, head(posted.headers, length=len(posted.body)), posted.body)  # type: ignore[arg-type]
        if got.status == 200:
            return
    raise AssertionError("no connection became free")
