"""Proves that a configured certificate signed a content, or says exactly why it did not.

Only trusted certificates count: those that were agreed with the partner, and those of authorities
that he is trusted by (:func:`~gateway.channels.as2.certificates.trust.trusted_signers`). One that
comes with a message is never used because it comes with it: it proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import HashAlgorithm

from gateway.channels.as2.certificates.windows import shown, standing
from gateway.channels.as2.cms.algorithms import SignatureScheme, refused, signature_scheme
from gateway.channels.as2.cms.digests import ALGORITHMS
from gateway.channels.as2.cms.identifier import identifier_of
from gateway.channels.as2.cms.signed.attributes import Attributes, same, wrong
from gateway.channels.as2.cms.signed.reading import Signature, Signatures
from gateway.channels.as2.credentials import Credential
from gateway.channels.as2.link import Scheme
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Problem, Severity, problem

Key = RSAPublicKey | EllipticCurvePublicKey
_LEAST_RSA, _RIGHT_RSA, _LEAST_EC = 1024, 2048, 224
_NAMES: dict[Scheme, str] = {"pkcs1": "RSA PKCS #1", "pss": "RSA PSS", "ecdsa": "ECDSA"}


@dataclass(frozen=True, slots=True)
class Verified:
    """Who signed, and how."""

    signer: Credential
    digest: str
    scheme: Scheme
    signed_at: datetime | None
    """What the signer says; nobody else vouches for it."""
    findings: tuple[Problem, ...] = ()
    """Warnings: a short key, a certificate that is accepted although it expired."""


def verify(
    signatures: Signatures,
    digests: Mapping[str, bytes],
    trusted: Sequence[Credential],
    at: datetime,
) -> Verified:
    """The first signer who is a trusted one and whose signature holds.

    ``digests`` of the content: those that ``signatures.digests`` names. ``trusted`` may have
    certificates that do not count at ``at``: then the sentence says so. Raises ``RefusedError``:
    T204 to T209, of the first trusted signer where several fail.
    """
    failed: RefusedError | None = None
    for signature in signatures.signers:
        for credential in trusted:
            if not signature.identifier.means(credential.certificate):
                continue
            try:
                return _verify(signature, digests, credential, at)
            except RefusedError as error:
                failed = failed or error
    raise failed or _nobody(signatures, trusted)


def _verify(
    signature: Signature, digests: Mapping[str, bytes], credential: Credential, at: datetime
) -> Verified:
    findings = _window(credential, at)
    how = signature_scheme(signature.digest, signature.algorithm)
    key = _key(credential, how)
    if isinstance(key, RSAPublicKey) and key.key_size < _RIGHT_RSA:
        findings.append(problem("T203", certificate=credential.name, bits=key.key_size))
    digest = digests[how.digest]
    attributes = signature.attributes
    if attributes is None:
        if not _holds(key, how, signature.value, digest, Prehashed(ALGORITHMS[how.digest])):
            raise _without_attributes(signature, credential, key, how, digest)
        return Verified(credential, how.digest, how.scheme, None, tuple(findings))
    _attributes(attributes, signature, how.digest, digest)
    algorithm = ALGORITHMS[how.digest]
    for data in attributes.signed_bytes():
        if _holds(key, how, signature.value, data, algorithm):
            when = attributes.signed_at
            return Verified(credential, how.digest, how.scheme, when, tuple(findings))
    raise _wrong_value(signature, credential, how)


def _window(credential: Credential, at: datetime) -> list[Problem]:
    """Raises T205; the same as a warning for one that is accepted although it expired."""
    how = standing(credential, "sign", at)
    until = credential.certificate.not_valid_after_utc
    if how == "counts" and at <= until:
        return []
    name, now = credential.name, f"{at:%Y-%m-%d %H:%M} UTC"
    if how != "counts":
        found = f"does not count: {shown(credential, how)}"
        raise RefusedError(problem("T205", certificate=name, at=now, found=found))
    found = f"expired on {until:%Y-%m-%d %H:%M} UTC; the settings still accept it"
    return [problem("T205", severity=Severity.WARNING, certificate=name, at=now, found=found)]


def _key(credential: Credential, how: SignatureScheme) -> Key:
    try:
        key = credential.certificate.public_key()
    except (UnsupportedAlgorithm, ValueError) as error:
        what = f"the key of {credential.name}"
        raise refused(what, "of a kind that is not known", "RSA or EC") from error
    what = f"with {credential.name} the signature algorithm"
    if how.scheme == "ecdsa":
        if not isinstance(key, EllipticCurvePublicKey):
            raise refused(what, "ECDSA", "the algorithm of its key")
        if key.key_size < _LEAST_EC:
            raise refused(f"the key of {credential.name} with", f"{key.key_size} bits", "256 bits")
        return key
    if not isinstance(key, RSAPublicKey):
        raise refused(what, _NAMES[how.scheme], "the algorithm of its key")
    if key.key_size < _LEAST_RSA:
        raise refused(f"the key of {credential.name} with", f"{key.key_size} bits", "2048 bits")
    return key


def _attributes(attributes: Attributes, signature: Signature, name: str, digest: bytes) -> None:
    """Content type, digest and algorithms are there and right. Raises T207, T209."""
    who = signature.identifier
    kind = attributes.content_type(who)
    if kind != "data":
        raise wrong(who, "content-type", f"is {kind}", "data")
    protected = attributes.protected(who)
    if protected is not None and not same(protected, (signature.digest, signature.algorithm)):
        raise wrong(who, "algorithm-protection", "names others", "those of the signature")
    expected = attributes.digest(who)
    if not compare_digest(expected, digest):
        raise _changed(name, digest, expected)


def _holds(
    key: Key, how: SignatureScheme, value: bytes, data: bytes, algorithm: HashAlgorithm | Prehashed
) -> bool:
    try:
        if isinstance(key, EllipticCurvePublicKey):
            key.verify(value, data, ECDSA(algorithm))
        elif how.scheme == "pss":
            mask = padding.MGF1(ALGORITHMS[how.mask])
            key.verify(value, data, padding.PSS(mask, how.salt), algorithm)
        else:
            key.verify(value, data, padding.PKCS1v15(), algorithm)
    except (InvalidSignature, ValueError):
        return False
    except UnsupportedAlgorithm as error:
        raise refused(
            "the signature algorithm", f"{how.scheme} with {how.digest}", "SHA-256"
        ) from error
    return True


def _without_attributes(
    signature: Signature, credential: Credential, key: Key, how: SignatureScheme, digest: bytes
) -> RefusedError:
    """PKCS #1 v1.5 tells the digest that was signed: then it is the content that differs."""
    if isinstance(key, RSAPublicKey) and how.scheme == "pkcs1":
        try:
            signed = key.recover_data_from_signature(
                signature.value, padding.PKCS1v15(), ALGORITHMS[how.digest]
            )
        except (InvalidSignature, ValueError):
            return _wrong_value(signature, credential, how)
        return _changed(how.digest, digest, signed)
    return _wrong_value(signature, credential, how)


def _changed(name: str, found: bytes, expected: bytes) -> RefusedError:
    return RefusedError(problem("T207", digest=name, found=found.hex(), expected=expected.hex()))


def _wrong_value(
    signature: Signature, credential: Credential, how: SignatureScheme
) -> RefusedError:
    return RefusedError(
        problem(
            "T208",
            signer=signature.identifier,
            scheme=_NAMES[how.scheme],
            digest=how.digest,
            certificate=credential.name,
        )
    )


def _nobody(signatures: Signatures, trusted: Sequence[Credential]) -> RefusedError:
    signers = "; ".join(str(each.identifier) for each in signatures.signers) or "nobody"
    configured = "; ".join(f"{each.name} ({identifier_of(each.certificate)})" for each in trusted)
    return RefusedError(problem("T206", signers=signers, configured=configured or "none"))
