"""Mailboxes are served beside the work, where a partner has one."""

from __future__ import annotations

import asyncio
import socket
import threading
from pathlib import Path

import asyncssh
import pytest

from gateway.web.mailboxes import mailboxes
from gateway.web.port import PortError
from tests.mailbox.world import KEYS, SERVER, MailboxWorld
from tests.pipeline.world import GATEWAY, World
from tests.web.test_reception import PATIENCE, until

ORDER = b"UNB+UNOC:3+4012345000009:14+4098765000003:14+260302:0900+1'UNZ+0+1'"


async def put(where: str, name: str, data: bytes) -> None:
    async with (
        asyncssh.connect(
            "127.0.0.1",
            int(where.rpartition(":")[2]),
            username="acme",
            client_keys=[str(KEYS / "user.key")],
            known_hosts=None,
            agent_path=None,
            config=None,
        ) as connection,
        connection.start_sftp_client() as sftp,
        sftp.open(f"/in/{name}", "wb") as file,
    ):
        await file.write(data)


def test_what_a_partner_puts_is_worked_on_at_once(tmp_path: Path) -> None:
    world = MailboxWorld(tmp_path)
    gateway, stop = world.gateway, threading.Event()
    with mailboxes(gateway) as where:
        assert where is not None
        assert where.startswith("sftp://127.0.0.1:")
        thread = threading.Thread(target=gateway.serve, args=(stop,), daemon=True)
        thread.start()
        try:
            assert until(lambda: gateway.crew is not None)
            asyncio.run(put(where, "orders.edi", ORDER))
            assert world.files_received() == [ORDER]
            assert until(lambda: all(row.state != "received" for row in world.rows(kind="file")))
        finally:
            stop.set()
            thread.join(PATIENCE)
    assert [each.action for each in world.record()][:1] == ["login"]
    gateway.close()


def test_nothing_is_opened_where_nobody_has_a_mailbox(tmp_path: Path) -> None:
    world = World(tmp_path)
    with mailboxes(world.gateway) as where:
        assert where is None
    world.gateway.close()


def test_a_port_that_is_taken_is_said_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = SERVER.replace("127.0.0.1:0", f"127.0.0.1:{port}")
        world = MailboxWorld(tmp_path, {"gateway.yaml": GATEWAY + server})
        with pytest.raises(PortError, match=r"mailboxes.listen.*in use"), mailboxes(world.gateway):
            pass
        world.gateway.close()
