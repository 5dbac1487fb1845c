"""Killed between any two steps: nothing that was acknowledged is lost, and nothing is doubled."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.store import pauses
from tests.killing import killed_at
from tests.mailbox.world import MailboxWorld
from tests.pipeline.world import orders

Checkpoint = Callable[[str], None]
Client = Callable[[MailboxWorld, Callable[[str], None]], None]
"""What a client does; it tells what was acknowledged to it."""
DATA = orders()
OURS = ("mailbox", "archive")
"""How checkpoints begin at which it is killed; the others have tests of their own."""


def puts(world: MailboxWorld, told: Callable[[str], None]) -> None:
    world.session().put("orders.edi", DATA)
    told("taken")


def puts_and_renames(world: MailboxWorld, told: Callable[[str], None]) -> None:
    session = world.session()
    session.put("orders.edi.part", DATA)
    told("closed")
    session.rename("orders.edi.part", "orders.edi")
    told("taken")


def fetches(world: MailboxWorld, told: Callable[[str], None]) -> None:
    session = world.session()
    (name,) = session.names("out")
    session.get(f"/out/{name}")
    told("fetched")


def run(folder: Path, client: Client, checkpoint: Checkpoint) -> None:
    """A process in which the client works."""
    world = MailboxWorld(folder, checkpoint=checkpoint, laid=True)
    said = os.open(folder / "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    world.mailboxes.start()
    client(world, lambda text: os.write(said, f"{text}\n".encode()) and None)
    world.gateway.close()


def killed(folder: Path, client: Client, point: int) -> list[str]:
    """The same, ended at its n-th checkpoint; what the client had heard by then."""
    killed_at(point, lambda at: run(folder, client, at))
    said = folder / "said"
    return said.read_text().split() if said.exists() else []


def at_every_point(
    tmp_path: Path,
    client: Client,
    check: Callable[[MailboxWorld, list[str], str], None],
    ours: str | tuple[str, ...] = OURS,
) -> list[str]:
    """Kill the client's process at each checkpoint, start again, and check; the checkpoints."""
    names: list[str] = []
    shutil.copytree(tmp_path / "start", tmp_path / "counted")
    run(tmp_path / "counted", client, names.append)
    for point, name in enumerate(names, 1):
        if not name.startswith(ours) or name.endswith(": begin"):  # nothing happens before that
            continue
        folder = tmp_path / "killed"
        shutil.copytree(tmp_path / "start", folder)
        said = killed(folder, client, point)
        world = MailboxWorld(folder, laid=True)
        try:
            world.mailboxes.start()
            check(world, said, f"{point} {name}")
        finally:
            world.gateway.close()
        shutil.rmtree(folder)
    return names


@pytest.mark.parametrize("client,ours", [(puts, OURS), (puts_and_renames, "mailbox")])
def test_an_upload(tmp_path: Path, client: Client, ours: str | tuple[str, ...]) -> None:
    MailboxWorld(tmp_path / "start").gateway.close()

    def check(world: MailboxWorld, said: list[str], point: str) -> None:
        before = len(world.files_received())
        assert before or "taken" not in said, f"lost: {point}"
        if said == ["closed"] and not before:  # goes on where it was
            world.session().rename("orders.edi.part", "orders.edi")
        elif "taken" not in said:
            client(world, lambda _text: None)
        assert world.files_received() in ([DATA], [DATA, DATA]), point
        (first, *rest) = world.rows(kind="file", partner="acme-retail")
        assert [row.replaces for row in rest] == [first.id for _ in rest], point
        if "taken" not in point:
            return
        world.run()
        assert len(world.orders()) == 1, point
        world.restart()
        assert world.left() == [], point
        world.gateway.house.store.archive.sweep()
        assert not list((world.root / "var/archive/tmp").glob("*")), point

    names = at_every_point(tmp_path, client, check, ours)
    assert {"mailbox upload: committed", "mailbox close: before", "mailbox take: archived"} <= set(
        names
    )
    assert {"mailbox taken: committed", "mailbox take: removed"} <= set(names)


def test_a_fetch(tmp_path: Path) -> None:
    start = MailboxWorld(tmp_path / "start")
    start.session().put("orders.edi", DATA)
    start.run()
    start.gateway.close()

    def check(world: MailboxWorld, said: list[str], point: str) -> None:
        (offered,) = world.offered()
        session = world.session()
        waits = session.names("out")
        assert (offered.state, len(waits)) in {("prepared", 1), ("done", 0)}, point
        assert offered.state == "done" or "fetched" not in said, f"lost: {point}"
        if waits:
            fetches(world, lambda _text: None)
        assert world.row(kind="acknowledgement").state == "delivered", point
        assert world.row(kind="interchange").state == "acknowledged", point
        assert [each.action for each in world.record()].count("fetched") == 1, point

    names = at_every_point(tmp_path, fetches, check)
    assert {"mailbox fetch: before", "mailbox fetched: committed"} <= set(names)


def test_an_offer(tmp_path: Path) -> None:
    start = MailboxWorld(tmp_path / "start")
    start.session().put("orders.edi", DATA)
    scope = "acme-retail/outbound/acknowledgement"
    with start.gateway.house.store.write() as connection:
        pauses.add(connection, scope, "pause", "not yet", "anna", start.clock())
    start.run()
    with start.gateway.house.store.write() as connection:
        pauses.end(connection, scope)
    start.gateway.close()

    def works(world: MailboxWorld, told: Callable[[str], None]) -> None:
        world.run()
        told("offered")

    def check(world: MailboxWorld, _said: list[str], point: str) -> None:
        world.run()
        assert len(world.session().names("out")) == 1, point
        assert len(world.offered()) == 1, point

    names = at_every_point(tmp_path, works, check, "mailbox")
    assert "mailbox offered: committed" in names
