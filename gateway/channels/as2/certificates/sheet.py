"""A sheet of certificates and fingerprints, to be compared with a partner by telephone.

What a certificate says of itself proves nothing: whoever changed it on its way changed that, too.
Its fingerprint, read aloud to somebody whose voice is known, does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from gateway.channels.as2.certificates.examine import key_kind, usages
from gateway.channels.as2.credentials import Credential

_WIDTH = 16
"""Bytes of a fingerprint in a line."""
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:48em;margin:2em auto;color:#111}"
    "h1{font-size:1.4em}h2{font-size:1.1em;margin-top:2em}table{border-collapse:collapse}"
    "th{text-align:left;font-weight:normal;color:#555;padding-right:1.5em;vertical-align:top}"
    "td{overflow-wrap:anywhere}code{font:1.05em/1.6 monospace;white-space:pre-line}"
    "@media print{body{margin:0}h2,table{break-inside:avoid}}"
)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sides."""

    name: str
    as2_id: str
    url: str
    certificates: Sequence[Credential]


def as_text(sides: Sequence[Side], at: datetime) -> str:
    """For a terminal, an e-mail, a printer."""
    lines = [f"Certificates for AS2, {at:%Y-%m-%d %H:%M} UTC", ""]
    for side in sides:
        lines += [side.name, "=" * len(side.name), *_padded(_facts(side)), ""]
        for each in side.certificates:
            lines += [f"  {line}" for line in _padded(_rows(each))]
            lines.append("")
    lines.append("Compare each fingerprint by telephone, with somebody you know, before it counts.")
    return "\n".join(lines) + "\n"


def as_html(sides: Sequence[Side], at: datetime) -> str:
    """The same as a page that prints well and refers to nothing else."""
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8">',
        f"<title>Certificates for AS2</title><style>{_STYLE}</style>",
        f"<h1>Certificates for AS2, {at:%Y-%m-%d %H:%M} UTC</h1>",
    ]
    for side in sides:
        parts += [f"<h2>{escape(side.name)}</h2>", _table(_facts(side))]
        parts += [_table(_rows(each)) + "<br>" for each in side.certificates]
    parts.append(
        "<p>Compare each fingerprint by telephone, with somebody you know, before it counts.</p>"
    )
    return "\n".join(parts) + "</html>\n"


def spelled(fingerprint: bytes) -> str:
    """``AB:CD:…``, in lines of 16 bytes."""
    pairs = [f"{byte:02X}" for byte in fingerprint]
    return "\n".join(":".join(pairs[at : at + _WIDTH]) for at in range(0, len(pairs), _WIDTH))


def _facts(side: Side) -> Iterator[tuple[str, str]]:
    yield "AS2 id", side.as2_id or "(not set yet)"
    if side.url:
        yield "Address", side.url


def _rows(credential: Credential) -> Iterator[tuple[str, str]]:
    certificate = credential.certificate
    yield "File", credential.name
    yield "For", ", ".join(sorted(credential.use)) or "(nothing)"
    yield "Subject", _name(certificate.subject)
    if certificate.issuer != certificate.subject:
        yield "Issuer", _name(certificate.issuer)
    yield "Serial", f"{certificate.serial_number:x}"
    yield "Key", key_kind(certificate)
    usage = usages(certificate)
    if usage is not None:
        yield "Key usage", ", ".join(usage)
    yield "Valid from", f"{certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
    yield "Valid until", f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
    if credential.send_from or credential.accept_from:
        yield "In use from", f"{credential.send_from or credential.accept_from:%Y-%m-%d %H:%M} UTC"
    yield "SHA-256", spelled(certificate.fingerprint(hashes.SHA256()))
    # many products still show this one; it tells two files apart, it does not prove anything
    yield "SHA-1", spelled(certificate.fingerprint(hashes.SHA1()))


def _name(name: x509.Name) -> str:
    return name.rfc4514_string() or "(empty)"


def _padded(rows: Iterator[tuple[str, str]]) -> Iterator[str]:
    for label, text in rows:
        first, *more = text.splitlines() or [""]
        yield f"{label:12} {first}"
        yield from (f"{'':12} {line}" for line in more)


def _table(rows: Iterator[tuple[str, str]]) -> str:
    cells = (
        f"<tr><th>{escape(label)}</th><td><code>{escape(text)}</code></td></tr>"
        for label, text in rows
    )
    return f"<table>{''.join(cells)}</table>"
