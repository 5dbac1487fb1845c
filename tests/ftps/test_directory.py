"""A partner's folder by FTPS: listed, fetched, put and renamed, byte for byte, always protected."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.ftps.directory import FtpsDir
from gateway.channels.remote.directory import Entry
from gateway.channels.remote.failure import RemoteError
from tests.ftps.conftest import fetched, pieces, with_server
from tests.ftps.peer import Peer, serving

KINDS = ({}, {"reuse": True}, {"implicit": True}, {"plain": True, "reuse": True})
ORDER = bytes(range(256)) * 2500
AT = 1_772_442_840


@pytest.fixture(params=KINDS, ids=lambda kind: ",".join(kind) or "usual")
def server(
    request: pytest.FixtureRequest, tls_files: tuple[Path, Path], tmp_path: Path
) -> Iterator[Peer]:
    settings: dict[str, Any] = request.param
    (tmp_path / "in").mkdir()
    (tmp_path / "out" / "done").mkdir(parents=True)
    path = tmp_path / "out" / "Bestellung ä 1.edi"
    path.write_bytes(ORDER)
    os.utime(path, (AT, AT))
    with serving(Peer(tls_files, tmp_path, **settings)) as running:
        yield running


def test_what_is_there_comes_whole(server: Peer) -> None:
    async def look(directory: FtpsDir) -> None:
        listed = [entry async for page in directory.scan("out") for entry in page]
        kinds = {entry.name: (entry.kind, entry.size, entry.changed) for entry in listed}
        assert kinds.pop("Bestellung ä 1.edi") == ("file", len(ORDER), AT)
        assert [kind for kind, _, _ in kinds.values()] == ["folder"]
        path = "out/Bestellung ä 1.edi"
        assert await directory.stat(path) == Entry("Bestellung ä 1.edi", "file", len(ORDER), AT)
        assert await directory.stat("out/nothing.edi") is None
        found = await directory.stat("out/done")
        assert found is not None and found.kind == "folder"
        assert await fetched(directory, path, 0, len(ORDER)) == ORDER
        assert await fetched(directory, path, 1000, 5000) == ORDER[1000:6000]
        assert await fetched(directory, path, len(ORDER) - 9, 9) == ORDER[-9:]
        assert await fetched(directory, path, 0, 0) == b""
        assert not directory.closed

    with_server(server, look)
    assert all(server.resumed) and server.resumed


def test_a_file_that_ends_before_its_size_is_short(server: Peer) -> None:
    async def look(directory: FtpsDir) -> None:
        got = b""
        with pytest.raises(RemoteError) as failure:
            async for piece in directory.read("out/Bestellung ä 1.edi", 0, len(ORDER) + 1):
                got += piece
        assert got == ORDER
        assert (failure.value.trouble, failure.value.problem.code) == ("short", "T438")
        assert not directory.closed, "that is how one finds out that the server did not lie"
        assert await directory.stat("in") is not None

    with_server(server, look)


def test_a_file_is_put_resumed_and_renamed(server: Peer) -> None:
    async def put(directory: FtpsDir) -> None:
        taken: list[int] = []
        size = await directory.write("in/.a.tmp", pieces(b"UNA", b"UNB" * 9), told=taken.append)
        assert (size, taken) == (30, [3, 27])
        assert await directory.write("in/.a.tmp", pieces(b"UNZ"), 30) == 33
        with pytest.raises(RemoteError) as failure:
            await directory.write("in/.a.tmp", pieces(b"UNZ"), 30)
        assert failure.value.trouble == "changed"
        await directory.rename("in/.a.tmp", "in/a.edi")
        assert await directory.write("in/.b.tmp", pieces()) == 0
        with pytest.raises(RemoteError) as failure:
            await directory.rename("in/.b.tmp", "in/a.edi")
        assert failure.value.trouble == "exists"
        await directory.rename("in/.b.tmp", "in/a.edi", replace=True)
        await directory.make_folder("in/more")
        await directory.make_folder("in/more")
        await directory.remove("in/a.edi")
        with pytest.raises(RemoteError) as failure:
            await directory.remove("in/a.edi")
        assert failure.value.trouble == "missing"
        with pytest.raises(RemoteError) as failure:
            await fetched(directory, "in/a.edi", 0, 5)
        assert failure.value.trouble == "missing"
        assert [page async for page in directory.scan("in/more")] == []
        with pytest.raises(RemoteError) as failure:
            _ = [page async for page in directory.scan("in/nowhere")]
        assert failure.value.trouble == "missing"
        assert not directory.closed

    with_server(server, put)
    assert sorted(path.name for path in (server.folder / "in").iterdir()) == ["more"]


def test_the_bytes_of_a_put_file_are_those_given(server: Peer) -> None:
    async def put(directory: FtpsDir) -> int:
        return await directory.write("in/big.edi", pieces(ORDER[:600_000], ORDER[600_000:]))

    assert with_server(server, put) == len(ORDER)
    assert (server.folder / "in" / "big.edi").read_bytes() == ORDER


def test_a_name_that_would_be_two_commands_is_not_sent(server: Peer) -> None:
    async def put(directory: FtpsDir) -> None:
        for name in ("in/a\r\nDELE b", "in/a\nb", "in/\0"):
            with pytest.raises(RemoteError) as failure:
                await directory.stat(name)
            assert failure.value.trouble == "refused"

    with_server(server, put)
    assert not any("DELE" in line for line in server.said)


def test_bytes_of_names_that_are_no_text_come_back(server: Peer) -> None:
    name = os.fsdecode(b"out/umlaut-\xe4.edi")
    (server.folder / name).write_bytes(b"1")

    async def look(directory: FtpsDir) -> list[str]:
        return [entry.name async for page in directory.scan("out") for entry in page]

    if server.plain:
        pytest.skip("the server of the tests cannot name such a file in a list of names")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("pyftpdlib.handlers.FTPHandler.unicode_errors", "surrogateescape")
        assert "umlaut-\udce4.edi" in with_server(server, look)
