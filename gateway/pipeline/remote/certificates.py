"""Certificates of TLS in channels by FTPS, HTTPS and e-mail: ours, and authorities of partners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.channels.as2.credentials import Credential
from gateway.channels.as2.refusal import RefusedError
from gateway.config import Workspace
from gateway.config.as2own import KeySource
from gateway.config.models import Channel
from gateway.pipeline.as2 import credentials
from gateway.problems import Problem


@dataclass(frozen=True, slots=True)
class Named:
    """What a channel's settings name."""

    partner: str
    channel: str
    client: KeySource | None = None
    """Ours."""
    authority: str | None = None
    """A file in the partner's folder."""


def named(workspace: Workspace) -> list[Named]:
    """Of all channels; reads nothing."""
    return [
        found
        for partner in workspace.partners.values()
        for name, channel in partner.channels.items()
        for found in _named(partner.partner, name, channel)
    ]


def read(workspace: Workspace, each: Named) -> list[Credential] | Problem:
    """The certificates themselves, or why they cannot be read."""
    try:
        if each.client is not None:
            certificate, _, _ = credentials.own(workspace, each.client)
            return [Credential(certificate, each.client.shown, frozenset({"tls"}))]
        written = each.authority or ""
        found = credentials.certificates(workspace, each.partner, written)
        return [Credential(one, written, frozenset()) for one in found]
    except RefusedError as refused:
        return refused.problem


def _named(partner: str, name: str, channel: Channel) -> Iterator[Named]:
    clients: list[KeySource | None] = []
    authorities: list[str | None] = []
    if channel.ftps is not None:
        clients, authorities = [channel.ftps.client], [channel.ftps.ca]
    if channel.https is not None and channel.https.send is not None:
        http = channel.https.send.http
        clients, authorities = [http.client], [http.ca]
    if channel.mail is not None:
        receive, send = channel.mail.receive, channel.mail.send
        authorities = [
            None if receive is None else receive.imap.ca,
            None if send is None else send.smtp.ca,
        ]
    for client in clients:
        if client is not None:
            yield Named(partner, name, client=client)
    for authority in dict.fromkeys(authorities):
        if authority is not None:
            yield Named(partner, name, authority=authority)
