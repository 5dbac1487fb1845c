"""Mails that are built to cost more than they weigh: each is refused, or read, in no time."""

from __future__ import annotations

from time import process_time

import pytest

from gateway.channels.mail.imap import Head
from gateway.channels.mail.mails import Rules, read_mail, verdict

HEAD = b"From: edi@acme.example\r\nMessage-ID: <1@acme.example>\r\n"
FILE = b"\r\n\r\nUNB+UNOC:3'\r\n"
RULES = Rules(senders=["*@acme.example"])
MOST = 100_000
SECONDS = 1.0
"""Of the processor; without the limits each of these takes minutes, or hours."""


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        (b'Content-Type: application/edifact; a="' + b";" * MOST, "Content-Type is longer"),
        (b"Content-Type: application/edifact" + b";a" * (MOST // 2), "Content-Type is longer"),
        (b'Content-Disposition: attachment; a="' + b";" * MOST, "Content-Disposition is longer"),
        (b"\r\n".join([b"x: y"] * (MOST // 6)), "more than 2000 lines"),
    ],
)
def test_headers_that_take_square_time_to_read(headers: bytes, why: str) -> None:
    began = process_time()
    found = read_mail(1, HEAD + headers + FILE, RULES)
    assert process_time() - began < SECONDS
    assert found.left is not None and found.left.code == "T463" and why in found.left.sentence


@pytest.mark.parametrize("word", [b"=?utf-8?q?a?= ", b"=?", b"=?a?b?", b"("])
@pytest.mark.parametrize("name", [b"Subject", b"Date"])
def test_headers_that_are_only_shown_are_read_in_part(name: bytes, word: bytes) -> None:
    long = name + b": " + word * (200_000 // len(word))
    began = process_time()
    read_mail(1, HEAD + long + b"\r\nContent-Type: application/edifact" + FILE, RULES)
    assert process_time() - began < SECONDS


def test_parts_without_anything_in_them_are_counted() -> None:
    empty = b"--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n"
    mail = HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + empty * 20_000
    began = process_time()
    found = read_mail(1, mail + b"--a--\r\n", RULES)
    assert process_time() - began < SECONDS
    assert found.left is not None and "more than 200 parts" in found.left.sentence


@pytest.mark.parametrize("noise", [b"a", b"a.", b'"', b"reason =", b"(", b"a.b=("])
def test_what_a_server_is_said_to_have_found_out(noise: bytes) -> None:
    rules = Rules(senders=["*@acme.example"], vouching="mx.our.example")
    said = b"Authentication-Results: mx.our.example; dmarc=pass " + noise * (20_000 // len(noise))
    began = process_time()
    found = verdict(Head(1, 100, HEAD + said + b"\r\n\r\n"), rules)
    assert process_time() - began < SECONDS
    assert found is not None and found.left is not None and found.left.code == "T464"
