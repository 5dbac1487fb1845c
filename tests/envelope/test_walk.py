"""Walking over the parts of a file: the order of events, and what belongs to no interchange."""

from __future__ import annotations

from itertools import islice

from gateway.grammar import Library
from gateway.grammar.envelope import (
    InterchangeEnd,
    InterchangeStart,
    MessageFound,
    Stray,
    functional_group,
    walk,
)
from gateway.syntax import read, read_bytes

SERVICE = Library().service
UNB = b"UNB+UNOC:3+A:14+B:14+260102:0930+R%d'"
MESSAGE = b"UNH+%d+ORDERS:D:96A:UN'BGM+220+X+9'UNT+3+%d'"


def interchange(number: int = 1, messages: int = 2) -> bytes:
    inner = b"".join(MESSAGE % (n, n) for n in range(1, messages + 1))
    return UNB % number + inner + b"UNZ+%d+R%d'" % (messages, number)


def test_events_come_in_the_order_of_the_file() -> None:
    events = list(walk(read_bytes(interchange(1) + b"\r\n" + interchange(2)), SERVICE))
    kinds = [type(event) for event in events]
    assert kinds == [InterchangeStart, MessageFound, MessageFound, InterchangeEnd] * 2
    assert not any(event.problems for event in events if not isinstance(event, Stray))


def test_messages_are_numbered_and_know_where_they_are() -> None:
    found = [
        one for one in walk(read_bytes(interchange()), SERVICE) if isinstance(one, MessageFound)
    ]
    assert [(one.header.index, one.header.reference) for one in found] == [(1, "1"), (2, "2")]
    assert found[0].part.segments[0] == found[0].header.header


def test_a_message_is_yielded_before_the_rest_is_read() -> None:
    """Memory is bounded by one message: an endless interchange can be walked over."""

    def endless():
        yield UNB % 1
        number = 0
        while True:
            number += 1
            yield MESSAGE % (number, number)

    events = list(islice(walk(read(endless()), SERVICE), 500))
    assert len(events) == 500
    assert all(isinstance(event, MessageFound) for event in events[1:])


def test_what_is_outside_of_interchanges_is_stray() -> None:
    events = list(walk(read_bytes(b"hello\r\n" + interchange()), SERVICE))
    strays = [event for event in events if isinstance(event, Stray)]
    assert b"".join(stray.part.raw for stray in strays).startswith(b"hello")
    assert strays[0].part.problems


def test_a_byte_order_mark_is_told_with_the_interchange_after_it() -> None:
    start = next(iter(walk(read_bytes(b"\xef\xbb\xbf" + interchange()), SERVICE)))
    assert isinstance(start, InterchangeStart)
    assert [one.code for one in start.problems] == ["S103"]


def test_ta1_stands_among_the_controls_and_is_no_message() -> None:
    isa = (
        b"ISA*00*          *00*          *ZZ*A              *ZZ*B              "
        b"*260102*0930*U*00401*000000001*0*P*>~"
    )
    data = isa + b"TA1*000000007*260102*0930*A*000~IEA*0*000000001~"
    *_, end = walk(read_bytes(data), SERVICE)
    assert isinstance(end, InterchangeEnd)
    assert end.controls == ("TA1\x1d000000007\x1d260102\x1d0930\x1dA\x1d000",)
    assert (end.messages, end.problems) == (0, ())


def test_without_tables_only_frames_are_checked() -> None:
    data = interchange().replace(b"A:14", b"")
    *_, end = walk(read_bytes(data))
    assert isinstance(end, InterchangeEnd)
    assert end.problems == ()


def test_every_place_points_at_its_bytes() -> None:
    data = interchange().replace(b"UNZ+2", b"UNZ+99").replace(b"UNT+3+2", b"UNT+3+77")
    pointed = []
    for event in walk(read_bytes(data), SERVICE):
        if isinstance(event, MessageFound | InterchangeEnd):
            for one in event.problems:
                assert one.place.offset is not None
                start = one.place.offset
                pointed.append((one.code, data[start : start + one.place.width]))
    assert pointed == [("S222", b"77"), ("S203", b"99")]


def test_nothing_is_nothing() -> None:
    assert list(walk([], SERVICE)) == []
    assert list(walk(read_bytes(b"\r\n\r\n"), SERVICE)) == []


def test_functional_groups() -> None:
    assert (functional_group("850"), functional_group("856"), functional_group("997")) == (
        "PO",
        "SH",
        "FA",
    )
    assert functional_group("123") == ""
