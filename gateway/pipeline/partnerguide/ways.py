"""How files travel between the partner and us, told by the kind of the channel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.config import Workspace
from gateway.config.as2presets import resolved
from gateway.config.channel import Channel
from gateway.config.ftps import Ftps
from gateway.config.models import Partner
from gateway.config.sftp import Sftp
from gateway.pipeline.partnerguide import words
from gateway.problems import Problem


def way(workspace: Workspace, partner: Partner, name: str) -> dict[str, Any]:
    """One channel; whether it is for tests only."""
    channel = partner.channels[name]
    tests = name in {each.test for each in partner.channels.values()}
    told: dict[str, Any] = {"kind": channel.kind, "tests": tests}
    if channel.as2 is not None:
        told |= dict(_as2(workspace, partner, name))
    elif isinstance(channel.group, Sftp | Ftps):
        told |= dict(_their_server(channel.group))
    elif channel.mailbox is not None:
        told |= {"user": channel.mailbox.user, "host_keys": _host_keys(workspace)}
    return told | dict(_names(channel))


def _as2(workspace: Workspace, partner: Partner, name: str) -> Iterator[tuple[str, Any]]:
    own, written = workspace.own.as2, partner.channels[name].as2
    if written is None:
        return
    settings = resolved(written)
    yield "their_as2_id", settings.id
    if settings.url is not None:
        yield "their_url", settings.url if isinstance(settings.url, str) else words.AGREED
    if own is not None:
        from gateway.pipeline.as2.links import links_for  # noqa: PLC0415 (slow to load)

        link = links_for(workspace).of(partner.partner, name)
        yield "as2_id", link.our_id
        if own.url is not None:
            yield "as2_url", own.url
        yield "our_certificates", [_certificate(each) for each in link.ours]
        yield "your_certificates", [_certificate(each) for each in link.theirs]
    yield "signature", settings.send.sign
    yield "encryption", settings.send.encrypt
    signed = "signed, " if settings.receipt.signed else ""
    yield "receipts", f"{signed}{settings.receipt.mode}"


def _certificate(credential: Any) -> dict[str, str]:
    return {
        "fingerprint": credential.fingerprint,
        "subject": credential.certificate.subject.rfc4514_string(),
        "ends": f"{credential.certificate.not_valid_after_utc:%Y-%m-%d}",
    }


def _their_server(group: Sftp | Ftps) -> Iterator[tuple[str, Any]]:
    yield "server", group.host
    if group.receive is not None:
        yield "from", group.receive.folder
    if group.send is not None:
        yield "to", group.send.folder


def _host_keys(workspace: Workspace) -> list[str]:
    """Fingerprints of our SFTP server; none where it has no key yet."""
    settings = workspace.settings.mailboxes
    if settings is None:
        return []
    from gateway.channels.sftp.host_keys import fingerprint  # noqa: PLC0415 (slow to load)
    from gateway.channels.sftp.server.host_keys import read  # noqa: PLC0415

    return [
        fingerprint(each) for each in read(workspace, settings) if not isinstance(each, Problem)
    ]


def _names(channel: Channel) -> Iterator[tuple[str, str]]:
    receive = (channel.group or channel).receive
    match = getattr(receive, "match", None)
    if match:
        yield "names_in", match if isinstance(match, str) else ", ".join(match)
    if channel.name_template is not None:
        yield "names_out", channel.name_template
