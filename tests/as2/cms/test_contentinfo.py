"""What a body is, is said by its content type."""

from __future__ import annotations

import pytest

from gateway.channels.as2.ber.writer import NULL, context, octets, oid, sequence
from gateway.channels.as2.cms.contentinfo import KINDS, Kind, content_info, content_kind
from gateway.channels.as2.extent import Extent
from tests.as2.cms.forged import refusal


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_kinds(kind: Kind) -> None:
    assert content_kind(Extent.of(content_info(kind, NULL))) == kind
    loose = b"\x30\x80" + oid(kind) + b"\xa0\x80" + NULL + bytes(4)
    assert content_kind(Extent.of(loose)) == kind


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "expected a CMS structure, found the end"),
        (b"UNB+UNOC:3+", "expected a CMS structure, found the tag 55"),
        (b"MIIB", "expected a CMS structure, found the tag 4D"),
        (sequence(octets(b"x")), "expected the content type, found the tag 04"),
        (sequence(oid("rsa"), context(0, NULL)), "expected one of CMS, found content type rsa"),
        (sequence(oid("1.2.3")), "expected one of CMS, found content type 1.2.3"),
    ],
)
def test_what_is_none(data: bytes, sentence: str) -> None:
    problem = refusal(lambda: content_kind(Extent.of(data)))
    assert (problem.code, problem.sentence) == ("T200", sentence)
