"""Headers: everything that UNB, UNG, UNH, ISA, GS and ST say."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.grammar.envelope import Identity, model
from gateway.grammar.envelope.model import date_of, time_of
from gateway.syntax import Dialect, read_bytes
from gateway.syntax.delimiters import EDIFACT_3, X12_00401

EDIFACT = Dialect("edifact", "3", EDIFACT_3, "iso8859-1", "UNOC")
X12 = Dialect("x12", "00401", X12_00401, "ascii")
ISA = (
    "ISA*00*          *00*          *ZZ*NORTHWIND      *01*123456789      "
    "*991231*2359*U*00401*000000905*1*T*>~"
)


def normal(text: str) -> str:
    """One segment as the reader has it."""
    if text.startswith("ISA"):
        return read_bytes(text.encode())[0].segments[0]
    if text.startswith(("GS", "ST")):
        return text.replace("*", "\x1d")
    return text.replace("+", "\x1d").replace(":", "\x1f")


def test_unb_with_everything() -> None:
    text = "UNB+UNOC:3+A:14:IN+B:ZZ:OUT+260102:0930+R1+PW:AA+APPREF+A+1+AGREED+1"
    found = model.interchange(normal(text), EDIFACT, 9)
    assert found.sender == Identity("A", "14", "IN")
    assert found.receiver == Identity("B", "ZZ", "OUT")
    assert (found.reference, found.application_reference, found.agreement) == (
        "R1",
        "APPREF",
        "AGREED",
    )
    assert (found.date_text, found.date) == ("260102", dt.date(2026, 1, 2))
    assert (found.time_text, found.time) == ("0930", dt.time(9, 30))
    assert found.test
    assert found.ack_requested
    assert not found.receipt_only
    assert found.offset == 9


def test_unb_of_syntax_4_has_eight_digits_and_asks_for_receipt() -> None:
    text = "UNB+UNOW:4:::02+A+B+20260102:0930+R1++++2"
    found = model.interchange(normal(text), EDIFACT)
    assert found.date == dt.date(2026, 1, 2)
    assert found.receipt_only
    assert not found.test


def test_unb_cut_off_is_read_as_far_as_it_goes() -> None:
    found = model.interchange("UNB", EDIFACT)
    assert found.sender == Identity("")
    assert (found.reference, found.date, found.test) == ("", None, False)


def test_isa_without_its_padding() -> None:
    found = model.interchange(normal(ISA), X12)
    assert str(found.sender) == "NORTHWIND:ZZ"
    assert str(found.receiver) == "123456789:01"
    assert (found.reference, found.date) == ("000000905", dt.date(1999, 12, 31))
    assert found.test
    assert found.ack_requested


def test_ung_and_its_message() -> None:
    text = "UNG+ORDERS+BUY:14+SELL:14+260102:0930+G1+UN+D:96A:EAN008"
    group = model.group(normal(text), EDIFACT, 2)
    assert (group.type, group.reference, group.directory) == ("ORDERS", "G1", "D96A")
    assert (group.agency, group.association, group.index) == ("UN", "EAN008", 2)
    message = model.message(normal("UNH+1+ORDERS:D:96A:UN:EAN008+ACC"), "edifact", group)
    assert (message.reference, message.type, message.directory) == ("1", "ORDERS", "D96A")
    assert (message.association, message.access_reference) == ("EAN008", "ACC")
    assert message.group is group


def test_a_set_has_the_release_of_its_group_unless_it_says_its_own() -> None:
    group = model.group(normal("GS*PO*A*B*20260102*0930*77*X*004010VICS"), X12)
    assert (group.directory, group.association, group.agency) == ("004010", "VICS", "X")
    plain = model.message(normal("ST*850*0001"), "x12", group)
    assert (plain.directory, plain.association) == ("004010", "VICS")
    own = model.message(normal("ST*837*0001*005010X222A1"), "x12", group)
    assert (own.directory, own.association) == ("005010", "X222A1")


@pytest.mark.parametrize("text", ["", "2601", "260230", "20261301", "26O102", "²60102", "0000000"])
def test_what_is_no_date_stays_text(text: str) -> None:
    assert date_of(text) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("0930", dt.time(9, 30)),
        ("093059", dt.time(9, 30, 59)),
        ("09305912", dt.time(9, 30, 59, 120_000)),
        ("2400", None),
        ("9:30", None),
    ],
)
def test_times(text: str, time: dt.time | None) -> None:
    assert time_of(text) == time


@given(st.dates(min_value=dt.date(1970, 1, 1), max_value=dt.date(2069, 12, 31)))
def test_dates_come_back(date: dt.date) -> None:
    assert date_of(f"{date:%Y%m%d}") == date
    assert date_of(f"{date:%y%m%d}") == date


@given(st.text())
def test_any_text_is_a_header(text: str) -> None:
    for dialect in (EDIFACT, X12):
        model.interchange(text, dialect)
        model.message(text, dialect.standard, model.group(text, dialect))
