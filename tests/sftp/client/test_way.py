"""The way to a server: names, ports, proxies, jump hosts, and what else may answer there."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.channels.sftp.client import connect
from gateway.channels.sftp.endpoint import Login, Pins, Server
from gateway.channels.sftp.session import Session
from tests.sftp.client.world import chunks, key, login, on, public, refused, server
from tests.sftp.peer import Peer, peer
from tests.sftp.sshd import sshd

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def works(session: Session) -> bool:
    return await session.stat(".") is not None


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with peer(tmp_path_factory.mktemp("files")) as made:
        yield made


@contextmanager
def listening(talk: Talk) -> Iterator[int]:
    """Something else that listens on a port."""
    loop = asyncio.new_event_loop()

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await talk(reader, writer)
        finally:
            writer.close()

    started = loop.run_until_complete(asyncio.start_server(guarded, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield started.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_stop(started), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _stop(started: asyncio.Server) -> None:
    started.close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)  # transports close in the round after


def at(port: int, **changes: object) -> Server:
    us = Login("acme", (key("user"),))
    return replace(Server("127.0.0.1", port, Pins((public("host"),)), us), **changes)  # type: ignore[arg-type]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    where = Server("sftp.northwind.example", 22, Pins((public("host"),)), Login("acme"))
    found = refused(where)
    assert (found.trouble, found.problem.code) == ("dns", "T305")
    assert str(found) == "sftp.northwind.example has no address: Name or service not known"


def test_a_name_with_several_addresses_is_tried_until_one_answers(
    running: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", free_port()))
    alive = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", running.port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: [dead, alive])
    assert on(server(running, host="sftp.northwind.example"), works)


def test_a_port_where_nobody_listens() -> None:
    found = refused(at(free_port()))
    assert (found.trouble, found.problem.code) == ("reach", "T306")
    assert "nobody listens on this port" in str(found)


async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def rude(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    return


def saying(words: bytes, *, stays: bool = False) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        await writer.drain()
        if stays:
            await reader.read()

    return talk


STRANGE = [
    (silent, "T317", "agreeing on keys was not over after 0.4 s"),
    (rude, "T316", "the connection ended during agreeing on keys"),
    (saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "T316", "agreeing on keys"),
    (saying(b"SSH-1.5-old\r\n", stays=True), "T307", "answers, but not as an SSH server"),
    (saying(b"220 FTP ready\r\n", stays=True), "T317", "agreeing on keys"),
    (saying(b"x" * 100_000, stays=True), "T307", "answers, but not as an SSH server"),
    (saying(b"SSH-2.0-\xff\xfe\r\n" + b"\xff" * 60, stays=True), "T316", "agreeing on keys"),
    (saying(b"SSH-2.0-x\r\n" + b"\xff" * 60, stays=True), "T307", "not as an SSH server"),
]


@pytest.mark.parametrize(("talk", "code", "words"), STRANGE, ids=range(len(STRANGE)))
def test_what_answers_there_may_be_something_else(talk: Talk, code: str, words: str) -> None:
    with listening(talk) as port:
        found = refused(at(port, connect_timeout=0.4))
    assert (found.trouble, found.problem.code) == ("reach", code)
    assert words in str(found)


# ---- jump hosts


def test_the_way_leads_through_a_jump_host(running: Peer, tmp_path: Path) -> None:
    with peer(tmp_path, host_keys=("host-new",), jumps=True, user="porter") as jump:
        through = server(jump, pins=Pins((public("host-new"),)))
        assert on(server(running, jump=through), works)
        assert jump.attempts[0] == "user porter"


def test_the_steps_of_both_servers_are_told(running: Peer, tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []

    async def whole(where: Server) -> None:
        await (await connect(where, lambda *step: told.append(step))).close()

    with peer(tmp_path, jumps=True) as jump:
        asyncio.run(whole(server(running, jump=server(jump))))
        steps = ["dns", "tcp", "host key", "login", "tcp", "host key", "login", "sftp"]
        assert [step for step, _ in told] == steps
        assert told[4][1].endswith(f"by the jump host 127.0.0.1:{jump.port}")


def test_openssh_is_a_jump_host_too(running: Peer, tmp_path: Path) -> None:
    with sshd(tmp_path) as jump:

        async def work(session: Session) -> int:
            return await session.write("jumped.edi", chunks(b"x" * 100_000))

        assert on(server(running, jump=server(jump)), work) == 100_000


def test_a_jump_host_is_recognised_as_well(running: Peer, tmp_path: Path) -> None:
    before = running.connections
    with peer(tmp_path, jumps=True) as jump:
        through = server(jump, pins=Pins((public("host-new"),)))
        found = refused(server(running, jump=through))
        assert (found.trouble, found.problem.code) == ("identity", "T310")
        assert f"127.0.0.1:{jump.port}" in str(found)
        assert jump.attempts == []
    assert running.connections == before


def test_a_jump_host_that_leads_nowhere(running: Peer, tmp_path: Path) -> None:
    with peer(tmp_path) as jump:
        found = refused(server(running, jump=server(jump)))
    assert (found.trouble, found.problem.code) == ("reach", "T308")
    assert f"the jump host 127.0.0.1:{jump.port} does not open the way to" in str(found)


def test_the_server_behind_a_jump_host_is_recognised(running: Peer, tmp_path: Path) -> None:
    running.attempts.clear()
    with peer(tmp_path, jumps=True) as jump:
        pins = Pins((public("host-new"),))
        found = refused(server(running, jump=server(jump), pins=pins))
    assert found.problem.code == "T310"
    assert f"127.0.0.1:{running.port}" in str(found)
    assert running.attempts == []


# ---- proxies


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


def leading(kind: str, asked: list[str], *, refuses: bool = False) -> Talk:
    """A small proxy, which notes where it was asked to lead."""

    async def http(reader: asyncio.StreamReader) -> tuple[str, int]:
        head = await reader.readuntil(b"\r\n\r\n")
        host, _, port = head.split()[1].decode().rpartition(":")
        return host, int(port)

    async def socks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
        await reader.readexactly((await reader.readexactly(2))[1])
        writer.write(b"\5\0")
        assert (await reader.readexactly(3))[:2] == b"\5\1"
        kinds = {1: 4, 3: 0, 4: 16}
        size = kinds[(await reader.readexactly(1))[0]] or (await reader.readexactly(1))[0]
        raw = await reader.readexactly(size)
        host = socket.inet_ntoa(raw) if size == 4 else raw.decode()
        return host, int.from_bytes(await reader.readexactly(2), "big")

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = await (http(reader) if kind == "http" else socks(reader, writer))
        asked.append(f"{host}:{port}")
        if refuses:
            no = b"HTTP/1.1 403 Forbidden\r\n\r\n" if kind == "http" else b"\5\2\0\1" + b"\0" * 6
            writer.write(no)
            await writer.drain()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" if kind == "http" else b"\5\0\0\1" + b"\0" * 6)
        try:
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        finally:
            far_writer.close()

    return talk


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_the_way_leads_through_a_proxy_that_looks_names_up(running: Peer, kind: str) -> None:
    asked: list[str] = []
    with listening(leading(kind, asked)) as port:
        where = server(running, host="sftp.northwind.example", proxy=f"{kind}://127.0.0.1:{port}")
        assert on(where, works)
    assert asked == [f"sftp.northwind.example:{running.port}"]


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_proxy_that_refuses_is_told(running: Peer, kind: str) -> None:
    with listening(leading(kind, [], refuses=True)) as port:
        proxy = f"{kind}://127.0.0.1:{port}"
        found = refused(server(running, proxy=proxy))
    assert (found.trouble, found.problem.code) == ("reach", "T303")
    assert f"the proxy {proxy} does not lead to 127.0.0.1:{running.port}: " in str(found)


def test_a_proxy_that_is_not_there(running: Peer) -> None:
    found = refused(server(running, proxy=f"http://127.0.0.1:{free_port()}"))
    assert found.problem.code == "T303"


def test_the_proxy_leads_to_the_jump_host(running: Peer, tmp_path: Path) -> None:
    asked: list[str] = []
    with peer(tmp_path, jumps=True) as jump, listening(leading("http", asked)) as port:
        where = server(running, jump=server(jump), proxy=f"http://127.0.0.1:{port}")
        assert on(where, works)
    assert asked == [f"127.0.0.1:{jump.port}"]


def test_a_container_whose_user_has_no_name(running: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOGNAME", "")

    def nobody(_number: int) -> None:
        raise KeyError("no such user")

    monkeypatch.setattr("pwd.getpwuid", nobody)
    assert on(server(running, login=login(running)), works)
