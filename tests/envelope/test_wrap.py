"""Wrapping: what leaves has right counts, references and widths, and reads back clean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.grammar import Library
from gateway.grammar.envelope import (
    Identity,
    InterchangeEnd,
    MessageFound,
    Outgoing,
    answering,
    model,
    pieces,
    walk,
    wrap,
)
from gateway.syntax import Dialect, build, read_bytes, write_segments
from gateway.syntax.delimiters import EDIFACT_3, EDIFACT_4, X12_00401, X12_00501

LIBRARY = Library()
AT = datetime(2026, 1, 2, 9, 30, tzinfo=UTC)
EDIFACT = Outgoing(
    dialect=Dialect("edifact", "3", EDIFACT_3, "iso8859-1", "UNOC"),
    sender=Identity("4098765000003", "14"),
    receiver=Identity("4012345000009", "14", "ROUTE"),
    reference="17",
    at=AT,
    type="ORDRSP",
    directory="D96A",
    association="EAN005",
    application_reference="ORDRSP",
    ack_requested=True,
)
X12 = Outgoing(
    dialect=Dialect("x12", "00401", X12_00401, "ascii"),
    sender=Identity("OURCOMPANY", "ZZ"),
    receiver=Identity("NORTHWIND", "ZZ"),
    reference="17",
    at=AT,
    type="855",
    directory="004010",
    association="VICS",
    group_sender="OURSALES",
    group_reference="5",
    test=True,
)


def lines(messages: list[list[str]], out: Outgoing) -> list[str]:
    wire, problems = write_segments(wrap(messages, out), out.dialect)
    assert problems == []
    end = out.dialect.delimiters.terminator
    return wire.decode("latin-1").removesuffix(end).split(end)


def test_edifact() -> None:
    body = [build("BGM", "231", "A1"), build("UNS", "S")]
    assert lines([body, body], replace(EDIFACT, references=("8", "9"))) == [
        "UNB+UNOC:3+4098765000003:14+4012345000009:14:ROUTE+260102:0930+17++ORDRSP++1",
        "UNH+8+ORDRSP:D:96A:UN:EAN005",
        "BGM+231+A1",
        "UNS+S",
        "UNT+4+8",
        "UNH+9+ORDRSP:D:96A:UN:EAN005",
        "BGM+231+A1",
        "UNS+S",
        "UNT+4+9",
        "UNZ+2+17",
    ]


def test_edifact_of_syntax_4_writes_the_century() -> None:
    out = replace(EDIFACT, dialect=Dialect("edifact", "4", EDIFACT_4, "utf-8", "UNOW"), test=True)
    first = lines([[build("BGM", "231")]], out)[0]
    assert first.endswith("+20260102:0930+17++ORDRSP++1++1")


def test_edifact_in_a_group() -> None:
    out = replace(EDIFACT, group=True, group_reference="3", group_sender="SALES")
    found = lines([[build("BGM", "231")]], out)
    assert found[1] == "UNG+ORDRSP+SALES:14+4012345000009:14+260102:0930+3+UN+D:96A:EAN005"
    assert found[-2:] == ["UNE+1+3", "UNZ+1+17"]


def test_x12() -> None:
    found = lines([[build("BAK", "00", "AC", "PO-1", "20260102")]], X12)
    assert found == [
        "ISA*00*          *00*          *ZZ*OURCOMPANY     *ZZ*NORTHWIND      "
        "*260102*0930*U*00401*000000017*0*T*>",
        "GS*PR*OURSALES*NORTHWIND*20260102*0930*5*X*004010VICS",
        "ST*855*0001",
        "BAK*00*AC*PO-1*20260102",
        "SE*3*0001",
        "GE*1*5",
        "IEA*1*000000017",
    ]
    assert len(found[0]) == 105


def test_isa_names_the_repetition_separator_from_00402_on() -> None:
    out = replace(X12, dialect=Dialect("x12", "00501", X12_00501, "ascii"))
    assert lines([[build("BAK", "00")]], out)[0].endswith("*0930*^*00501*000000017*0*T*>")


def test_controls_alone_make_an_interchange_without_group() -> None:
    control = build("TA1", "000000001", "260102", "0930", "A", "000")
    found = lines([], replace(X12, controls=(control,)))
    assert found[1:] == ["TA1*000000001*260102*0930*A*000", "IEA*0*000000017"]


def test_a_message_with_its_frame_is_taken_as_it_is() -> None:
    ready = [build("UNH", "X", ["CONTRL", "D", "3", "UN"]), build("UNT", "2", "X")]
    assert lines([ready], EDIFACT)[1:-1] == ["UNH+X+CONTRL:D:3:UN", "UNT+2+X"]


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "X1"},
        {"reference": "1234567890"},
        {"sender": Identity("A-NAME-THAT-IS-TOO-LONG", "ZZ")},
        {"sender": Identity("OURCOMPANY", "")},
        {"references": ("1", "2")},
        {"references": ("1234567890",)},
    ],
)
def test_what_does_not_fit_is_not_written(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        wrap([[build("BAK", "00")]], replace(X12, **change))


def test_an_edifact_party_needs_an_id() -> None:
    with pytest.raises(ValueError, match="S002"):
        wrap([], replace(EDIFACT, sender=Identity("")))


_IDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -?:+'", min_size=1, max_size=35)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(st.just(build("FTX", "AAI")), max_size=4), min_size=1, max_size=5),
    _IDS.filter(str.strip),
    st.integers(1, 999_999_999).map(str),
    st.booleans(),
)
def test_what_is_wrapped_is_walked_over_without_a_problem(
    bodies: list[list[str]], name: str, reference: str, grouped: bool
) -> None:
    out = replace(EDIFACT, sender=Identity(name, "14"), reference=reference, group=grouped)
    wire, problems = write_segments(wrap(bodies, out), out.dialect)
    assert problems == []
    events = list(walk(read_bytes(wire), LIBRARY.service))
    end = events[-1]
    assert isinstance(end, InterchangeEnd)
    assert end.interchange.sender.id == name
    assert (end.messages, end.problems) == (len(bodies), ())
    assert [group.problems for group in end.groups] == [()] * grouped
    assert not any(event.problems for event in events if isinstance(event, MessageFound))


@given(st.text(), st.text(max_size=6))
def test_an_answer_can_be_addressed_to_whatever_the_header_says(id_: str, qualifier: str) -> None:
    for base, tag in ((EDIFACT, "UNB"), (X12, "ISA")):
        subject = model.interchange(f"{tag}\x1d1", base.dialect)
        subject = replace(subject, sender=Identity(id_, qualifier), receiver=Identity("", ""))
        out = answering(subject, "1", AT)
        wire, problems = write_segments(wrap([], out), out.dialect)
        assert wire, problems


@pytest.mark.parametrize("base", [EDIFACT, replace(EDIFACT, group=True), X12])
def test_an_interchange_is_written_message_by_message(base: Outgoing) -> None:
    """The pieces joined are the whole, and a million messages are never in memory at once."""
    drawn = 0

    def bodies() -> Iterator[list[str]]:
        nonlocal drawn
        for number in range(5):
            drawn += 1
            yield [build("BAK", "00"), build("DTM", str(number))]

    written, ahead = b"", 0
    for piece in pieces(bodies(), base):
        ahead = max(ahead, drawn - written.count(b"BAK"))
        wire, problems = write_segments(piece, base.dialect)
        assert not problems
        written += wire
    whole, _ = write_segments(wrap(list(bodies()), base), base.dialect)
    assert written == whole
    assert ahead == 1


def test_more_messages_than_references_do_not_leave() -> None:
    out = replace(EDIFACT, references=("1",))
    with pytest.raises(ValueError, match="references"):
        list(pieces([[build("BGM")], [build("BGM")]], out))
