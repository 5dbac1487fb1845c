"""Whose signatures count: the certificates that are configured, and what an authority vouches for.

The path is checked for signatures on messages: dates, names, signatures, basic constraints, key
usages, path lengths. The extended key usages of a leaf may be any (interoperability demands it);
an extension that is critical and unknown refuses it. (RFC 5280 §6; ``x509.verification`` of
*cryptography* knows the profile of TLS only.)
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import MD5, SHA1
from cryptography.x509.oid import ExtensionOID, NameOID

from gateway.channels.as2.certificates.load import UNREADABLE
from gateway.channels.as2.certificates.revocation import revocation
from gateway.channels.as2.credentials import Credential
from gateway.channels.as2.link import Link
from gateway.problems import Problem, problem

DEPTH = 5
"""Certificates of a path, without the authority's own."""
CONSIDERED = 10
"""Certificates of a message that are looked at: each may have signed each, and proofs cost time."""
MOST_TOLD = 150
"""Characters of a name in a sentence."""
_UNDERSTOOD = frozenset({ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE})
_TOLERATED = _UNDERSTOOD | {
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.CERTIFICATE_POLICIES,
}
"""Of a leaf, although they are critical."""

E = TypeVar("E", bound=x509.ExtensionType)


class _NoPathError(Exception):
    """Why a certificate is not vouched for."""


def trusted_signers(
    link: Link, embedded: Callable[[], Sequence[x509.Certificate]], at: datetime
) -> tuple[list[Credential], list[Problem]]:
    """Certificates that may have signed what came, and why embedded ones may not have.

    Those configured are all among them: :func:`gateway.channels.as2.cms.signed.verify` judges what
    they are for and when they count, and names the one that does not. ``embedded`` gives those that
    the message brings along; without trust in authorities they mean nothing and are not read.
    """
    found = list(link.theirs)
    if link.trust != "ca":
        return found, []
    pinned = {each.certificate for each in link.theirs}
    refused: list[Problem] = []
    given = [each for each in embedded()[:CONSIDERED] if _readable(each)]
    for certificate in (each for each in given if each not in pinned and not _is_authority(each)):
        why = vouched_for(certificate, given, link, at)
        if why is None:
            name = f"{told(certificate.subject)} (issued by an authority)"
            found.append(Credential(certificate, name, frozenset({"sign"})))
        else:
            refused.append(why)
    return found, refused


def vouched_for(
    certificate: x509.Certificate, others: Sequence[x509.Certificate], link: Link, at: datetime
) -> Problem | None:
    """Why a certificate does not count as the partner's by trust in authorities, or ``None``."""
    subject = told(certificate.subject)
    try:
        if not _names(certificate) & set(link.subjects):
            raise _NoPathError(f"its subject is none of: {', '.join(link.subjects)}")
        _may_sign(certificate)
        anchors = [each.certificate for each in link.authorities]
        path = _path(certificate, others, anchors, at)
    except _NoPathError as reason:
        return problem("C471", subject=subject, reason=str(reason))
    except UNREADABLE:
        return problem("C471", subject=subject, reason="its signature or names cannot be read")
    if not link.revocations:
        return None
    pairs = itertools.pairwise(path)
    checks = (revocation(each, issuer, link.revocations, at) for each, issuer in pairs)
    return next((found for found in checks if found is not None), None)


def _readable(certificate: x509.Certificate) -> bool:
    """Whether all that is looked at can be: a broken certificate counts as not there."""
    try:
        certificate.public_key()
        parts = (certificate.subject, certificate.issuer, certificate.extensions)
    except UNREADABLE:
        return False
    return None not in parts


def told(name: x509.Name) -> str:
    """A name out of a message, fit for a sentence."""
    text = name.rfc4514_string()
    return ascii(text[:MOST_TOLD]).strip("'") or "(empty)"


def _path(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
) -> list[x509.Certificate]:
    """From the certificate to an authority; raises ``_NoPathError``."""
    _valid(certificate, at, _TOLERATED)
    _well_issued(certificate)
    path = [certificate]
    while len(path) <= DEPTH:
        last = path[-1]
        if last in anchors and len(path) > 1:
            return path
        issuer = _issuer(last, (*anchors, *others), below=len(path) - 1)
        if issuer is None:
            raise _NoPathError(f"nobody trusted issued {told(last.subject)}")
        if issuer in path:
            raise _NoPathError("its path leads in a circle")
        _valid(issuer, at, _UNDERSTOOD)
        if issuer not in anchors:  # how an authority signed itself proves nothing anyway
            _well_issued(issuer)
        path.append(issuer)
    raise _NoPathError(f"its path is longer than {DEPTH} certificates")


def _issuer(
    certificate: x509.Certificate, known: Iterable[x509.Certificate], below: int
) -> x509.Certificate | None:
    """Who issued a certificate. ``below``: authorities of the path that are below that one."""
    for each in known:
        if each.subject != certificate.issuer or not _is_authority(each, below):
            continue
        try:
            certificate.verify_directly_issued_by(each)
        except (*UNREADABLE, InvalidSignature):
            continue
        return each
    return None


def _is_authority(certificate: x509.Certificate, below: int = 0) -> bool:
    """Whether it may issue certificates, with so many authorities below it."""
    constraints = _extension(certificate, x509.BasicConstraints)
    if constraints is None or not constraints.ca:
        return False
    if constraints.path_length is not None and constraints.path_length < below:
        return False
    usage = _extension(certificate, x509.KeyUsage)
    return usage is None or usage.key_cert_sign


def _valid(certificate: x509.Certificate, at: datetime, understood: frozenset[object]) -> None:
    name = told(certificate.subject)
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        from_, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        raise _NoPathError(f"{name} is valid from {from_:%Y-%m-%d} to {until:%Y-%m-%d} only")
    for extension in certificate.extensions:
        if extension.critical and extension.oid not in understood:
            raise _NoPathError(f"{name} has a critical extension {extension.oid.dotted_string}")


def _well_issued(certificate: x509.Certificate) -> None:
    """With a digest for which nobody can make two certificates of one signature."""
    if isinstance(certificate.signature_hash_algorithm, MD5 | SHA1):
        raise _NoPathError(f"{told(certificate.subject)} was issued with an outdated digest")


def _may_sign(certificate: x509.Certificate) -> None:
    usage = _extension(certificate, x509.KeyUsage)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise _NoPathError("its key usage does not allow signatures")


def _names(certificate: x509.Certificate) -> set[str]:
    """Everything that ``subjects`` may name it by.

    What has a ``=`` in ``subjects`` is a whole subject: no common name may pass for one.
    """
    subject = certificate.subject
    found: set[str] = set()
    for oid in (NameOID.COMMON_NAME, NameOID.EMAIL_ADDRESS):
        found |= {str(each.value) for each in subject.get_attributes_for_oid(oid)}
    names = _extension(certificate, x509.SubjectAlternativeName)
    found |= set(names.get_values_for_type(x509.RFC822Name) if names is not None else ())
    return {each for each in found if "=" not in each} | {subject.rfc4514_string()}


def _extension(certificate: x509.Certificate, kind: type[E]) -> E | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
