"""What is an alarm, what it says, and when it is over by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, event, insert, update

from gateway.pipeline.watch import Finding, clear, raise_for, rounds, settle
from gateway.pipeline.watch.findings import FEW
from gateway.problems import problem
from gateway.store import NewDelivery, deliveries
from gateway.store.tables import duty
from tests.watch.kit import MONDAY, Watched

PAUSED = problem("P108", message="ORDERS", id=1)
BUG = problem("P190", failure="KeyError: 'x'", id=1)


def waiting(house: Watched, **more: object) -> int:
    """An invoice that left; the answer is due in two hours."""
    row = {"kind": "interchange", "direction": "out", "state": "delivered", "document": "invoice"}
    deadline = house.clock() + timedelta(hours=2)
    return house.add(**row, reference="17", deadline=deadline, **more)


# ---- acknowledgements ---------------------------------------------------------------------------


def test_a_missing_acknowledgement_is_an_alarm_until_it_comes(both: Watched) -> None:
    id_ = waiting(both)
    both.round(hours=1, minutes=59)
    assert both.keys() == []
    both.round(minutes=1)
    (one,) = both.alarms()
    assert (one.partner, one.message) == ("acme-retail", id_)
    assert str(one.found) == (
        "A101 acme-retail has not acknowledged interchange 17 (invoice); an answer was due by "
        "2026-03-02 11:14 UTC"
    )
    assert one.found.remedy == (
        f"ask acme-retail whether the interchange arrived (gateway message {id_}); send the same "
        f"bytes once more with: gateway replay {id_} --reason …"
    )
    both.round(minutes=1)
    assert len(both.alarms(open=None)) == 1
    both.move(id_, state="acknowledged", deadline=None)
    both.round(minutes=1)
    assert both.keys() == []


def test_many_missing_acknowledgements_are_one_alarm(house: Watched) -> None:
    first, *_ = [waiting(house) for _ in range(FEW + 1)]
    waiting(house, partner="northwind")
    house.round(hours=3)
    other, one = house.alarms()
    assert {other.found.code, one.found.code} == {"A101", "A102"}
    (many,) = (each for each in (other, one) if each.found.code == "A102")
    assert many.found.sentence == (
        "acme-retail has not acknowledged 6 interchanges (invoice) in time; the first is message "
        f"{first}"
    )


# ---- held and given up --------------------------------------------------------------------------


def test_a_held_message_is_an_alarm_until_it_is_replayed(both: Watched) -> None:
    id_ = both.add(PAUSED, BUG, state="held", document="order", number="PO1")
    both.round()
    (one,) = both.alarms()
    assert (one.key, one.message) == (f"held/acme-retail/P190/{id_}", id_)
    assert str(one.found) == (f"A104 order PO1 from acme-retail is held: {BUG.sentence}")
    both.move(id_, state="received")
    both.round()
    assert both.alarms() == []


def test_a_message_that_was_given_up_is_an_alarm(house: Watched) -> None:
    row = {"kind": "interchange", "direction": "out", "state": "dead", "reference": "17"}
    house.add(problem("P192", attempts=8, failure="disk full", id=1), **row)
    house.round()
    (one,) = house.alarms()
    assert str(one.found) == (
        "A106 interchange 17 to acme-retail was given up: "
        + problem("P192", attempts=8, failure="disk full", id=1).sentence
    )


def test_what_has_no_partner_and_no_problem_is_told_as_well(house: Watched) -> None:
    house.add(kind="file", state="held", partner="", name="a.edi")
    house.round()
    (one,) = house.alarms()
    assert one.found.sentence == (
        "file a.edi from an unknown partner is held: the reason is in its history"
    )


@pytest.mark.parametrize(
    ("state", "code", "sentence"),
    [
        ("held", "A105", "8 messages of acme-retail are held (P190 {title}); the first is"),
        ("dead", "A107", "8 messages of acme-retail were given up (P190 {title}); the first is"),
    ],
)
def test_many_of_one_cause_are_one_alarm(
    house: Watched, state: str, code: str, sentence: str
) -> None:
    first, *_ = [house.add(BUG, state=state) for _ in range(8)]
    house.add(PAUSED, state=state)
    house.add(BUG, state=state, partner="northwind")
    house.round()
    assert len(house.alarms()) == 3
    (many,) = (one for one in house.alarms() if one.found.code == code)
    assert many.found.sentence == (
        sentence.format(title=BUG.registered.title) + f" message {first}"
    )


def test_a_group_stays_one_alarm_until_it_is_empty(house: Watched) -> None:
    ids = [house.add(BUG, state="held") for _ in range(FEW)]
    house.round()
    assert len(house.keys()) == FEW
    ids.append(house.add(BUG, state="held"))
    house.round(minutes=1)
    assert house.keys() == ["held/acme-retail/P190"]
    for id_ in ids[1:]:
        house.move(id_, state="received")
        house.round(minutes=1)
        assert house.keys() == ["held/acme-retail/P190"]
    house.move(ids[0], state="received")
    house.round(minutes=1)
    assert house.keys() == []
    told = [(mail["Subject"] or "").partition(": ")[2] for mail in house.mails()]
    assert told[0] == "5 new alarms"
    assert [text.partition(" ")[0] for text in told[1:]] == ["6", "over:"], (
        "that the five became one is no news"
    )


def test_what_was_run_again_needs_nobody(house: Watched) -> None:
    file = house.add(kind="file", state="split", name="a.edi")
    interchange = house.add(kind="interchange", state="split", parent=file)
    held = house.add(BUG, state="held", parent=interchange)
    house.round()
    assert len(house.keys()) == 1
    house.add(kind="file", state="received", replay_of=held)
    house.round()
    assert house.keys() == []
    others = [house.add(BUG, state="held", parent=interchange) for _ in range(2)]
    house.add(kind="file", state="received", replay_of=interchange)
    house.round()
    assert house.keys() == []
    assert others


def test_what_stands_in_something_held_has_no_alarm_of_its_own(house: Watched) -> None:
    file = house.add(BUG, kind="file", state="held", name="a.edi")
    house.add(BUG, state="held", parent=file)
    house.round()
    assert [one.message for one in house.alarms()] == [file]


# ---- the house itself ---------------------------------------------------------------------------


def test_a_failing_duty_is_an_alarm_until_it_works(both: Watched) -> None:
    with both.store.write() as connection:
        row = {"name": "expire", "due": MONDAY, "failure": "OSError: no space left"}
        connection.execute(insert(duty).values(**row))
    both.round()
    (one,) = both.alarms()
    assert str(one.found) == (
        "A108 the duty expire failed when it was done last: OSError: no space left"
    )
    with both.store.write() as connection:
        connection.execute(update(duty).values(failure=""))
    both.round()
    assert both.alarms() == []


def notice(house: Watched, name: str, **values: object) -> None:
    plan = NewDelivery(
        key=name,
        message=None,
        purpose="alarm",
        lane="alarm/email",
        outlet="email",
        folder="alarm/email",
        name=name,
        sha="0",
        due=house.clock(),
    )
    with house.store.write() as connection:
        deliveries.add(connection, [plan], house.clock())
        (row,) = (
            one for one in deliveries.heads(connection, "alarm/email", 999) if one.key == name
        )
        deliveries.change(connection, [row.id], house.clock(), **values)


def test_notices_that_do_not_get_out_are_an_alarm(both: Watched) -> None:
    notice(both, "1", state="done", due=None)
    notice(both, "2", failing=both.clock())
    both.round(minutes=14)
    assert both.keys() == []
    both.round(minutes=1)
    (one,) = both.alarms()
    assert (one.key, str(one.found)) == (
        "notice/email",
        "A109 alarms cannot be told by e-mail: it fails since 2026-03-02 09:14 UTC",
    )
    notice(both, "3", state="dead", due=None)
    both.round()
    assert both.alarms()[0].found.sentence.endswith("it was refused or given up")
    notice(both, "4")
    both.round(minutes=1)
    assert both.keys() == ["notice/email"], "one that was not tried yet says nothing"
    notice(both, "5", state="done", due=None)
    both.round()
    assert both.keys() == []


# ---- for others ---------------------------------------------------------------------------------


def test_another_duty_settles_what_it_found(house: Watched) -> None:
    found = [Finding(f"examine/{name}", problem("A108", duty=name, failure="x")) for name in "ab"]
    settle(house.house, "examine/", found)
    settle(house.house, "examine/", found[:1])
    assert house.keys() == ["examine/a"]
    house.round()
    assert house.keys() == ["examine/a"], "the round leaves the alarms of others alone"


def test_an_alarm_is_raised_and_cleared_from_anywhere(house: Watched) -> None:
    raise_for(house.house, "disk", problem("A108", duty="disk", failure="x"), "acme-retail")
    assert house.keys() == ["disk"]
    clear(house.house, "disk")
    clear(house.house, "disk")
    assert house.keys() == []


def test_a_rule_that_fails_keeps_no_other_from_being_told(
    house: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = house.add(BUG, state="held")
    house.round()

    def broken(*_: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(rounds, "RULES", {**rounds.RULES, "held/": broken})
    house.move(held, state="received")
    waiting(house)
    with pytest.raises(ValueError, match="a bug"):
        house.round(hours=3)
    assert sorted(one.key.partition("/")[0] for one in house.alarms()) == ["held", "overdue"]
    assert len(house.mails()) == 2


# ---- what it costs ------------------------------------------------------------------------------


def statements(house: Watched) -> list[tuple[str, object]]:
    """What a round asks the database."""
    asked: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, text: str, values: object, *_: object) -> None:
        asked.append((text, values))

    event.listen(house.store.engine, "before_cursor_execute", note)
    house.round(minutes=1)
    event.remove(house.store.engine, "before_cursor_execute", note)
    return asked


def test_a_quiet_house_is_only_read(expecting: Watched) -> None:
    expecting.add(BUG, state="held")
    waiting(expecting)
    expecting.round(hours=3)
    assert len(expecting.keys()) == 3
    words = {text.split()[0] for text, _ in statements(expecting)}
    assert words <= {"SELECT", "BEGIN", "PRAGMA"}
    assert not [text for text, _ in statements(expecting) if text.startswith("BEGIN IMMEDIATE")]


def test_every_query_of_a_round_uses_an_index(expecting: Watched) -> None:
    expecting.add(BUG, state="held")
    waiting(expecting)
    asked = [
        (text, values)
        for text, values in statements(expecting) + statements(expecting)
        if text.lstrip().startswith(("SELECT", "UPDATE"))
    ]
    expecting.clock.forward(hours=3)
    asked += [each for each in statements(expecting) if each[0].startswith("SELECT")]
    with expecting.store.read() as connection:
        for text, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all()
            scanned = [str(row) for row in plan if "SCAN" in str(row) and "INDEX" not in str(row)]
            # duty: a handful of rows; configuration: newest first, up to the first that was applied
            bounded = ("SCAN duty", "SCAN configuration")
            assert all(any(each in row for each in bounded) for row in scanned), (text, plan)


def test_nothing_is_left_of_a_row_that_is_gone(house: Watched) -> None:
    """Retention deletes duties' rows, or an agreement goes: the alarm does not stay forever."""
    with house.store.write() as connection:
        connection.execute(insert(duty).values(name="old", due=MONDAY, failure="x"))
    house.round()
    with house.store.write() as connection:
        connection.execute(delete(duty))
    house.round()
    assert house.keys() == []
