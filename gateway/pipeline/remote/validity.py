"""How long certificates are valid: those of TLS, and those of AS2 that have no successor yet.

That a certificate of AS2 has expired (C463), or that none counts at all (C464-C467), is said in
:mod:`gateway.channels.as2.certificates.examine`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from gateway.channels.as2.credentials import Credential
from gateway.problems import Problem, problem

SOON = timedelta(days=30)
"""What it takes to get a certificate from a partner, and to have it in place on both sides."""


def of_connection(found: Iterable[Credential], owner: str, at: datetime) -> Iterator[Problem]:
    """Of the certificates in one file for TLS: C233, C234, C235. ``at``: now."""
    for each in found:
        start = each.certificate.not_valid_before_utc
        end = each.certificate.not_valid_after_utc
        if at > end:
            yield problem("C234", name=each.name, owner=owner, day=f"{end:%Y-%m-%d}")
        elif at < start:
            yield problem("C235", name=each.name, owner=owner, day=f"{start:%Y-%m-%d}")
        elif end - at < SOON:
            yield _soon(each, owner, at)


def without_successor(found: Iterable[Credential], owner: str, at: datetime) -> Iterator[Problem]:
    """C233 for certificates of AS2 that end soon, unless another one takes their place."""
    all_of_them = list(found)
    for each in all_of_them:
        end = each.certificate.not_valid_after_utc
        if not at <= end < at + SOON:
            continue
        others = (other for other in all_of_them if other.use & each.use)
        if not any(other.certificate.not_valid_after_utc >= at + SOON for other in others):
            yield _soon(each, owner, at)


def _soon(each: Credential, owner: str, at: datetime) -> Problem:
    end = each.certificate.not_valid_after_utc
    days = max(0, (end - at).days)
    return problem("C233", name=each.name, owner=owner, day=f"{end:%Y-%m-%d}", days=days)
