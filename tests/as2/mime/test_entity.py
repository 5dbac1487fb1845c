"""Head and body are cut at the first blank line, wherever it is."""

from __future__ import annotations

import pytest

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Limits
from gateway.channels.as2.mime.entity import read_entity, split_head
from gateway.channels.as2.refusal import RefusedError


@pytest.mark.parametrize(
    ("part", "fields", "body"),
    [
        (b"A: 1\r\n\r\nbody\r\n\r\n", 1, b"body\r\n\r\n"),
        (b"A: 1\n\nbody", 1, b"body"),
        (b"A: 1\nB: 2\r\n\nbody", 2, b"body"),
        (b"A: 1\n\n\r\nbody", 1, b"\r\nbody"),
        (b"A: 1\r\n\r\n\n\nbody", 1, b"\n\nbody"),
        (b"\r\nbody", 0, b"body"),
        (b"\nbody", 0, b"body"),
        (b"A: 1\r\n", 1, b""),
        (b"A: 1", 1, b""),
        (b"", 0, b""),
        (b"A: " + b"x" * 20_000 + b"\r\n\r\nbody", 1, b"body"),
    ],
)
def test_cutting(part: bytes, fields: int, body: bytes) -> None:
    headers, rest = split_head(Extent.of(part), Limits())
    assert len(headers.items) == fields
    assert rest.read(rest.size) == body


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (b"A: 1\r\n" + b"x" * 100_000, "T220"),
        (b"A: " + b"x" * 64_000 + b"\r\n\r\n", "T220"),
        (b"A: 1\r\n" * 10_000 + b"\r\n", "T221"),
        (b"UNB+UNOC:3'", "T222"),
    ],
)
def test_a_head_that_is_none_is_refused(part: bytes, code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read_entity(Extent.of(part), Limits())
    assert caught.value.problem.code == code


def test_what_a_part_says_of_itself() -> None:
    part = b"Content-Type: A/B; name=n\r\nContent-Transfer-Encoding: Base64\r\n\r\n"
    entity = read_entity(Extent.of(part), Limits())
    assert entity.content_type is not None
    assert (entity.content_type.kind, entity.encoding, entity.filename) == ("a/b", "Base64", "n")
    assert read_entity(Extent.of(b"\r\n"), Limits()).content_type is None
