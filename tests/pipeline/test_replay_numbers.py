"""Control numbers that a person sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gateway.pipeline import renumber as module
from gateway.pipeline.renumber import Counter, counters, renumber
from gateway.problems import Severity
from gateway.store import audit, numbers
from tests.pipeline.shop import Shop

ACME = "edifact 4098765000003:14 > 4012345000009:14 live interchange"
NORTHWIND = "x12 OURCOMPANY:ZZ > NORTHWIND:ZZ live"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path / "shop")
    yield made
    made.gateway.close()


def test_the_counters_that_there_are_and_that_will_be_needed(shop: Shop) -> None:
    groups = [f"{NORTHWIND} group", f"{NORTHWIND} interchange"]
    found = counters(shop.gateway.house)
    assert [each.scope for each in found] == [ACME, *groups]
    assert [(each.partner, each.last, each.next) for each in found] == [
        ("acme-retail", None, 1),
        ("northwind", None, 1),
        ("northwind", None, 1),
    ]
    shop.acme()
    shop.run()
    first = counters(shop.gateway.house)[0]
    assert first == Counter(ACME, "acme-retail", 1, shop.clock())
    assert first.as_json()["next"] == 2


def test_a_counter_of_an_identity_that_is_gone_is_still_listed(shop: Shop) -> None:
    with shop.gateway.house.store.write() as connection:
        numbers.put(connection, "edifact A > B live interchange", 7, shop.clock())
    assert Counter("edifact A > B live interchange", "", 7, shop.clock()) in counters(
        shop.gateway.house
    )


def test_numbers_go_on_where_another_system_stopped(shop: Shop) -> None:
    done = renumber(shop.gateway.house, ACME, 4710, "the old gateway", who="ann")
    assert (done.before, done.after, done.problem) == (
        Counter(ACME, "acme-retail", None, None),
        Counter(ACME, "acme-retail", 4710, shop.clock()),
        None,
    )
    shop.acme()
    shop.run()
    assert list(shop.sent()) == ["CONTRL_000004711.edi"]
    with shop.gateway.house.store.read() as connection:
        (entry,) = audit.of(connection, ACME)
    assert (entry.who, entry.action, entry.reason, entry.detail) == (
        "ann",
        "renumber",
        "the old gateway",
        "from none to 4710",
    )


def test_it_does_not_go_back_behind_a_number_that_was_used(shop: Shop) -> None:
    house = shop.gateway.house
    renumber(house, ACME, 4710, "x")
    shop.acme()
    shop.run()
    answer = shop.row(kind="acknowledgement")
    done = renumber(house, ACME, 4709, "x")
    assert done.after is None
    assert str(done.problem) == (
        f"P220 after 4709 the next number is 4710, but 4711 was used, by message {answer.id} on "
        "2026-03-02"
    )
    assert counters(house)[0].last == 4711
    assert renumber(house, ACME, 4711, "x").problem is None
    done = renumber(house, ACME, 0, "agreed", force=True)
    assert done.problem is not None
    assert (done.problem.code, done.problem.severity) == ("P220", Severity.WARNING)
    with house.store.read() as connection:
        entry = audit.of(connection, ACME)[0]
    assert entry.detail.startswith("from 4711 to 0; after 0 the next number is 1, but 4711 was")
    assert counters(house)[0].next == 1


def test_groups_are_compared_as_numbers(shop: Shop) -> None:
    house = shop.gateway.house
    scope = f"{NORTHWIND} group"
    renumber(house, scope, 9, "x")
    shop.erp()
    shop.run()
    row = next(each for each in shop.rows(kind="interchange") if each.partner == "northwind")
    assert row.grouping == "10"
    assert renumber(house, scope, 9, "x").after is None
    assert renumber(house, scope, 10, "x").problem is None


def test_after_the_largest_number_comes_the_first(shop: Shop) -> None:
    done = renumber(shop.gateway.house, ACME, 999_999_999, "x")
    assert done.after is not None
    assert done.after.next == 1
    shop.acme()
    shop.run()
    assert list(shop.sent()) == ["CONTRL_000000001.edi"]


@pytest.mark.parametrize("value", [-1, 1_000_000_000])
def test_what_is_no_control_number(shop: Shop, value: int) -> None:
    done = renumber(shop.gateway.house, ACME, value, "x")
    assert done.problem is not None
    assert str(done.problem) == f"P222 {value} is no control number: it goes from 0 to 999999999"


def test_a_counter_that_is_misspelt(shop: Shop) -> None:
    done = renumber(shop.gateway.house, ACME.replace("live", "life"), 1, "x")
    assert done.problem is not None
    assert done.problem.code == "P221"
    assert done.problem.remedy.endswith(f"did you mean '{ACME}'?")


def test_the_search_for_used_numbers_uses_an_index(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    real = Connection.execute

    def explained(self: Connection, statement: object, *rest: object) -> object:
        if "length" in str(statement):
            text = str(
                statement.compile(self, compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined]
            )
            seen.extend(str(row) for row in self.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))
        return real(self, statement, *rest)  # type: ignore[call-overload]

    monkeypatch.setattr(Connection, "execute", explained)
    assert module.renumber(shop.gateway.house, ACME, 5, "x").problem is None
    assert seen
    assert not [plan for plan in seen if "SCAN message" in plan]
