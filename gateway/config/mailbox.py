"""Settings of a channel where the partner comes to our SFTP server: ``channels.<name>.mailbox``.

The server itself is ``mailboxes`` in ``gateway.yaml``.
"""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.config.as2values import Inside, Since, Until
from gateway.config.closed import Closed, Text
from gateway.config.secrets import SecretText
from gateway.config.values import Duration, Folder, NameTemplate, Size

_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def _user(value: str) -> str:
    if not _USER.fullmatch(value):
        raise ValueError("a user name has letters, digits, dots, hyphens, underscores; at most 64")
    return value


def _network(value: str) -> str:
    try:
        return str(ip_network(value, strict=False))
    except ValueError:
        raise ValueError("an address or a network, like 192.0.2.7 or 192.0.2.0/24") from None


User = Annotated[str, AfterValidator(_user)]
Network = Annotated[str, AfterValidator(_network)]


class MailboxKey(Closed):
    """A public key with which the partner logs in, and when it counts."""

    file: Inside = Field(description="file in the partner's folder: an OpenSSH or SSH2 public key")
    accept_from: Since | None = Field(default=None, description="it counts from then on")
    accept_until: Until | None = Field(default=None, description="and up to then")


class MailboxSend(Closed):
    """``out/``: what the partner fetches."""

    name: NameTemplate = Field(
        default="{message}_{control}.{ext}", description="the template of file names"
    )
    after: Literal["archive", "keep", "delete"] = Field(
        default="archive", description="what becomes of a file that was read to its end"
    )
    within: Duration | None = Field(
        default=None, description="an alarm when a file has not been fetched for so long"
    )


class MailboxReceive(Closed):
    """``in/``: what the partner puts there."""

    complete: Literal["close", "rename"] = Field(
        default="close",
        description="a file is whole when it is closed, or only when it is renamed after that",
    )
    match: Text = Field(default="*", description="pattern of the file names that are taken")
    silent: Duration | None = Field(
        default=None, description="an alarm when no file has come for so long"
    )


class Mailbox(Closed):
    """The partner's place on our SFTP server."""

    user: User = Field(description="the partner's user name")
    keys: tuple[MailboxKey, ...] = Field(default=(), description="his public keys")
    passwords: tuple[SecretText, ...] = Field(
        default=(),
        description="references to Argon2 hashes (gateway channel password makes one), old and "
        "new ones beside each other",
    )
    both: bool = Field(default=False, description="a key and a password are both needed")
    addresses: tuple[Network, ...] = Field(
        default=(), description="addresses or networks he may come from; without one, any"
    )
    receive: MailboxReceive = MailboxReceive()
    send: MailboxSend = MailboxSend()
    quota: Size = Field(default=5_000_000_000, gt=0, description="bytes he may have with us")
    quota_files: int = Field(default=10_000, ge=1, description="files he may have with us")
    max_size: Size = Field(default=256_000_000, gt=0, description="bytes of a file")
    sessions: int = Field(default=8, ge=1, le=1000, description="sessions at the same time")
    rate: int = Field(
        default=6000, ge=1, le=1_000_000, description="requests that change something, a minute"
    )

    @model_validator(mode="after")
    def _some_way(self) -> Self:
        if not (self.keys or self.passwords):
            raise ValueError("keys or passwords are needed, or nobody can log in")
        if self.both and not (self.keys and self.passwords):
            raise ValueError("both needs keys and passwords")
        return self


class Mailboxes(Closed):
    """Our SFTP server, with a mailbox for each partner who has a channel of that kind."""

    listen: str = Field(description="address and port, like 0.0.0.0:2222", pattern=r"^.+:\d+$")
    host_keys: tuple[SecretText, ...] = Field(
        description="references to our host keys, new and old ones; gateway channel hostkey new "
        "makes one",
        min_length=1,
    )
    folder: Folder = Field(default="var/mailboxes", description="folder of what lies in mailboxes")
    connections: int = Field(
        default=256, ge=1, le=10_000, description="connections at the same time"
    )
    per_address: int = Field(
        default=32, ge=1, le=10_000, description="of them, those of one address"
    )
    login_timeout: Duration = Field(
        default=timedelta(seconds=30), description="how long logging in may take"
    )
    idle: Duration = Field(
        default=timedelta(minutes=15), description="how long a session may do nothing"
    )
    failures: int = Field(
        default=6, ge=1, le=100, description="failed logins of an address or user until it waits"
    )
    lockout: Duration = Field(
        default=timedelta(minutes=5), description="how long it has to wait then"
    )
    partial: Duration = Field(
        default=timedelta(days=3), description="how long an upload that was cut off is kept"
    )
    archive: Duration = Field(
        default=timedelta(days=30), description="how long archive/ shows what was fetched"
    )
    log: Duration = Field(
        default=timedelta(days=90), description="how long it is kept what partners did"
    )
    legacy: tuple[Text, ...] = Field(
        default=(), description="outdated algorithms that are allowed, by their names"
    )
