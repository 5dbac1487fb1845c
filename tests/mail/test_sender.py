"""Who sent a mail, and who vouches for that."""

from __future__ import annotations

import pytest

from gateway.channels.mail.mime import read_head
from gateway.channels.mail.sender import doubt, is_one_of, sender_of
from tests.mail.letters import raw

OURS = "mx.our.example"


@pytest.mark.parametrize(
    ("field", "sender"),
    [
        ("edi@acme.example", "edi@acme.example"),
        ("Acme EDI <EDI@Acme.example>", "edi@acme.example"),
        ('"edi@acme.example" <mallory@evil.example>', "mallory@evil.example"),
        ("=?utf-8?Q?B=C3=BCro?= <edi@acme.example>", "edi@acme.example"),
        ("edi@acme.example\nFrom: mallory@evil.example", None),
        ("edi@acme.example, mallory@evil.example", None),
        ("Acme: edi@acme.example, b@acme.example;", None),
        ('"edi@acme.example"@evil.example', None),
        ("nobody", None),
        ("", None),
        ("<>", None),
    ],
)
def test_the_address_of_the_sender(field: str, sender: str | None) -> None:
    assert sender_of(read_head(raw(f"From: {field}\n\n"))[0]) == sender


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("edi@acme.example", True),
        ("any@northwind.example", True),
        ("edi@acme.example.evil.example", False),
        ("x@sub.northwind.example", False),
        ("other@acme.example", False),
    ],
)
def test_senders_are_addresses_or_whole_domains(address: str, fits: bool) -> None:
    assert is_one_of(address, ("EDI@acme.example", "*@northwind.example")) is fits


def why(*results: str, sender: str = "edi@acme.example", methods: str = "dmarc dkim") -> str | None:
    fields = "".join(f"Authentication-Results: {each}\n" for each in results)
    return doubt(read_head(raw(f"{fields}From: {sender}\n\n"))[0], sender, OURS, methods.split())


@pytest.mark.parametrize(
    "result",
    [
        f"{OURS}; dmarc=pass header.from=acme.example",
        f"{OURS}; spf=fail smtp.mailfrom=x@relay.example; dkim=pass header.d=acme.example",
        f"{OURS} 1; dkim=pass (2048-bit key) header.i=@acme.example header.s=s1;\n\tspf=none",
        f"{OURS.upper()}; dkim=fail header.d=a.example; DKIM = pass header.d=ACME.example",
        f"(comment; dkim=fail (in it)) {OURS}; dkim=pass header.d=acme.example",
        f'{OURS}; dkim=pass reason="header.d=evil.example" header.d=acme.example',
    ],
)
def test_our_server_vouches(result: str) -> None:
    assert why(result) is None


def test_a_signature_of_the_domain_above_counts() -> None:
    result = f"{OURS}; dkim=pass header.d=acme.example"
    assert why(result, sender="edi@mail.acme.example") is None


@pytest.mark.parametrize(
    ("results", "reason"),
    [
        ((), "no server has looked at it"),
        (("mx.evil.example; dmarc=pass header.from=acme.example",), "not of mx.our.example"),
        (
            (
                "mx.evil.example; dkim=none",
                f"{OURS}; dmarc=pass header.from=acme.example",
            ),
            "the first",
        ),
        ((f"{OURS}; none",), "did not confirm"),
        ((f"{OURS}; dmarc=fail header.from=acme.example",), "did not confirm"),
        ((f"{OURS}; dmarc=pass header.from=evil.example",), "did not confirm"),
        ((f"{OURS}; dkim=pass header.d=evilacme.example",), "did not confirm"),
        ((f"{OURS}; dkim=pass header.d=example",), "did not confirm"),
        ((f"{OURS}; dkim=pass header.d=mail.acme.example",), "did not confirm"),
        ((f"{OURS}; dkim=pass",), "did not confirm"),
        ((f"{OURS}; spf=pass smtp.mailfrom=edi@acme.example",), "wanted: dmarc, dkim"),
        ((f'{OURS}; dkim=fail reason="; dkim=pass header.d=acme.example"',), "did not confirm"),
        ((f"{OURS}; dkim=fail (; dkim=pass header.d=acme.example)",), "did not confirm"),
        (
            (f'{OURS}; dkim=pass header.d=evil.example reason="header.d=acme.example"',),
            "did not confirm",
        ),
        (
            (f"{OURS}; dkim=pass header.d=evil.example header.d=acme.example",),
            "did not confirm",
        ),
    ],
)
def test_nobody_vouches(results: tuple[str, ...], reason: str) -> None:
    assert reason in (why(*results) or "")


def test_spf_counts_where_it_is_asked_for() -> None:
    result = f"{OURS}; spf=pass smtp.mailfrom=bounce@acme.example"
    assert why(result, methods="spf") is None
