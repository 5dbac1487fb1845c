"""A connection that is over before a file is opened: nothing is begun, and nothing is left open."""

from __future__ import annotations

import gc
import warnings
from pathlib import Path

import pytest

from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp.session import Session
from tests.sftp.client.world import got, on, server
from tests.sftp.peer import peer


def test_opening_on_a_connection_that_is_gone_leaves_nothing_behind(tmp_path: Path) -> None:
    async def work(session: Session) -> None:
        session._entered.connection.abort()
        with pytest.raises(RemoteError):
            await got(session.read("a.edi", 0, 1))

    with warnings.catch_warnings(record=True) as said, peer(tmp_path) as running:
        warnings.simplefilter("always")
        on(server(running), work)
        gc.collect()
    assert [str(each.message) for each in said] == []
