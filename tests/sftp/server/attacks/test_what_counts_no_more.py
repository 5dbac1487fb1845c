"""A key that is taken away, and guesses that run beside each other."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import asyncssh
import pytest

from gateway.channels.sftp.server import connection as connections
from gateway.channels.sftp.server.host_keys import open_to_others
from tests.sftp.server.house import HASH, KEYS, PASSWORD, Served, acme, served, workspace
from tests.sftp.server.test_login import enter


@pytest.mark.parametrize("way", ["key", "password"])
def test_a_session_ends_when_what_let_it_in_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(connections, "RECHECK", 0.05)
    (tmp_path / "acme.hash").write_text(HASH)
    settings = acme() if way == "key" else {"user": "acme", "passwords": ["${file:acme.hash}"]}

    async def stay(server: Served) -> None:
        login = ("user", None) if way == "key" else (None, PASSWORD)
        async with await enter(server, *login) as connection:
            sftp = await connection.start_sftp_client()
            await asyncio.sleep(0.2)
            assert await sftp.realpath(".") == "/", "it stays as long as it counts"
            (tmp_path / "acme.hash").unlink()
            key = tmp_path / "partners" / "acme-retail" / "keys" / "user.pub"
            shutil.copy(KEYS / "stranger.pub", key)
            await asyncio.wait_for(connection.wait_closed(), 5)

    with served(tmp_path, settings) as server:
        asyncio.run(stay(server))
        assert "does not count any more" in server.hosting.noted("end", 2)[0].outcome


def test_guesses_on_connections_that_were_open_before_are_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "acme.hash").write_text(HASH)
    settings = {"user": "acme", "passwords": ["${file:acme.hash}"]}

    class Waits(asyncssh.SSHClient):
        def __init__(self, go: asyncio.Event) -> None:
            self.go = go

        async def password_auth_requested(self) -> str:
            await self.go.wait()
            return PASSWORD

    async def attack(server: Served) -> bool:
        go = asyncio.Event()
        waiting = asyncio.create_task(enter(server, None, None, client_factory=lambda: Waits(go)))
        await asyncio.sleep(0.2)
        for _ in range(3):
            with pytest.raises((asyncssh.Error, OSError)):
                await enter(server, None, "guess")
        go.set()
        try:
            (await waiting).close()
        except (asyncssh.Error, OSError):
            return False
        return True

    with served(tmp_path, settings, failures=3, lockout="1h") as server:
        assert not asyncio.run(attack(server)), "the right one, but too late"


@pytest.mark.parametrize(("mode", "told"), [(0o600, False), (0o640, False), (0o644, True)])
def test_a_host_key_that_everybody_may_read_is_told(tmp_path: Path, mode: int, told: bool) -> None:
    found = workspace(tmp_path, {"acme-retail": acme()})
    (tmp_path / "host.key").chmod(mode)
    assert found.settings.mailboxes is not None
    assert bool(open_to_others(found, found.settings.mailboxes)) is told
