"""Two sides that agree, and a message between them, without anything in between."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from string import Formatter

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Layers, Limits, Link, Policy, Receipt
from gateway.channels.as2.message import (
    Built,
    Opened,
    Outgoing,
    Payload,
    build_message,
    open_message,
)
from gateway.channels.as2.mime import Headers
from tests.as2.credentials import certificate, own

AT = datetime(2026, 3, 2, 9, 14, 5, tzinfo=UTC)
EVERYTHING = Policy(signed="allowed", encrypted="allowed", sha1=True, triple_des=True)
"""What is accepted where the policy is not what is tested."""
EDIFACT = "application/EDIFACT"


def link_of_acme(
    policy: Policy = EVERYTHING, limits: Limits | None = None, signer: str = "acme"
) -> Link:
    """We, who receive: what ``acme`` sends is signed with his key and encrypted to ours."""
    return Link(
        "acme", "as2", "northwind", "acme-retail",
        policy=policy, limits=limits or Limits(),
        ours=(own("ours"),), theirs=(certificate(signer),),
    )  # fmt: skip


def built(
    payloads: Sequence[Payload] | bytes,
    layers: Layers | None = None,
    signer: str = "acme",
    receipt: Receipt | None = None,
    subject: str = "orders",
) -> Built:
    """A message of ``acme`` to us, in the given layers."""
    if isinstance(payloads, bytes):
        payloads = [Payload(Extent.of(payloads), EDIFACT, "orders.edi")]
    link = Link(
        "northwind", "as2", "acme-retail", "northwind",
        layers=layers or Layers(), receipt=receipt or Receipt(),
    )  # fmt: skip
    outgoing = Outgoing(
        link, "<1@acme.example>", AT, tuple(payloads), subject, own(signer), (certificate("ours"),)
    )
    return build_message(outgoing, BytesIO, os.urandom)


def opened(
    message: Built | tuple[Sequence[tuple[str, str]], bytes], link: Link | None = None
) -> Opened:
    """What we make of it. Whatever is found can be said in full."""
    if isinstance(message, Built):
        headers, body = message.headers, message.body
    else:
        headers, body = tuple(message[0]), Extent.of(message[1])
    got = open_message(Headers.of(headers), body, link or link_of_acme(), BytesIO, AT)
    for found in got.findings:
        told = Formatter().parse(found.registered.sentence + found.registered.remedy)
        assert {name for _, name, _, _ in told if name} <= set(found.facts), found
        assert len(found.sentence) < 400
        assert found.sentence.isprintable()
    return got


def content(payload: Payload) -> bytes:
    """All bytes of a document."""
    return payload.content.read(payload.content.size)


def codes(message: Opened) -> list[str]:
    """Of what was found."""
    return [each.code for each in message.findings]
