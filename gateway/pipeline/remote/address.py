"""Where a channel leads, in a few words, and as a mark by which another place is recognised."""

from __future__ import annotations

from hashlib import sha256

from gateway.config.as2 import As2
from gateway.config.channel import FOLDER, Channel
from gateway.config.ftps import Ftps
from gateway.config.mail import Mail
from gateway.config.mailbox import Mailbox
from gateway.config.sftp import Sftp
from gateway.config.upload import Https

_PORTS = {"explicit": 21, "implicit": 990}


def address_of(channel: Channel) -> str:
    """``sftp.example.com:22``; a secret address is shown as its reference."""
    group = channel.group
    if channel.kind == FOLDER or group is None:
        folders = [each.folder for each in (channel.receive, channel.send) if each is not None]
        return ", ".join(dict.fromkeys(folders))
    if isinstance(group, Sftp):
        return f"{group.host}:{group.port}"
    if isinstance(group, Ftps):
        return f"{group.host}:{group.port or _PORTS[group.tls]}"
    if isinstance(group, Mailbox):
        return f"user {group.user} on our server"
    return _written(group)


def _written(group: As2 | Https | Mail) -> str:
    if isinstance(group, As2):
        return str(group.url or "")
    if isinstance(group, Https):
        return "our web port" if group.send is None else str(group.send.url)
    receive = [] if group.receive is None else [group.receive.imap.server]
    return ", ".join([*receive, *(() if group.send is None else group.send.to)])


def place_mark(channel: Channel) -> str:
    """The same for the same account, folder and way of writing there; six signs."""
    group = channel.group
    assert isinstance(group, Sftp | Ftps)
    assert group.send is not None
    user = group.login.user if isinstance(group, Sftp) else group.user
    directly = "directly" if group.send.temporary == "none" else ""
    text = "\n".join((channel.kind, address_of(channel), user, group.send.folder, directly))
    return sha256(text.encode()).hexdigest()[:6]
