"""What happens at the door is on record, and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.channels.sftp.server.hosting import Action, Refusal
from gateway.store.mailbox import actions
from gateway.telemetry.events import Event, counted_by
from tests.mailbox.world import MailboxWorld, caller, outcomes

WHEN = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
LOGIN = Action(WHEN, "", "acme", "acme-retail", "main", "192.0.2.7", "login")


def test_actions_are_kept_in_their_order_and_counted(world: MailboxWorld) -> None:
    told: list[tuple[str, str]] = []

    def count(event: Event, facts: Mapping[str, Any]) -> None:
        if event.name.startswith("mailbox"):
            told.append((event.name, str(facts.get("result", facts.get("action")))))

    before = counted_by(count)
    try:
        put = replace(LOGIN, action="put", path="/in/x", size=3)
        refused = replace(put, path="/in/y", size=None, outcome="there is no room")
        world.mailboxes.note([LOGIN, put, refused])
        stranger = replace(LOGIN, user="root", partner="", channel="", outcome="unknown user")
        world.mailboxes.note([stranger, replace(stranger, action="locked")])
    finally:
        counted_by(before)
    assert outcomes(world.record()) == ["login ", "put /in/x", "put /in/y"]
    assert told == [
        ("mailbox login", "done"),
        ("mailbox refused", "put"),
        ("mailbox login", "refused"),
        ("mailbox login", "locked"),
    ]
    with world.gateway.house.store.read() as connection:
        assert len(actions.of(connection, "")) == 2
        assert len(actions.of(connection, "acme-retail", "main", refused=True)) == 1
        assert actions.of(connection, "acme-retail", "other") == []
        some = actions.of(connection, "acme-retail", without=("login", "put"))
        assert [each.outcome for each in some] == ["there is no room"], "a refusal is always shown"
        assert actions.of(connection, "acme-retail", limit=1)[0].path == "/in/y"


def test_whatever_a_client_says_fits(world: MailboxWorld) -> None:
    long = replace(LOGIN, user="u\0" * 200, path="/" + "é" * 5000, outcome="x" * 9000)
    world.mailboxes.note([long])
    (kept,) = world.record()
    assert (len(kept.user), len(kept.path), len(kept.outcome)) == (80, 300, 1000)


def test_a_record_that_cannot_be_kept_stops_nobody(
    world: MailboxWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world.gateway.house.store.close()
    with world.gateway.house.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE mailbox_action")
    world.mailboxes.note([LOGIN])
    assert "mailbox trouble" in caplog.text


@pytest.mark.parametrize("whose", [("nobody", "main"), ("acme-retail", "other")])
def test_there_is_no_mailbox_where_none_is_agreed(
    world: MailboxWorld, whose: tuple[str, str]
) -> None:
    partner, channel = whose
    with pytest.raises(Refusal):
        world.mailboxes.box(replace(caller(), partner=partner, channel=channel))
