"""Whose certificate is meant: searched among all that are configured, for all partners."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from gateway.channels.as2.certificates.load import UNREADABLE
from gateway.channels.as2.certificates.windows import shown as told_standing
from gateway.channels.as2.certificates.windows import standing
from gateway.channels.as2.credentials import ALWAYS, Credential, OwnCredential, Use
from gateway.channels.as2.link import Link
from gateway.channels.as2.mdn.report import shown

_END = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """A configured certificate and whose it is."""

    credential: Credential
    owner: str
    """A partner's name; empty: ours."""

    @property
    def whose(self) -> str:
        """``ours``, ``of acme-retail``."""
        return f"of {self.owner}" if self.owner else "ours"

    def told(self, use: Use, at: datetime) -> str:
        """``acme.pem, of acme-retail, valid 2024-01-01 to 2026-01-01: it counts``."""
        certificate = self.credential.certificate
        since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        return (
            f"{self.credential.name}, {self.whose}, valid {since:%Y-%m-%d} to {until:%Y-%m-%d}: "
            f"{self.standing(use, at) or 'it counts'}"
        )

    def standing(self, use: Use, at: datetime) -> str:
        """Why it does not count for a use at an instant; empty if it does."""
        how = standing(self.credential, use, at)
        return "" if how == "counts" else told_standing(self.credential, how)


class KnownCertificates:
    """All certificates of some links; those of the message's own link come first."""

    def __init__(self, links: Iterable[Link], first: Link | None = None) -> None:
        found: dict[tuple[str, str, bool], Known] = {}
        for link in (*((first,) if first else ()), *links):
            for owner, credentials in (("", link.ours), (link.partner, link.theirs)):
                for each in credentials:
                    own = isinstance(each, OwnCredential)
                    found.setdefault((owner, each.fingerprint, own), Known(each, owner))
        self.all = tuple(found.values())

    @property
    def keys(self) -> list[OwnCredential]:
        """All keys of ours, also those that do not count any more."""
        return [each.credential for each in self.all if isinstance(each.credential, OwnCredential)]

    @property
    def theirs(self) -> list[Credential]:
        """The certificates of all partners."""
        return [each.credential for each in self.all if each.owner]

    def find(self, means: Callable[[x509.Certificate], bool]) -> list[Known]:
        """Those that something names."""
        return [each for each in self.all if means(each.credential.certificate)]

    def relaxed(self) -> list[Credential]:
        """All of them as if they counted for everything: to say whose a signature is."""
        return [relaxed(each.credential) for each in self.all]


def relaxed(credential: Credential) -> Credential:
    """The same without any date of the settings; only ``explain`` ever looks at it like this."""
    return replace(credential, use=ALWAYS, accept_from=None, accept_until=None, expired_until=_END)


def embedded(certificates: Sequence[x509.Certificate]) -> list[Credential]:
    """Certificates that a message brings along, to test its signature by itself."""
    name = "the certificate in the message"
    return [Credential(each, name, expired_until=_END) for each in certificates]


def readable(certificates: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Those of a message whose names, dates and key can be read; others are left out."""
    found = []
    for each in certificates:
        try:
            told(each)
            each.issuer.public_bytes()
            each.public_key()
        except UNREADABLE:
            continue
        found.append(each)
    return found


def serial(certificate: x509.Certificate) -> str:
    """As certificate viewers show it: ``0A31``."""
    digits = f"{certificate.serial_number:X}"
    return digits.zfill(len(digits) + len(digits) % 2)


def briefly(credential: Credential) -> str:
    """``acme.pem (serial 0A31)``."""
    return f"{credential.name} (serial {serial(credential.certificate)})"


def told(certificate: x509.Certificate) -> str:
    """``CN=acme, serial 0A31, valid 2024-01-01 to 2026-01-01, SHA-256 1f2e…``."""
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return (
        f"{name_of(certificate)}, serial {serial(certificate)}, valid {since:%Y-%m-%d} to "
        f"{until:%Y-%m-%d}, SHA-256 {fingerprint_of(certificate)}"
    )


def fingerprint_of(certificate: x509.Certificate) -> str:
    """SHA-256 in small hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def name_of(certificate: x509.Certificate) -> str:
    """The subject: ``CN=acme``."""
    try:
        return shown(certificate.subject.rfc4514_string()) or "no name"
    except UNREADABLE:
        return "a name that cannot be read"
