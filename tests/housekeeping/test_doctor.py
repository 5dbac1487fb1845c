"""The doctor finds what is wrong, one finding for each, and nothing in a house that is well."""

from __future__ import annotations

import os
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from gateway.pipeline.housekeeping import payloads, state
from gateway.pipeline.housekeeping.doctor import check, examine
from gateway.pipeline.housekeeping.payloads import LOST
from gateway.pipeline.housekeeping.state import check_settings, check_sqlite
from gateway.problems import Problem
from gateway.store import alarms, pauses
from gateway.store.tables import content, delivery, event, lane, message
from tests.pipeline.world import World, invoices, orders

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of the machine that runs the tests is nobody's business."""
    monkeypatch.setattr(state.shutil, "disk_usage", lambda _path: Usage(1, 0, 10**12))


def found(world: World, *, deep: bool = False, repair: bool = False) -> list[Problem]:
    """What the doctor finds, looking where there is something, and in three empty places."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(payloads, "PREFIXES", used(world))
        return list(check(world.gateway.house, deep=deep, repair=repair))


def used(world: World) -> tuple[str, ...]:
    """The parts of the archive that hold or lack a payload: the 256 others cost a query each."""
    store = world.gateway.house.store
    with store.read() as connection:
        named = set(connection.scalars(select(message.c.payload).distinct())) - {None}
    held = {each.sha for each in store.archive.held()}
    return tuple(sorted({sha[:2] for sha in named | held} | {"00", "7f", "ff"}))


def codes(world: World, *, deep: bool = False) -> list[str]:
    return [each.code for each in found(world, deep=deep)]


def busy(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1", "PO2"]))
    world.erp("i.csv", invoices(["I1"]))
    world.run()


def payload(world: World) -> Path:
    """The file of a payload in the archive."""
    sha = str(world.row(kind="file", direction="in").payload)
    return world.root / "var/archive" / sha[:2] / sha


def change(world: World, statement: Any) -> None:
    with world.gateway.house.store.write() as connection:
        connection.execute(statement)


def test_a_house_that_is_well(world: World) -> None:
    assert found(world, deep=True) == []
    busy(world)
    assert found(world) == []
    assert list(check(world.gateway.house, deep=True, repair=False)) == []


def test_every_part_of_the_archive_is_looked_at(world: World) -> None:
    """A payload that is gone is found wherever it lay."""
    busy(world)
    shas = [f"{number:02x}{'0' * 62}" for number in range(256)]
    at = world.clock()
    row = {"kind": "file", "direction": "in", "state": "split", "created": at, "updated": at}
    with world.gateway.house.store.write() as connection:
        connection.execute(insert(message), [{**row, "payload": sha} for sha in shas])
    lacking = [each.facts["sha"] for each in check(world.gateway.house) if each.code == "H101"]
    assert lacking == shas


def test_a_payload_that_is_gone(world: World) -> None:
    busy(world)
    path = payload(world)
    path.unlink()
    (one,) = found(world)
    assert one.code == "H101"
    assert f"(a.edi) was received as {path.name}, which is not in the archive" in one.sentence


def test_a_payload_that_became_shorter(world: World) -> None:
    busy(world)
    path = payload(world)
    path.chmod(0o640)
    os.truncate(path, 10)
    (one,) = found(world)
    assert one.code == "H102"
    assert "10 bytes under" in one.sentence


def test_a_payload_that_was_changed_is_found_by_its_hash(world: World) -> None:
    busy(world)
    path = payload(world)
    path.chmod(0o640)
    path.write_bytes(path.read_bytes().replace(b"PO1", b"PO7"))
    assert codes(world) == []
    assert codes(world, deep=True) == ["H103"]


def test_a_payload_that_nobody_names_is_moved_when_asked(world: World) -> None:
    busy(world)
    lost = world.root / "var/archive/ab" / ("ab" * 32)
    lost.parent.mkdir(exist_ok=True)
    lost.write_bytes(b"once received")
    young = world.clock().timestamp()
    os.utime(lost, (young, young))
    assert codes(world) == []
    world.clock.forward(hours=25)
    (one,) = found(world)
    assert one.code == "H104"
    assert "1 payloads in the archive (13 bytes" in one.sentence
    assert lost.exists()
    found(world, repair=True)
    assert not lost.exists()
    assert (world.root / LOST / lost.name).read_bytes() == b"once received"
    assert codes(world) == []


def test_produced_bytes_that_are_gone_or_changed(world: World) -> None:
    busy(world)
    sha = str(world.rows(kind="message")[0].content)
    change(world, update(content).where(content.c.sha == sha).values(body=b"x"))
    assert codes(world) == []
    assert codes(world, deep=True) == ["H106"]
    change(world, delete(content).where(content.c.sha == sha))
    assert codes(world) == ["H105"]


def test_a_delivery_without_bytes(world: World) -> None:
    busy(world)
    at = world.clock()
    values = {"key": "k", "purpose": "erp", "folder": "f", "name": "n.csv", "sha": "0" * 64}
    times = {"created": at, "updated": at, "due": at + timedelta(hours=1)}
    change(world, insert(delivery).values(**values, **times, state="pending", lane="to/erp/order"))
    assert codes(world) == ["H107"]


def test_work_that_does_not_begin(world: World) -> None:
    busy(world)
    at = world.clock()
    row = world.row(kind="file", direction="in")
    change(world, update(message).where(message.c.id == row.id).values(due=at))
    change(world, update(delivery).where(delivery.c.purpose == "erp").values(due=at))
    lanes_ = {"key": "to/erp/order", "owner": "gone:17", "lease": at, "updated": at}
    with world.gateway.house.store.write() as connection:
        connection.execute(delete(lane).where(lane.c.key == "to/erp/order"))
        connection.execute(insert(lane).values(**lanes_))
    assert codes(world) == []
    world.clock.forward(minutes=31)
    assert codes(world) == ["H111", "H112", "H113"]
    sentences = [each.sentence for each in found(world)]
    assert (
        "2 deliveries of the lane to/erp/order have been due since 2026-03-02 09:14 UTC"
        in (sentences[0])
    )
    assert "gone:17 took the lane to/erp/order" in sentences[1]
    with world.gateway.house.store.write() as connection:
        pauses.add(connection, "all", "pause", "stock-taking", "anna", at)
    assert codes(world) == []


@pytest.mark.parametrize(("free", "code"), [(10, "H121"), (3 * 10**9, "H122")])
def test_a_disk_that_fills(
    small: World, monkeypatch: pytest.MonkeyPatch, free: int, code: str
) -> None:
    monkeypatch.setattr(state.shutil, "disk_usage", lambda _path: Usage(1, 0, free))
    assert codes(small) == [code]


def test_a_folder_that_does_not_answer(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_path: Path) -> Usage:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(state.shutil, "disk_usage", gone)
    assert set(codes(small)) == {"H124"}


def test_an_archive_that_does_not_answer(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_prefix: str) -> Any:
        raise OSError(5, "Input/output error")

    busy(small)
    monkeypatch.setattr(small.gateway.house.store.archive, "held", gone)
    (one,) = check(small.gateway.house)
    assert str(one) == "H124 var/archive cannot be used: Input/output error"


def test_a_clock_that_went_back(world: World) -> None:
    busy(world)
    world.clock.forward(days=-1)
    assert codes(world) == ["H123"]
    world.clock.forward(days=1)
    assert codes(world) == []


def test_tables_of_another_version(world: World) -> None:
    change(world, text("UPDATE alembic_version SET version_num = '0002'"))
    assert codes(world) == ["H131"]
    change(world, text("UPDATE alembic_version SET version_num = '0003'"))


def test_rows_that_belong_to_nothing(small: World) -> None:
    busy(small)
    with small.gateway.house.store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("DELETE FROM message WHERE id = (SELECT max(message) FROM problem)")
        raw.execute("DELETE FROM message WHERE id = (SELECT max(message) FROM event)")
        raw.execute("PRAGMA foreign_keys = ON")
    assert "H133" in codes(small)


def test_a_damaged_database(small: World) -> None:
    busy(small)
    with small.gateway.house.store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, '(state, id)', '(lane, id)') "
            "WHERE name = 'ix_message_state'"
        )
    small.gateway.close()
    small.gateway = small.open()
    said = [each.sentence for each in check_sqlite(small.gateway.house)]
    assert any("missing from index ix_message_state" in each for each in said)
    assert {each.code for each in check_sqlite(small.gateway.house)} == {"H132"}


def test_a_setting_that_loses_commits(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(state._SQLITE_SAFE, "journal_mode", "delete")
    (one,) = found(small)
    assert one.code == "H134"
    assert "journal_mode is wal" in one.sentence


def test_a_setting_of_postgresql_that_loses_commits(
    postgres_ready: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.pipeline.world import GATEWAY  # noqa: PLC0415

    url = f"{postgres_ready}?options=-csynchronous_commit%3Doff"
    world = World(tmp_path, {"gateway.yaml": f"{GATEWAY}database: {url}\n"})
    assert [each.facts["setting"] for each in check_settings(world.gateway.house)] == [
        "synchronous_commit"
    ]
    world.gateway.close()


def test_what_is_found_all_the_time_is_an_alarm_until_it_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = world.gateway.house

    def open_keys() -> list[str]:
        with house.store.read() as connection:
            return [each.key for each in alarms.open_alarms(connection, prefix="house:")]

    examine(house)
    assert open_keys() == []
    monkeypatch.setattr(state.shutil, "disk_usage", lambda _path: Usage(1, 0, 10))
    examine(house)
    examine(house)
    (key,) = open_keys()
    assert key.startswith("house:H121:/")
    monkeypatch.setattr(state.shutil, "disk_usage", lambda _path: Usage(1, 0, 10**12))
    examine(house)
    assert open_keys() == []


def test_packed_payloads_are_as_good(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway.pipeline.housekeeping import compact  # noqa: PLC0415

    monkeypatch.setattr("gateway.store.archive.compact.FEWEST", 1)
    busy(small)
    for path in (small.root / "var/archive").rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    assert compact(small.gateway.house).files == 2
    assert found(small, deep=True) == []
    small.acme("b.edi", orders("4712", ["PO9"]))
    assert small.run().messages == 1


def test_an_archive_in_a_bucket(tmp_path: Path, bucket: str) -> None:
    from tests.pipeline.world import GATEWAY  # noqa: PLC0415

    world = World(tmp_path, {"gateway.yaml": f"{GATEWAY}archive: {bucket}\n"})
    busy(world)
    assert world.orders()
    assert found(world, deep=True) == []
    sha = str(world.row(kind="file", direction="in").payload)
    world.gateway.house.store.archive.remove([sha], world.clock() + timedelta(days=9999))
    assert codes(world) == ["H101"]
    world.gateway.close()


def test_the_events_are_asked_for_by_their_number(small: World) -> None:
    with small.gateway.house.store.read() as connection:
        ask = f"EXPLAIN QUERY PLAN SELECT {event.c.at} FROM event ORDER BY id DESC LIMIT 1"
        plan = connection.execute(text(ask)).all()
    assert "TEMP B-TREE" not in str(plan)
