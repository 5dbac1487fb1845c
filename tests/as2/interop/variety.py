"""One gateway with a channel for every odd AS2 id, and for every odd certificate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.channels.as2.credentials import OwnCredential
from tests.as2.credentials import own
from tests.as2.receive.world import ACME, As2World, lay_keys

IDS: Mapping[str, tuple[str, ...]] = {
    "Acme Retail GmbH": ('"Acme Retail GmbH"', "Acme Retail GmbH"),
    'the "best" shop': ('"the \\"best\\" shop"',),
    "back\\slash": ('"back\\\\slash"',),
    "[4012345000009]": ("[4012345000009]", '"[4012345000009]"'),
    "<acme>": ("<acme>", '"<acme>"'),
    "acme#1": ("acme#1", '"acme#1"'),
    "4012345000009!": ("4012345000009!", '"4012345000009!"'),
    "acme;retail": ("acme;retail", '"acme;retail"'),
    "AcMe": ("AcMe", '"AcMe"', " AcMe\t"),
    "AcME": ("AcME",),
}
"""AS2 id → as it stands in headers."""


@dataclass(frozen=True)
class Odd:
    """A certificate that somebody really uses."""

    key: str
    certificate: x509.Certificate

    @property
    def credential(self) -> OwnCredential:
        return OwnCredential(self.certificate, "odd", key=own(self.key).key)


def made(key: str, subject: x509.Name, *more: x509.ExtensionType, critical: bool = True) -> Odd:
    """A certificate of one of the keys of the tests."""
    owner = own(key)
    builder = x509.CertificateBuilder(
        subject,
        subject,
        owner.certificate.public_key(),
        0x4711,
        datetime(2025, 1, 1, tzinfo=UTC),
        datetime(2035, 1, 1, tzinfo=UTC),
        [x509.Extension(each.oid, critical, each) for each in more],
    )
    return Odd(key, builder.sign(owner.key, hashes.SHA256()))  # type: ignore[arg-type]


def named(text: str, kind: _ASN1Type = _ASN1Type.UTF8String) -> x509.Name:
    """A subject with a common name of the given string type."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text, kind)])


@cache
def odd() -> Mapping[str, Odd]:
    """By the name of its channel."""
    usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    return {
        "t61": made("acme", named("Acme Teletex", _ASN1Type.T61String)),
        "bmp": made("acme", named("Acme Bmp", _ASN1Type.BMPString)),
        "printable": made("acme", named("Acme Printable", _ASN1Type.PrintableString)),
        "umlauts": made("acme", named("Größe & Söhne €")),
        "nameless": made("acme", x509.Name([])),
        "wildcard": made("acme", named("*.acme.example")),
        "4096": Odd("northwind-4096", own("northwind-4096").certificate),
        "usage": made("acme", named("Acme TLS"), x509.ExtendedKeyUsage(usages[:1])),
        "usages": made("acme", named("Acme all"), x509.ExtendedKeyUsage(usages)),
        "chain": Odd("issued", own("issued").certificate),
        "curve": Odd("acme-ec", own("acme-ec").certificate),
    }


def world(root: Path) -> As2World:
    """The house with all of them; what is only signed is accepted."""
    lay_keys(root)
    text = ACME[: ACME.index("  main:")]
    channels = {f"id{number}": name for number, name in enumerate(IDS)}
    for channel, name in channels.items():
        text += _channel(channel, name, "acme.pem")
    for channel, one in odd().items():
        file = root / "partners/acme-retail" / f"{channel}.pem"
        file.write_bytes(one.certificate.public_bytes(Encoding.PEM))
        text += _channel(f"c-{channel}", f"CERT-{channel}", file.name)
    return As2World(root, settings=text + ACME[ACME.index("agreements:") :], laid=True)


def _channel(name: str, as2_id: str, file: str) -> str:
    return f"""\
  {name}:
    kind: as2
    as2:
      id: {json.dumps(as2_id)}
      certificates: [{{file: {file}}}]
      receive: {{encrypted: allowed}}
"""
