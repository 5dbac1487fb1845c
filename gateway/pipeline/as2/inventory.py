"""All certificates of both sides with their standing: for the list, the alarms and the metric."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.channels.as2.certificates.windows import (
    encrypt_to,
    in_force_from,
    sign_with,
    standing,
)
from gateway.channels.as2.credentials import Credential, Use
from gateway.channels.as2.link import Link
from gateway.channels.as2.refusal import RefusedError
from gateway.config import Workspace
from gateway.pipeline.as2.links import Links
from gateway.pipeline.remote import certificates as connections
from gateway.problems import Problem

State = Literal["in force", "accepted", "planned", "over", "expired"]
"""``in force``: we sign with it or encrypt to it; ``accepted``: it counts, another is newer."""
US = ""
"""The owner of our certificates."""


@dataclass(frozen=True, slots=True)
class Held:
    """One certificate of a partner or of ours."""

    owner: str
    """The partner, or :data:`US`."""
    channel: str
    """Of the partner; nothing for ours, but of those for TLS ``partner/channel``."""
    credential: Credential
    state: State
    ends: datetime
    """When it stops to count: it expires, or the settings end it earlier."""
    succeeded: bool
    """Another one of the same owner takes over all of its uses before it ends, or has by now."""

    @property
    def use(self) -> str:
        """What it is for, in words."""
        return ", ".join(sorted(self.credential.use)) or "authority"

    def days(self, at: datetime) -> int:
        """Whole days until it ends; negative after that."""
        return (self.ends - at).days


def inventory(links: Links, at: datetime) -> list[Held]:
    """Ours first, then those of the partners, each once per channel."""
    every = list(links.all())
    ours = links.ours()
    chosen = {each.fingerprint for link in every for each in _chosen_of_ours(link, at)}
    found = [_held(US, "", each, ours, chosen, at) for each in ours]
    for link in every:
        theirs = {each.fingerprint for each in _chosen_of_theirs(link, at)}
        found += [
            _held(link.partner, link.channel, each, link.theirs, theirs, at) for each in link.theirs
        ]
        found += _others(links, link, at)
    return [*found, *_of_connections(links.workspace, at)]


def _others(links: Links, link: Link, at: datetime) -> Iterator[Held]:
    """The authorities that are trusted for a partner, and what we show his server."""
    for each in link.authorities:
        yield _held(link.partner, link.channel, each, (), {each.fingerprint}, at)
    with suppress(RefusedError):
        client = links.client(link)
        if client is not None:
            where = f"{link.partner}/{link.channel}"
            yield _held(US, where, client, (), {client.fingerprint}, at)


def _of_connections(workspace: Workspace, at: datetime) -> Iterator[Held]:
    """Those of TLS in channels that are not by AS2."""
    for each in connections.named(workspace):
        read = connections.read(workspace, each)
        for one in [] if isinstance(read, Problem) else read:
            owner, channel = each.partner, each.channel
            if each.client is not None:
                owner, channel = US, f"{each.partner}/{each.channel}"
            yield _held(owner, channel, one, (), {one.fingerprint}, at)


def ends(credential: Credential) -> datetime:
    """When a certificate stops to count."""
    expires = credential.certificate.not_valid_after_utc
    longer = credential.expired_until
    end = expires if longer is None else max(expires, longer)
    return end if credential.accept_until is None else min(end, credential.accept_until)


def _held(
    owner: str,
    channel: str,
    credential: Credential,
    known: tuple[Credential, ...],
    chosen: set[str],
    at: datetime,
) -> Held:
    return Held(
        owner,
        channel,
        credential,
        _state(credential, chosen, at),
        ends(credential),
        _succeeded(credential, known, at),
    )


def _state(credential: Credential, chosen: set[str], at: datetime) -> State:
    if credential.fingerprint in chosen and at < ends(credential):
        return "in force"
    if not credential.use:
        return "expired"
    ways = {standing(credential, use, at) for use in credential.use}
    if "counts" in ways:
        return "planned" if in_force_from(credential) > at else "accepted"
    if "not-yet" in ways:
        return "planned"
    return "expired" if "expired" in ways else "over"


def _succeeded(credential: Credential, known: tuple[Credential, ...], at: datetime) -> bool:
    if not known:
        return False
    end = max(ends(credential), at)
    uses: set[Use] = set()
    for each in known:
        starts = max(in_force_from(each), each.certificate.not_valid_before_utc)
        if each.fingerprint != credential.fingerprint and starts <= end < ends(each):
            uses |= each.use
    return credential.use <= uses


def _chosen_of_ours(link: Link, at: datetime) -> Iterator[Credential]:
    with suppress(RefusedError):
        yield sign_with(link, at)


def _chosen_of_theirs(link: Link, at: datetime) -> Iterator[Credential]:
    with suppress(RefusedError):
        yield encrypt_to(link, at)
