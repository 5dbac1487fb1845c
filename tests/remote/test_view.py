"""Why is this file taken or not: what `gateway channel look` is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.channels.remote.failure import RemoteError
from gateway.pipeline.remote.view import view
from tests.remote.memory import ALWAYS, MemoryServer
from tests.remote.site import Site

EDI = b"UNB+UNOC:3+4012345000009:14+4098765000003:14+260302:0914+1'UNZ+0+1'"


@pytest.fixture
def server() -> MemoryServer:
    return MemoryServer()


@pytest.fixture
def site(tmp_path: Path, server: MemoryServer) -> Iterator[Site]:
    made = Site(tmp_path, server.connect, "{folder: /out, match: '*.edi'}")
    yield made
    made.close()


def told(site: Site) -> dict[str, tuple[str, str]]:
    found = view(site.gateway.house, "acme-retail", "main", 10.0)
    return {each.entry.name: (each.decision.verdict, each.decision.why) for each in found.files}


def test_every_file_has_its_reason(site: Site, server: MemoryServer) -> None:
    server.put("/out/stuck.edi", EDI)
    server.fail("remove", "*", "denied", times=ALWAYS)
    site.look()
    site.look(later=60.0)
    server.put("/out/whole.edi", EDI + b" ")
    server.put("/out/half.edi", EDI[:-9])
    server.put("/out/readme.txt", b"hello")
    server.put("/out/coming.edi.part", b"UNB")
    server.put("/out/locked.edi", EDI + b"  ")
    server.fail("read", "/out/locked.edi", "denied", times=ALWAYS)
    found = told(site)
    stuck = site.rows()[0].id
    assert found["stuck.edi"][0] == "taken"
    assert found["stuck.edi"][1].startswith(f"it was taken before as message {stuck}; ")
    assert found["whole.edi"] == (
        "wait",
        "it has to stay the same for 10 s between two looks of the gateway",
    )
    lacks = "the last segment has no end; UNZ is still to come; it is waited for"
    assert found["half.edi"][1].startswith(lacks)
    assert found["readme.txt"] == ("ignore", "its name does not fit match: *.edi")
    assert found["coming.edi.part"] == ("ignore", "its name says that it is not finished")
    assert found["locked.edi"][1].startswith("it cannot be read:")
    assert site.look() is not None  # nothing was taken by looking
    assert len(site.rows()) == 1


def test_a_file_that_is_there_again_is_told_as_such(site: Site, server: MemoryServer) -> None:
    server.put("/out/daily.edi", EDI)
    site.look()
    site.look(later=60.0)
    assert server.names("/out") == []
    server.put("/out/daily.edi", EDI)
    found = view(site.gateway.house, "acme-retail", "main", 10.0)
    assert found.files[0].message == site.rows()[0].id


def test_a_server_that_cannot_be_reached_is_told(site: Site, server: MemoryServer) -> None:
    server.refuses = "reach"
    for _ in range(2):  # a person does not wait for the pause after a failure
        with pytest.raises(RemoteError):
            told(site)
    server.heal()
    server.folder("/out")
    assert told(site) == {}


def test_a_channel_that_fetches_nothing_has_no_view(site: Site) -> None:
    with pytest.raises(ValueError, match="fetches nothing"):
        view(site.gateway.house, "northwind", "main")
