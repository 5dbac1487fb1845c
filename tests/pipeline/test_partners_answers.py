"""What partners answer: matched, held when it cannot be, told when it is a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from gateway.pipeline import State
from gateway.pipeline.assign import assign
from gateway.pipeline.renumber import renumber
from gateway.pipeline.replay import preview
from gateway.pipeline.watch.rounds import watch
from tests.pipeline.world import ACME, World, contrl, functional, invoices, purchase_orders

Make = Callable[..., World]
SCOPE = "edifact 4098765000003:14 > 4012345000009:14 live interchange"


@pytest.fixture
def awaiting(tmp_path: Path) -> Iterator[Make]:
    """A world in which answers to invoices are awaited like this."""
    made: list[World] = []

    def make(options: str = "") -> World:
        invoice = "{document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008"
        text = ACME.replace(invoice, f"{invoice}, acknowledge: {{{options}}}")
        made.append(World(tmp_path, {"partners/acme-retail/partner.yaml": text}))
        return made[-1]

    yield make
    for world in made:
        world.gateway.close()


def send(world: World, *numbers: str) -> None:
    world.erp(f"{numbers[0]}.csv", invoices(numbers))
    world.run()


def answer(world: World, data: bytes) -> None:
    before = len(world.rows(kind="file", direction="in"))
    world.acme(f"answer{before}.edi", data)
    world.run()


def documents(world: World) -> list[tuple[str, str]]:
    return [(row.number, str(row.state)) for row in world.rows(kind="document")]


def held(world: World) -> list[str]:
    """Codes of answers that wait for a person."""
    rows = world.rows(kind="message", direction="in", state="held")
    return [code for row in rows for code in world.codes(row.id)]


def same_number_twice(world: World) -> None:
    """The counter went back, so two interchanges have the same reference."""
    send(world, "I1")
    assert renumber(world.gateway.house, SCOPE, 0, "test", force=True).after is not None
    send(world, "I2")


def business(
    reference: str, document: str, code: str = "RE", *, found: Sequence[str] = ("unknown article",)
) -> bytes:
    """An APERAK of acme-retail about a document of ours, by its number."""
    body = [f"BGM++A{reference}+9+{code}'", "DTM+137:202603020914:203'", f"RFF+IV:{document}'"]
    body += ["NAD+MS+4012345000009::9'", "NAD+MR+4098765000003::9'"]
    for text in found if code == "RE" else ():
        body += ["ERC+E1::ZZZ'", f"FTX+AAO+++{text}'"]
    return (
        f"UNB+UNOC:3+4012345000009:14+4098765000003:14+260302:0914+{reference}'"
        f"UNH+1+APERAK:D:96A:UN:EAN008'{''.join(body)}UNT+{len(body) + 2}+1'UNZ+1+{reference}'"
    ).encode()


# ---- which one is meant


def test_an_answer_that_fits_two_is_held(awaiting: Make) -> None:
    world = awaiting()
    same_number_twice(world)
    answer(world, contrl("77", "000000001"))
    assert held(world) == ["P150"]
    assert documents(world) == [("I1", "delivered"), ("I2", "delivered")]
    row = world.row(kind="message", direction="in", state="held")
    history = world.gateway.message(row.id)
    assert history is not None
    first, second = (each.id for each in world.rows(kind="interchange", direction="out"))
    sentence = history.problems[0].sentence
    assert f"{second} (invoice 000000001), {first} (invoice 000000001)" in sentence
    assert f"gateway assign {row.id} MESSAGE" in history.problems[0].remedy


def test_a_person_says_which_one_is_meant(awaiting: Make) -> None:
    world = awaiting()
    same_number_twice(world)
    answer(world, contrl("77", "000000001"))
    row = world.row(kind="message", direction="in", state="held")
    first, _ = world.rows(kind="interchange", direction="out")
    assert isinstance(assign(world.gateway.house, row.id, first.id, "they say so"), int)
    world.run()
    assert documents(world) == [("I1", "acknowledged"), ("I2", "delivered")]


@pytest.mark.parametrize(("answer_", "subject", "code"), [(1, 2, "P156"), (0, 1, "P157")])
def test_what_cannot_be_assigned(awaiting: Make, answer_: int, subject: int, code: str) -> None:
    world = awaiting()
    same_number_twice(world)
    answer(world, contrl("77", "000000001"))
    row = world.row(kind="message", direction="in", state="held")
    done = assign(world.gateway.house, answer_ or row.id, subject, "a mistake")
    assert not isinstance(done, int)
    assert done.code == code
    assert len(world.rows(kind="file", direction="in")) == 1, "nothing was made due"


def test_what_is_answered_already_is_no_candidate(awaiting: Make) -> None:
    world = awaiting()
    send(world, "I1")
    answer(world, contrl("77", "000000001"))
    assert renumber(world.gateway.house, SCOPE, 0, "test", force=True).after is not None
    send(world, "I2")
    answer(world, contrl("78", "000000001", action="4"))
    assert documents(world) == [("I1", "acknowledged"), ("I2", "refused")]


def test_references_without_their_zeros_are_found(awaiting: Make) -> None:
    world = awaiting()
    send(world, "I1", "I2")
    answer(world, contrl("77", "1", refused=["02"]))
    assert documents(world) == [("I1", "acknowledged"), ("I2", "refused")]


def test_an_answer_to_our_answer_is_no_answer_to_something_unknown(world: World) -> None:
    world.northwind("a.x12", purchase_orders(88, ["N1"]))
    world.run()
    world.northwind("b.x12", functional(89, "1"))
    world.run()
    assert not world.rows(problem="P126")


# ---- second answers


@pytest.mark.parametrize(
    ("policy", "state", "codes"),
    [
        ("hold", "acknowledged", ["P151"]),
        ("newest", "refused", []),
        ("first", "acknowledged", []),
    ],
)
def test_an_answer_that_takes_back_what_was_said(
    awaiting: Make, policy: str, state: str, codes: list[str]
) -> None:
    world = awaiting(f"contradiction: {policy}")
    send(world, "I1")
    answer(world, contrl("77", "000000001"))
    answer(world, contrl("78", "000000001", action="4"))
    assert documents(world) == [("I1", state)]
    assert held(world) == codes


def test_a_refusal_may_be_taken_back_where_the_newest_counts(awaiting: Make) -> None:
    world = awaiting("contradiction: newest")
    send(world, "I1")
    answer(world, contrl("77", "000000001", action="4"))
    answer(world, contrl("78", "000000001"))
    assert documents(world) == [("I1", "acknowledged")]


def test_the_same_answer_twice_is_no_contradiction(awaiting: Make) -> None:
    world = awaiting()
    send(world, "I1", "I2")
    for reference in ("77", "78"):
        answer(world, contrl(reference, "000000001", refused=["2"]))
    assert (documents(world), held(world)) == ([("I1", "acknowledged"), ("I2", "refused")], [])
    assert [len(world.codes(row.id)) for row in world.rows(kind="document")] == [0, 1]


@pytest.mark.parametrize(("policy", "state"), [("accept", "acknowledged"), ("hold", "delivered")])
def test_an_answer_after_its_time(awaiting: Make, policy: str, state: str) -> None:
    world = awaiting(f"syntax: contrl, within: 2h, late: {policy}")
    send(world, "I1")
    world.clock.forward(hours=3)
    answer(world, contrl("77", "000000001"))
    assert documents(world) == [("I1", state)]
    assert held(world) == (["P152"] if policy == "hold" else [])


# ---- refusals are told


def test_a_refusal_is_an_alarm_until_the_document_is_sent_anew(awaiting: Make) -> None:
    world = awaiting()
    send(world, "I1", "I2")
    answer(world, contrl("77", "000000001", refused=["2"]))
    (alarm,) = world.gateway.alarms()
    assert (alarm.found.code, alarm.partner) == ("A112", "acme-retail")
    assert "acme-retail refused invoice I2: 12" in alarm.found.sentence
    watch(world.gateway.house)
    assert len(world.gateway.alarms()) == 1
    world.erp("again.csv", invoices(["I2"], quantity={"I2": "6"}))
    world.run()
    watch(world.gateway.house)
    assert world.gateway.alarms() == []


def test_a_whole_interchange_that_is_refused_is_one_alarm(awaiting: Make) -> None:
    world = awaiting()
    send(world, "I1", "I2", "I3")
    answer(world, contrl("77", "000000001", action="4"))
    (alarm,) = world.gateway.alarms()
    assert alarm.message == world.row(kind="interchange", direction="out").id
    watch(world.gateway.house)
    assert len(world.gateway.alarms()) == 1


def test_a_refusal_may_only_be_noted(awaiting: Make) -> None:
    world = awaiting("refusal: note")
    send(world, "I1")
    answer(world, contrl("77", "000000001", action="4"))
    assert documents(world) == [("I1", "refused")]
    assert world.gateway.alarms() == []


# ---- business answers


def test_an_aperak_refuses_the_content_of_an_invoice(awaiting: Make) -> None:
    world = awaiting()
    send(world, "I1", "I2")
    answer(world, contrl("77", "000000001"))
    answer(world, business("78", "I2"))
    assert documents(world) == [("I1", "acknowledged"), ("I2", "refused")]
    row = world.row(kind="document", state="refused")
    history = world.gateway.message(row.id)
    assert history is not None
    (found,) = history.problems
    assert found.code == "P155"
    assert "unknown article" in found.sentence
    assert held(world) == []
    (alarm,) = world.gateway.alarms()
    assert alarm.message == row.id
    (contrl_of_it,) = [each for each in world.sent().values() if "UCI+78+" in each]
    assert contrl_of_it.count("UCI") == 1, "a business answer is acknowledged like a document"


def test_an_aperak_accepts(awaiting: Make) -> None:
    world = awaiting()
    send(world, "I1")
    answer(world, business("78", "I1", "AP"))
    assert documents(world) == [("I1", "acknowledged")]


def test_an_aperak_about_nothing_of_ours_is_noted(awaiting: Make) -> None:
    world = awaiting()
    send(world, "I1")
    answer(world, business("78", "I9"))
    assert documents(world) == [("I1", "delivered")]
    assert world.rows(problem="P126")


def test_an_aperak_with_faults_is_refused_and_says_nothing(awaiting: Make) -> None:
    world = awaiting()
    send(world, "I1")
    answer(world, business("78", "I1").replace(b"DTM+137:202603020914:203'", b""))
    assert documents(world) == [("I1", "delivered")]
    assert world.row(kind="message", direction="in").state == State.REFUSED


# ---- TA1


def test_a_ta1_that_fits_two_is_held(awaiting: Make) -> None:
    world = awaiting()
    for number in ("J1", "J2"):
        world.erp(f"{number}.csv", invoices([number], gln="0012345000003"))
        world.run()
        scope = "x12 OURCOMPANY:ZZ > NORTHWIND:ZZ live interchange"
        renumber(world.gateway.house, scope, 0, "test", force=True)
    ta1 = (
        "ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*OURCOMPANY     "
        "*260302*0914*U*00401*000000090*0*P*>~TA1*000000001*260302*0914*R*006~IEA*0*000000090~"
    )
    world.northwind("t.x12", ta1.encode())
    world.run()
    row = world.row(kind="interchange", direction="in")
    assert (row.state, world.codes(row.id)) == (State.HELD, ["P150"])
    assert [state for _, state in documents(world)] == ["delivered", "delivered"]


def test_what_an_aperak_said_is_neither_repeated_nor_taken_back_by_a_preview(
    awaiting: Make,
) -> None:
    world = awaiting()
    send(world, "I2")
    answer(world, business("78", "I2"))
    row = world.row(kind="document", state="refused")
    (found,) = preview(world.gateway.house, [row.id], force=True).compared
    assert (found.gone, found.new) == ((), ())
    assert found.verdict == "same"
