"""An encrypted layer: for whom it is, whether that is us, and opened with any key we ever had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.channels.as2.certificates.windows import decrypt_with
from gateway.channels.as2.cms.enveloped import Envelope, decrypt, read_envelope
from gateway.channels.as2.cms.keytransport import EncryptedKey
from gateway.channels.as2.cms.recipients import Recipient
from gateway.channels.as2.credentials import OwnCredential
from gateway.channels.as2.explain.explanation import Cause, Facts
from gateway.channels.as2.explain.known import Known, KnownCertificates, briefly
from gateway.channels.as2.extent import Extent, Scratch
from gateway.channels.as2.link import Link
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Problem, problem


@dataclass(frozen=True, slots=True)
class Taken:
    """A layer that was taken off, or was not."""

    facts: Facts = ()
    problems: tuple[Problem, ...] = ()
    cause: Cause | None = None
    """Why the gateway itself stops here."""
    content: Extent | None = None


def open_envelope(
    body: Extent, link: Link | None, known: KnownCertificates, scratch: Scratch, at: datetime
) -> Taken:
    """Told without a key as far as that goes, then opened by whatever key fits."""
    try:
        envelope = read_envelope(body)
    except RefusedError as refused:
        return Taken((), (refused.problem,), Cause.of(refused.problem))
    facts = tuple(_facts(envelope, known, at))
    why = _not_for_us(envelope, link, known, at)
    try:
        got = decrypt(body, known.keys, scratch, triple_des=True)
    except RefusedError as refused:
        if link is not None and not link.ours:  # A message of ours: it is not for us.
            return Taken(facts)
        return Taken(facts, (refused.problem,), why or Cause.of(refused.problem))
    opened = ("opened with", briefly(got.recipient))
    found: tuple[Problem, ...] = ()
    if envelope.cipher.name == "3des" and link is not None and not link.policy.triple_des:
        found = (problem("T215"),)
        why = why or Cause.of(found[0])
    return Taken((*facts, opened), found, why, got.content)


def _facts(envelope: Envelope, known: KnownCertificates, at: datetime) -> Iterator[tuple[str, str]]:
    yield "cipher", envelope.cipher.name
    for number, recipient in enumerate(envelope.recipients, 1):
        yield f"recipient {number}", _told(recipient)
        for each in known.find(recipient.means):
            key = "" if isinstance(each.credential, OwnCredential) else "; we do not have its key"
            yield "", f"is {each.told('encrypt', at)}{key}"


def _told(recipient: Recipient) -> str:
    how = recipient.key.transport if isinstance(recipient.key, EncryptedKey) else recipient.kind
    return f"{recipient}, key by {how}"


def _not_for_us(
    envelope: Envelope, link: Link | None, known: KnownCertificates, at: datetime
) -> Cause | None:
    """Why none of our keys in force opens it."""
    named = [each for one in envelope.recipients for each in known.find(one.means)]
    ours = [each for each in named if isinstance(each.credential, OwnCredential)]
    current = _current(link, known, at)
    whom = ", ".join(str(each) for each in envelope.recipients)
    if not ours:
        remedy = f"Give the partner our certificate {current} and ask him to encrypt with it."
        if named:
            name = f"{named[0].credential.name} {named[0].whose}"
            sentence = f"Encrypted for {whom}, which is {name}: not for us."
            return Cause(sentence, remedy, "T210")
        return Cause(f"Encrypted for {whom}, which is no certificate of ours.", remedy, "T210")
    if link is None:
        return None
    in_force = {each.fingerprint for each in decrypt_with(link, at)}
    if any(each.credential.fingerprint in in_force for each in ours):
        return None
    return _replaced(ours, current, at)


def _replaced(ours: Sequence[Known], current: str, at: datetime) -> Cause:
    credential = ours[0].credential
    name = f"our certificate {briefly(credential)}"
    until = credential.accept_until
    why = ours[0].standing("encrypt", at) or "it does not belong to this partner's channel"
    if until is not None and until <= at:
        why = f"replaced on {until.day} {until:%B %Y}"
    return Cause(
        f"Encrypted for {name}: {why}.",
        f"Ask the partner to encrypt with {current}; as long as he does not, let "
        f"{credential.name} count longer (`accept_until`).",
        "T210",
    )


def _current(link: Link | None, known: KnownCertificates, at: datetime) -> str:
    able: Sequence[OwnCredential] = decrypt_with(link, at) if link else known.keys
    return briefly(able[0]) if able else "(none is configured)"
