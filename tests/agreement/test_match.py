"""Each thing that ``match`` knows is read from the envelope of the message."""

from __future__ import annotations

import pytest

from gateway.config.matching import Match, Subject, subject_of
from gateway.grammar import Library
from gateway.grammar.envelope import InterchangeStart, MessageFound, walk
from gateway.syntax import read_bytes

ORDERS = (
    b"UNB+UNOC:3+4012345000009:14+4098765000003:14+260302:0914+77++ORDERSTO+++EANCOM+1'"
    b"UNG+ORDERS+SHOPS:14+BILLS:14+260302:0914+5+UN+D:96A:EAN008'"
    b"UNH+1+ORDERS:D:96A:EN:EAN009'BGM+220+PO1+9'UNT+3+1'UNE+1+5'UNZ+1+77'"
)
ORDER = (
    b"ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*OURCOMPANY     "
    b"*260302*0914*U*00401*000000077*0*P*>~GS*PO*NWSTORES*OURBILLS*20260302*0914*5*T*004010VICS~"
    b"ST*850*0001~BEG*00*SA*PO1**20260302~SE*3*0001~GE*1*5~IEA*1*000000077~"
)
EDIFACT = {
    "application_reference": "ORDERSTO",
    "association": "EAN009",
    "agency": "EN",
    "agreement": "EANCOM",
    "sender": "4012345000009",
    "receiver": "4098765000003",
    "group_sender": "SHOPS",
    "group_receiver": "BILLS",
    "group_version": "D96AEAN008",
    "test": True,
}
X12 = {
    "association": "VICS",
    "agency": "T",
    "sender": "NORTHWIND",
    "receiver": "OURCOMPANY",
    "group_sender": "NWSTORES",
    "group_receiver": "OURBILLS",
    "group_version": "004010VICS",
    "test": False,
}


def subject(data: bytes) -> Subject:
    items = list(walk(read_bytes(data), Library().service))
    (start,) = [each for each in items if isinstance(each, InterchangeStart)]
    (message,) = [each for each in items if isinstance(each, MessageFound)]
    return subject_of(start.interchange, message.header)


@pytest.mark.parametrize(
    ("data", "name", "value"),
    [
        *((ORDERS, name, value) for name, value in EDIFACT.items()),
        *((ORDER, name, value) for name, value in X12.items()),
    ],
)
def test_what_an_agreement_asks_for(data: bytes, name: str, value: str | bool) -> None:
    found = subject(data)
    assert Match.model_validate({name: value}).fits(found)
    other = not value if isinstance(value, bool) else "OTHER"
    assert not Match.model_validate({name: other}).fits(found)


def test_everything_that_match_knows_is_tried() -> None:
    assert set(EDIFACT) == set(Match.model_fields)
