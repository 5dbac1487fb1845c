"""The server as a whole: opened, cut, stopped."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncssh
import pytest

from gateway.channels.sftp.server.paths import Spot
from gateway.channels.sftp.server.service import ServiceError
from tests.remote.proxy import proxy
from tests.sftp.server.hosting import MemoryHosting
from tests.sftp.server.house import KEYS, Served, acme, served
from tests.sftp.server.test_login import enter

A = Spot("in", "a.edi")
BODY = os.urandom(90_000)
CUTS = int(os.environ.get("SFTP_CUTS", "12"))


async def _told(port: int, work: Callable[[asyncssh.SFTPClient], Awaitable[None]]) -> bool:
    """Do something over a line that may break; whether the client believes that it was done."""
    try:
        async with (
            asyncssh.connect(
                "127.0.0.1",
                port,
                username="acme",
                client_keys=[str(KEYS / "user.key")],
                known_hosts=None,
                agent_path=None,
                config=None,
            ) as connection,
            connection.start_sftp_client() as sftp,
        ):
            await work(sftp)
            return True
    except (asyncssh.Error, OSError):
        return False


async def _put(sftp: asyncssh.SFTPClient) -> None:
    async with sftp.open("/in/a.edi", "wb") as file:
        for start in range(0, len(BODY), 30_000):
            await file.write(BODY[start : start + 30_000])


async def _get(sftp: asyncssh.SFTPClient) -> None:
    async with sftp.open("/in/a.edi", "rb") as file:
        assert await file.read() == BODY


def _cuts(whole: int) -> list[int]:
    """Positions in a conversation of so many bytes: some all over it, more at its end."""
    near = [whole - back for back in (1, 30, 60, 90, 120, 160, 200)]
    return [whole * number // CUTS for number in range(1, CUTS)] + near


def _settled(hosting: MemoryHosting) -> None:
    """Wait until the server has put away every session that it had."""
    while hosting.ended < len(hosting.callers):
        hosting.heard.wait(0.005)


def test_an_upload_whose_line_is_cut_anywhere_is_whole_or_torn(tmp_path: Path) -> None:
    with served(tmp_path, failures=100) as server, proxy(server.port) as line:
        hosting = server.hosting
        assert asyncio.run(_told(line.port, _put))
        for cut in _cuts(line.up):
            hosting.whole.clear()
            hosting.torn.clear()
            line.cut_up, line.cuts, line.up = cut, 1, 0
            told = asyncio.run(_told(line.port, _put))
            _settled(hosting)
            assert not told or hosting.whole, cut
            assert hosting.whole in ([], [(A, BODY)]), cut
            if not hosting.whole:
                assert BODY.startswith(hosting.torn.get(A, b"")), cut


def test_a_download_whose_line_is_cut_anywhere_was_fetched_or_not(tmp_path: Path) -> None:
    with served(tmp_path, failures=100) as server, proxy(server.port) as line:
        hosting = server.hosting
        hosting.files[A] = BODY
        assert asyncio.run(_told(line.port, _get))
        for cut in _cuts(line.down):
            hosting.fetched.clear()
            line.cut_down, line.cuts, line.down = cut, 1, 0
            told = asyncio.run(_told(line.port, _get))
            _settled(hosting)
            sure = [sent for _, explicit, sent in hosting.fetched if explicit]
            assert sure in ([], [((0, len(BODY)),)]), cut
            assert not told or sure, cut


def test_ok_is_said_only_when_the_file_is_kept(tmp_path: Path) -> None:
    hosting = MemoryHosting()
    hosting.gate.clear()
    order: list[str] = []

    async def put(port: int) -> None:
        asyncio.get_running_loop().call_later(0.05, _open_gate)
        assert await _told(port, _put)
        order.append("told")

    def _open_gate() -> None:
        assert hosting.whole == []
        order.append("kept")
        hosting.gate.set()

    with served(tmp_path, hosting=hosting) as server:
        asyncio.run(put(server.port))
    assert order == ["kept", "told"]


def test_it_stops_within_seconds_and_tears_what_is_open(tmp_path: Path) -> None:
    async def stop() -> float:
        entered = served(tmp_path)
        server = entered.__enter__()
        connection = await enter(server, "user")
        sftp = await connection.start_sftp_client()
        file = await sftp.open("/in/a.edi", "wb")
        await file.write(BODY[:100])
        start = time.monotonic()
        await asyncio.to_thread(entered.__exit__, None, None, None)
        took = time.monotonic() - start
        assert server.hosting.torn == {A: BODY[:100]}
        assert [each.action for each in server.hosting.actions] == ["login", "put", "end"]
        connection.abort()
        return took

    assert asyncio.run(stop()) < 5


def test_threads_are_gone_when_it_has_stopped(tmp_path: Path) -> None:
    with served(tmp_path):
        pass
    assert not [each for each in threading.enumerate() if each.name.startswith("sftp")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "No such file or directory"),
        ("no key", "it is no private key as OpenSSH or PEM writes it"),
        ((KEYS / "user-protected.key").read_text(), "it is protected by a passphrase"),
    ],
)
def test_a_host_key_that_cannot_be_used_is_said(
    tmp_path: Path, text: str | None, reason: str
) -> None:
    if text is not None:
        (tmp_path / "mine.key").write_text(text)
    with (
        pytest.raises(ServiceError) as refused,
        served(tmp_path, host_keys=["${file:mine.key}"]),
    ):
        pass
    assert refused.value.problem.code == "T400"
    assert reason in str(refused.value)


@pytest.mark.parametrize("listen", ["taken", "no.such.host.invalid:0", "127.0.0.1:99999"])
def test_a_port_that_cannot_be_opened_is_said(tmp_path: Path, listen: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        taken = listen.replace("taken", f"127.0.0.1:{port}")
        with pytest.raises(ServiceError) as refused, served(tmp_path, listen=taken):
            pass
    assert refused.value.problem.code == "T401"
    assert taken in str(refused.value)


def test_a_host_key_that_changes_is_shown_from_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.channels.sftp.server.service.REREAD_SECONDS", 0.0)

    async def shown(port: int) -> str:
        key = await asyncssh.get_server_host_key("127.0.0.1", port, config=None)
        assert key is not None
        return key.get_fingerprint()

    def fingerprint(name: str) -> str:
        return asyncssh.read_public_key(KEYS / f"{name}.pub").get_fingerprint()

    with served(tmp_path) as server:
        assert asyncio.run(shown(server.port)) == fingerprint("host")
        (tmp_path / "host.key").write_text((KEYS / "host-new.key").read_text())
        assert asyncio.run(shown(server.port)) == fingerprint("host-new")
        (tmp_path / "host.key").write_text("half a k")
        assert asyncio.run(shown(server.port)) == fingerprint("host-new")


def test_a_mailbox_that_is_too_fast_is_answered_later(tmp_path: Path) -> None:
    async def fast(server: Served) -> None:
        connection = await enter(server, "user")
        sftp = await connection.start_sftp_client()
        for _ in range(2):
            with pytest.raises(asyncssh.SFTPNoSuchFile):
                await sftp.remove("/in/none")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(sftp.remove("/in/none"), 0.1)
        connection.abort()

    with served(tmp_path, acme(rate=2)) as server:
        asyncio.run(fast(server))
