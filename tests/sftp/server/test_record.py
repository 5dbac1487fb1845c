"""What is done is recorded in its order; what strangers do, within limits."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from gateway.channels.sftp.server.hosting import Action
from gateway.channels.sftp.server.record import STRANGERS, Record, Told
from tests.sftp.server.hosting import MemoryHosting
from tests.sftp.server.raw import CALLER

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def action(number: int, at: datetime = NOW) -> Action:
    return Action(at, "", f"user{number}", "", "", "192.0.2.1", "login", outcome="no")


def test_everything_of_partners_is_kept_in_its_order() -> None:
    hosting = MemoryHosting()
    record = Record(hosting, most=10)
    for number in range(1000):
        record.room()
        record.keep(action(number))
    record.close()
    assert [each.user for each in hosting.actions] == [f"user{number}" for number in range(1000)]


def test_strangers_fill_nothing() -> None:
    hosting = MemoryHosting()
    record = Record(hosting)
    for number in range(1000):
        record.stranger(action(number))
    record.stranger(action(1000, NOW + timedelta(minutes=1)))
    record.close()
    assert len(hosting.actions) == STRANGERS + 2
    assert hosting.actions[-2].outcome == f"{1000 - STRANGERS} more of strangers were not recorded"


def test_a_record_that_cannot_be_kept_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(MemoryHosting):
        fails = True

        def note(self, actions: object) -> None:
            self.heard.set()
            if self.fails:
                self.fails = False
                raise OSError("disk full")
            super().note(actions)  # type: ignore[arg-type]

    hosting = Broken()
    record = Record(hosting)
    record.keep(action(1))
    hosting.heard.wait(5)
    record.keep(action(2))
    record.close()
    assert [each.user for each in hosting.actions] == ["user2"]
    assert "could not be recorded" in caplog.text


def test_workers_wait_while_too_much_waits_and_are_let_go_in_the_end() -> None:
    gate, noting = threading.Event(), threading.Event()

    class Slow(MemoryHosting):
        def note(self, actions: object) -> None:
            noting.set()
            gate.wait(5)

    record = Record(Slow(), most=1)
    record.keep(action(1))
    noting.wait(5)
    record.keep(action(2))
    worker = threading.Thread(target=record.room, daemon=True)
    worker.start()
    worker.join(0.02)
    assert worker.is_alive()
    gate.set()
    worker.join(5)
    assert not worker.is_alive()
    record.close()


def test_a_path_that_is_no_place_is_shown_safely() -> None:
    kept: list[Action] = []
    Told(CALLER, kept.append).path("put", b"/in/\x1b[2J\n\xff" + b"x" * 900, outcome="no")
    assert kept[0].path.startswith("/in/\ufffd[2J\ufffd\\xff")
    assert len(kept[0].path) < 520
