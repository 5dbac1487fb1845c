"""What a partner's server answers, read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.http import Reply
from gateway.channels.upload.reply import LONGEST, LONGEST_WAIT, said, verdict, wait

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


def reply(body: bytes = b"", kind: str = "", after: str = "") -> Reply:
    return Reply(500, (("Content-Type", kind), ("Retry-After", after)), body)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("", 0),
        ("-5", 0),
        ("soon", 0),
        ("99999999999999", LONGEST_WAIT),
        ("999999", LONGEST_WAIT),
        ("Mon, 02 Mar 2026 09:15:00 GMT", 60),
        ("Mon, 02 Mar 2026 09:00:00 GMT", 0),
        ("Mon, 02 Mar 9999 09:00:00 GMT", LONGEST_WAIT),
    ],
)
def test_how_long_it_wants_us_to_wait(text: str, seconds: float) -> None:
    assert wait(reply(after=text), AT) == seconds


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b'{"title": "Bad", "detail": "no such item"}', "application/problem+json", "no such item"),
        (b'{"error": "invalid_token"}', "application/json; charset=utf-8", "invalid_token"),
        (b'{"detail": 5, "message": "five"}', "application/json", "five"),
        (b"[1, 2]", "application/json", ""),
        (b"{" * 10_000, "application/json", ""),
        (b"no\r\nroom\x1b[2J", "text/plain", "no room�[2J"),
        (b"<html>", "text/html", ""),
        (b"\xff\xfe", "text/plain", "��"),
    ],
)
def test_its_words(body: bytes, kind: str, words: str) -> None:
    assert said(reply(body, kind)) == words


@settings(max_examples=20)
@given(st.binary(max_size=300), st.sampled_from(["text/plain", "application/json"]), st.text())
def test_no_answer_is_too_odd(body: bytes, kind: str, after: str) -> None:
    given_ = reply(body, kind, after)
    assert len(said(given_)) <= LONGEST
    assert said(given_).isprintable()
    assert 0 <= wait(given_, AT) <= LONGEST_WAIT


def test_what_a_status_means() -> None:
    meant = {status: verdict(status, again=False) for status in range(200, 600)}
    assert {status for status, it in meant.items() if it == "arrived"} == set(range(200, 300))
    refused = {status for status, it in meant.items() if it == "refused"}
    assert refused == set(range(400, 500)) - {408, 425, 429}


def test_a_conflict_may_be_the_attempt_before() -> None:
    assert (verdict(409, again=False), verdict(409, again=True)) == ("refused", "later")
