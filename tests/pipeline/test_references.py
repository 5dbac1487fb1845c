"""References of partners' interchanges: repeats, gaps, and what is out of order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.pipeline import State
from gateway.pipeline.references import close_gap, number_of
from gateway.pipeline.watch.rounds import watch
from gateway.store import sequences
from tests.pipeline.world import ACME, NORTHWIND, World, orders, purchase_orders

Make = Callable[[str], World]


@pytest.fixture
def ruled(tmp_path: Path) -> Iterator[Make]:
    """A world with rules for references of both partners."""
    made: list[World] = []

    def make(rules: str) -> World:
        files = {
            f"partners/{name}/partner.yaml": f"{text}references: {{{rules}}}\n"
            for name, text in (("acme-retail", ACME), ("northwind", NORTHWIND))
        }
        made.append(World(tmp_path, files))
        return made[-1]

    yield make
    for world in made:
        world.gateway.close()


def come(world: World, *references: str) -> list[str]:
    """Interchanges come one after the other; the numbers of the orders that the ERP has then."""
    for reference in references:
        world.acme(f"{reference}.edi", orders(reference, [f"PO{reference}"]))
        world.run()
    return sorted(text.split(";")[1] for text in world.orders().values())


def missing(world: World) -> list[tuple[int, int]]:
    with world.gateway.house.store.read() as connection:
        return [(gap.first, gap.last) for one in sequences.find(connection) for gap in one.gaps]


def found(world: World) -> dict[str, list[str]]:
    """Codes by reference of the interchange, where there are any."""
    rows = world.rows(kind="interchange", direction="in")
    return {row.reference: codes for row in rows if (codes := world.codes(row.id))}


def states(world: World) -> list[tuple[str, str]]:
    rows = world.rows(kind="interchange", direction="in")
    return [(row.reference, str(row.state)) for row in rows]


# ---- gaps


def test_what_comes_in_its_order_is_no_news(ruled: Make) -> None:
    world = ruled("gap: warn, late: warn")
    assert come(world, "7", "8", "0009") == ["PO0009", "PO7", "PO8"]
    assert (found(world), missing(world)) == ({}, [])


def test_a_gap_is_noted_and_closed_when_it_is_filled(ruled: Make) -> None:
    world = ruled("gap: warn")
    come(world, "4711", "4715")
    assert found(world) == {"4715": ["P130"]}
    assert missing(world) == [(4712, 4714)]
    come(world, "4713")
    assert missing(world) == [(4712, 4712), (4714, 4714)]
    assert len(come(world, "4712", "4714", "4716")) == 6
    assert missing(world) == []
    after = world.row(reference="4715", kind="interchange")
    history = world.gateway.message(after.id)
    assert history is not None
    assert any("4713 has come" in each.text for each in history.events)


def test_a_gap_that_stays_is_an_alarm_until_it_is_filled(ruled: Make) -> None:
    world = ruled("gap: warn, filled_within: 2h")
    come(world, "4711", "4714")
    watch(world.gateway.house)
    assert world.gateway.alarms() == []
    world.clock.forward(hours=2)
    watch(world.gateway.house)
    (alarm,) = world.gateway.alarms()
    assert (alarm.found.code, alarm.partner) == ("A111", "acme-retail")
    assert "4712 to 4713" in alarm.found.sentence
    come(world, "4712", "4713")
    watch(world.gateway.house)
    assert world.gateway.alarms() == []


def test_gaps_may_be_of_no_interest(ruled: Make) -> None:
    world = ruled("gap: accept")
    come(world, "1", "5")
    assert (found(world), missing(world)) == ({}, [])


def test_what_follows_a_gap_waits_and_goes_on_in_its_order(ruled: Make) -> None:
    world = ruled("gap: hold")
    assert come(world, "1", "4", "5") == ["PO1"]
    assert states(world)[1:] == [("4", "held"), ("5", "held")]
    assert found(world) == {"4": ["P131"], "5": ["P131"]}
    assert len(world.sent()) == 1, "what waits is not answered yet"
    assert come(world, "3") == ["PO1"], "2 is still missing"
    assert come(world, "2") == ["PO1", "PO2", "PO3", "PO4", "PO5"]
    numbers = [row.number for row in world.rows(kind="message") if row.state != State.HELD]
    assert numbers == ["PO1", "PO2", "PO3", "PO4", "PO5"]
    assert len(world.sent()) == 5
    assert missing(world) == []


def test_what_waits_and_comes_again_is_processed_once(ruled: Make) -> None:
    world = ruled("gap: hold")
    come(world, "1", "3")
    world.acme("again.edi", orders("3", ["PO3"]))
    world.run()
    assert len(come(world, "2")) == 3
    world.acme("third.edi", orders("3", ["PO3"]))
    before = len(world.sent())
    world.run()
    assert len(world.orders()) == 3
    assert len(world.sent()) == before + 1, "the repeat gets the answer that the replay got"


def test_what_a_person_ran_meanwhile_does_not_run_again(ruled: Make) -> None:
    world = ruled("gap: hold")
    come(world, "1", "3")
    held = world.row(kind="interchange", direction="in", state="held")
    world.gateway.replay(held.id, "it cannot wait")
    world.run()
    assert come(world, "2") == ["PO1", "PO2", "PO3"]


def test_a_person_closes_a_gap_that_is_never_filled(ruled: Make) -> None:
    world = ruled("gap: hold")
    assert come(world, "1", "3") == ["PO1"]
    with world.gateway.house.store.read() as connection:
        (sequence,) = sequences.find(connection)
    done = close_gap(world.gateway.house, sequence.gaps[0].id, "cancelled", "me")
    assert done is not None
    assert done[2] == 1
    world.run()
    assert len(world.orders()) == 2
    assert close_gap(world.gateway.house, sequence.gaps[0].id, "cancelled", "me") is None


def test_a_gap_may_refuse_until_it_is_filled(ruled: Make) -> None:
    world = ruled("gap: reject")
    assert come(world, "1", "3") == ["PO1"]
    assert found(world) == {"3": ["P132"]}
    assert any("+4+18'" in each for each in world.sent().values())
    assert come(world, "2", "3") == ["PO1", "PO2", "PO3"]


def test_x12_is_told_by_a_ta1(ruled: Make) -> None:
    world = ruled("gap: reject")
    for control in (88, 90):
        world.northwind(f"{control}.x12", purchase_orders(control, [f"N{control}"]))
        world.run()
    assert len(world.orders()) == 1
    assert any(
        "~TA1*000000090*260302*0914*R*018~" in each for each in world.sent("northwind").values()
    )


# ---- out of order


@pytest.mark.parametrize(
    ("policy", "codes", "delivered"),
    [
        ("accept", [], True),
        ("warn", ["P133"], True),
        ("hold", ["P134"], False),
        ("reject", ["P135"], False),
    ],
)
def test_what_comes_late(ruled: Make, policy: str, codes: list[str], delivered: bool) -> None:
    world = ruled(f"gap: accept, late: {policy}")
    come(world, "10", "12", "11")
    row = world.row(kind="interchange", direction="in", reference="11")
    assert world.codes(row.id) == codes
    assert (len(world.orders()) == 3) is delivered
    if policy == "hold":
        world.gateway.replay(row.id, "may be processed")
        world.run()
        assert len(world.orders()) == 3


def test_what_fills_a_gap_is_late_too(ruled: Make) -> None:
    world = ruled("late: reject")
    come(world, "10", "12", "11")
    assert found(world) == {"12": ["P130"], "11": ["P135"]}
    assert missing(world) == [(11, 11)], "it was refused, so it is missing still"


@pytest.mark.parametrize("second", ["5", "99999"])
def test_a_leap_begins_a_new_range(ruled: Make, second: str) -> None:
    world = ruled("gap: hold, late: reject, jump: 500")
    assert len(come(world, "2000", second, str(int(second) + 1))) == 3
    assert found(world) == {second: ["P136"]}
    assert missing(world) == []


def test_a_corrected_interchange_is_not_late(ruled: Make) -> None:
    world = ruled("late: reject")
    world.acme("a.edi", orders("7", ["PO7"], count=3))
    world.run()
    assert come(world, "8", "7") == ["PO7", "PO8"]


def test_test_interchanges_have_a_sequence_of_their_own(ruled: Make) -> None:
    world = ruled("gap: warn")
    come(world, "7")
    world.acme("t.edi", orders("900", ["T1"], test=True))
    world.run()
    assert missing(world) == []
    assert len(sequences_of(world)) == 2


def sequences_of(world: World) -> list[sequences.Sequence]:
    with world.gateway.house.store.read() as connection:
        return sequences.find(connection)


# ---- references


@pytest.mark.parametrize(
    ("reference", "how", "expected"),
    [
        ("000123", "whole", ("", 123)),
        ("A123", "whole", None),
        ("A123", "suffix", ("A", 123)),
        ("2026-03-02/0007", "suffix", ("2026-03-02/", 7)),
        ("ABC", "suffix", None),
        ("123", "none", None),
        ("", "whole", None),
        ("٣", "whole", None),
        ("9" * 30, "whole", None),
        ("9" * 30, "suffix", ("9" * 12, int("9" * 18))),
    ],
)
def test_what_counts(reference: str, how: str, expected: tuple[str, int] | None) -> None:
    assert number_of(reference, how) == expected


def test_references_that_are_no_numbers_have_no_gaps(ruled: Make) -> None:
    world = ruled("gap: reject, late: reject")
    assert len(come(world, "A1", "A9", "A3")) == 3
    assert sequences_of(world) == []


def test_the_digits_at_the_end_may_count(ruled: Make) -> None:
    world = ruled("gap: warn, number: suffix")
    come(world, "A1", "B7", "A3")
    assert found(world) == {"A3": ["P130"]}
    assert missing(world) == [(2, 2)]


def test_leading_zeros_of_isa13_are_equal(ruled: Make) -> None:
    world = ruled("gap: warn")
    world.northwind("a.x12", purchase_orders(88, ["N1"]))
    world.run()
    short = purchase_orders(88, ["N1"]).replace(b"*000000088*0*P", b"*       88*0*P")
    world.northwind("b.x12", short)
    world.run()
    assert len(world.orders()) == 1


# ---- repeats


@pytest.mark.parametrize(
    ("rules", "second", "code", "state"),
    [
        ("repeat: answer", "PO1", "P110", State.ACKNOWLEDGED),
        ("repeat: hold", "PO1", "P138", State.HELD),
        ("repeat: reject", "PO1", "P139", State.REFUSED),
        ("reuse: hold", "PO2", "P138", State.HELD),
        ("reuse: reject", "PO2", "P111", State.REFUSED),
    ],
)
def test_what_becomes_of_a_repeat(
    ruled: Make, rules: str, second: str, code: str, state: State
) -> None:
    world = ruled(rules)
    world.acme("a.edi", orders("1", ["PO1"]))
    world.run()
    world.acme("b.edi", orders("1", [second]))
    world.run()
    row = world.rows(kind="interchange")[-1]
    assert (world.codes(row.id), row.state) == ([code], state)
    assert len(world.orders()) == 1


def test_a_reference_may_be_used_again_and_each_content_counts_once(ruled: Make) -> None:
    world = ruled("reuse: accept")
    for name, number in enumerate(["PO1", "PO2", "PO3", "PO2", "PO1", "PO3"]):
        world.acme(f"{name}.edi", orders("1", [number]))
        world.run()
    assert len(world.orders()) == 3
    assert len(world.rows(problem="P137")) == 2
    assert len(world.sent()) == 6, "each is answered, repeats with the answer they got before"


# ---- groups


@pytest.mark.parametrize(("policy", "state"), [("reject", "refused"), ("warn", "acknowledged")])
def test_a_group_that_came_before(ruled: Make, policy: str, state: str) -> None:
    world = ruled(f"groups: {policy}")
    world.northwind("a.x12", purchase_orders(88, ["N1"]))
    world.run()
    again = (
        purchase_orders(89, ["N2"])
        .replace(b"*0914*89*X", b"*0914*88*X")
        .replace(b"GE*1*89", b"GE*1*88")
    )
    world.northwind("b.x12", again)
    world.run()
    assert [row.state for row in world.rows(kind="message")] == ["acknowledged", state]
    row = world.row(kind="interchange", direction="in", reference="000000089")
    assert world.codes(row.id) == ["P140"]
    refused = any("AK9*R*1*1*0*6~" in each for each in world.sent("northwind").values())
    assert refused is (policy == "reject")


def test_a_refused_interchange_does_not_use_up_its_groups(ruled: Make) -> None:
    world = ruled("groups: reject")
    world.northwind("a.x12", purchase_orders(88, ["N1"]).replace(b"IEA*1*", b"IEA*2*"))
    world.run()
    again = purchase_orders(89, ["N1"]).replace(b"*0914*89*X", b"*0914*88*X")
    world.northwind("b.x12", again.replace(b"GE*1*89", b"GE*1*88"))
    world.run()
    assert len(world.orders()) == 1
