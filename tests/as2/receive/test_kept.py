"""Housekeeping knows what came by AS2: nothing of it is swept too early, or kept for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gateway.pipeline.as2.receive import opening, receiver
from gateway.pipeline.dispatch.duties import DUTIES
from gateway.pipeline.housekeeping import doctor, expire
from gateway.pipeline.housekeeping.doctor import check
from gateway.pipeline.watch import watch
from gateway.pipeline.watch.threads import refresh
from gateway.store.as2.tables import receipt, sent
from gateway.store.tables import content, doomed
from tests.as2.receive.world import URL, As2World, disposition, message


def found(world: As2World) -> Sequence[str]:
    return [each.code for each in check(world.gateway.house) if each.code[:2] == "H1"]


def count(world: As2World, table: object) -> int:
    with world.gateway.house.store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def at(world: As2World, **later: float) -> None:
    world.clock.forward(**later)


@pytest.fixture(params=[receiver.SMALL, 0], ids=["in the database", "in the archive"])
def mended(
    world: As2World, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> As2World:
    """Disks and clocks of this machine are not what is tried; bodies lie here or there."""
    monkeypatch.setattr(doctor, "QUICK", ())
    monkeypatch.setattr(receiver, "SMALL", request.param)
    return world


def archived() -> int:
    """How many bodies of a small message are in the archive: one, or none."""
    return int(not receiver.SMALL)


def test_bodies_and_receipts_are_no_orphans(mended: As2World) -> None:
    mended.post(message())
    mended.post(message(signer="stranger"))
    mended.post(message(url=URL))
    at(mended, days=3000)  # older than files that may be received at this moment
    assert found(mended) == []


def test_a_body_that_is_gone_is_found(mended: As2World) -> None:
    mended.post(message(signer="stranger"))
    (row,) = mended.received()
    assert row.wire is not None
    house = mended.gateway.house
    house.store.archive.remove([row.wire], mended.clock() + timedelta(days=9999))
    with house.store.write() as connection:
        connection.execute(content.delete().where(content.c.sha == row.wire))
    (lost,) = (each for each in check(house) if each.code == "H101")
    assert row.message_id in lost.sentence


def test_what_is_over_lets_its_bytes_go_and_its_key_stays(mended: As2World) -> None:
    world, posted = mended, message()
    first = world.post(posted)
    world.gateway.run_once()
    at(world, days=11 * 366)
    refresh(world.gateway.house)
    expire(world.gateway.house)
    (row,) = world.received()
    assert (row.state, row.message, row.wire, row.mdn) == ("accepted", None, None, None)
    assert world.rows(kind="file") == []
    assert count(world, doomed) == 1 + archived()  # the payload; the body
    at(world, days=2)
    expire(world.gateway.house)
    assert count(world, doomed) == 0
    assert found(world) == []
    # a repeat after all these years is a repeat still: it makes nothing
    again = world.post(posted)
    assert disposition(again) == disposition(first) == "processed"
    assert world.rows(kind="file") == []
    other = world.post(message(b"UNB+other", message_id=posted.message_id))
    assert disposition(other).startswith("processed/error")


def test_what_was_refused_is_forgotten_after_a_while(mended: As2World) -> None:
    world = mended
    world.post(message(signer="stranger"))
    assert count(world, content) == 2 - archived()  # the receipt; the body
    at(world, days=300)
    expire(world.gateway.house)
    assert len(world.received()) == 1
    at(world, days=100)
    expire(world.gateway.house)
    assert world.received() == []
    assert (count(world, content), count(world, doomed)) == (0, archived())


def test_what_waits_to_be_opened_is_never_deleted(mended: As2World) -> None:
    mended.post(message(url=URL))
    at(mended, days=4000)
    expire(mended.gateway.house)
    assert mended.received()[0].state == "spooled"


def test_messages_of_ours_and_their_receipts_go_with_what_they_sent(mended: As2World) -> None:
    world = mended
    world.post(message())
    world.gateway.run_once()
    (row,) = world.rows(kind="file")
    now = world.clock()
    with world.gateway.house.store.write() as connection:
        values = {"partner": "acme-retail", "channel": "main", "as2_from": "OURS"}
        values |= {"as2_to": "ACME", "message_id": "<1@ours>", "headers": "[]", "receipt": "sync"}
        id_ = connection.execute(
            sent.insert().values(
                message=row.id,
                wire="ab" * 32,
                wire_size=1,
                payload="cd" * 32,
                state="acknowledged",
                created=now,
                updated=now,
                **values,
            )
        ).inserted_primary_key[0]
        connection.execute(
            receipt.insert().values(
                sent=id_, content="ef" * 32, verdict="settled", created=now, partner="acme-retail"
            )
        )
    at(world, days=11 * 366)
    refresh(world.gateway.house)
    expire(world.gateway.house)
    assert world.rows(kind="file") == []
    assert (count(world, sent), count(world, receipt)) == (0, 0)


def test_alarms_end_when_nothing_more_happens(world: As2World) -> None:
    house = world.gateway.house
    for _ in range(20):
        world.post(message(signer="stranger"))
    same = message()
    world.post(same, address="192.0.2.9")
    world.post(message(b"UNB+x", message_id=same.message_id), address="192.0.2.9")

    def codes() -> list[str]:
        watch(house)
        return sorted(each.found.code for each in world.gateway.alarms())

    assert "watch" in DUTIES
    assert codes() == ["A135", "A136"]
    at(world, hours=2)
    assert codes() == ["A135"]
    at(world, days=8)
    assert codes() == []


def test_a_test_of_the_connection_is_not_kept_for_ever(
    mended: As2World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "is_ping", lambda _payloads: True)
    world, posted = mended, message()
    first = world.post(posted)
    assert world.rows(kind="file") == []
    at(world, days=11 * 366)
    expire(world.gateway.house)
    (row,) = world.received()
    assert (row.state, row.wire, row.mdn) == ("accepted", None, None)
    assert count(world, content) == 0
    again = world.post(posted)  # its key is known for ever
    assert disposition(again) == disposition(first)
    assert len(world.received()) == 1
    at(world, days=11 * 366)
    expire(world.gateway.house)
    assert count(world, content) == 0
    assert world.received()[0].content == row.content
