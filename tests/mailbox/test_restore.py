"""A backup knows what waits in mailboxes; bytes that nobody acknowledged are not in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.channels.sftp.server.hosting import Refusal
from gateway.pipeline.housekeeping import doctor
from gateway.store import pauses
from gateway.store.archive import open_archive
from gateway.store.backup import back_up, restore
from tests.mailbox.world import MailboxWorld, at
from tests.pipeline.world import invoices, make, orders

DATA = orders()


def test_what_waits_is_restored_and_shown_when_a_person_has_looked(
    world: MailboxWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.pipeline.mailbox.mailbox.FRESH", 0.0)
    session = world.session()
    session.put("taken.edi", DATA)
    session.put("closed.part", DATA)
    session.tear("torn.edi", DATA[:20])
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    names = session.names("out")
    back_up(world.gateway.house.store, tmp_path / "backup")
    root = tmp_path / "other"
    workspace = make(root, world.files)
    archive = open_archive(workspace.archive)
    restore(tmp_path / "backup", workspace.database, archive, world.clock(), who="anna")
    other = MailboxWorld(root, clock=world.clock)
    try:
        other.mailboxes.start()
        session = other.session()
        assert session.names("out") == []  # it may have been fetched since
        with other.gateway.house.store.write() as connection:
            pauses.end(connection, pauses.EVERYTHING)
        assert session.names("out") == names
        for name in names:
            session.get(f"/out/{name}")
        assert {one.state for one in other.offered()} == {"done"}
        for gone in (
            lambda: session.rename("closed.part", "closed.edi"),
            lambda: session.get("in/torn.edi"),
        ):
            with pytest.raises(Refusal) as found:
                gone()
            assert found.value.why == "missing"
        assert session.names() == ["taken.edi"]
        session.box.stat(at("taken.edi"))
        found_wrong = doctor.check(other.gateway.house, deep=True)
        assert [each.code for each in found_wrong if each.code not in ("H121", "H122")] == []
    finally:
        other.gateway.close()
