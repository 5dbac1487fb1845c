"""Which certificate a signer or a recipient means: issuer and serial number, or the key's id.

RFC 5652 §5.3 and §6.2.1. Peers copy the issuer's name from the certificate, but some write it anew
with other string types: names are compared by their bytes first, then by their text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509

from gateway.channels.as2.ber.reader import END, SEQUENCE, SET, Reader
from gateway.channels.as2.ber.writer import integer, sequence
from gateway.channels.as2.refusal import RefusedError

_BY_KEY, _CONSTRUCTED = 0x80, 0x20
_NAME, _KEY_ID = 10_000, 64
"""Bytes of a distinguished name and of a key identifier, far above real ones."""
_TOLD = 150
"""Characters of a name in a sentence: it is the sender's text."""
_CHARSETS = {0x1C: "utf-32-be", 0x1E: "utf-16-be", 0x14: "latin-1"}
"""By the tag of the string type; the others are ASCII or UTF-8."""
_SHORT = {
    "2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.10": "O",
    "2.5.4.11": "OU", "2.5.4.5": "serialNumber", "1.2.840.113549.1.9.1": "E",
    "0.9.2342.19200300.100.1.25": "DC",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identifier:
    """Either issuer (DER of the name) and serial number, or the subject key identifier."""

    issuer: bytes = b""
    serial: int = 0
    ski: bytes = b""

    def means(self, certificate: x509.Certificate) -> bool:
        """Whether it is this certificate."""
        if self.ski:
            return self.ski == key_identifier(certificate)
        if self.serial != certificate.serial_number:
            return False
        issuer = certificate.issuer.public_bytes()
        return self.issuer == issuer or _same(self.issuer, issuer)

    def __str__(self) -> str:
        """``serial number 0A31 of CN=acme``, as certificate viewers show it."""
        if self.ski:
            return f"key identifier {self.ski.hex().upper()}"
        sign, digits = "-" * (self.serial < 0), f"{abs(self.serial):X}"
        digits = digits.zfill(len(digits) + len(digits) % 2)
        return f"serial number {sign}{digits} of {name_text(self.issuer)}"


def identifier_of(certificate: x509.Certificate) -> Identifier:
    """By issuer and serial number."""
    return Identifier(certificate.issuer.public_bytes(), certificate.serial_number)


def read_identifier(reader: Reader) -> Identifier:
    """SignerIdentifier or RecipientIdentifier: ``IssuerAndSerialNumber`` or ``[0]`` key id."""
    if reader.peek() == SEQUENCE:
        reader.enter(SEQUENCE, "issuer and serial number")
        issuer = reader.element(_NAME)
        serial = reader.integer("the serial number")
        reader.leave()
        return Identifier(issuer, serial)
    ski = reader.octets(_BY_KEY, "a certificate's issuer or key identifier", _KEY_ID)
    if not ski:
        raise reader.unexpected("a key identifier that is not empty")
    return Identifier(ski=ski)


def write_identifier(certificate: x509.Certificate) -> bytes:
    """``IssuerAndSerialNumber``: every product reads it."""
    return sequence(certificate.issuer.public_bytes(), integer(certificate.serial_number))


@lru_cache(maxsize=256)
def key_identifier(certificate: x509.Certificate) -> bytes:
    """The subject key identifier; computed as RFC 5280 §4.2.1.2 (1) where there is none."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest
    return found.value.digest


def name_text(name: bytes) -> str:
    """A distinguished name for people: ``CN=acme, O=Acme Retail``; short and printable."""
    try:
        parts = _attributes(name)
    except RefusedError:
        return "a name that is not readable"
    told = ", ".join(f"{_SHORT.get(kind, kind)}={text}" for kind, text in parts) or "nobody"
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in told[:_TOLD])


def _same(one: bytes, other: bytes) -> bool:
    """Without string types, case and blanks (as RFC 5280 §7.1); never where one is not readable."""
    try:
        return _comparable(one) == _comparable(other)
    except RefusedError:
        return False


def _comparable(name: bytes) -> list[tuple[str, str]]:
    return [(kind, " ".join(text.casefold().split())) for kind, text in _attributes(name)]


def _attributes(name: bytes) -> list[tuple[str, str]]:
    reader, found = Reader.of(name), []
    reader.enter(SEQUENCE, "a name")
    while reader.peek() != END:
        reader.enter(SET, "a part of a name")
        while reader.peek() != END:
            reader.enter(SEQUENCE, "an attribute of a name")
            kind = reader.oid("the kind of an attribute")
            found.append((kind, _text(reader)))
            reader.leave()
        reader.leave()
    reader.leave()
    return found


def _text(reader: Reader) -> str:
    tag = reader.peek()
    if tag & _CONSTRUCTED:
        raise reader.unexpected("a text in one piece")
    content = reader.value(tag, "a text", _NAME)
    return content.decode(_CHARSETS.get(tag, "utf-8"), "replace")
