"""What is over goes when its time has come, with all that belongs to it; nothing else ever goes."""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update

from gateway.pipeline.housekeeping import retention
from gateway.pipeline.housekeeping.retention import expire, preview, remove_payloads
from gateway.problems import problem
from gateway.store import Message, alarms, audit, snapshots, trees
from gateway.store.tables import (
    METADATA,
    alarm,
    content,
    control_number,
    delivery,
    doomed,
    duty,
    lane,
    message,
    schema_note,
    snapshot,
    thread,
    thread_document,
)
from tests.killing import telling
from tests.pipeline.world import World, contrl, invoices, orders
from tests.store.test_archive_packs import killed

STAYS = {
    table.name
    for table in (
        control_number,
        lane,
        duty,
        schema_note,
        snapshot,
        doomed,
        METADATA.tables["audit"],
        METADATA.tables["sequence"],
    )
}
"""What is no document."""


def left(world: World) -> dict[str, int]:
    """Rows by table, without what always stays."""
    with world.gateway.house.store.read() as connection:
        counts = {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in METADATA.tables.items()
            if name not in STAYS
        }
    return {name: count for name, count in counts.items() if count}


def payloads(world: World) -> set[str]:
    return {held.sha for held in world.gateway.house.store.archive.held()}


def age(world: World) -> None:
    """What lies in the archive came long ago."""
    for path in (world.root / "var/archive").rglob("*"):
        if path.is_file():
            os.utime(path, (1_500_000_000, 1_500_000_000))


def run(world: World) -> None:
    """Everything that is there is done, and the orders are compared, as serve does."""
    world.run()
    with world.gateway.house.store.write() as connection:
        connection.execute(update(thread).values(due=None))


def bring(world: World) -> None:
    """A bit of everything, all of it over."""
    world.acme("a.edi", orders("4711", ["PO1", "PO2"], quantity={"PO2": "1O"}))
    world.acme("again.edi", orders("4711", ["PO1", "PO2"], quantity={"PO2": "1O"}))
    world.acme("junk.edi", b"\x89PNG\r\n\x1a\n\x00\x00")
    world.erp("i.csv", invoices(["I1"]))
    run(world)
    world.acme("ack.edi", contrl("77", "000000001"))
    run(world)
    run(world)


def only_snapshots(world: World) -> int:
    """Contents that snapshots of the settings are made of."""
    with world.gateway.house.store.read() as connection:
        return len(set(snapshots.referred(connection)))


def test_each_document_has_its_time(world: World) -> None:
    bring(world)
    world.clock.forward(days=364)
    assert preview(world.gateway.house).files == {}
    world.clock.forward(days=2)
    assert preview(world.gateway.house).files == {"acknowledgement": 1, "other": 2}
    before = left(world)["message"]
    assert expire(world.gateway.house).files == {"acknowledgement": 1, "other": 2}
    kept = {(row.kind, row.document) for row in world.rows(limit=1000)}
    assert ("document", "invoice") in kept
    assert ("message", "order") in kept
    assert left(world)["message"] < before
    world.clock.forward(days=3653)
    assert expire(world.gateway.house).files == {"order": 1, "invoice": 1}


def test_nothing_of_what_is_over_is_left(world: World) -> None:
    bring(world)
    world.clock.forward(days=4000)
    age(world)
    told = expire(world.gateway.house)
    assert told.payloads == 0
    files = only_snapshots(world)
    assert left(world) == ({"content": files} if files else {})
    assert len(payloads(world)) == 4
    world.clock.forward(hours=25)
    assert expire(world.gateway.house).payloads == 4
    assert payloads(world) == set()
    with world.gateway.house.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(doomed)) == 0
        (entry, *_) = audit.of(connection, "retention")
    assert (entry.who, entry.action) == ("gateway", "expire")
    assert '"document": "order"' in entry.detail


def test_the_rest_goes_on_working(world: World) -> None:
    bring(world)
    world.clock.forward(days=4000)
    expire(world.gateway.house)
    world.acme("new.edi", orders("4711", ["PO1"]))
    world.erp("i2.csv", invoices(["I2"]))
    assert world.run().messages == 1
    assert "000000002" in str(world.sent())


BLOCKS: dict[str, Any] = {
    "held": lambda id_, at: update(message).where(message.c.id == id_).values(state="held"),
    "dead": lambda id_, at: update(message).where(message.c.id == id_).values(state="dead"),
    "retrying": lambda id_, at: update(message).where(message.c.id == id_).values(state="retrying"),
    "due": lambda id_, at: update(message).where(message.c.id == id_).values(due=at),
    "deadline": lambda id_, at: update(message).where(message.c.id == id_).values(deadline=at),
    "delivery": lambda id_, at: (
        update(delivery).where(delivery.c.message == id_).values(state="pending")
    ),
    "alarm": lambda id_, at: insert(alarm).values(
        key="k", code="P194", severity="error", message=id_, data="{}", raised=at, seen=at
    ),
}


@pytest.mark.parametrize("block", BLOCKS)
def test_what_is_open_stays(world: World, block: str) -> None:
    world.acme("a.edi", orders("4711", ["PO1"]))
    run(world)
    row = world.row(kind="message")
    with world.gateway.house.store.write() as connection:
        connection.execute(BLOCKS[block](row.id, row.created))
    world.clock.forward(days=4000)
    before = left(world)
    assert expire(world.gateway.house).files == {}
    assert left(world) == before


def test_what_was_held_and_replayed_goes_with_time(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1"]))
    run(world)
    row, house = world.row(kind="message"), world.gateway.house
    with house.store.write() as connection:
        connection.execute(BLOCKS["held"](row.id, row.created))
    world.clock.forward(days=4000)
    assert expire(house).files == {}
    again = _replayed(world, row)
    assert expire(house).files == {"order": 1}
    assert [left.id for left in world.rows(limit=9)] == [again]


def _replayed(world: World, row: Message, state: str = "split") -> int:
    """A replay of a row, as a row of its own."""
    values = {"kind": "file", "direction": "in", "state": state, "replay_of": row.id}
    times = {"created": world.clock(), "updated": world.clock(), "payload": row.payload}
    made = insert(message).values(**values, **times).returning(message.c.id)
    with world.gateway.house.store.write() as connection:
        id_ = connection.scalar(made)
    assert id_ is not None
    return id_


def test_a_thread_that_is_compared_again_keeps_its_documents(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1"]))
    run(world)
    row, store = world.row(kind="message"), world.gateway.house.store
    with store.write() as connection:
        connection.execute(thread_document.delete())
        connection.execute(thread.delete())
        made = insert(thread).values(
            partner="acme-retail",
            number="PO1",
            due=row.created,
            created=row.created,
            updated=row.created,
        )
        id_ = connection.scalar(made.returning(thread.c.id))
        linked = {"thread": id_, "message": row.id, "document": "order"}
        connection.execute(insert(thread_document).values(**linked))
        alarms.raise_alarm(connection, row.created, f"thread:{id_}:A201:", problem("H104"))
    world.clock.forward(days=4000)
    assert expire(world.gateway.house).files == {}
    with store.write() as connection:
        connection.execute(update(thread).values(due=None))
    assert expire(world.gateway.house).files == {"order": 1}
    assert "thread" not in left(world)
    with store.read() as connection:
        assert alarms.open_alarms(connection, prefix="thread:") == []


def test_what_was_sent_again_counts_from_then(world: World) -> None:
    world.erp("i.csv", invoices(["I1"]))
    run(world)
    world.clock.forward(days=3000)
    with world.gateway.house.store.write() as connection:
        connection.execute(update(delivery).values(updated=world.clock()))
    world.clock.forward(days=1000)
    assert expire(world.gateway.house).files == {}
    world.clock.forward(days=2700)
    assert expire(world.gateway.house).files == {"invoice": 1}


def test_a_younger_replay_forgets_the_older_row_and_says_so(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1"]))
    run(world)
    file, house = world.row(kind="file"), world.gateway.house
    world.clock.forward(days=3600)
    young = _replayed(world, file)
    world.clock.forward(days=100)
    age(world)
    expire(house)
    world.clock.forward(hours=25)
    assert expire(house).payloads == 0
    assert house.store.archive.holds(str(file.payload))
    history = world.gateway.message(young)
    assert history is not None
    assert history.message.replay_of is None
    assert "was deleted after its retention" in history.events[-1].text


def test_a_payload_that_is_named_again_within_the_day_stays(world: World) -> None:
    data = orders("4711", ["PO1"])
    world.acme("a.edi", data)
    run(world)
    world.clock.forward(days=4000)
    age(world)
    expire(world.gateway.house)
    world.acme("b.edi", data)
    run(world)
    world.clock.forward(hours=25)
    assert expire(world.gateway.house).payloads == 0
    row = world.row(kind="file")
    assert world.gateway.house.store.archive.intact(str(row.payload))


def test_bytes_that_are_being_received_are_not_removed(world: World) -> None:
    """Archived, and the row that will name them not yet there."""
    data = orders("4711", ["PO1"])
    world.acme("a.edi", data)
    run(world)
    sha = str(world.row(kind="file").payload)
    world.clock.forward(days=4000)
    age(world)
    house = world.gateway.house
    expire(house)
    world.clock.forward(hours=25)
    path = world.root / "var/archive" / sha[:2] / sha
    young = (house.clock() - timedelta(hours=1)).timestamp()
    os.utime(path, (young, young))
    assert remove_payloads(house) == 0
    assert house.store.archive.holds(sha)


def test_large_files_are_deleted_in_pieces(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ROWS", 4)
    world.acme("a.edi", orders("4711", [f"PO{number}" for number in range(30)]))
    world.erp("i.csv", invoices([f"I{number}" for number in range(9)]))
    run(world)
    world.clock.forward(days=4000)
    counted = expire(world.gateway.house)
    assert counted.files == {"order": 1, "invoice": 1}
    assert counted.rows["order"] > 30
    assert "message" not in left(world)


def test_a_run_that_was_killed_is_finished_by_the_next(small: World) -> None:
    bring(small)
    small.clock.forward(days=4000)
    age(small)
    small.gateway.close()
    base = small.root
    copy = base.parent / "copy"

    def work(bomb: Any) -> None:
        shutil.copytree(base, copy)
        clock = replace(small.clock)
        with World(copy, clock=clock, checkpoint=bomb).gateway as gateway:
            expire(gateway.house)
            clock.forward(hours=25)
            expire(gateway.house)

    names: list[str] = []
    work(names.append)
    for point, _ in telling(names):
        shutil.rmtree(copy)
        assert killed(work, point)
        world = World(copy, clock=small.clock)
        expire(world.gateway.house)
        world.clock.forward(hours=25)
        expire(world.gateway.house)
        assert "message" not in left(world), point
        assert payloads(world) == set(), point
        with world.gateway.house.store.read() as connection:
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        world.gateway.close()
    assert point > 4
    small.gateway = small.open()


def test_traffic_and_retention_do_not_disturb_each_other(world: World) -> None:
    bring(world)
    world.clock.forward(days=4000)
    failures: list[BaseException] = []

    def delete() -> None:
        try:
            for _ in range(10):
                expire(world.gateway.house)
        except BaseException as failure:
            failures.append(failure)
            raise

    thread_ = threading.Thread(target=delete)
    thread_.start()
    for number in range(10):
        world.acme(f"n{number}.edi", orders(str(5000 + number), [f"N{number}"]))
        run(world)
    thread_.join()
    assert failures == []
    assert len(world.rows(kind="message", limit=1000)) == 10
    for row in world.rows(kind="message", limit=1000):
        assert row.content is not None
        assert world.gateway.house.store.payload(row.content)


def test_notices_and_alarms_that_are_over_go_with_the_rest(world: World) -> None:
    at, store = world.clock(), world.gateway.house.store
    with store.write() as connection:
        alarms.raise_alarm(connection, at, "k", problem("H104"))
        alarms.raise_alarm(connection, at, "open", problem("H104"))
        alarms.resolve(connection, at, keys=["k"])
        sha = "ab" * 32
        connection.execute(insert(content).values(sha=sha, size=1, body=b"x"))
        values = {"key": "alarm:1", "purpose": "alarm", "folder": "alarm/email", "name": "n"}
        times = {"created": at, "updated": at, "state": "done", "sha": sha}
        connection.execute(insert(delivery).values(**values, **times))
    world.clock.forward(days=366)
    expire(world.gateway.house)
    with store.read() as connection:
        assert [each.key for each in alarms.open_alarms(connection)] == ["open"]
        assert connection.scalar(select(func.count()).select_from(delivery)) == 0
        assert connection.scalar(select(content.c.sha).where(content.c.sha == sha)) is None


def test_every_question_has_an_index(small: World) -> None:
    house, asked = small.gateway.house, list[str]()
    bring(small)
    small.clock.forward(days=4000)
    with house.store.read() as connection:
        page = trees.roots(connection, small.clock(), None, 100)
        real = connection.execute

        def execute(statement: Any, *rest: Any, **more: Any) -> Any:
            compiled = statement.compile(connection.engine, compile_kwargs={"literal_binds": True})
            plan = real(text(f"EXPLAIN QUERY PLAN {str(compiled).replace(':', chr(92) + ':')}"))
            asked.extend(str(row[-1]) for row in plan)
            return real(statement, *rest, **more)

        connection.execute = execute  # type: ignore[method-assign, assignment]
        trees.roots(connection, small.clock(), page[0], 100)
        trees.weigh(connection, [id_ for _, id_ in page])
        trees.resting(connection, [id_ for _, id_ in page], small.clock())
    assert asked
    tables = ("message", "delivery", "alarm", "thread_document", "thread")
    assert [line for line in asked if line in {f"SCAN {name}" for name in tables}] == []
    assert any("ix_message_created" in line for line in asked)
    assert sum("TEMP B-TREE" in line for line in asked) == 2  # the groups, and the leaves first
