"""A look that ended between removing a file and noting that: what lies there now may be another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.store.database import Store
from gateway.store.remote import picked
from tests.remote.memory import ALWAYS, MemoryServer
from tests.remote.site import Site

EDI = b"UNB+UNOC:3+4012345000009:14+4098765000003:14+260302:0914+1'UNZ+0+1'"
OTHER = EDI.replace(b"+1'", b"+2'")
"""As long as the first one; it comes in the same second."""
Open = Callable[..., Site]


@pytest.fixture
def server() -> MemoryServer:
    made = MemoryServer()
    made.folder("/out")
    return made


@pytest.fixture
def opened(tmp_path: Path, server: MemoryServer) -> Iterator[Open]:
    sites: list[Site] = []

    def open_(receive: str = "{folder: /out, ready: {stable_for: 0s}}") -> Site:
        sites.append(Site(tmp_path, server.connect, receive))
        return sites[-1]

    yield open_
    for each in sites:
        each.close()


def ended(site: Site, name: str) -> None:
    """A look that ends at a checkpoint; the process is started anew."""

    def checkpoint(reached: str) -> None:
        if reached == name:
            raise RuntimeError("killed")

    site.checkpoint = checkpoint
    with pytest.raises(RuntimeError):
        site.look()
    site.checkpoint = lambda _name: None
    site.again()


def open_rows(site: Site) -> int:
    with site.gateway.house.store.read() as connection:
        return len(picked.unsettled(connection, "acme-retail/main", 10))


def test_another_file_of_the_same_name_size_and_second_is_taken_before_it_is_removed(
    opened: Open, server: MemoryServer
) -> None:
    server.put("/out/orders.edi", EDI)
    site = opened()
    ended(site, "pick clear: after")
    assert server.names("/out") == []
    server.put("/out/orders.edi", OTHER)
    for _ in range(2):
        site.look()
    assert [data for _, data in site.taken()] == [EDI, OTHER]
    assert (server.names("/out"), open_rows(site)) == ([], 0)


def test_a_file_that_was_not_removed_yet_is_compared_and_removed(
    opened: Open, server: MemoryServer
) -> None:
    server.put("/out/orders.edi", EDI)
    site = opened()
    ended(site, "pick clear: before")
    site.look()
    assert (len(site.rows()), server.names("/out"), open_rows(site)) == (1, [], 0)


def test_a_file_that_is_gone_is_noted_as_removed(opened: Open, server: MemoryServer) -> None:
    server.put("/out/orders.edi", EDI)
    site = opened()
    ended(site, "pick clear: after")
    site.look()
    assert (len(site.rows()), open_rows(site)) == (1, 0)


def test_a_file_whose_marker_went_first_does_not_lie_there_for_ever(
    opened: Open, server: MemoryServer
) -> None:
    server.put("/out/orders.edi", EDI)
    server.put("/out/orders.edi.ok", b"")
    server.fail("remove", "/out/orders.edi", "lost")
    site = opened('{folder: /out, ready: {marker: "{name}.ok"}}')
    site.look()
    assert server.names("/out") == ["orders.edi"]
    site.again()
    site.look()
    assert (len(site.rows()), server.names("/out"), open_rows(site)) == (1, [], 0)


def test_that_a_file_was_removed_survives_a_power_cut(
    opened: Open, server: MemoryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put("/out/orders.edi", EDI)
    site = opened()
    noted: list[str] = []
    real = Store.write

    def write(store: Store, name: str = "write") -> object:
        noted.append(name)
        return real(store, name)

    monkeypatch.setattr(Store, "write", write)
    site.look()
    assert noted == ["picked up", "pick cleared"]


def test_a_claimed_file_that_cannot_be_removed_is_not_fetched_again(
    opened: Open, server: MemoryServer
) -> None:
    server.put("/out/orders.edi", EDI)
    server.fail("remove", "*", "denied", times=ALWAYS)
    site = opened("{folder: /out, claim: /ours, ready: {stable_for: 0s}}")
    site.look()
    read = server.asked["read"]
    for _ in range(3):
        site.look(later=5.0)
    assert (server.asked["read"], len(site.rows())) == (read, 1)
    server.put("/out/orders.edi", EDI)  # it may come again meanwhile, and is not forgotten
    server.heal()
    site.clock.forward(hours=1)
    for _ in range(2):
        site.look(later=5.0)
    assert (server.names("/out"), server.names("/ours"), open_rows(site)) == ([], [], 0)
