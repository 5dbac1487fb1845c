"""DER as X.690 asks for it; asn1crypto and the reader have the other opinion."""

from __future__ import annotations

import pytest
from asn1crypto import core
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.ber import oids
from gateway.channels.as2.ber.reader import Reader
from gateway.channels.as2.ber.writer import (
    NULL,
    around,
    context,
    element,
    implicit,
    integer,
    octets,
    oid,
    sequence,
    set_of,
)

EXAMPLES = settings(max_examples=20, deadline=None)
BYTE = [127, 128, 255, 256, -1, -128, -129, -32768, 0, 2**64]


@EXAMPLES
@given(st.integers() | st.sampled_from(BYTE))
def test_integers(value: int) -> None:
    assert integer(value) == core.Integer(value).dump()


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65_535, 65_536])
def test_lengths_are_the_shortest(size: int) -> None:
    assert octets(b"x" * size) == core.OctetString(b"x" * size).dump()


@pytest.mark.parametrize("name", oids.DOTTED)
def test_object_identifiers_by_name(name: str) -> None:
    assert oid(name) == core.ObjectIdentifier(oids.DOTTED[name]).dump()
    assert Reader.of(oid(name)).oid("it") == name


@pytest.mark.parametrize("dotted", ["0.0", "1.39", "2.999.1", "2.5.4.3", "1.2.840.113549.1.1.99"])
def test_object_identifiers_without_a_name(dotted: str) -> None:
    assert oid(dotted) == core.ObjectIdentifier(dotted).dump()
    assert Reader.of(oid(dotted)).oid("it") == dotted


@pytest.mark.parametrize("dotted", ["", "1", "3.1", "1.40", "1.2.x", "no-such-name"])
def test_what_is_no_object_identifier(dotted: str) -> None:
    with pytest.raises(ValueError):
        oid(dotted)


def test_no_identifier_has_two_names() -> None:
    assert len(oids.NAMES) == len(oids.DOTTED)


def test_a_set_is_sorted() -> None:
    parts = [octets(b"b"), integer(1), octets(b"a"), NULL]
    assert set_of(parts) == element(0x31, integer(1), octets(b"a"), octets(b"b"), NULL)


def test_tags_of_the_context() -> None:
    assert context(0, NULL) == b"\xa0\x02\x05\x00"
    assert implicit(1, b"x") == b"\x81\x01x"


@pytest.mark.parametrize("size", [0, 5, 127, 128, 70_000])
def test_what_stands_around_large_content(size: int) -> None:
    head, tail = around(size, (0x30, integer(1), NULL), (0xA0, b"", b""), (0x04, b"", b""))
    content = b"x" * size
    assert head + content + tail == sequence(integer(1), context(0, octets(content)), NULL)
