"""Which certificate counts for what, at an instant: the rules of a rollover.

Verify against all that are accepted now, encrypt to the newest that is in force, decrypt with any
of ours. A switch that was planned needs no restart: the instant is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal, TypeVar

from cryptography.x509.oid import PublicKeyAlgorithmOID

from gateway.channels.as2.credentials import Credential, OwnCredential, Use
from gateway.channels.as2.link import Link
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Problem, problem

Standing = Literal["counts", "other-use", "not-yet", "over", "expired"]
"""``over``: the settings end it; ``expired``: the certificate itself has run out."""
ALWAYS = datetime(1, 1, 1, tzinfo=UTC)

C = TypeVar("C", bound=Credential)


def standing(credential: Credential, use: Use, at: datetime) -> Standing:
    """Whether a certificate is accepted for a use at an instant, or why it is not."""
    certificate = credential.certificate
    if use not in credential.use:
        return "other-use"
    if at < _begun(credential):
        return "not-yet"
    if credential.accept_until is not None and at >= credential.accept_until:
        return "over"
    if at <= certificate.not_valid_after_utc:
        return "counts"
    longer = credential.expired_until
    return "counts" if longer is not None and at < longer else "expired"


def trusted_now(link: Link, use: Use, at: datetime) -> list[Credential]:
    """The partner's certificates that are accepted for a use, without those a CA issued."""
    return [each for each in link.theirs if standing(each, use, at) == "counts"]


def encrypt_to(link: Link, at: datetime) -> Credential:
    """The partner's certificate that is newest in force. Raises ``RefusedError`` (C465)."""
    able = (each for each in link.theirs if _is_rsa(each))
    found = _newest(able, "encrypt", at)
    if found is None:
        raise RefusedError(none_counts("C465", link, link.theirs, "encrypt", at))
    return found


def sign_with(link: Link, at: datetime) -> OwnCredential:
    """Our certificate that is newest in force. Raises ``RefusedError`` (C466)."""
    found = _newest(link.ours, "sign", at)
    if found is None:
        raise RefusedError(none_counts("C466", link, link.ours, "sign", at))
    return found


def decrypt_with(link: Link, at: datetime) -> list[OwnCredential]:
    """All of our keys a partner may encrypt to, newest first.

    A certificate of ours that ran out still opens what comes: the partner chose it, and refusing
    would lose his document. Only ``until`` in the settings ends that.
    """
    able = [
        each
        for each in link.ours
        if _is_rsa(each) and standing(each, "encrypt", at) in ("counts", "expired")
    ]
    return sorted(able, key=_age, reverse=True)


def shown(credential: Credential, how: Standing) -> str:
    """A standing in words."""
    certificate = credential.certificate
    if how == "other-use":
        return f"it is only for {', '.join(sorted(credential.use))}"
    if how == "not-yet":
        return f"it counts from {_begun(credential):%Y-%m-%d %H:%M} UTC"
    if how == "over" and credential.accept_until is not None:
        return f"it is accepted until {credential.accept_until:%Y-%m-%d %H:%M} UTC only"
    if how == "expired":
        return f"it expired on {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
    return "it counts"


def in_force_from(credential: Credential) -> datetime:
    """From when on we use it ourselves: as written, else from when on it is accepted."""
    return credential.send_from or credential.accept_from or ALWAYS


def _begun(credential: Credential) -> datetime:
    return max(credential.accept_from or ALWAYS, credential.certificate.not_valid_before_utc)


def _newest(known: Iterable[C], use: Use, at: datetime) -> C | None:
    able = (each for each in known if standing(each, use, at) == "counts")
    return max((each for each in able if in_force_from(each) <= at), key=_age, default=None)


def _age(credential: Credential) -> tuple[datetime, datetime]:
    return in_force_from(credential), credential.certificate.not_valid_before_utc


def _is_rsa(credential: Credential) -> bool:
    """The key of a message is carried by RSA only; by its kind, as the key is costly to read."""
    oid = credential.certificate.public_key_algorithm_oid
    return oid == PublicKeyAlgorithmOID.RSAES_PKCS1_v1_5


def none_counts(
    code: str, link: Link, known: Iterable[Credential], use: Use, at: datetime
) -> Problem:
    """Nothing counts: each with its reason. ``code``: C464 to C467."""
    reasons = []
    for each in known:
        how = standing(each, use, at)
        if how != "counts":
            reasons.append(f"{each.name}: {shown(each, how)}")
        elif in_force_from(each) > at:
            reasons.append(f"{each.name}: in force from {in_force_from(each):%Y-%m-%d %H:%M} UTC")
        elif use == "encrypt" and not _is_rsa(each):
            reasons.append(f"{each.name}: it has no RSA key")
    why = "; ".join(reasons) or "none is configured"
    return problem(code, partner=link.partner, channel=link.channel, reasons=why)
