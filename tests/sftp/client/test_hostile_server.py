"""Servers that answer what no server should: bounded, refused in words, and never believed."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from gateway.channels.sftp import listing
from gateway.channels.sftp.session import Session
from tests.sftp.client.world import fails, got, on, refused, server
from tests.sftp.peer import Raw, peer
from tests.sftp.sshd import sshd


def naming(*names: bytes, size: int = 1) -> type[asyncssh.SFTPServer]:
    """A server that lists these names, with this size."""

    class Files(asyncssh.SFTPServer):
        async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
            for name in names:
                yield asyncssh.SFTPName(name, attrs=asyncssh.SFTPAttrs(size=size))

    return Files


async def listed(session: Session) -> list[str]:
    return [entry.name async for page in session.scan(".") for entry in page]


@pytest.mark.parametrize(
    "name",
    [b"../../etc/passwd", b"a/b", b"/", b"a\0b", b"", b"x" * 5000, b"..\x2f", b"\x1b[2J/"],
)
def test_a_name_that_is_no_name_refuses_the_listing(tmp_path: Path, name: bytes) -> None:
    with peer(tmp_path, files=naming(b"good.edi", name)) as running:
        found = fails(server(running), listed)
    assert (found.trouble, found.problem.code) == ("protocol", "T328")
    assert "which no file in a folder can have" in str(found)
    assert str(found).isprintable() and len(str(found)) < 600


def test_the_folder_itself_and_the_one_above_are_left_out(tmp_path: Path) -> None:
    with peer(tmp_path, files=naming(b".", b"..", b"a.edi")) as running:
        assert on(server(running), listed) == ["a.edi"]


def test_a_negative_size_is_refused(tmp_path: Path) -> None:
    with peer(tmp_path, files=naming(b"a.edi", size=2**64 - 5)) as running:
        found = fails(server(running), listed)
    assert (found.trouble, found.problem.code) == ("protocol", "T328")
    assert "a size of -5 bytes" in str(found)


def test_a_listing_that_never_ends_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST", 2_000)

    class Endless(asyncssh.SFTPServer):
        async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
            while True:
                yield asyncssh.SFTPName(b"again.edi", attrs=asyncssh.SFTPAttrs(size=1))

    with peer(tmp_path, files=Endless) as running:
        found = fails(server(running), listed)
    assert "the listing does not end: more than 2000 entries came" in str(found)


def test_more_bytes_than_asked_are_refused(tmp_path: Path) -> None:
    class Generous(asyncssh.SFTPServer):
        def read(self, file_obj: object, offset: int, size: int) -> bytes:
            return b"x" * (size + 1)

    (tmp_path / "a.edi").write_bytes(b"x" * 10)
    with peer(tmp_path, files=Generous) as running:
        found = fails(server(running), lambda session: got(session.read("a.edi", 0, 10)))
    assert (found.trouble, found.problem.code) == ("protocol", "T328")
    assert "it sends 10 bytes where 9 were asked for" in str(found)


def test_short_answers_are_asked_for_again_until_all_is_there(tmp_path: Path) -> None:
    class Stingy(asyncssh.SFTPServer):
        def read(self, file_obj: Any, offset: int, size: int) -> bytes:
            file_obj.seek(offset)
            return bytes(file_obj.read(min(size, 7)))

    data = bytes(range(250))
    (tmp_path / "a.edi").write_bytes(data)
    with peer(tmp_path, files=Stingy) as running:
        assert on(server(running), lambda session: got(session.read("a.edi", 0, 250))) == data


def test_a_server_that_replaces_by_a_plain_rename_gets_no_chance(tmp_path: Path) -> None:
    class Replacing(asyncssh.SFTPServer):
        def rename(self, oldpath: bytes, newpath: bytes) -> None:
            self.posix_rename(oldpath, newpath)

    (tmp_path / "new").write_bytes(b"new")
    (tmp_path / "old").write_bytes(b"old")
    with peer(tmp_path, files=Replacing) as running:
        found = fails(server(running), lambda session: session.rename("new", "old"))
    assert found.trouble == "exists"
    assert (tmp_path / "old").read_bytes() == b"old"


# ---- answers that are none

INIT = struct.pack(">BI", 2, 3)


def saying(*packets: bytes, size: int | None = None) -> Raw:
    """Answers each request with the next of these packets; ``size``: what it claims they have."""

    async def program(reader: asyncio.StreamReader, write: Callable[[bytes], None]) -> None:
        for packet in packets:
            length = struct.unpack(">I", await reader.readexactly(4))[0]
            number = (await reader.readexactly(length))[1:5]
            told = len(packet) if size is None or packet is INIT else size
            write(struct.pack(">I", told) + packet.replace(b"ID__", number))
        await reader.read()

    return program


def text(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


ANSWERS = {
    "of another kind": saying(INIT, b"\x66ID__" + text(b"handle")),
    "to another question": saying(INIT, struct.pack(">BI", 105, 4711) + b"\0" * 4),
    "cut off": saying(INIT, b"\x69ID__\x00"),
    "endless": saying(INIT, b"x", size=2**31 - 1),
    "with a count that is a lie": saying(INIT, b"\x66ID__" + text(b"h"), b"\x68ID__" + b"\xff" * 4),
    "of unknown attributes": saying(INIT, b"\x69ID__" + b"\xff" * 4),
    "a status that is no text": saying(INIT, b"\x65ID__\0\0\0\4" + text(b"\xff") + text(b"")),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_that_is_none_ends_in_words(tmp_path: Path, kind: str) -> None:
    with peer(tmp_path, raw=ANSWERS[kind]) as running:
        work = listed if "count" in kind else lambda session: session.stat("a.edi")
        found = fails(server(running, timeout=0.5), work)  # type: ignore[arg-type]
    assert found.trouble in ("protocol", "lost")
    assert found.problem.code in ("T328", "T320", "T321")
    assert str(found).isprintable()


def test_words_of_a_server_are_shown_cut_and_clean(tmp_path: Path) -> None:
    class Talking(asyncssh.SFTPServer):
        def remove(self, path: bytes) -> None:
            raise asyncssh.SFTPFailure("no\x1b[2J\n" + "really " * 500)

    with peer(tmp_path, files=Talking) as running:
        found = fails(server(running), lambda session: session.remove("a.edi"))
    assert (found.trouble, found.problem.code) == ("refused", "T327")
    assert "it refuses (“no\\x1b[2J really" in str(found)
    assert str(found).isprintable() and len(str(found)) < 400


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (struct.pack(">BI", 2, 6), "version 6, not 3"),
        (struct.pack(">BI", 2, 2), "Unsupported version: 2"),
        (b"\x65", "Expected version message"),
        (b"Welcome to the shell!", ""),
    ],
)
def test_what_is_no_sftp_is_not_used(tmp_path: Path, first: bytes, words: str) -> None:
    with peer(tmp_path, raw=saying(first)) as running:
        found = refused(server(running, connect_timeout=5.0))
    assert found.problem.code == "T318"
    assert words in str(found)


def test_a_server_without_sftp_is_told(tmp_path: Path) -> None:
    with sshd(tmp_path, sftp="/bin/false") as running:
        found = refused(server(running))
        assert (found.trouble, found.problem.code) == ("refused", "T318")


@pytest.mark.parametrize("told", [1, 2**63])
def test_a_server_that_lies_about_its_limits_is_asked_sensibly(tmp_path: Path, told: int) -> None:
    limits = struct.pack(">QQQQ", told, told, told, told)
    extension = text(b"limits@openssh.com") + text(b"1")
    raw = saying(INIT + extension, b"\xc9ID__" + limits)

    async def work(session: Session) -> None:
        assert 1024 <= session.read_block <= 256 * 1024
        assert 1024 <= session.write_block <= 256 * 1024

    with peer(tmp_path, raw=raw) as running:
        on(server(running), work)


def test_a_server_that_ends_sftp_alone_is_not_used_any_more(tmp_path: Path) -> None:
    async def short_lived(reader: asyncio.StreamReader, write: Callable[[bytes], None]) -> None:
        await reader.readexactly(9)
        write(struct.pack(">I", len(INIT)) + INIT)

    async def work(session: Session) -> None:
        async with asyncio.timeout(5):
            while not session.closed:
                await asyncio.sleep(0)
        await session.stat("a.edi")

    with peer(tmp_path, raw=short_lived) as running:
        found = fails(server(running), work)
    assert (found.trouble, found.problem.code) == ("lost", "T320")


@pytest.mark.parametrize(
    ("raised", "trouble", "code"),
    [
        (asyncssh.SFTPPermissionDenied("no"), "denied", "T324"),
        (asyncssh.SFTPNoSuchFile("no"), "missing", "T322"),
        (asyncssh.SFTPOpUnsupported("not here"), "refused", "T327"),
        (asyncssh.SFTPError(4711, "my own reason"), "refused", "T327"),
    ],
)
def test_what_a_server_refuses_has_its_word(
    tmp_path: Path, raised: Exception, trouble: str, code: str
) -> None:
    class Refusing(asyncssh.SFTPServer):
        def remove(self, path: bytes) -> None:
            raise raised

    with peer(tmp_path, files=Refusing) as running:
        found = fails(server(running), lambda session: session.remove("a.edi"))
    assert (found.trouble, found.problem.code, found.unknown) == (trouble, code, False)
    assert "while deleting a.edi" in str(found)
    assert found.problem.place.file == "a.edi"
