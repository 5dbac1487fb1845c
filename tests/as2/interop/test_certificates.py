"""Certificates that partners really use: what they sign counts, and so do their receipts."""

from __future__ import annotations

from io import BytesIO
from secrets import token_bytes

import pytest

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Layers, Link
from gateway.channels.as2.message import Outgoing, Payload, build_message
from tests.as2.interop.gate import Gate
from tests.as2.interop.variety import odd
from tests.as2.receive.world import WHEN, Posted


def counts(gate: Gate, channel: str) -> None:
    """A message signed with it is accepted."""
    data = f"UNB+UNOC:3+signed by {channel}'".encode()
    posted = signed(channel, data)
    gate.accepts(posted, [data])
    assert gate.found(posted.message_id)["signer"] == f"{channel}.pem"


def signed(channel: str, data: bytes) -> Posted:
    link = Link("ours", "main", f"CERT-{channel}", "OURS", layers=Layers(encrypt=None))
    payload = Payload(Extent.of(data), "application/edifact", "o.edi")
    signer = odd()[channel].credential
    outgoing = Outgoing(link, f"<{channel}@acme.example>", WHEN, (payload,), signer=signer)
    built = build_message(outgoing, BytesIO, token_bytes)
    return Posted(built.headers, built.body.read(built.body.size))


@pytest.mark.parametrize("channel", ["t61", "bmp", "printable", "umlauts", "nameless"])
def test_names_in_odd_encodings(variety: Gate, channel: str) -> None:
    counts(variety, channel)


def test_a_common_name_with_a_wildcard(variety: Gate) -> None:
    counts(variety, "wildcard")


def test_a_key_of_4096_bit(variety: Gate) -> None:
    counts(variety, "4096")


@pytest.mark.parametrize("channel", ["usage", "usages"])
def test_an_extended_key_usage_that_is_critical(variety: Gate, channel: str) -> None:
    counts(variety, channel)


@pytest.mark.parametrize("channel", ["chain", "curve"])
def test_a_certificate_of_an_authority_and_one_of_a_curve(variety: Gate, channel: str) -> None:
    counts(variety, channel)
