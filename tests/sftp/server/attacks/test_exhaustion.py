"""A partner gone bad wants more than his share: of files, memory, and lines of the record."""

from __future__ import annotations

import asyncio
import resource
import struct
import threading
from contextlib import suppress
from pathlib import Path

import asyncssh
import pytest

from gateway.channels.sftp.server import connection as connections
from gateway.channels.sftp.server import service, wire
from gateway.channels.sftp.server.rooms import HANDLES, Guests
from gateway.channels.sftp.server.session import AT_ONCE, LISTED, Frame, Session
from tests.sftp.server.house import Served, served
from tests.sftp.server.raw import Asked, close, opens, packet
from tests.sftp.server.test_login import enter


def test_all_sessions_of_a_mailbox_share_their_handles() -> None:
    shared = Guests()
    first, second = Asked(), Asked()
    few = threading.Semaphore(3)
    first.operations._handles = second.operations._handles = few
    for number, who in enumerate((first, second, first)):
        assert who(opens(f"/in/{number}")).kind == wire.HANDLE
    refused = second(packet(wire.OPENDIR, b"/in"))
    assert refused.code == wire.FAILURE and "in all of your sessions" in refused.said
    assert second(opens("/elsewhere/x")).code != wire.OK, "what fails takes none"
    assert first(close()).code == wire.OK
    assert second(packet(wire.OPENDIR, b"/in")).kind == wire.HANDLE
    first.operations.end()
    second.operations.end()
    assert [few.acquire(blocking=False) for _ in range(4)] == [True, True, True, False]
    assert shared.handles("acme") is shared.handles("acme") is not shared.handles("other")
    assert HANDLES < 1024, "less than a process has where nobody raised it"


def test_the_process_may_open_as_many_files_as_the_system_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (1024, 4096))
    monkeypatch.setattr(resource, "setrlimit", lambda *given: told.append(given))
    service._allow_files()
    assert told == [(resource.RLIMIT_NOFILE, (4096, 4096))]


def test_a_part_of_a_listing_weighs_what_its_answer_does() -> None:
    part = Frame(packet(wire.READDIR, (1).to_bytes(4, "big")), 0)
    assert part.weight == LISTED and AT_ONCE // part.weight * 128 < 4096, "names in one go"


@pytest.mark.parametrize(
    ("request_", "counted"),
    [
        (packet(wire.OPENDIR, b"/in"), True),
        (packet(wire.EXTENDED, b"hardlink@openssh.com", b"/in/a", b"/in/b"), True),
        (packet(wire.EXTENDED, b"posix-rename@openssh.com", b"/in/a", b"/in/b"), True),
        (packet(wire.STAT, b"/in"), False),
        (packet(wire.READ, b"1234") + struct.pack(">QI", 0, 9), False),
    ],
)
def test_whatever_is_recorded_is_counted_for_the_pace(request_: bytes, counted: bool) -> None:
    assert Frame(request_, 0).changes is counted


def test_who_asks_without_end_for_what_is_not_to_be_had_is_hung_up_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_ASKED", 10)

    async def ask(server: Served) -> int:
        asked = 0
        async with await enter(server, "user") as connection:
            while asked < 1000 and not connection.is_closed():
                asked += 1
                with suppress(asyncssh.Error):
                    await connection.open_connection("127.0.0.1", 1)
        return asked

    with served(tmp_path) as server:
        assert asyncio.run(ask(server)) < 30


def test_variables_of_an_environment_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[object] = []
    started = Session.session_started

    def look(self: Session) -> None:
        assert self._channel is not None
        kept.append(self._channel.get_environment())
        started(self)

    monkeypatch.setattr(Session, "session_started", look)

    async def fill(server: Served) -> None:
        many = {f"V{number}": "x" * 1000 for number in range(100)}
        async with await enter(server, "user") as connection:
            sftp = await connection.start_sftp_client(env=many)
            assert await sftp.realpath(".") == "/"

    with served(tmp_path) as server:
        asyncio.run(fill(server))
    assert kept == [{}]
