"""An answer to an interchange with ISX has no ISX itself, so it must not release anything."""

from __future__ import annotations

import datetime as dt

from gateway.grammar import Library
from gateway.grammar.envelope import InterchangeStart, answering, walk
from gateway.syntax import read_bytes

DATA = (
    b"ISA*00*          *00*          *ZZ*ACME           *ZZ*NORTHWIND      *200711*0100*^"
    b"*00704*000000001*0*T*:~ISX*\\~GS*PO*ACME*NORTHWIND*20200711*010015*1*X*007040~"
    b"GE*0*1~IEA*1*000000001~"
)


def test_an_answer_does_without_the_release_character() -> None:
    events = list(walk(read_bytes(DATA), Library().service))
    start = next(one for one in events if isinstance(one, InterchangeStart))
    answered = answering(start.interchange, "2", dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC))
    assert answered.dialect.delimiters.release == ""
    assert answered.dialect.delimiters.element == "*"
