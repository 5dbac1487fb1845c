"""What was agreed about acknowledgements, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.grammar.acknowledge import (
    Acknowledgement,
    AckRules,
    GroupVerdict,
    InterchangeVerdict,
    Numbers,
    acknowledge,
    functional_997,
    functional_999,
    reconcile,
)
from gateway.problems import Place, Problem, Severity, problem
from gateway.syntax import write_segments
from gateway.syntax.normal import COMPONENT, ELEMENT
from tests.acknowledge.ack_cases import AT, base, faults, library, verdicts

GOOD, WRONG = ("", ""), ("QTY+21:5", "QTY+21:x")
GOOD_850, WRONG_850 = ("", ""), ("PO1*1*5*EA", "PO1*1*5*QQ")
SILENT = "*000000905*1*", "*000000905*0*"
UNLISTED = problem("G212", Place(segment=3, tag="N1", element=1), severity=Severity.WARNING)


def verdict_on(name: str, *changes: tuple[str, str]) -> InterchangeVerdict:
    text = base(name)
    for old, new in changes:
        text = text.replace(old, new, 1)
    (found,) = verdicts(text.encode("latin-1"))
    return found


def asked(verdict: InterchangeVerdict) -> InterchangeVerdict:
    return replace(verdict, interchange=replace(verdict.interchange, ack_requested=True))


def answer(verdict: InterchangeVerdict, **rules: Any) -> Acknowledgement | None:
    numbers = Numbers(interchange="12", group="34", message=5)
    return acknowledge(verdict, AckRules(**rules), numbers, AT)


def told(verdict: InterchangeVerdict, **rules: Any) -> list[str]:
    made = answer(verdict, **rules)
    return [] if made is None else [_shown(each) for each in made.segments]


def _shown(segment: str) -> str:
    return segment.replace(ELEMENT, "+").replace(COMPONENT, ":")


def tags(verdict: InterchangeVerdict, **rules: Any) -> str:
    return " ".join(each.split("+")[0] for each in told(verdict, **rules))


@pytest.mark.parametrize("syntax", ["997", "999", "ta1", "none"])
def test_edifact_is_answered_by_contrl_alone(syntax: str) -> None:
    assert answer(verdict_on("edifact"), syntax=syntax) is None


@pytest.mark.parametrize("syntax", ["contrl", "none"])
def test_x12_is_not_answered_by_contrl(syntax: str) -> None:
    assert answer(verdict_on("x12"), syntax=syntax) is None


@pytest.mark.parametrize(
    ("when", "wanted", "change", "answered"),
    [
        ("always", False, GOOD, True),
        ("on_request", False, GOOD, False),
        ("on_request", True, GOOD, True),
        ("on_request", False, WRONG, True),
        ("errors", True, GOOD, False),
        ("errors", False, WRONG, True),
        ("errors", False, ("UNZ+2", "UNZ+3"), True),
    ],
)
def test_when_a_contrl_is_sent(
    when: str, wanted: bool, change: tuple[str, str], answered: bool
) -> None:
    verdict = verdict_on("edifact", change)
    verdict = asked(verdict) if wanted else verdict
    assert (answer(verdict, when=when) is not None) is answered


def test_a_receipt_is_agreed_or_asked_for_by_unb() -> None:
    wrong = verdict_on("edifact", WRONG)
    assert told(wrong, level="receipt")[2].endswith("+8")
    only = replace(wrong, interchange=replace(wrong.interchange, receipt_only=True))
    assert told(only)[2].endswith("+8")


def test_the_contrl_is_written_in_the_version_and_charset_agreed() -> None:
    lines = told(verdict_on("edifact"), version="4", charset="UNOW", association="EAN004")
    assert lines[0].startswith("UNB+UNOW:4+4098765000003:14+4012345000009:14+20260102:1015+12")
    assert lines[1] == "UNH+5+CONTRL:4:1:UN:EAN004"
    lines = told(verdict_on("edifact-4"), version="3", charset="UNOC")
    assert lines[0].startswith("UNB+UNOC:3+4098765000003:14+4012345000009:14:ROUTE+260102:1015+12")
    assert lines[1] == "UNH+5+CONTRL:D:3:UN"


def test_a_charset_too_narrow_for_what_is_copied_is_not_used() -> None:
    named = verdict_on("edifact", ("4012345000009:14+4098", "K\xe4ufer:ZZ+4098"))
    made = answer(named, charset="UNOE")
    assert made is not None
    assert made.outgoing.dialect.level == "UNOC"
    assert write_segments(made.segments, made.outgoing.dialect)[1] == []


@pytest.mark.parametrize(
    ("rules", "change", "expected"),
    [
        ({}, GOOD_850, "ISA TA1 GS ST AK1 AK2 AK5 AK2 AK5 AK9 SE ST AK1 AK2 AK5 AK9 SE GE IEA"),
        ({"every": False}, GOOD_850, "ISA TA1 GS ST AK1 AK9 SE ST AK1 AK9 SE GE IEA"),
        ({"level": "receipt"}, GOOD_850, "ISA TA1 IEA"),
        ({"when": "errors"}, GOOD_850, ""),
        ({"when": "errors"}, WRONG_850, "ISA GS ST AK1 AK2 AK3 AK4 AK5 AK9 SE GE IEA"),
        ({"ta1": "never", "every": False}, GOOD_850, "ISA GS ST AK1 AK9 SE ST AK1 AK9 SE GE IEA"),
        ({"ta1": "errors", "every": False}, GOOD_850, "ISA GS ST AK1 AK9 SE ST AK1 AK9 SE GE IEA"),
        ({"ta1": "errors"}, ("IEA*2", "IEA*3"), "ISA TA1 IEA"),
        ({"ta1": "never"}, ("IEA*2", "IEA*3"), ""),
    ],
)
def test_what_x12_is_answered_with(
    rules: dict[str, Any], change: tuple[str, str], expected: str
) -> None:
    assert tags(verdict_on("x12", change), **{"syntax": "997", **rules}) == expected


@pytest.mark.parametrize(
    ("rules", "changes", "sent"),
    [
        ({"syntax": "ta1"}, [SILENT], True),
        ({"syntax": "ta1", "when": "on_request"}, [SILENT], False),
        ({"syntax": "ta1", "when": "on_request"}, [], True),
        ({"syntax": "ta1", "when": "errors"}, [], False),
        ({"syntax": "ta1", "when": "errors"}, [("IEA*2", "IEA*3")], True),
        ({"syntax": "997", "ta1": "always"}, [SILENT], True),
        ({"syntax": "997"}, [SILENT], False),
    ],
)
def test_when_a_ta1_is_sent(
    rules: dict[str, Any], changes: list[tuple[str, str]], sent: bool
) -> None:
    assert ("TA1" in tags(verdict_on("x12", *changes), **rules)) is sent


def test_answers_are_numbered_on_and_released_as_agreed() -> None:
    lines = told(verdict_on("x12"), syntax="999")
    assert [each for each in lines if each.startswith(("GS", "ST"))] == [
        "GS+FA+OURSALES+NWBUY+20260102+1015+34+X+005010X231A1",
        "ST+999+0005+005010X231A1",
        "ST+999+0006+005010X231A1",
    ]
    lines = told(verdict_on("x12"), syntax="997", version="003040")
    assert [each for each in lines if each.startswith("GS")] == [
        "GS+FA+OURSALES+NWBUY+260102+1015+34+X+003040"
    ]


def test_all_answers_of_an_interchange_are_of_one_release() -> None:
    """The groups may differ; what GS08 of the answer says holds for all of it."""
    verdict = verdict_on("x12", ("X*004010VICS", "X*003040"), WRONG_850)
    made = answer(verdict, syntax="997")
    assert made is not None
    assert made.outgoing.directory == "003040"
    assert [faults(each, "003040") for each in made.messages] == [[], []]


def test_groups_of_acknowledgements_are_not_answered() -> None:
    verdict = verdict_on(
        "x12", ("GS*PO*NWBUY*OURSALES*20260102*0930*77", "GS*FA*A1*B1*20260102*0930*77")
    )
    lines = told(verdict, syntax="997")
    assert [each for each in lines if each.startswith("AK1")] == ["AK1+PO+78"]


def with_contrl(*which: int) -> InterchangeVerdict:
    """The messages of a good interchange, some of them turned into refused CONTRLs."""
    verdict = verdict_on("edifact")
    wrong = (problem("G105", Place(segment=2, tag="UCI")),)
    messages = tuple(
        replace(one, header=replace(one.header, type="CONTRL"), problems=wrong)
        if number in which
        else one
        for number, one in enumerate(verdict.messages, 1)
    )
    return replace(verdict, messages=messages)


def test_acknowledgements_are_never_answered() -> None:
    assert answer(with_contrl(1, 2)) is None
    refused = replace(with_contrl(1, 2), problems=(problem("S203", Place(tag="UNZ")),))
    assert answer(refused) is None
    assert told(with_contrl(2), every=True)[3:-2] == ["UCM+1+ORDERS:D:96A:UN:EAN008+7"]
    assert answer(with_contrl(2), when="errors") is None


def test_an_interchange_of_997_gets_a_ta1_only_where_it_is_refused() -> None:
    functional = ("ST*850", "ST*997"), ("ST*850", "ST*997"), ("ST*850", "ST*997")
    assert tags(verdict_on("x12", *functional), syntax="997") == ""
    refused = verdict_on("x12", *functional, ("IEA*2", "IEA*3"))
    assert tags(refused, syntax="997") == "ISA TA1 IEA"


# warnings


def noted(name: str = "x12") -> GroupVerdict:
    """A group with a set that is accepted with a warning."""
    group = verdict_on(name).groups[0]
    first, *others = group.messages
    return replace(group, messages=(replace(first, problems=(UNLISTED,)), *others))


def test_a_set_is_accepted_with_errors_where_warnings_are_told() -> None:
    lines = [_shown(each) for each in functional_997(noted(), reference="1", warnings=True)]
    assert lines[2:-1] == [
        "AK2+850+0001",
        "AK3+N1+3++8",
        "AK4+1++7",
        "AK5+E+5",
        "AK2+850+0002",
        "AK5+A",
        "AK9+E+2+2+2",
    ]
    assert faults(functional_997(noted(), reference="1", warnings=True)) == []
    group, first, second = reconcile(functional_997(noted(), reference="1", warnings=True))
    assert (group.accepted, first.accepted, second.accepted) == (True, True, True)
    assert first.text == "segment 3 N1, element 1: invalid code (7)"


def test_warnings_are_silent_unless_agreed() -> None:
    lines = [_shown(each) for each in functional_997(noted(), reference="1")]
    assert lines[2:-1] == ["AK2+850+0001", "AK5+A", "AK2+850+0002", "AK5+A", "AK9+A+2+2+2"]


def test_a_warning_without_a_code_of_x12_is_never_told() -> None:
    group = noted()
    silent = problem("S121", count=1)
    group = replace(group, messages=(replace(group.messages[0], problems=(silent,)),))
    assert "AK5\x1dA" in functional_997(group, reference="1", warnings=True)


def test_a_refused_set_is_told_its_errors_only() -> None:
    group = noted()
    both = (UNLISTED, problem("G206", Place(segment=2, tag="BEG", element=3)))
    group = replace(group, messages=(replace(group.messages[0], problems=both),))
    lines = functional_997(group, reference="1", warnings=True)
    assert [each for each in lines if each.startswith("AK3")] == ["AK3\x1dBEG\x1d2\x1d\x1d8"]


# what only a 999 says


def refused_with(*problems: Problem) -> GroupVerdict:
    group = verdict_on("x12-5").groups[0]
    return replace(group, messages=(replace(group.messages[0], problems=problems),))


def test_a_999_names_what_made_a_segment_required() -> None:
    facts = {
        "trigger_tag": "N1",
        "trigger_segment": "3",
        "trigger_element": "1",
        "trigger_component": "",
    }
    missing = problem("G105", Place(segment=5, tag="N3"), tag="N3", **facts)
    answer = functional_999(refused_with(missing), reference="1")
    assert [_shown(each) for each in answer[3:-3]] == [
        "IK3+N3+5++3",
        "CTX+SITUATIONAL TRIGGER+N1+3++1",
    ]
    assert faults(answer) == []
    told = reconcile(answer)[1]
    assert told.text.endswith("situational trigger segment 3 N1 element 1")


def test_a_999_names_the_business_unit() -> None:
    group = refused_with(problem("G206", Place(segment=2, tag="BEG", element=3), value="X" * 40))
    first = replace(group.messages[0], unit=("BEG03", "PO-1"))
    answer = functional_999(replace(group, messages=(first,)), reference="1")
    assert [_shown(each) for each in answer[3:-3]] == [
        "IK3+BEG+2++8",
        "CTX+BEG03:PO-1",
        f"IK4+3++5+{'X' * 40}",
    ]
    assert faults(answer) == []


def test_a_business_unit_that_cannot_be_written_is_left_out() -> None:
    group = refused_with(problem("G105", Place(segment=2, tag="BEG")))
    first = replace(group.messages[0], unit=("BEG03", "PO*1"))
    answer = functional_999(replace(group, messages=(first,)), reference="1")
    assert not [each for each in answer if each.startswith("CTX")]


def releases(kind: str) -> list[str]:
    known = library()
    return [each for each in known.directories("x12") if kind in known.messages("x12", each)]


@pytest.mark.parametrize("release", releases("997"))
def test_a_997_fits_every_release(release: str) -> None:
    many = [
        problem("G206", Place(segment=2, tag="BEG", element=3, component=2, repetition=3)),
        problem("G205", Place(segment=2, tag="BEG", element=4)),
        problem("G217", Place(segment=3, tag="REF"), severity=Severity.ERROR),
    ]
    answer = functional_997(refused_with(*many), reference="1", release=release)
    assert faults(answer, release) == []


@pytest.mark.parametrize("version", ["005010X231A1", *releases("999")])
def test_a_999_fits_every_release(version: str) -> None:
    group = refused_with(problem("G206", Place(segment=2, tag="BEG", element=3)))
    assert faults(functional_999(group, reference="1", version=version), version[:6]) == []
