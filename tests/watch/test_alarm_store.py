"""An alarm is raised once while it is open, by however many, and is over once."""

from __future__ import annotations

import threading

from sqlalchemy import event, insert, select

from gateway.problems import problem
from gateway.store import alarms
from gateway.store.alarms import AlarmFilter, Raised
from gateway.store.tables import alarm
from tests.watch.kit import MONDAY, Watched

TIDY = problem("A108", duty="tidy", failure="ValueError: wrong")
OTHER = problem("A108", duty="tidy", failure="OSError: full")


def test_an_open_alarm_is_only_counted(both: Watched) -> None:
    with both.store.write() as connection:
        first = alarms.raise_alarm(connection, MONDAY, "duty/tidy", TIDY, "acme-retail")
    both.clock.forward(minutes=5)
    with both.store.write() as connection:
        second = alarms.raise_alarm(connection, both.clock(), "duty/tidy", OTHER)
    assert (first.new, second) == (True, Raised(first.id, new=False))
    (one,) = both.alarms()
    assert (one.times, one.raised, one.seen) == (2, MONDAY, both.clock())
    assert one.found == OTHER, "its facts are those of now"
    assert one.partner == "acme-retail"


def test_what_is_over_can_be_raised_anew(both: Watched) -> None:
    first = both.raised("duty/tidy")
    with both.store.write() as connection:
        assert alarms.resolve(connection, both.clock(), ["duty/tidy", "duty/none"]) == [first]
        assert alarms.resolve(connection, both.clock(), ["duty/tidy"]) == []
    assert both.raised("duty/tidy") != first
    assert len(both.alarms(open=None)) == 2
    assert [one.id for one in both.alarms(open=False)] == [first]


def test_a_prefix_is_compared_sign_by_sign(both: Watched) -> None:
    for key in ("po_1/a", "po_1/b", "PO_1/a", "poX1/a", "po_10/a"):
        both.raised(key)
    with both.store.write() as connection:
        assert len(alarms.resolve(connection, both.clock(), prefix="po_1/")) == 2
        assert alarms.resolve(connection, both.clock()) == []
    assert both.keys() == sorted(["PO_1/a", "poX1/a", "po_10/a"])


def test_two_at_once_raise_one(both: Watched) -> None:
    start, found = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        for number in range(10):
            with both.store.write() as connection:
                key = f"duty/{number}"
                found.append((key, alarms.raise_alarm(connection, MONDAY, key, TIDY)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 40
    assert sorted(key for key, raised in found if raised.new) == sorted({key for key, _ in found})
    assert {one.times for one in both.alarms()} == {4}


def test_one_raises_while_another_resolves(both: Watched) -> None:
    start = threading.Barrier(2)

    def work(raising: bool) -> None:
        start.wait()
        for _ in range(20):
            with both.store.write() as connection:
                if raising:
                    alarms.raise_alarm(connection, MONDAY, "duty/tidy", TIDY)
                else:
                    alarms.resolve(connection, MONDAY, ["duty/tidy"])

    threads = [threading.Thread(target=work, args=[raising]) for raising in (True, False)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with both.store.read() as connection:
        rows = connection.execute(select(alarm)).all()
    assert sum(row.times for row in rows) == 20, "none is lost"
    assert sum(row.resolved is None for row in rows) <= 1


def test_many_are_resolved_at_once(house: Watched) -> None:
    rows = [
        {"key": f"k/{n}", "code": "A108", "severity": "error", "raised": MONDAY, "seen": MONDAY}
        | {"data": "{}"}
        for n in range(2500)
    ]
    with house.store.write() as connection:
        connection.execute(insert(alarm), rows)
        keys = [row["key"] for row in rows]
        assert len(alarms.resolve(connection, MONDAY, keys)) == 2500


def test_an_alarm_says_all_to_programs(house: Watched) -> None:
    id_ = house.raised("duty/tidy")
    (one,) = house.alarms()
    assert one.as_json() == {
        "id": id_,
        "key": "duty/tidy",
        "code": "A108",
        "severity": "error",
        "title": "A periodic duty fails",
        "sentence": "the duty tidy failed when it was done last: ValueError: wrong",
        "remedy": "the log has the details; the duty is tried again at its next time",
        "facts": {"duty": "tidy", "failure": "ValueError: wrong"},
        "partner": None,
        "message": None,
        "times": 1,
        "raised": "2026-03-02T09:14:00+00:00",
        "seen": "2026-03-02T09:14:00+00:00",
        "resolved": None,
    }


def test_the_list_is_filtered(house: Watched) -> None:
    row = house.add(state="held")
    with house.store.write() as connection:
        alarms.raise_alarm(connection, MONDAY, "a", TIDY, "acme-retail", row)
        alarms.raise_alarm(connection, MONDAY, "b", TIDY, "northwind")
    assert [one.key for one in house.alarms()] == ["b", "a"]
    assert [one.key for one in house.alarms(partner="acme-retail")] == ["a"]
    assert [one.key for one in house.alarms(message=row)] == ["a"]
    assert [one.key for one in house.alarms(limit=1)] == ["b"]
    with house.store.read() as connection:
        assert alarms.count_open(connection) == 2
        assert AlarmFilter().open


def test_every_list_uses_its_index(house: Watched) -> None:
    asked: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, text: str, values: object, *_: object) -> None:
        asked.append((text, values))

    with house.store.write() as connection:
        event.listen(house.store.engine, "before_cursor_execute", note)
        alarms.find(connection, AlarmFilter())
        alarms.find(connection, AlarmFilter(open=None))
        alarms.find(connection, AlarmFilter(message=1))
        alarms.untold(connection, MONDAY, 500)
        alarms.untold_ends(connection, MONDAY, 500)
        alarms.open_alarms(connection, "held/")
        alarms.open_alarms(connection, keys=["a", "b"])
        alarms.resolve(connection, MONDAY, ["a"], prefix="held/")
        alarms.count_open(connection)
        event.remove(house.store.engine, "before_cursor_execute", note)
        plans = [
            (text, str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all()))
            for text, values in asked
        ]
    assert len(plans) == 10
    for text, plan in plans:
        in_order = " WHERE " not in text  # of the rows themselves
        assert (" USING " in plan and "INDEX" in plan) or in_order, (text, plan)
        assert "TEMP B-TREE" not in plan, (text, plan)
        if "substr(alarm" in text and "substr(alarm.data" not in text:
            assert "uq_alarm_open (key>? AND key<?)" in plan, (text, plan)
