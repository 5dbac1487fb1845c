"""Connections to partners' servers, and the looks at them, when other settings run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.channels.remote.directory import RemoteDir
from gateway.config import Workspace
from gateway.pipeline.remote.loop import loop
from gateway.pipeline.remote.rounds import Rounds
from gateway.pipeline.remote.servers import Servers, inherit, servers_for
from tests.remote.memory import MemoryServer
from tests.remote.site import Site

CHANNEL = ("acme-retail", "main")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, MemoryServer().connect)
    yield made
    made.close()


def _changed(workspace: Workspace, folder: str) -> Workspace:
    """The same with another folder that is looked into."""
    partner = workspace.partners["acme-retail"]
    channel = partner.channels["main"]
    assert channel.sftp is not None
    assert channel.sftp.receive is not None
    receive = channel.sftp.receive.model_copy(update={"folder": folder})
    sftp = channel.sftp.model_copy(update={"receive": receive})
    channels = {"main": channel.model_copy(update={"sftp": sftp})}
    changed = partner.model_copy(update={"channels": channels})
    return replace(workspace, partners={**workspace.partners, "acme-retail": changed})


async def _use(servers: Servers) -> RemoteDir:
    async with servers.to(*CHANNEL) as directory:
        return directory


def test_a_connection_goes_on_where_nothing_of_the_channel_changed(site: Site) -> None:
    old = site.workspace
    first = loop().run(_use(servers_for(old)), 5.0)
    same = replace(old, hash="other")
    inherit(old, same)
    loop().run(servers_for(same).settle(), 5.0)
    assert loop().run(_use(servers_for(same)), 5.0) is first
    other = _changed(same, "elsewhere")
    inherit(same, other)
    loop().run(servers_for(other).settle(), 5.0)
    assert loop().run(_use(servers_for(other)), 5.0) is not first
    _until(lambda: first.closed)
    loop().run(servers_for(other).close(), 5.0)


def test_looks_go_on_or_begin_anew(site: Site) -> None:
    old = site.workspace
    with Rounds(site.core) as rounds:
        rounds.start()
        _until(lambda: set(rounds._ends) == {"acme-retail/main"})
        end = rounds._ends["acme-retail/main"]
        site.core.house = replace(site.core.house, workspace=replace(old, hash="other"))
        rounds.furnish(site.core.house)
        assert rounds._ends["acme-retail/main"] is end
        site.core.house = replace(site.core.house, workspace=_changed(old, "elsewhere"))
        rounds.furnish(site.core.house)
        assert end.is_set()
        assert rounds._ends["acme-retail/main"] is not end
        site.core.house = replace(site.core.house, workspace=replace(old, partners={}))
        rounds.furnish(site.core.house)
        assert not rounds._ends
        _until(lambda: not rounds._tasks)


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10.0
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
