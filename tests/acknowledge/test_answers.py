"""What the options of the acknowledgements do, and who gets none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.grammar.acknowledge import (
    InterchangeVerdict,
    contrl,
    functional_997,
    functional_999,
    needs_answer,
    needs_ta1,
    reconcile,
    ta1,
)
from gateway.problems import Place, Problem, problem
from gateway.syntax.normal import COMPONENT, ELEMENT
from tests.acknowledge.ack_cases import base, faults, verdicts


def verdict_on(name: str, old: str = "", new: str = "") -> InterchangeVerdict:
    (found,) = verdicts(base(name).replace(old, new, 1).encode("latin-1"))
    return found


def shown(segments: list[str]) -> list[str]:
    return [each.replace(ELEMENT, "+").replace(COMPONENT, ":") for each in segments]


def refuse(verdict: InterchangeVerdict, *problems: Problem) -> InterchangeVerdict:
    first, *others = verdict.messages
    return replace(verdict, messages=(replace(first, problems=problems), *others))


@pytest.mark.parametrize("kind", ["CONTRL", "997", "999", "TA1"])
def test_an_acknowledgement_is_never_acknowledged(kind: str) -> None:
    assert not needs_answer(kind)


@pytest.mark.parametrize("kind", ["ORDERS", "APERAK", "850", "824"])
def test_business_messages_are_acknowledged(kind: str) -> None:
    assert needs_answer(kind)


def test_contrl_can_list_accepted_messages() -> None:
    answer = contrl(verdict_on("edifact"), reference="7", every=True, association="EAN002")
    assert shown(answer) == [
        "UNH+7+CONTRL:D:3:UN:EAN002",
        "UCI+4711+4012345000009:14+4098765000003:14+7",
        "UCM+1+ORDERS:D:96A:UN:EAN008+7",
        "UCM+2+ORDERS:D:96A:UN:EAN008+7",
        "UNT+5+7",
    ]
    assert faults(answer) == []


def test_contrl_can_list_accepted_groups() -> None:
    answer = contrl(verdict_on("edifact-groups"), reference="7", every=True)
    assert [each[:3] for each in answer[2:-1]] == ["UCF", "UCM", "UCM", "UCF", "UCM"]
    assert faults(answer) == []


def test_a_receipt_says_nothing_about_the_contents() -> None:
    verdict = verdict_on("edifact", "QTY+21:5", "QTY+21:x")
    answer = contrl(verdict, reference="1", level="8")
    assert shown(answer)[1:-1] == ["UCI+4711+4012345000009:14+4098765000003:14+8"]
    (told,) = reconcile(answer)
    assert told.accepted
    assert told.receipt


def test_a_receipt_of_a_refused_interchange_refuses_it() -> None:
    answer = contrl(verdict_on("edifact", "UNZ+2", "UNZ+3"), reference="1", level="8")
    assert shown(answer)[1].endswith("+4+29+UNZ+2")


def test_errors_without_a_place_in_the_message_refuse_it_in_ucm() -> None:
    found = problem("P104", message="ORDERS", partner="acme-retail", agreed="nothing")
    answer = contrl(refuse(verdict_on("edifact"), found), reference="1")
    assert shown(answer)[2:-1] == ["UCM+1+ORDERS:D:96A:UN:EAN008+4+17"]


def test_the_code_of_an_interchange_is_the_one_that_explains_most() -> None:
    verdict = verdict_on("edifact", "UNZ+2+4711", "UNZ+3+4712")
    unknown = problem("P101", sender="x", message="1")
    answer = contrl(replace(verdict, problems=(*verdict.problems, unknown)), reference="1")
    assert shown(answer)[1].endswith("+4+23")


def test_a_problem_without_a_code_of_its_own_is_unspecified() -> None:
    found = problem("P120", what="ORDERS")
    answer = contrl(refuse(verdict_on("edifact"), found), reference="1")
    assert shown(answer)[2].endswith("+4+18")


def test_contrl_holds_no_more_than_its_grammar_allows() -> None:
    many = [
        problem("G206", Place(segment=1 + segment, tag="FTX", element=1 + element))
        for segment in range(1, 1200)
        for element in range(120 if segment == 1 else 1)
    ]
    answer = contrl(refuse(verdict_on("edifact"), *many), reference="1")
    assert sum(each.startswith("UCS") for each in answer) == 999
    assert sum(each.startswith("UCD") for each in answer) == 99 + 998
    assert faults(answer) == []


def test_the_same_finding_twice_is_told_once() -> None:
    found = problem("G206", Place(segment=2, tag="BGM", element=2))
    answer = contrl(refuse(verdict_on("edifact"), found, found), reference="1")
    assert shown(answer)[2:-1] == ["UCM+1+ORDERS:D:96A:UN:EAN008+4", "UCS+2", "UCD+39+3"]


def test_a_997_can_list_refused_sets_only() -> None:
    group = verdict_on("x12", "PO1*1*5*EA", "PO1*1*5*QQ").groups[0]
    answer = functional_997(group, reference="1", every=False)
    assert [each for each in shown(answer) if each.startswith("AK2")] == ["AK2+850+0002"]
    assert faults(answer) == []


def test_a_997_holds_99_elements_and_5_codes() -> None:
    group = verdict_on("x12").groups[0]
    many = [problem("G206", Place(segment=2, tag="BEG", element=1 + n % 90, component=1 + n // 90))
            for n in range(200)]  # fmt: skip
    codes = [problem(code) for code in ("S221", "S222", "S223", "S224", "S225", "S227")]
    first = replace(group.messages[0], problems=(*many, *codes))
    answer = functional_997(replace(group, messages=(first,)), reference="1")
    assert sum(each.startswith("AK4") for each in answer) == 99
    (ak5,) = [each for each in shown(answer) if each.startswith("AK5")]
    assert ak5 == "AK5+R+2+3+4+5+6"
    assert faults(answer) == []


def test_a_999_names_release_and_uses_its_own_segments() -> None:
    group = verdict_on("x12", "PO1*1*5*EA", "PO1*1*5*QQ").groups[0]
    answer = functional_999(group, reference="12")
    assert shown(answer) == [
        "ST+999+0012+005010X231A1",
        "AK1+PO+77+004010VICS",
        "AK2+850+0001",
        "IK5+A",
        "AK2+850+0002",
        "IK3+PO1+3++8",
        "IK4+3+355+7+QQ",
        "IK5+R+5",
        "AK9+P+2+2+1",
        "SE+10+0012",
    ]
    assert faults(answer) == []


def test_ta1_is_sent_when_asked_for_or_when_it_refuses() -> None:
    assert needs_ta1(verdict_on("x12"))
    silent = "*000000905*1*", "*000000905*0*"
    assert not needs_ta1(verdict_on("x12", *silent))
    refused = base("x12").replace(*silent).replace("IEA*2", "IEA*3")
    (verdict,) = verdicts(refused.encode())
    assert needs_ta1(verdict)
    assert shown([ta1(verdict)]) == ["TA1+000000905+260102+0930+R+021"]


@pytest.mark.parametrize(
    ("code", "note"), [("P101", "006"), ("P102", "009"), ("P111", "025"), ("P107", "020")]
)
def test_ta1_tells_what_the_pipeline_found(code: str, note: str) -> None:
    verdict = replace(verdict_on("x12"), problems=(problem(code),))
    assert ta1(verdict).endswith(f"{ELEMENT}R{ELEMENT}{note}")
