"""The store on PostgreSQL: the same tables, the same answers, many machines at once."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError

from gateway.store import (
    NewDelivery,
    NewMessage,
    Store,
    contents,
    deliveries,
    identities,
    lanes,
    messages,
    numbers,
)
from gateway.store.database import make_engine
from gateway.store.migrate import migrate
from gateway.store.numbers import Span
from gateway.store.tables import Instant, message
from tests.postgres import Server

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
KEY = identities.InterchangeKey(
    standard="edifact", sender="A:14", receiver="B:14", test=False, reference="1"
)


@pytest.fixture
def store(postgres_ready: str, tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(postgres_ready, tmp_path / "archive")
    yield opened
    opened.close()


def file(**more: object) -> NewMessage:
    return NewMessage(kind="file", direction="in", state="received", **more)  # type: ignore[arg-type]


def planned(key: str, **more: object) -> NewDelivery:
    values = {"message": None, "purpose": "erp", "lane": "to/erp/order", "folder": "/erp"}
    values |= {"name": f"{key}.csv", "sha": "0" * 64, "due": AT}
    return NewDelivery(key=key, **values | more)  # type: ignore[arg-type]


def at_once(count: int, work: Callable[[int], object]) -> None:
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(work, range(count)))


# ---- tables


def test_machines_that_start_at_once_migrate_once(postgres_url: str) -> None:
    engines = [make_engine(postgres_url) for _ in range(6)]
    at_once(6, lambda number: migrate(engines[number], stepwise=number % 2 == 0))
    with engines[0].connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    for engine in engines:
        engine.dispose()


def test_a_killed_server_keeps_what_was_committed(store: Store, postgres: Server) -> None:
    with store.write() as connection:
        (row,) = messages.add(connection, [file(name="a.edi")], AT)
    postgres.kill9()
    with pytest.raises(OperationalError), store.read() as connection:
        messages.get(connection, row)
    postgres.start()
    with store.read() as connection:  # the pool makes its connections anew
        found = messages.get(connection, row)
    assert found is not None
    assert found.name == "a.edi"


def test_what_only_reads_cannot_write(store: Store) -> None:
    with pytest.raises(InternalError, match="read-only"), store.read() as connection:
        messages.add(connection, [file()], AT)


# ---- instants


def test_instants_come_back_and_sort_as_time_does(store: Store) -> None:
    chance = random.Random(9)
    given = [
        AT + timedelta(days=chance.randint(-9000, 9000), microseconds=chance.randint(0, 10**11))
        for _ in range(200)
    ]
    with store.write() as connection:
        for at in given:
            messages.add(connection, [file()], at)
    with store.read() as connection:
        ordered = list(connection.scalars(select(message.c.created).order_by(message.c.created)))
        late = select(message.c.created).where(message.c.created > AT)
        after = list(connection.scalars(late))
    assert ordered == sorted(given)
    assert sorted(after) == sorted(at for at in given if at > AT)


def test_an_instant_needs_a_zone(store: Store) -> None:
    assert Instant().process_bind_param(None, None) is None
    with pytest.raises(Exception, match="zone"), store.write() as connection:
        messages.add(connection, [file()], AT.replace(tzinfo=None))


def test_the_clock_is_that_of_the_database(store: Store) -> None:
    with store.engine.connect() as connection:
        there = connection.scalar(text("SELECT clock_timestamp()"))
    assert abs((store.clock() - there).total_seconds()) < 5


# ---- numbers, contents, deliveries, identities


def test_numbers_are_never_given_twice(store: Store) -> None:
    drawn = list[int]()

    def work(_: int) -> None:
        for _ in range(15):
            with store.write() as connection:
                number = numbers.draw(connection, "acme", AT)
            drawn.append(number)

    at_once(4, work)
    assert sorted(drawn) == list(range(1, 61))


def test_a_number_of_a_transaction_that_failed_is_given_again(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as connection:
        assert numbers.draw(connection, "acme", AT) == 1
        raise RuntimeError("power cut")
    with store.write() as connection:
        assert numbers.draw(connection, "acme", AT) == 1
        assert numbers.draw(connection, "acme", AT, span=Span(1, 1)) == 1


def test_contents_are_kept_once_however_many_put_them(store: Store) -> None:
    pieces = [f"piece {number}".encode() * 50 for number in range(20)]

    def work(number: int) -> None:
        mixed = random.Random(number).sample(pieces, len(pieces))
        with store.write() as connection:
            contents.put(connection, mixed)

    at_once(6, work)
    with store.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM content")) == len(pieces)
        found = contents.read_all(connection, [contents.sha_of(piece) for piece in pieces])
    assert sorted(found.values()) == sorted(pieces)
    assert store.payload(contents.sha_of(pieces[0])) == pieces[0]


def test_a_delivery_is_planned_once_however_many_plan_it(store: Store) -> None:
    def plan() -> None:
        with store.write() as connection:
            deliveries.add(connection, [planned(f"erp/{number}") for number in range(10)], AT)

    def work(_: int) -> None:
        # PostgreSQL arbitrates by the key; two at the same moment may also meet over the name.
        # Then the one who lost repeats his step, as whoever drains a lane does.
        with suppress(IntegrityError):
            plan()
            return
        plan()

    at_once(5, work)
    with store.read() as connection:
        found = deliveries.due(connection, "to/erp/order", AT, 100)
    assert sorted(row.key for row in found) == sorted(f"erp/{number}" for number in range(10))
    assert [row.id for row in found] == sorted(row.id for row in found)


def test_two_deliveries_never_share_a_name(store: Store) -> None:
    with store.write() as connection:
        deliveries.add(connection, [planned("one", name="a.csv")], AT)
    with pytest.raises(IntegrityError), store.write() as connection:
        deliveries.add(connection, [planned("two", name="a.csv")], AT)


def test_an_interchange_is_claimed_by_one(store: Store) -> None:
    with store.write() as connection:
        rows = messages.add(connection, [file(), file(), file(), file()], AT)
    won, lost = list[int](), list[int]()

    def work(number: int) -> None:
        try:
            with store.write() as connection:
                identities.claim(connection, KEY, rows[number], AT)
            won.append(rows[number])
        except IntegrityError:
            lost.append(rows[number])

    at_once(4, work)
    assert (len(won), len(lost)) == (1, 3)
    with store.write() as connection:
        identities.settle(connection, won[0], "c" * 64)
        assert identities.seen(connection, KEY) == identities.Seen(won[0], "c" * 64, AT)
        identities.forget(connection, won[0])
        assert identities.seen(connection, KEY) is None


def test_what_a_partner_wrote_is_stored_however_strange(store: Store) -> None:
    strange = "\0" + "9" * 500 + "é\N{SNOWMAN}"
    key = identities.InterchangeKey(
        standard="edifact", sender=strange, receiver="B", test=True, reference=strange
    )
    with store.write() as connection:
        (row,) = messages.add(
            connection, [file(name=strange, reference=strange, number=strange)], AT
        )
        identities.claim(connection, key, row, AT)
        assert identities.seen(connection, key) == identities.Seen(row, None, AT)
    with store.read() as connection:
        found = messages.get(connection, row)
    assert found is not None
    assert len(found.reference) <= 80
    assert found.reference != found.name


def test_rows_come_back_in_the_order_given(store: Store) -> None:
    names = [f"{number}.edi" for number in range(1500)]
    with store.write() as connection:
        ids = messages.add(connection, [file(name=name) for name in names], AT)
    with store.read() as connection:
        by_id = {row.id: row.name for row in connection.execute(select(message))}
    assert [by_id[id_] for id_ in ids] == names


# ---- lanes


def test_a_lane_is_taken_by_one_of_many(store: Store) -> None:
    taken = list[lanes.Lease]()
    ready = threading.Barrier(6)

    def work(number: int) -> None:
        ready.wait(20)
        with store.note() as connection:
            lease = lanes.take(connection, "to/erp/order", f"machine-{number}", 30, AT)
        if lease is not None:
            taken.append(lease)

    at_once(6, work)
    assert len(taken) == 1
    assert taken[0].fence == 1


def test_the_sweep_finds_what_is_due_by_its_indexes(store: Store) -> None:
    with store.write() as connection:
        deliveries.add(connection, [planned("one")], AT)
        messages.add(connection, [file(lane="in/acme-retail/main", due=AT)], AT)
        later = file(lane="in/northwind/main", due=AT + timedelta(hours=1))
        messages.add(connection, [later], AT)
    with store.read() as connection:
        assert lanes.waiting(connection, AT) == ["in/acme-retail/main", "to/erp/order"]
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        plans = [
            "SELECT DISTINCT lane FROM message WHERE due IS NOT NULL AND due <= '2026'",
            "SELECT id FROM delivery WHERE due IS NOT NULL AND lane = 'x' ORDER BY id LIMIT 1",
        ]
        found = ["\n".join(connection.scalars(text(f"EXPLAIN {statement}"))) for statement in plans]
    assert "ix_message_lane" in found[0]
    assert "ix_delivery_lane" in found[1]
    assert "Sort" not in found[1]
