"""A part of the matrix with every run; the page has all of it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.message import open_message
from tests.as2.conformance import openssl, ours
from tests.as2.conformance.combination import Combination, completed, covered, crossed
from tests.as2.conformance.sides import AT, link, scratch
from tests.as2.peers.places import openssl as openssl_command

PAGE = Path(__file__).parents[3] / "docs/reference/as2-conformance.md"
SMALL = {"size": ("0", "1", "10000")}
ALL = completed(crossed())


@pytest.mark.parametrize("each", crossed(each=32, only=SMALL), ids=str)
def test_ours_with_ours(each: Combination) -> None:
    assert ours.exchange(each) == ""


@pytest.mark.skipif(openssl_command() is None, reason="openssl is not installed")
@pytest.mark.parametrize("each", crossed(each=160, only=SMALL), ids=str)
@pytest.mark.parametrize("way", [openssl.reads, openssl.writes], ids=["read by", "written by"])
def test_ours_with_openssl(way: object, each: Combination) -> None:
    assert callable(way)
    assert way(each) == ""


def test_every_pair_and_triple_of_values_is_in_the_matrix() -> None:
    assert len(crossed()) == 2028
    for strength in (2, 3):
        met, possible = covered(ALL, strength)
        assert met == possible


def test_the_page_says_what_was_tried() -> None:
    page = PAGE.read_text(encoding="utf-8")
    found = re.search(r"\| ours ↔ ours \| (\d+) \| (\d+) \|", page)
    assert found is not None
    assert int(found[1]) == int(found[2]) == len(ALL)
    assert "## Failures\n\nNone.\n" in page


@pytest.mark.parametrize(
    "each", [Combination(), Combination(encryption="aes-256-gcm pkcs1"), Combination(size="1")]
)
def test_a_changed_byte_is_noticed_by_the_matrix(each: Combination) -> None:
    sender, receiver = link(each, "acme", "ours"), link(each, "ours", "acme")
    built = ours.build(each, sender)
    body = bytearray(b"".join(built.body.chunks()))
    body[len(body) * 3 // 4] ^= 1
    headers = ours.headers_of(built.headers)
    opened = open_message(headers, Extent.of(bytes(body)), receiver, scratch, AT)
    assert ours.differs(each, opened).startswith("refused: ")


def test_other_layers_than_agreed_are_noticed_by_the_matrix() -> None:
    each = Combination()
    built = ours.build(each, link(each, "acme", "ours"))
    headers = ours.headers_of(built.headers)
    opened = open_message(headers, built.body, link(each, "ours", "acme"), scratch, AT)
    for other in (
        replace(each, signature="sha-512 pkcs1"),
        replace(each, encryption="aes-128-cbc pkcs1"),
        replace(each, compression="none"),
        replace(each, size="1"),
    ):
        assert ours.differs(other, opened) != ""
    assert ours.differs(each, opened) == ""
