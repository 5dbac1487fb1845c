"""Alarms about partners' servers: raised once, and over when it works again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.channels.remote.failure import Trouble
from gateway.pipeline.watch import watch
from tests.remote.memory import ALWAYS, MemoryServer
from tests.remote.site import Site

EDI = b"UNB+UNOC:3+4012345000009:14+4098765000003:14+260302:0914+1'UNZ+0+1'"


@pytest.fixture
def server() -> MemoryServer:
    made = MemoryServer()
    made.put("/out/orders.edi", EDI)
    return made


@pytest.fixture
def site(tmp_path: Path, server: MemoryServer) -> Iterator[Site]:
    made = Site(tmp_path, server.connect)
    yield made
    made.close()


def codes(site: Site) -> list[str]:
    watch(site.gateway.house)
    return [alarm.found.code for alarm in site.gateway.alarms()]


@pytest.mark.parametrize(
    ("trouble", "code", "looks"),
    [("reach", "A140", 3), ("settings", "A140", 1), ("identity", "A141", 1), ("login", "A142", 1)],
)
def test_a_server_that_cannot_be_used_is_told_once_until_it_works(
    site: Site, server: MemoryServer, trouble: Trouble, code: str, looks: int
) -> None:
    server.refuses = trouble
    told = []
    for _ in range(looks + 2):
        assert site.look() is None
        told.append(codes(site))
    assert told == [[]] * (looks - 1) + [[code]] * 3
    (alarm,) = site.gateway.alarms()
    assert "acme-retail" in alarm.found.sentence
    server.heal()
    site.look()
    assert codes(site) == []
    assert len(site.rows()) == 1


def test_a_folder_that_cannot_be_read_is_told(site: Site, server: MemoryServer) -> None:
    server.fail("scan", "*", "denied", times=ALWAYS)
    for _ in range(3):
        assert site.look() is None
    assert codes(site) == ["A140"]
    assert set(site.problems()) == {"T334"}


def test_a_file_that_cannot_be_removed_is_told_until_it_is(
    site: Site, server: MemoryServer
) -> None:
    server.fail("remove", "*", "denied", times=ALWAYS)
    site.look()
    assert codes(site) == ["A143"]
    site.look()
    assert codes(site) == ["A143"]
    server.heal()
    site.clock.forward(hours=1)
    site.look()
    assert codes(site) == []


def test_files_that_are_not_taken_are_told(site: Site, server: MemoryServer) -> None:
    server.special("/out/shortcut.edi", "link")
    server.put("/out/secret.edi", EDI + b" ")
    server.fail("read", "/out/secret.edi", "denied", times=ALWAYS)
    for _ in range(2):
        site.look(later=1.0)
        assert codes(site) == ["A144"]
    assert sorted(set(site.problems())) == ["T332", "T339"]
    (alarm,) = site.gateway.alarms()
    assert alarm.found.facts["count"] == "2"
    server.heal()
    del server.files["/out/shortcut.edi"]
    site.look(later=7200.0)
    assert codes(site) == []
