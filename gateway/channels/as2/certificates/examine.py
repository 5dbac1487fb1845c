"""What is to be said about the certificates of a link before a message needs them.

Pure: the instant is an argument. Problems name no place; whoever knows the file adds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from gateway.channels.as2.certificates.windows import (
    decrypt_with,
    encrypt_to,
    none_counts,
    sign_with,
    trusted_now,
)
from gateway.channels.as2.credentials import Credential, Use
from gateway.channels.as2.link import Link
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Problem, problem

_LEAST_RSA, _LEAST_EC = 2048, 256
"""Bits of a key (BSI TR-02102; NIST SP 800-131A takes 224 for curves)."""
_USAGES: dict[Use, tuple[str, ...]] = {
    "sign": ("digital_signature", "content_commitment"),
    "encrypt": ("key_encipherment",),
}
_WORDS = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}


def examine(credential: Credential, owner: str, at: datetime) -> Iterator[Problem]:
    """Of one certificate: it expired (C463), is too short (C468), was not issued for this (C470).

    ``owner``: the partner, or ``us``.
    """
    certificate, name = credential.certificate, credential.name
    in_use = credential.accept_until is None or at < credential.accept_until
    if in_use and at > certificate.not_valid_after_utc:
        day = f"{certificate.not_valid_after_utc:%Y-%m-%d}"
        yield problem("C463", name=name, owner=owner, day=day)
    bits = key_bits(certificate)
    curve = isinstance(certificate.public_key(), EllipticCurvePublicKey)
    kind, least = ("EC", _LEAST_EC) if curve else ("RSA", _LEAST_RSA)
    if bits < least:
        yield problem("C468", name=name, owner=owner, kind=kind, bits=bits, least=least)
    usage = usages(certificate)
    for use in sorted(credential.use & _USAGES.keys()):
        if usage is not None and not any(_WORDS[each] in usage for each in _USAGES[use]):
            allowed = ", ".join(usage) or "none"
            yield problem("C470", name=name, owner=owner, use=use, usage=allowed)


def link_problems(link: Link, at: datetime) -> Iterator[Problem]:
    """What cannot be done for a partner now, for want of a certificate or key: C464-C467, C473.

    And what can be, but is surely not meant: his certificate is one of ours (C477).
    """
    ours = {each.fingerprint: each.name for each in link.ours}
    for known in link.theirs:
        if known.fingerprint in ours:
            name = ours[known.fingerprint]
            yield problem("C477", name=known.name, owner=link.partner, ours=name)
    signed_receipts = bool(link.url) and link.receipt.signed and link.receipt.mode != "none"
    verifies = link.policy.signed == "required" or signed_receipts
    if verifies and not link.authorities and not trusted_now(link, "sign", at):
        yield none_counts("C464", link, link.theirs, "sign", at)
    if link.url and link.layers.encrypt is not None:
        try:
            encrypt_to(link, at)
        except RefusedError as refused:
            yield refused.problem
    try:
        sign_with(link, at)
    except RefusedError as refused:
        yield refused.problem
    if link.policy.encrypted != "refused" and not decrypt_with(link, at):
        yield none_counts("C467", link, link.ours, "encrypt", at)
    for listed in link.revocations:
        end = listed.next_update_utc
        if end is not None and at >= end:
            name = f"revocations of {listed.issuer.rfc4514_string()}"
            yield problem("C473", name=name, reason=f"the list ended on {end:%Y-%m-%d %H:%M} UTC")


def key_bits(certificate: x509.Certificate) -> int:
    """Length of the key."""
    key = certificate.public_key()
    return key.key_size if isinstance(key, RSAPublicKey | EllipticCurvePublicKey) else 0


def key_kind(certificate: x509.Certificate) -> str:
    """``RSA 2048``, ``EC secp256r1``."""
    key = certificate.public_key()
    if isinstance(key, EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    return f"RSA {key_bits(certificate)}"


def usages(certificate: x509.Certificate) -> list[str] | None:
    """Its key usages by their names in RFC 5280; ``None`` where it does not restrict them."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return None
    return [word for name, word in _WORDS.items() if getattr(found, name)]
