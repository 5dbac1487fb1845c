"""Connections that are kept and shared, the pause after a failure, and the loop they live in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.channels.remote.failure import RemoteError, Trouble
from gateway.pipeline.remote.loop import Loop
from gateway.pipeline.remote.servers import Servers, servers_for
from tests.remote.memory import MemoryServer
from tests.remote.site import Site

ACME = ("acme-retail", "main")


@pytest.fixture
def server() -> MemoryServer:
    made = MemoryServer()
    made.put("/out/a.edi", b"a")
    return made


@pytest.fixture
def site(tmp_path: Path, server: MemoryServer) -> Iterator[Site]:
    made = Site(tmp_path, server.connect)
    yield made
    made.close()


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop("test")
    yield made
    made.close()


class Watch:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_many_users_share_one_connection(site: Site, server: MemoryServer, loop: Loop) -> None:
    server.delay = 0.001

    async def use(servers: Servers) -> None:
        async with servers.to(*ACME) as directory, servers.slots(*ACME):
            assert await directory.stat("/out/a.edi") is not None

    async def work() -> None:
        servers = Servers(site.workspace)
        await asyncio.gather(*(use(servers) for _ in range(20)))
        await use(servers)
        await servers.close()

    loop.run(work())
    assert server.asked["connect"] == 1
    assert [each.closed for each in server.connections] == [True]


def test_a_connection_that_broke_is_not_given_out_again(
    site: Site, server: MemoryServer, loop: Loop
) -> None:
    async def work() -> None:
        servers = Servers(site.workspace)
        server.fail("stat", "*", "lost")
        with pytest.raises(RemoteError):
            async with servers.to(*ACME) as directory:
                await directory.stat("/out/a.edi")
        async with servers.to(*ACME) as directory:
            await directory.stat("/out/a.edi")
            servers.drop(*ACME)
        async with servers.to(*ACME) as directory:
            await directory.stat("/out/a.edi")
        server.fail("stat", "*", "denied")
        with pytest.raises(RemoteError):
            async with servers.to(*ACME) as directory:
                await directory.stat("/out/a.edi")
        async with servers.to(*ACME):
            pass
        await servers.close()

    loop.run(work())
    assert server.asked["connect"] == 3


@pytest.mark.parametrize(
    ("trouble", "pauses"),
    [
        ("reach", [2, 4, 8, 16, 32, 60, 60]),
        ("login", [30, 60, 120, 240, 480, 600, 600]),
        ("identity", [30, 60, 120, 240, 480, 600, 600]),
    ],
)
def test_a_server_that_fails_is_left_alone_for_a_while(
    site: Site, server: MemoryServer, loop: Loop, trouble: Trouble, pauses: list[int]
) -> None:
    watch = Watch()
    server.refuses = trouble

    async def attempt(servers: Servers) -> None:
        with pytest.raises(RemoteError) as failure:
            async with servers.to(*ACME):
                pass
        assert failure.value.trouble == trouble

    async def work() -> None:
        servers = Servers(site.workspace, watch)
        for number, pause in enumerate(pauses, 1):
            await attempt(servers)
            assert servers.rests(*ACME) == pause
            watch.now += pause - 1
            await attempt(servers)  # told at once, without asking the server
            assert server.asked["connect"] == number
            watch.now += 1
        server.heal()
        async with servers.to(*ACME):
            assert servers.failure(*ACME) is None
        await servers.close()

    loop.run(work())


def test_an_unused_connection_is_closed(site: Site, server: MemoryServer, loop: Loop) -> None:
    async def work() -> None:
        servers = Servers(site.workspace)
        servers._idle = lambda *_key: 0.01  # type: ignore[method-assign]
        for _ in range(2):
            async with servers.to(*ACME):
                await asyncio.sleep(0.03)
                assert not server.connections[-1].closed
            while not server.connections[-1].closed:
                await asyncio.sleep(0.005)

    loop.run(work(), 10.0)
    assert server.asked["connect"] == 2


def test_slots_are_asked_for_while_connected(site: Site) -> None:
    with pytest.raises(RuntimeError, match="inside of"):
        Servers(site.workspace).slots(*ACME)


def test_the_servers_of_a_workspace_are_made_once(site: Site) -> None:
    assert servers_for(site.workspace) is servers_for(site.workspace)


def test_a_coroutine_runs_in_the_loop_from_any_thread(loop: Loop) -> None:
    async def name() -> str:
        return "done"

    assert loop.run(name()) == "done"
    assert loop.start(name()).result(5.0) == "done"


def test_what_takes_too_long_is_cancelled(loop: Loop) -> None:
    ended: list[str] = []

    async def slow() -> None:
        try:
            await asyncio.sleep(60.0)
        finally:
            ended.append("cleaned up")

    with pytest.raises(TimeoutError):
        loop.run(slow(), 0.01)
    assert ended == ["cleaned up"]


def test_the_loop_does_not_wait_for_itself(loop: Loop) -> None:
    async def inner() -> None:
        pass

    async def outer() -> None:
        loop.run(inner())

    with pytest.raises(RuntimeError, match="wait for itself"):
        loop.run(outer())
