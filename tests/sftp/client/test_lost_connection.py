"""Connections that break or fall silent: told in words, and told what nobody knows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp.client import connect
from gateway.channels.sftp.session import Session
from tests.remote.proxy import Proxy, proxy
from tests.sftp.client.world import Running, chunks, got, server
from tests.sftp.sshd import sshd

DATA = bytes(range(256)) * 4000


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Path]]:
    folder = tmp_path_factory.mktemp("files")
    (folder / "a.edi").write_bytes(DATA)
    with sshd(folder) as running:
        yield running, folder


def broken(
    running: Running,
    between: Proxy,
    work: Callable[[Session], Awaitable[object]],
    arm: Callable[[], None],
    timeout: float = 10.0,
) -> RemoteError:
    """How work fails on a connection that is spoiled after logging in."""

    async def whole() -> RemoteError:
        where = server(running, timeout=timeout)
        session = await connect(replace(where, port=between.port))
        arm()
        with pytest.raises(RemoteError) as found:
            await work(session)
        assert session.closed
        with pytest.raises(RemoteError) as later:
            await session.stat("a.edi")
        assert (later.value.trouble, later.value.unknown) == ("lost", False)
        await session.close()
        return found.value

    return asyncio.run(whole())


@pytest.mark.parametrize("cut", [1, 5_000, 70_000, 300_000, 900_000])
def test_a_download_that_is_cut_is_lost_and_what_came_is_right(
    there: tuple[Running, Path], cut: int
) -> None:
    seen = bytearray()

    async def work(session: Session) -> None:
        async for piece in session.read("a.edi", 0, len(DATA)):
            seen.extend(piece)

    with proxy(there[0].port) as between:
        found = broken(there[0], between, work, lambda: _cut(between, "down", cut))
    assert (found.trouble, found.problem.code, found.unknown) == ("lost", "T320", False)
    assert "the connection broke while reading a.edi" in str(found)
    assert DATA.startswith(bytes(seen))


@pytest.mark.parametrize("cut", [1, 5_000, 70_000, 300_000, 900_000])
def test_an_upload_that_is_cut_leaves_the_beginning_and_is_unknown(
    there: tuple[Running, Path], cut: int
) -> None:
    told: list[int] = []
    path = f"cut-{cut}.tmp"

    async def work(session: Session) -> None:
        await session.write(path, chunks(DATA), told=told.append)

    with proxy(there[0].port) as between:
        found = broken(there[0], between, work, lambda: _cut(between, "up", cut))
    assert (found.trouble, found.unknown) == ("lost", True)
    left = there[1] / path
    arrived = left.read_bytes() if left.exists() else b""
    assert DATA.startswith(arrived)
    assert sum(told) <= len(arrived)


def _cut(between: Proxy, way: str, count: int) -> None:
    setattr(between, f"cut_{way}", getattr(between, way) + count)


def test_a_server_that_falls_silent_is_given_up(there: tuple[Running, Path]) -> None:
    def stall(between: Proxy) -> None:
        between.stalls = True
        _cut(between, "down", 1)

    for work, unknown in (
        (lambda session: session.stat("a.edi"), False),
        (lambda session: got(session.read("a.edi", 0, len(DATA))), False),
        (lambda session: anext(session.scan(".")), False),
        (lambda session: session.write("silent.tmp", chunks(DATA)), True),
        (lambda session: session.make_folder("silent"), True),
        (lambda session: session.remove("no.edi"), True),
    ):
        with proxy(there[0].port) as between:
            found = broken(there[0], between, work, lambda: stall(between), 0.2)  # type: ignore[arg-type]
        assert (found.trouble, found.problem.code, found.unknown) == ("lost", "T321", unknown)
        assert "no answer for 0.2 s while" in str(found)


def test_all_who_wait_hear_of_a_break_at_once(there: tuple[Running, Path]) -> None:
    async def work(session: Session) -> None:
        results = await asyncio.gather(
            *(got(session.read("a.edi", 0, len(DATA))) for _ in range(8)), return_exceptions=True
        )
        assert {type(each) for each in results} == {RemoteError}
        raise results[0]  # type: ignore[misc]

    with proxy(there[0].port, delay=0.01) as between:
        found = broken(there[0], between, work, lambda: _cut(between, "down", 200_000))
    assert found.trouble == "lost"


def test_a_rename_whose_answer_is_lost_is_unknown(there: tuple[Running, Path]) -> None:
    (there[1] / "before").write_bytes(b"x")

    async def work(session: Session) -> None:
        old, new = session.path("before"), session.path("after")
        # looked at before; the answer to the renaming itself is what gets lost
        _cut(between, "down", 1)
        await session.ask(
            session.doing("renaming before to", "after", changes=True),
            session.files.rename(old, new),
        )

    with proxy(there[0].port) as between:
        found = broken(there[0], between, work, lambda: None)
    assert (found.trouble, found.unknown) == ("lost", True)


def test_a_dead_connection_is_noticed_without_any_request(there: tuple[Running, Path]) -> None:
    async def whole() -> None:
        with proxy(there[0].port) as between:
            where = server(there[0], keepalive=0.05)
            session = await connect(replace(where, port=between.port))
            gone = asyncio.Event()
            session._entered.login.on_gone = gone.set
            between.stalls = True
            _cut(between, "down", 1)
            async with asyncio.timeout(5):
                await gone.wait()
            assert session.closed
            await session.close()

    asyncio.run(whole())
