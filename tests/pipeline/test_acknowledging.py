"""How partners are answered, as their agreements ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.pipeline import State
from tests.pipeline.world import ACME, NORTHWIND, World, orders, purchase_orders

Make = Callable[[str], World]


@pytest.fixture
def agreed(tmp_path: Path) -> Iterator[Make]:
    """A world in which inbound orders are acknowledged like this, with both partners."""
    made: list[World] = []

    def make(options: str) -> World:
        acme = ACME.replace("mode: live}", f"mode: live, acknowledge: {{{options}}}}}")
        order = "inbound, standard: X12 004010}"
        northwind = NORTHWIND.replace(order, f"{order[:-1]}, acknowledge: {{{options}}}}}")
        # the other partner's standard may not know the option
        files = {"partners/acme-retail/partner.yaml": acme}
        if any(word in options for word in ("97", "99", "ta1", "warnings", "824")):
            files = {"partners/northwind/partner.yaml": northwind}
        made.append(World(tmp_path, files))
        return made[-1]

    yield make
    for world in made:
        world.gateway.close()


def without_quantity(data: bytes) -> bytes:
    """An error of the content, not of the syntax: QTY is optional in ORDERS."""
    return data.replace(b"QTY+21:5'", b"").replace(b"UNT+10+", b"UNT+9+")


# ---- technical answers


def test_only_refusals_are_told(agreed: Make) -> None:
    world = agreed("when: errors")
    world.acme("a.edi", orders("1", ["PO1"]))
    world.acme("b.edi", orders("2", ["PO2"], quantity={"PO2": "x"}))
    world.run()
    (answer,) = world.sent().values()
    assert "UCI+2+" in answer
    assert answer.startswith("UNA")
    assert "+000000001'UNH" in answer, "no number was drawn for the answer that was not due"


def test_only_what_asks_is_answered(agreed: Make) -> None:
    world = agreed("when: on_request")
    asking = orders("2", ["PO2"]).replace(b"+2'UNH+1", b"+2++ORDERS++1'UNH+1", 1)
    world.acme("a.edi", orders("1", ["PO1"]))
    world.acme("b.edi", asking)
    world.run()
    (answer,) = world.sent().values()
    assert "UCI+2+" in answer


def test_a_receipt_says_nothing_of_the_content(agreed: Make) -> None:
    world = agreed("level: receipt")
    world.acme("a.edi", orders("1", ["PO1", "PO2"], quantity={"PO2": "x"}))
    world.run()
    (answer,) = world.sent().values()
    assert "UCI+1+4012345000009:14+4098765000003:14+8'UNT" in answer


def test_accepted_messages_are_listed_too(agreed: Make) -> None:
    world = agreed("messages: all")
    world.acme("a.edi", orders("1", ["PO1", "PO2"]))
    world.run()
    (answer,) = world.sent().values()
    assert "UCM+1+ORDERS:D:96A:UN:EAN008+7'UCM+2+ORDERS:D:96A:UN:EAN008+7'" in answer


def test_a_997_of_refused_sets_only(agreed: Make) -> None:
    world = agreed("syntax: 997, messages: refused")
    world.northwind("a.x12", purchase_orders(88, ["N1", "N2"]))
    world.run()
    (answer,) = world.sent("northwind").values()
    assert "AK1*PO*88~AK9*A*2*2*2~" in answer


def test_x12_answered_by_999(agreed: Make) -> None:
    world = agreed("syntax: 999")
    world.northwind("a.x12", purchase_orders(88, ["N1"], quantity="x"))
    world.run()
    (answer,) = world.sent("northwind").values()
    assert "ST*999*0001*005010X231A1~" in answer
    assert "IK5*R*5~" in answer
    assert world.row(kind="acknowledgement").document == "999"


@pytest.mark.parametrize(("warnings", "code"), [("report", "E"), ("silent", "A")])
def test_warnings_are_reported_where_that_is_agreed(
    tmp_path: Path, warnings: str, code: str
) -> None:
    order = "inbound, standard: X12 004010"
    options = f"checks: {{unknown_code: warn}}, acknowledge: {{warnings: {warnings}}}"
    text = NORTHWIND.replace(order, f"{order}, {options}")
    world = World(tmp_path, {"partners/northwind/partner.yaml": text})
    world.northwind("a.x12", purchase_orders(88, ["N1"]).replace(b"*EA*", b"*QQ*"))
    world.run()
    (answer,) = world.sent("northwind").values()
    assert f"~AK5*{code}" in answer
    assert f"~AK9*{code}*1*1*1~" in answer
    world.gateway.close()


@pytest.mark.parametrize(("ta1", "expected"), [("always", True), ("never", False)])
def test_when_a_ta1_is_sent(agreed: Make, ta1: str, expected: bool) -> None:
    world = agreed(f"ta1: {ta1}")
    world.northwind("a.x12", purchase_orders(88, ["N1"]))
    world.run()
    (answer,) = world.sent("northwind").values()
    assert ("~TA1*000000088*260302*0914*A*000~" in answer) is expected
    assert "~ST*997*" in answer


def test_a_ta1_alone(agreed: Make) -> None:
    world = agreed("syntax: ta1")
    world.northwind("a.x12", purchase_orders(88, ["N1"]))
    world.run()
    (answer,) = world.sent("northwind").values()
    assert "~TA1*000000088*260302*0914*A*000~IEA*0*" in answer
    assert world.row(kind="acknowledgement").document == "TA1"


def test_answers_may_have_numbers_of_their_own(agreed: Make) -> None:
    world = agreed("numbers: own")
    for number in ("1", "2"):
        world.acme(f"{number}.edi", orders(number, [f"PO{number}"]))
    world.run()
    assert [row.reference for row in world.rows(kind="acknowledgement")] == [
        "000000001",
        "000000002",
    ]
    scope = "edifact 4098765000003:14 > 4012345000009:14 live answer-interchange"
    from gateway.pipeline.renumber import counters  # noqa: PLC0415

    found = {each.scope: each for each in counters(world.gateway.house)}
    assert (found[scope].last, found[scope].partner) == (2, "acme-retail")


# ---- business answers


def test_an_error_of_the_content_is_told_by_an_aperak(agreed: Make) -> None:
    world = agreed("business: aperak")
    world.acme("a.edi", without_quantity(orders("1", ["PO1"])))
    world.run()
    assert world.orders() == {}
    assert world.row(kind="message").state == State.REFUSED
    contrl, aperak = world.sent().values()
    if "APERAK" in contrl:
        contrl, aperak = aperak, contrl
    assert "UCI+1+4012345000009:14+4098765000003:14+7'UNT" in contrl, "right as a message"
    assert "UNH+1+APERAK:D:96A:UN:EAN008'BGM+" in aperak
    assert "RFF+ON:PO1'" in aperak
    assert "lines[1].quantity is required" in aperak
    message = world.row(kind="message")
    (row,) = [each for each in world.rows(kind="acknowledgement") if each.document == "APERAK"]
    assert (row.parent, row.number, row.state) == (message.id, "PO1", State.DELIVERED)
    references = {each.reference for each in world.rows(kind="acknowledgement")}
    assert len(references) == 2, "each answer has its own control number"


def test_without_a_business_answer_the_contrl_tells_it(agreed: Make) -> None:
    world = agreed("when: always")
    world.acme("a.edi", without_quantity(orders("1", ["PO1"])))
    world.run()
    (answer,) = world.sent().values()
    assert "UCM+1+ORDERS:D:96A:UN:EAN008+4+18'" in answer


def test_an_error_of_the_syntax_gets_no_aperak(agreed: Make) -> None:
    world = agreed("business: aperak, business_when: always")
    world.acme("a.edi", orders("1", ["PO1", "PO2"], quantity={"PO2": "x"}))
    world.run()
    answers = list(world.sent().values())
    assert [("APERAK" in each) for each in answers].count(True) == 1
    (aperak,) = [each for each in answers if "APERAK" in each]
    assert "RFF+ON:PO1'" in aperak
    assert "+9+AP'" in aperak


def test_a_refused_interchange_gets_no_business_answer(agreed: Make) -> None:
    world = agreed("business: aperak")
    world.acme("a.edi", without_quantity(orders("1", ["PO1"], count=3)))
    world.run()
    (answer,) = world.sent().values()
    assert "APERAK" not in answer


def test_a_repeat_gets_the_business_answer_again(agreed: Make) -> None:
    world = agreed("business: aperak")
    world.acme("a.edi", without_quantity(orders("1", ["PO1"])))
    world.run()
    first = sorted(world.sent().values())
    world.acme("b.edi", without_quantity(orders("1", ["PO1"])))
    world.run()
    assert sorted(world.sent().values()) == sorted([*first, *first])


def test_an_824_tells_errors_of_an_850(agreed: Make) -> None:
    world = agreed("business: 824")
    world.northwind("a.x12", purchase_orders(88, ["N1"]))
    world.northwind("b.x12", purchase_orders(89, ["N2"]).replace(b"*5*EA*", b"***"))
    world.run()
    answers = list(world.sent("northwind").values())
    assert len(answers) == 3
    (advice,) = [each for each in answers if "ST*824*" in each]
    assert "~OTI*TR*" in advice
    assert "*N2*" in advice
    assert all("AK5*A~" in each for each in answers if each is not advice)


def test_a_text_that_the_charset_does_not_hold_loses_its_accents(agreed: Make) -> None:
    world = agreed("business: aperak")
    text = (world.root / "partners/acme-retail/partner.yaml").read_text()
    world.files["partners/acme-retail/partner.yaml"] = (
        text + "syntax: {edifact: {version: 'UNOA:3'}}\n"
    )
    world.reload()
    world.acme("a.edi", without_quantity(orders("1", ["PO1"])))
    world.run()
    (aperak,) = [each for each in world.sent().values() if "APERAK" in each]
    assert "UNB+UNOA:3" in aperak
    assert "LINES(1).QUANTITY IS REQUIRED" in aperak
