"""The same on PostgreSQL: files are accepted once, by one machine at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.channels.remote.directory import Entry
from gateway.pipeline.remote.accept import Haul, accept
from gateway.pipeline.remote.look import look
from gateway.pipeline.remote.loop import loop
from gateway.store import Stored
from gateway.store.lanes import FencedError
from gateway.store.remote.picked import spot_of
from tests.remote.memory import MemoryServer
from tests.remote.site import RECEIVE, SETTLED, Site

EDI = b"UNB+UNOC:3+4012345000009:14+4098765000003:14+260302:0914+1'UNZ+0+1'"


@pytest.fixture
def server() -> MemoryServer:
    made = MemoryServer()
    for number in range(100):
        made.put(f"/out/{number}.edi", EDI + b" " * number)
    return made


@pytest.fixture
def site(tmp_path: Path, server: MemoryServer, postgres_ready: str) -> Iterator[Site]:
    made = Site(tmp_path, server.connect, RECEIVE, postgres_ready)
    yield made
    made.close()


def test_files_are_taken_once_whatever_breaks(site: Site, server: MemoryServer) -> None:
    server.fail("remove", "/out/50.edi", "lost", done=True)
    server.fail("read", "/out/70.edi", "lost")
    for _ in range(4):
        site.look(later=SETTLED)
    assert sorted(data for _, data in site.taken()) == [EDI + b" " * n for n in range(100)]
    assert server.names("/out") == []


def test_one_who_slept_accepts_nothing_any_more(site: Site) -> None:
    lease = site.core.hold("poll/acme-retail/main")
    assert lease is not None
    room = site.core.room(lease)
    site.core.let_go(lease)
    assert site.core.hold("poll/acme-retail/main") is not None  # another machine
    entry = Entry("a.edi", "file", 5, 1)
    spot = spot_of("acme-retail/main", "/out/a.edi", 5, 1)
    haul = Haul(entry, "/out/a.edi", "", spot, Stored("a" * 64, 5))
    with pytest.raises(FencedError):
        accept(room, "acme-retail/main", [haul], stays=False)
    assert site.rows() == []


def test_another_machine_looks_only_when_the_first_one_is_late(
    site: Site, server: MemoryServer
) -> None:
    site.look()
    site.core.owner = "another:1"
    for seconds, connections in ((0, 1), (60, 1), (60, 2)):
        site.clock.forward(seconds=seconds)
        loop().run(site.servers.close())
        loop().run(look(site.desk, site.source, due=site.clock()))
        assert server.asked["connect"] == connections
