"""Running, trying, asking, replaying; and what happens when the outside fails."""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.channels.folder import Claim, Inbox
from gateway.config.operation import Retry
from gateway.pipeline import (
    Gateway,
    GatewayBusyError,
    NothingToReplayError,
    State,
    deliver,
    steps,
)
from gateway.pipeline import intake as intake_module
from gateway.pipeline.retry import next_attempt
from gateway.store import Filter, Store
from tests.pipeline.stub import StubTranslation
from tests.pipeline.world import Clock, World, drop, invoices, orders, visible

AT = Clock().now


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "gateway.db" not in path.name
    }


# ---- one at a time


def test_only_one_process_works_on_a_workspace(world: World) -> None:
    other = world.open()
    inside: list[str] = []

    def checkpoint(name: str) -> None:
        if not inside:
            inside.append(name)
            with pytest.raises(GatewayBusyError, match="another gateway process"):
                other.run_once()

    world.acme("a.edi", orders())
    with world.open(checkpoint) as first:
        first.run_once()
    assert inside
    assert other.run_once().files == 0
    other.close()


def test_nothing_to_do_is_nothing_done(world: World) -> None:
    assert world.run() == world.run()
    assert world.rows() == []


# ---- files that are not there yet


def test_a_file_that_is_still_written_waits(world: World) -> None:
    path = world.acme("a.edi", orders()[:-5])
    os.utime(path)
    summary = world.run()
    assert summary.waiting == (str(path),)
    path.write_bytes(orders())
    assert world.run().messages == 1


def test_a_file_that_grows_while_it_is_read_is_given_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Claim.open
    sizes = iter([0])

    def growing(claim: Claim):  # type: ignore[no-untyped-def]
        nonlocal sizes
        file, sizes = whole(claim), iter(range(10))
        with claim.path.open("ab") as writer:
            writer.write(b"UNB")
        return file

    path = world.acme("a.edi", orders())
    monkeypatch.setattr(Claim, "open", growing)
    original = os.fstat
    monkeypatch.setattr(
        intake_module.os, "fstat", lambda handle: _grown(original(handle), next(sizes, 0))
    )
    assert world.run().waiting == ("a.edi",)
    assert path.exists()
    assert world.rows() == []


def _grown(stat: os.stat_result, by: int) -> os.stat_result:
    if not by:
        return stat
    values = list(stat)
    values[6] += by
    return os.stat_result(values)


def test_links_are_reported_in_the_summary(world: World, tmp_path: Path) -> None:
    folder = world.root / "acme/in"
    folder.mkdir(parents=True)
    (folder / "a.edi").symlink_to(drop(tmp_path / "elsewhere", "secret", orders()))
    summary = world.run()
    assert [found.code for found in summary.problems] == ["T103"]
    assert world.rows() == []


def test_a_claim_that_cannot_be_read_is_kept_and_taken_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(claim: Claim) -> None:
        raise PermissionError(13, "Permission denied")

    world.acme("a.edi", orders())
    with monkeypatch.context() as patch:
        patch.setattr(Claim, "open", refuse)
        summary = world.run()
    assert [found.code for found in summary.problems] == ["T104"]
    assert world.run().messages == 1


def test_a_folder_that_cannot_be_read_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Inbox.claims

    def refuse(inbox: Inbox) -> list[Claim]:
        if inbox.source.startswith("northwind"):
            raise PermissionError(13, "Permission denied")
        return whole(inbox)

    monkeypatch.setattr(Inbox, "claims", refuse)
    world.acme("a.edi", orders())
    summary = world.run()
    assert [found.code for found in summary.problems] == ["T104"]
    assert summary.messages == 1


# ---- when the outside fails


def test_pauses_grow_up_to_the_ceiling_and_end() -> None:
    retry = Retry.model_validate({"first": "10s", "factor": "2", "ceiling": "60s", "attempts": "5"})
    pauses = [next_attempt(retry, attempts, AT, AT, 0.5) for attempts in range(1, 6)]
    assert [p and (p - AT).total_seconds() for p in pauses] == [10, 20, 40, 60, None]


def test_pauses_vary_so_that_what_failed_together_does_not_return_together() -> None:
    retry = Retry.model_validate({"first": "100s", "jitter": 10})
    pauses = [next_attempt(retry, 1, AT, AT, dice) for dice in (0.0, 0.5, 1.0)]
    assert [p and (p - AT).total_seconds() for p in pauses] == [90, 100, 110]


def test_given_up_at_the_agreed_time_however_few_attempts() -> None:
    retry = Retry.model_validate({"first": "1h", "ceiling": "2h", "give_up": "3h", "jitter": 0})
    third = next_attempt(retry, 3, AT, AT + timedelta(hours=2, minutes=30), 0.5)
    assert third == AT + timedelta(hours=3)
    assert next_attempt(retry, 4, AT, AT + timedelta(hours=3), 0.5) is None


def test_a_full_disk_is_waited_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    world.acme("a.edi", orders())
    with monkeypatch.context() as patch:
        patch.setattr(deliver, "prepare", full)
        summary = world.run()
    assert summary.retrying == 2
    assert world.row(kind="message").state == State.RETRYING
    assert world.rows(problem="T107")
    assert world.run().delivered == 0
    world.clock.forward(seconds=11)
    assert world.run().delivered == 1
    assert world.row(kind="message").state == State.ACKNOWLEDGED
    assert len(world.orders()) == 1


def test_after_the_last_attempt_it_is_given_up_until_a_person_comes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise OSError(107, "share is not connected")

    world.acme("a.edi", orders())
    with monkeypatch.context() as patch:
        patch.setattr(deliver, "prepare", gone)
        for _ in range(3):
            world.run()
            world.clock.forward(minutes=5)
    dead = world.row(kind="message")
    assert dead.state == State.DEAD
    assert "P192" in world.codes(dead.id)
    assert world.run().delivered == 0
    assert world.gateway.replay(dead.id, "share is back") == dead.id
    world.gateway.replay(world.row(kind="acknowledgement").id, "share is back")
    assert world.run().delivered == 1
    assert world.row(kind="message").state == State.ACKNOWLEDGED


def test_a_failing_archive_of_a_file_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    world.erp("a.csv", invoices(["I1"]))
    with monkeypatch.context() as patch:
        patch.setattr(Store, "payload", fail)
        assert world.run().retrying == 1
    row = world.row(kind="file")
    assert (row.state, world.codes(row.id)) == (State.RETRYING, ["P191"])
    world.clock.forward(seconds=11)
    assert world.run().sent == 1
    assert world.row(kind="file").state == State.SPLIT


def test_a_file_that_fails_for_ever_is_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    world.erp("a.csv", invoices(["I1"]))
    with monkeypatch.context() as patch:
        patch.setattr(Store, "payload", fail)
        for _ in range(3):
            world.run()
            world.clock.forward(minutes=5)
    row = world.row(kind="file")
    assert row.state == State.DEAD
    world.gateway.replay(row.id, "disk replaced")
    assert world.run().sent == 1


def test_a_bug_in_a_step_holds_the_file_and_the_next_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("unexpected")

    world.erp("a.csv", invoices(["I1"]))
    world.acme("b.edi", orders())
    with monkeypatch.context() as patch:
        patch.setitem(steps._STEPS, "out", explode)
        summary = world.run()
    assert (summary.held, summary.delivered) == (1, 1)
    held = world.row(kind="file", state="held")
    history = world.gateway.message(held.id)
    assert history is not None
    assert "RuntimeError: unexpected" in history.problems[0].sentence
    assert "Traceback" in history.events[-1].text
    assert world.gateway.replay(held.id, "repaired") == held.id
    assert world.run().sent == 1


def test_another_file_under_our_name_stays_and_is_told(world: World) -> None:
    drop(world.root / "acme/out", "CONTRL_000000001.edi", b"theirs")
    world.acme("a.edi", orders())
    world.run()
    sent = world.sent()
    assert sent["CONTRL_000000001.edi"] == "theirs"
    assert "UCI+4711" in sent["CONTRL_000000001-2.edi"]
    assert "T106" in world.codes(world.row(kind="acknowledgement").id)


# ---- trying


def test_trying_shows_everything_and_stores_nothing(world: World, tmp_path: Path) -> None:
    path = drop(tmp_path / "try", "a.edi", orders("1", ["PO1", "PO2"], quantity={"PO2": "x"}))
    before = snapshot(world.root)
    trial = world.gateway.try_file(path, "acme-retail")
    assert snapshot(world.root) == before
    assert world.rows() == []
    assert (trial.kind, trial.partner, trial.clean) == ("edifact", "acme-retail", False)
    good, bad = trial.messages
    assert (good.state, bad.state) == (State.MAPPED, State.REFUSED)
    assert good.output.startswith(b"H;PO1;")
    assert [found.code for found in bad.problems] == ["G208"]
    assert b"UCM+2" in trial.answers[0]
    assert trial.as_json()["messages"][1]["state"] == "refused"


def test_trying_a_file_of_the_erp(world: World, tmp_path: Path) -> None:
    path = drop(tmp_path / "invoice", "x.csv", invoices(["I1"]))
    trial = world.gateway.try_file(path)
    assert trial.clean
    assert b"BGM+380+I1" in trial.messages[0].output
    nameless = drop(tmp_path / "try", "x.csv", invoices(["I1"]))
    assert [found.code for found in world.gateway.try_file(nameless).problems] == ["P128"]
    assert world.gateway.try_file(nameless, document="invoice").clean


def test_trying_what_is_no_edi(world: World, tmp_path: Path) -> None:
    trial = world.gateway.try_file(drop(tmp_path / "try", "x.bin", b"\x00\x01\x02\xff"))
    assert [found.code for found in trial.problems] == ["T102"]
    stranger = orders(sender="4012345000016:14")
    trial = world.gateway.try_file(drop(tmp_path / "try", "y.edi", stranger))
    assert [found.code for found in trial.problems] == ["P101"]


# ---- replaying


def test_a_replay_runs_again_as_now_with_its_reason(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1", "PO2"]))
    world.run()
    first = world.rows(kind="message")[1]
    id_ = world.gateway.replay(first.id, "the ERP lost it")
    world.run()
    assert sum("H;PO2" in text for text in world.orders().values()) == 2
    assert sum("H;PO1" in text for text in world.orders().values()) == 1
    assert len(world.sent()) == 1
    history = world.gateway.message(first.id)
    assert history is not None
    assert history.events[-1].text == f"replayed as {id_}: the ERP lost it"
    assert [row.kind for row in history.related] == ["file", "message"]
    assert history.related[0].id == id_


def test_a_replayed_file_is_answered_only_when_it_was_not_before(world: World) -> None:
    world.acme("a.edi", orders())
    world.run()
    world.gateway.replay(world.row(kind="file").id, "again")
    world.run()
    assert len(world.orders()) == 2
    assert len(world.sent()) == 1


def test_a_refused_interchange_that_is_replayed_is_answered_anew(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1"]))
    world.acme("b.edi", orders("4711", ["PO2"]))
    world.run()
    refused = world.row(kind="interchange", state="refused")
    world.gateway.replay(refused.id, "the partner asked us to take it")
    world.run()
    assert sum("H;PO2" in text for text in world.orders().values()) == 1
    accepted = "UCI+4711+4012345000009:14+4098765000003:14+7'"
    assert [accepted in text for text in world.sent().values()] == [True, False, True]


def test_an_unknown_partner_is_added_and_the_file_replayed(world: World) -> None:
    data = orders(sender="4012345000016:14")
    world.acme("a.edi", data)
    world.run()
    held = world.row(kind="interchange")
    files = dict(world.files)
    text = (world.root / "partners/acme-retail/partner.yaml").read_text()
    changed = text.replace("id: 4012345000009", "id: 4012345000016")
    world.reload({**files, "partners/acme-retail/partner.yaml": changed})
    world.gateway.replay(held.id, "identity added")
    world.run()
    assert len(world.orders()) == 1
    assert len(world.sent()) == 1


def test_what_was_sent_is_sent_again_with_its_number(world: World) -> None:
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.gateway.replay(world.row(kind="interchange").id, "partner lost it")
    world.run()
    sent = world.sent()
    assert sent["INVOIC_000000001.edi"] == sent["INVOIC_000000001-2.edi"]
    world.gateway.replay(world.row(kind="document").id, "as a new message")
    world.run()
    assert "UNZ+1+000000002'" in world.sent()["INVOIC_000000002.edi"]


def test_a_damaged_archive_is_not_run_again(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1"]))
    world.run()
    row = world.row(kind="file")
    path = world.root / "var/archive" / str(row.payload)[:2] / str(row.payload)
    path.chmod(0o640)
    path.write_bytes(orders("4711", ["PO9"]))
    world.gateway.replay(row.id, "again")
    assert world.run().held == 1
    assert world.codes(world.row(kind="file", state="held").id) == ["P193"]
    assert len(world.orders()) == 1


def test_nothing_to_replay(world: World) -> None:
    with pytest.raises(NothingToReplayError, match="no message 99"):
        world.gateway.replay(99, "x")


# ---- serving


def test_serving_takes_what_appears_and_stops(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.gateway.close()
    stop, seen = threading.Event(), threading.Event()

    def serve() -> None:
        with Gateway.open(
            world.workspace,
            translation=StubTranslation(world.workspace),  # type: ignore[arg-type]
        ) as gateway:
            gateway.serve(stop, told=lambda summary: seen.set() if summary.sent else None)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        world.acme("a.edi", orders())
        assert seen.wait(20)
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()
    assert visible(world.root / "erp/out/order")


def test_stopping_does_not_wait_for_the_next_sweep(tmp_path: Path) -> None:
    world = World(tmp_path, {})
    stop, looked = threading.Event(), threading.Event()
    thread = threading.Thread(
        target=world.gateway.serve, args=(stop,), kwargs={"told": lambda _: looked.set()}
    )
    thread.start()
    assert looked.wait(20)
    began = time.monotonic()
    stop.set()
    thread.join(20)
    assert time.monotonic() - began < 5
    world.gateway.close()


def test_the_list_is_asked_with_a_filter(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1", "PO2"]))
    world.run()
    found = world.gateway.messages(Filter(partner="acme-retail", document="order", limit=1))
    assert [row.number for row in found] == ["PO2"]
    assert len(world.gateway.messages()) == 5
    assert world.gateway.message(99) is None
