"""APERAK and 824: business answers that our own grammars take, and that we read back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.grammar import read_segments
from gateway.grammar.acknowledge import (
    BusinessAnswer,
    Subject,
    aperak,
    application_advice,
    is_business_answer,
    reconcile,
)
from gateway.grammar.envelope import Identity, Outgoing
from gateway.grammar.envelope.wrap import frame
from gateway.grammar.guide import Guides, read_segments_with_guide
from gateway.problems import Place, Problem, Severity, problem
from gateway.syntax import EDIFACT_3, X12_00401, Dialect, write_segments
from gateway.syntax.normal import COMPONENT, ELEMENT, LOST
from tests.acknowledge.ack_cases import library

AT = dt.datetime(2026, 1, 2, 10, 15, tzinfo=dt.UTC)
GLNS = (Identity("4012345000009", "14"), Identity("4098765000003", "14"))
ORDERS = Subject(
    type="ORDERS",
    number="PO-1",
    date=dt.date(2026, 1, 1),
    message="1",
    interchange="4711",
    sender=GLNS[0],
    receiver=GLNS[1],
)
PO = Subject(
    type="850",
    number="PO-1",
    message="0001",
    group="77",
    interchange="000000905",
    sender=Identity("NWBUY", "ZZ"),
    receiver=Identity("OURSALES", "01"),
)
TOTAL = problem("V505", Place(path="totals.net"))
QUANTITY = problem(
    "G208",
    Place(segment=6, tag="QTY", element=1, component=2),
    tag="QTY",
    what="component 1.2 (6060)",
    value="fi:ve*",
    expected="digits",
)
LATE = problem("V511", Place(path="lines[1]"), severity=Severity.WARNING)
SIGNS = "*:>~"


def answer(
    subject: Subject, directory: str, *found: Problem, accepted: bool = False
) -> BusinessAnswer:
    return BusinessAnswer(
        subject=subject,
        number="A-1",
        at=AT,
        accepted=accepted,
        directory=directory,
        problems=found,
        signs=SIGNS if subject.type.isdigit() else "",
    )


def framed(made: BusinessAnswer, body: list[str]) -> list[str]:
    x12 = made.subject.type.isdigit()
    dialect = (
        Dialect("x12", "00401", X12_00401, "utf-8")
        if x12
        else Dialect("edifact", "3", EDIFACT_3, "utf-8", "UNOW")
    )
    outgoing = Outgoing(
        dialect=dialect,
        sender=made.subject.receiver,
        receiver=made.subject.sender,
        reference="12",
        at=AT,
        type="824" if x12 else "APERAK",
        directory=made.directory,
    )
    segments = frame(body, outgoing, "1")
    wire, found = write_segments(segments, dialect)
    assert found == []
    assert wire
    return segments


def checked(made: BusinessAnswer) -> list[str]:
    """The body, after our grammar and our writer have taken it."""
    x12 = made.subject.type.isdigit()
    body = application_advice(made) if x12 else aperak(made)
    segments = framed(made, body)
    grammar = library().message(
        *(("x12", made.directory, "824") if x12 else ("edifact", made.directory, "APERAK"))
    )
    assert grammar is not None
    assert read_segments(segments, grammar).problems == ()
    return segments


def shown(segments: list[str]) -> list[str]:
    return [each.replace(ELEMENT, "+").replace(COMPONENT, ":") for each in segments[1:-1]]


def with_aperak() -> list[str]:
    known = library()
    return [
        each for each in known.directories("edifact") if "APERAK" in known.messages("edifact", each)
    ]


def with_824() -> list[str]:
    known = library()
    return [each for each in known.directories("x12") if "824" in known.messages("x12", each)]


@pytest.mark.parametrize("directory", with_aperak())
def test_an_aperak_fits_every_directory(directory: str) -> None:
    checked(answer(ORDERS, directory, TOTAL, QUANTITY))
    checked(answer(ORDERS, directory, accepted=True))
    checked(answer(Subject(type="ORDERS"), directory, TOTAL))


@pytest.mark.parametrize("release", with_824())
def test_an_824_fits_every_release(release: str) -> None:
    checked(answer(PO, release, TOTAL, QUANTITY))
    checked(answer(PO, release, accepted=True))
    checked(answer(Subject(type="850"), release, TOTAL))


def test_an_aperak_names_the_document_and_every_error() -> None:
    assert shown(checked(answer(ORDERS, "D01B", QUANTITY))) == [
        "BGM+305+A-1+9+RE",
        "DTM+137:202601021015:203",
        "RFF+ON:PO-1",
        "DTM+171:20260101:102",
        "RFF+ACW:1",
        "RFF+ACE:4711",
        "NAD+MS+4098765000003::9",
        "NAD+MR+4012345000009::9",
        "ERC+G208::ZZZ",
        "FTX+AAO+++QTY component 1.2 (6060) 'fi:ve*' is not a number (segment 6 QTY,:"
        "element 1.2):Send digits: digits, no blanks, no separators of thousands.+EN",
    ]


def test_an_aperak_accepts() -> None:
    assert shown(checked(answer(ORDERS, "D96A", accepted=True)))[0] == "BGM++A-1+9+AP"
    assert shown(checked(answer(ORDERS, "D01B", accepted=True)))[0] == "BGM+305+A-1+9+AP"
    noted = shown(checked(answer(ORDERS, "D01B", LATE, accepted=True)))
    assert noted[0] == "BGM+305+A-1+9+AP"
    assert "ERC+V511::ZZZ" in noted


def test_an_824_names_the_document_and_every_error() -> None:
    assert shown(checked(answer(PO, "004010", QUANTITY))) == [
        "BGN+11+A-1+20260102+1015",
        "N1+FR++1+OURSALES",
        "N1+TO++ZZ+NWBUY",
        "OTI+TR+PO+PO-1+NWBUY+OURSALES+++77+0001+850",
        "TED+ZZZ+G208 Not numeric+QTY+6+1++fi ve",
        "NTE+ADD+QTY component 1.2 (6060) 'fi ve ' is not a number (segment 6",
        "NTE+ADD+QTY, element 1.2)",
        "NTE+ADD+Send digits digits, no blanks, no separators of thousands.",
    ]


def test_an_824_accepts_with_or_without_a_note() -> None:
    assert shown(checked(answer(PO, "005010", accepted=True)))[3].startswith("OTI+TA+PO+PO-1")
    assert shown(checked(answer(PO, "005010", LATE, accepted=True)))[3].startswith("OTI+TE+PO+PO-1")


@pytest.mark.parametrize("make", [aperak, application_advice])
def test_a_refusal_needs_a_reason_and_what_is_accepted_has_no_error(
    make: Callable[[BusinessAnswer], list[str]],
) -> None:
    for wrong in (
        answer(ORDERS, "D96A"),
        answer(ORDERS, "D96A", LATE),
        answer(ORDERS, "D96A", TOTAL, accepted=True),
    ):
        directory = "004010" if make is application_advice else "D96A"
        with pytest.raises(ValueError, match="a refusal needs an error"):
            make(replace(wrong, directory=directory))


@pytest.mark.parametrize("directory", ["D93A", "004010", "", "DXXA", "D96X"])
def test_there_is_no_aperak_in_what_is_no_directory_or_an_older_one(directory: str) -> None:
    with pytest.raises(ValueError, match="director"):
        aperak(answer(ORDERS, directory, TOTAL))


@pytest.mark.parametrize("release", ["002040", "D96A", "", "00401"])
def test_there_is_no_824_in_what_is_no_release(release: str) -> None:
    with pytest.raises(ValueError, match="824"):
        application_advice(answer(PO, release, TOTAL))


@pytest.mark.parametrize("directory", ["D96A", "D01B"])
def test_thousands_of_problems_are_told_as_a_number(directory: str) -> None:
    segments = checked(answer(ORDERS, directory, *[TOTAL] * 1200))
    assert sum(each.startswith("ERC") for each in segments) == 999
    assert "202 more problems are not listed" in segments[-2]


def test_long_texts_are_cut_at_blanks_and_never_lost_where_there_is_room() -> None:
    told = problem("G208", tag="QTY", what="w " * 300, value="x" * 300, expected="y " * 300)
    long = checked(answer(ORDERS, "D01B", told))
    text = " ".join(each for each in " ".join(long).replace(COMPONENT, " ").split() if each in "wy")
    assert (text.count("w"), text.count("y")) == (300, 300)
    short = checked(answer(ORDERS, "D96A", told))
    assert not [each for each in short if each.startswith("FTX") and each.count(COMPONENT) > 4]
    assert "..." in short[-2]


def test_what_is_too_long_to_be_an_identity_is_left_out() -> None:
    nobody = replace(ORDERS, sender=Identity("4" * 18), receiver=Identity(""))
    assert not [each for each in checked(answer(nobody, "D96A", TOTAL)) if each.startswith("NAD")]


TEXTS = st.text(st.characters(codec="latin-1"), max_size=400)


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS, st.sampled_from(["D96A", "D97B", "D21B", "003040", "004010", "006020"]))
def test_any_text_can_be_told(value: str, what: str, directory: str) -> None:
    told = problem("G208", Place(segment=1, tag="BGM", element=1), value=value, what=what)
    subject = PO if directory.isdigit() else ORDERS
    segments = checked(answer(subject, directory, told))
    assert not any(LOST in each for each in segments)
    assert segments == checked(answer(subject, directory, told))
    (read,) = reconcile(segments)
    assert (read.business, read.accepted, read.document) == (True, False, "PO-1")
    assert read.codes
    assert read.text


@pytest.mark.parametrize(
    ("subject", "directory", "group", "message", "interchange"),
    [(ORDERS, "D01B", "", "1", "4711"), (PO, "004010", "77", "0001", "")],
)
def test_what_we_write_we_read_back(
    subject: Subject, directory: str, group: str, message: str, interchange: str
) -> None:
    (told,) = reconcile(checked(answer(subject, directory, QUANTITY, TOTAL)))
    assert (told.level, told.accepted, told.business, told.document) == (
        "message",
        False,
        True,
        "PO-1",
    )
    assert (told.group, told.message, told.interchange) == (group, message, interchange)
    assert "is not a number" in told.text
    (told,) = reconcile(checked(answer(subject, directory, accepted=True)))
    assert told.accepted
    assert told.text == ""


@pytest.mark.parametrize(("kind", "is_one"), [("APERAK", True), ("824", True), ("ORDRSP", False)])
def test_business_answers_are_told_from_other_messages(kind: str, is_one: bool) -> None:
    assert is_business_answer(kind) is is_one


@pytest.mark.parametrize(
    ("guide", "directory"),
    [("eancom1997", "D96A"), ("eancom2002s3", "D01B"), ("eancom2002s4", "D01B")],
)
def test_an_aperak_fits_eancom(guide: str, directory: str) -> None:
    guides = Guides(library())
    path = guides.find(guide, "APERAK")
    assert path is not None
    loaded, found = guides.load(path)
    assert loaded is not None
    assert not found
    long = problem("G208", tag="QTY", what="w " * 300, value="x" * 300, expected="y " * 300)
    for plain in (
        answer(ORDERS, directory, TOTAL, QUANTITY, long),
        answer(ORDERS, directory, accepted=True),
        answer(replace(ORDERS, type="GENRAL"), directory, long),
    ):
        made = replace(plain, association="EAN005")
        segments = framed(made, aperak(made))
        assert read_segments_with_guide(segments, loaded).problems == ()
