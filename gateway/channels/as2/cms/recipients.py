"""Whom a message is encrypted for: RecipientInfo (RFC 5652 §6.2), and which of them are we."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cryptography import x509

from gateway.channels.as2.ber.reader import END, OCTETS, SEQUENCE, SET, Reader, too_much, unreadable
from gateway.channels.as2.ber.writer import integer, octets, sequence
from gateway.channels.as2.cms.algorithms import read_algorithm
from gateway.channels.as2.cms.identifier import (
    Identifier,
    identifier_of,
    read_identifier,
    write_identifier,
)
from gateway.channels.as2.cms.keytransport import EncryptedKey, read_transport, write_transport
from gateway.channels.as2.credentials import OwnCredential
from gateway.channels.as2.link import Transport
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Place, Problem, problem

MOST = 8
"""Recipients of one message."""
_SHOWN = 3
"""Recipients that a sentence names, with so many characters each."""
_WIDTH = 60
_LONGEST_KEY = 2048
"""Bytes of an encrypted key: RSA with 16384 bits."""
_AGREEMENT = 0xA1
_OTHERS = (0xA2, 0xA3, 0xA4)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One certificate that can open the message."""

    kind: Literal["transport", "agreement", "other"]
    """``transport``: RSA; ``agreement``: elliptic curves; others have shared keys or passwords."""
    who: Identifier | None = None
    key: EncryptedKey | Problem | None = None
    """Or why its algorithm is not accepted: that counts only if it is us."""

    def __str__(self) -> str:
        """``serial number 0A31 of CN=acme``."""
        return str(self.who) if self.who is not None else "a shared key or password"

    def means(self, certificate: x509.Certificate, *, by_serial: bool = False) -> bool:
        """Whether it is this certificate; ``by_serial``: whatever the issuer is called."""
        if self.who is None:
            return False
        if by_serial:
            return not self.who.ski and self.who.serial == certificate.serial_number
        return self.who.means(certificate)


def write_recipient(
    certificate: x509.Certificate, encrypted_key: bytes, transport: Transport
) -> bytes:
    """A KeyTransRecipientInfo, version 0: the certificate by issuer and serial number."""
    who, algorithm = write_identifier(certificate), write_transport(transport)
    return sequence(integer(0), who, algorithm, octets(encrypted_key))


def read_recipients(reader: Reader) -> tuple[Recipient, ...]:
    """Next comes the SET OF RecipientInfo."""
    start = reader.offset
    reader.enter(SET, "the recipients")
    found: list[Recipient] = []
    while (tag := reader.peek()) != END:
        if tag == SEQUENCE:
            found.append(_read_transport(reader))
        elif tag == _AGREEMENT:
            found.extend(_read_agreement(reader))
        elif tag in _OTHERS:
            reader.skip()
            found.append(Recipient("other"))
        else:
            raise reader.unexpected("a recipient")
        if len(found) > MOST:
            raise too_much(start, "recipients", MOST)
    reader.leave()
    if not found:
        raise unreadable(start, "no recipient", "at least one recipient")
    return tuple(found)


def _read_transport(reader: Reader) -> Recipient:
    reader.enter(SEQUENCE, "a recipient")
    reader.integer("the version of a recipient")
    who = read_identifier(reader)
    place = Place(offset=reader.offset)
    algorithm = read_algorithm(reader, "the algorithm of the encrypted key")
    encrypted = reader.octets(OCTETS, "the encrypted key", _LONGEST_KEY)
    reader.leave()
    try:
        key: EncryptedKey | Problem = EncryptedKey(*read_transport(algorithm), encrypted)
    except RefusedError as refused:
        key = replace(refused.problem, place=place)
    return Recipient("transport", who, key)


def _read_agreement(reader: Reader) -> list[Recipient]:
    """A KeyAgreeRecipientInfo: only whom it is for."""
    start = reader.offset
    reader.enter(_AGREEMENT, "a recipient with key agreement")
    reader.integer("the version of a recipient")
    for tag in (0xA0, 0xA1):  # the originator, and what his key is mixed with
        if reader.peek() == tag:
            reader.skip()
    reader.skip()
    reader.enter(SEQUENCE, "the keys of a recipient with key agreement")
    found: list[Recipient] = []
    refused = problem("T213", Place(offset=start), found="key agreement (ECDH)")
    while reader.peek() != END:
        reader.enter(SEQUENCE, "a key of a recipient with key agreement")
        found.append(Recipient("agreement", _read_agreed(reader), refused))
        reader.skip()
        reader.leave()
        if len(found) > MOST:
            raise too_much(start, "recipients", MOST)
    reader.leave()
    reader.leave()
    return found


def _read_agreed(reader: Reader) -> Identifier:
    """A KeyAgreeRecipientIdentifier: its key id has a date beside it that says nothing."""
    if reader.peek() != 0xA0:
        return read_identifier(reader)
    reader.enter(0xA0, "the key id of a recipient")
    who = Identifier(ski=reader.octets(OCTETS, "the key id of a recipient", 64))
    for _ in range(2):
        if reader.peek() != END:
            reader.skip()
    reader.leave()
    return who


def find_ours(
    recipients: Sequence[Recipient], ours: Sequence[OwnCredential]
) -> tuple[EncryptedKey, OwnCredential]:
    """The first of ours that is a recipient with a key we can use. Errors: T210, T213.

    Some products write the issuer in another order or spelling: if nothing fits, the serial
    number decides. A wrong guess cannot decrypt, it can do no harm.
    """
    refused: Problem | None = None
    for by_serial in (False, True):
        for own in ours:
            for recipient in recipients:
                if not recipient.means(own.certificate, by_serial=by_serial):
                    continue
                if isinstance(recipient.key, EncryptedKey):
                    return recipient.key, own
                refused = refused or recipient.key
    raise RefusedError(
        refused
        or problem(
            "T210",
            Place(),
            recipients=_listed(map(str, recipients)),
            ours=_listed(f"{own.name} ({identifier_of(own.certificate)})" for own in ours)
            or "no certificate",
        )
    )


def _listed(names: Iterable[str]) -> str:
    """The first of them, short, whatever signs a partner put into his names."""
    listed = ["".join(sign if sign.isprintable() else "?" for sign in name) for name in names]
    short = [name if len(name) <= _WIDTH else f"{name[:_WIDTH]}…" for name in listed[:_SHOWN]]
    more = len(listed) - _SHOWN
    return ", ".join(short) + (f" and {more} more" if more > 0 else "")
