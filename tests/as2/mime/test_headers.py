"""Header fields: read in every form they come in, refused when they are none."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from gateway.channels.as2.link import Limits
from gateway.channels.as2.mime.headers import Headers, head_of
from gateway.channels.as2.refusal import RefusedError


def refused(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(RefusedError) as caught:
        Headers.parse(data, limits or Limits())
    return caught.value.problem.code


def test_names_in_any_case_and_values_without_blanks_around() -> None:
    headers = Headers.parse(b"content-TYPE:a/b\r\nX-One:  1\t\r\nx-one: 2\r\n")
    assert headers.get("Content-Type") == "a/b"
    assert headers.all("X-ONE") == ("1", "2")
    assert headers.get("Missing") is None
    assert headers.items[0] == ("content-TYPE", "a/b")


def test_lines_may_end_in_lf_or_not_at_all() -> None:
    assert Headers.parse(b"A: 1\nB: 2").items == (("A", "1"), ("B", "2"))
    assert Headers.parse(b"").items == ()
    assert Headers.parse(b"\r\n").items == ()


def test_folded_lines_become_one() -> None:
    headers = Headers.parse(b"A: 1;\r\n\tb=2;\n c=3\r\nB: 4\r\n")
    assert headers.items == (("A", "1;\tb=2; c=3"), ("B", "4"))


def test_raw_bytes_stay_what_they_are() -> None:
    value = Headers.parse(b"Message-ID: <K\xe4se@x>\r\n").get("message-id")
    assert value is not None
    assert value.encode("latin-1") == b"<K\xe4se@x>"


@pytest.mark.parametrize(
    "line", [b"UNB+UNOC:3", b"no colon", b": x", b"a b: x", b"A: 1\r2", b"A: \0"]
)
def test_what_is_no_field_is_refused(line: bytes) -> None:
    assert refused(b"A: 1\r\n" + line + b"\r\n") == "T222"


def test_a_block_that_is_too_long_or_has_too_many_fields_is_refused() -> None:
    assert refused(b"A: " + b"x" * 64_000) == "T220"
    assert refused(b"A: 1\r\n" * 101) == "T221"
    assert refused(b"A: 1\r\n" * 3, Limits(headers=2)) == "T221"


def test_reading_costs_no_more_than_the_bytes() -> None:
    started = time.process_time()
    for data in (b"A: " + b" \r\n " * 15_000, b"\r\n\t" * 20_000, b"A:" + b"\r\n " * 20_000):
        with suppress(RefusedError):
            Headers.parse(data)
    assert time.process_time() - started < 1


def test_written_fields_are_unfolded_and_end_in_a_blank_line() -> None:
    assert head_of([("A", "1"), ("B", "2")]) == b"A: 1\r\nB: 2\r\n\r\n"


@pytest.mark.parametrize(
    ("name", "value"), [("A", "1\r\nB: 2"), ("A b", "1"), ("A", "\0"), ("A", "€")]
)
def test_what_cannot_be_a_field_is_not_written(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be a header field|codec can't encode"):
        head_of([(name, value)])
