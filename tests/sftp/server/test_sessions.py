"""A session that is cut: a file is whole when the client closed it, and in no other case."""

from __future__ import annotations

import asyncio
import os

import pytest

from gateway.channels.sftp.server import wire
from gateway.channels.sftp.server.hosting import Action
from gateway.channels.sftp.server.paths import Spot
from gateway.channels.sftp.server.session import AT_ONCE, MOST_WAITING, Session
from tests.sftp.server.hosting import MemoryHosting
from tests.sftp.server.raw import (
    INIT,
    Channel,
    close,
    opens,
    packet,
    read,
    session,
    text,
    write,
)

A = Spot("in", "a.edi")
O = Spot("out", "o.edi")  # noqa: E741
BODY = b"UNB+UNOC:3'UNZ+1'"
UPLOAD = b"".join(
    map(text, (INIT, opens("/in/a.edi"), write(0, BODY[:9]), write(9, BODY[9:]), close()))
)
DOWNLOAD = b"".join(
    map(text, (INIT, opens("/out/o.edi", wire.FXF_READ), read(0, 9), read(9, 99), close()))
)
EVERY = 1 if os.environ.get("SFTP_EVERY_CUT") else 3


def cut_after(count: int, stream: bytes, *, polite: bool) -> MemoryHosting:
    """So many bytes of a stream arrive, and then the connection breaks (or is ended)."""
    hosting = MemoryHosting(files={O: BODY})

    def drive(made: Session, _: Channel) -> None:
        made.data_received(stream[:count], None)
        if polite:
            made.eof_received()
        else:
            made.connection_lost(ConnectionResetError())

    asyncio.run(session(hosting, drive))
    return hosting


@pytest.mark.parametrize("polite", [True, False])
def test_an_upload_cut_anywhere_is_whole_only_behind_its_close(polite: bool) -> None:
    first = len(UPLOAD) - 30
    for count in (*range(0, first, EVERY), *range(first, len(UPLOAD))):
        hosting = cut_after(count, UPLOAD, polite=polite)
        assert hosting.whole == [], count
        assert BODY.startswith(hosting.torn.get(A, b"")), count
        assert hosting.ended == 1
    assert cut_after(len(UPLOAD), UPLOAD, polite=polite).whole == [(A, BODY)]


def test_bytes_without_close_are_not_whole() -> None:
    hosting = cut_after(len(UPLOAD) - 1, UPLOAD, polite=False)
    assert hosting.torn == {A: BODY}


def test_a_download_cut_anywhere_was_not_fetched() -> None:
    for count in range(0, len(DOWNLOAD), EVERY):
        hosting = cut_after(count, DOWNLOAD, polite=False)
        assert not any(explicit for _, explicit, _ in hosting.fetched), count


def test_a_close_sent_before_the_answers_confirms_nothing() -> None:
    hosting = cut_after(len(DOWNLOAD), DOWNLOAD, polite=True)
    assert hosting.fetched == [(O, False, ((0, len(BODY)),))]


def test_every_request_has_one_answer_in_its_order() -> None:
    def drive(made: Session, _: Channel) -> None:
        requests = [INIT] + [packet(wire.STAT, b"/", number=number) for number in range(200)]
        made.data_received(b"".join(map(text, requests)), None)
        made.eof_received()

    channel = asyncio.run(session(MemoryHosting(), drive))
    answers = wire.Frames().feed(b"".join(channel.written))
    assert answers[0][0] == wire.VERSION_REPLY
    assert [int.from_bytes(each[1:5], "big") for each in answers[1:]] == list(range(200))
    assert channel.closed


@pytest.mark.parametrize("garbage", [b"\0\0\0\0", b"\xff\xff\xff\xff", b"GET / HTTP/1.1\r\n\r\n"])
def test_what_is_no_sftp_ends_the_session(garbage: bytes) -> None:
    actions: list[Action] = []
    hosting = MemoryHosting()

    def drive(made: Session, _: Channel) -> None:
        made.data_received(garbage, None)

    channel = asyncio.run(session(hosting, drive, actions))
    assert channel.closed
    assert [each.action for each in actions] == ["end"]
    assert "a packet of" in actions[0].outcome


def test_garbage_behind_an_upload_leaves_what_was_asked_for_before() -> None:
    hosting = cut_after(999, UPLOAD + b"\xff\xff\xff\xff", polite=True)
    assert hosting.whole == [(A, BODY)]


def test_who_sends_more_than_is_worked_on_waits() -> None:
    hosting = MemoryHosting()
    paused: list[bool] = []

    def drive(made: Session, channel: Channel) -> None:
        data = bytes(AT_ONCE // 8)
        made.data_received(text(INIT) + text(opens("/in/a.edi")), None)
        for number in range(MOST_WAITING // len(data) + 1):
            made.data_received(text(write(number * len(data), data)), None)
        paused.append(channel.paused)
        made.data_received(text(close()), None)
        made.eof_received()

    channel = asyncio.run(session(hosting, drive))
    assert paused == [True]
    assert not channel.paused
    assert [len(data) for _, data in hosting.whole] == [MOST_WAITING + AT_ONCE // 8]


def test_nothing_but_sftp_is_to_be_had() -> None:
    actions: list[Action] = []
    hosting = MemoryHosting()

    def drive(made: Session, _: Channel) -> None:
        assert not made.shell_requested()
        assert not made.exec_requested("scp -t /in")
        assert not made.subsystem_requested("netconf")
        assert not made.subsystem_requested("sftp")  # a second time
        assert not made.pty_requested("xterm", (80, 24, 0, 0), {})
        made.eof_received()

    asyncio.run(session(hosting, drive, actions))
    assert [each.outcome for each in actions if each.action == "command"] == [
        "a shell is not to be had here, only SFTP",
        "the command 'scp -t /in' is not to be had here, only SFTP",
        "the subsystem 'netconf' is not to be had here, only SFTP",
    ]
