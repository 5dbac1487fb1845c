"""A channel: how bytes travel between a partner and us (``channels.<name>`` in ``partner.yaml``).

A channel of the kind ``folder`` has ``receive`` and ``send`` itself; every other kind has a group
of its own name, which holds them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from gateway.config.as2 import As2
from gateway.config.closed import Closed, Name
from gateway.config.folder import FolderReceive, MarkerName
from gateway.config.ftps import Ftps
from gateway.config.mail import Mail, MailReceive
from gateway.config.mailbox import Mailbox
from gateway.config.remote import RemoteReceive
from gateway.config.sftp import Sftp
from gateway.config.upload import Https
from gateway.config.values import Duration, Folder, NameTemplate

Kind = Literal["folder", "as2", "sftp", "mailbox", "ftps", "https", "mail"]
Group = As2 | Sftp | Mailbox | Ftps | Https | Mail
FOLDER = "folder"
GROUPS = tuple(kind for kind in get_args(Kind) if kind != FOLDER)


class Receive(FolderReceive):
    """A folder that is read."""

    folder: Folder = Field(description="the folder that files are taken from")
    silent: Duration | None = Field(
        default=None, description="an alarm when no file has come for so long"
    )


class Send(Closed):
    """A folder that is written to."""

    folder: Folder = Field(description="the folder that files are put into")
    name: NameTemplate = Field(
        default="{message}_{control}.{ext}", description="the template of file names"
    )
    done: MarkerName | None = Field(
        default=None, description="an empty file put beside it afterwards, like {name}.done"
    )


class Channel(Closed):
    """How bytes travel between a partner and us."""

    kind: Kind = Field(description="folder, as2, sftp, mailbox, ftps, https or mail")
    receive: Receive | None = Field(default=None, description="where the partner's files arrive")
    send: Send | None = Field(default=None, description="where files for the partner go")
    test: Name | None = Field(
        default=None,
        description="another channel of the partner, used instead of this one by agreements in "
        "test: his test system, with an address, ids and keys of its own",
    )
    as2: As2 | None = Field(default=None, description="ids, address, certificates, receipts")
    sftp: Sftp | None = Field(default=None, description="the partner's SFTP server")
    mailbox: Mailbox | None = Field(default=None, description="his place on our SFTP server")
    ftps: Ftps | None = Field(default=None, description="the partner's server, FTP over TLS")
    https: Https | None = Field(default=None, description="files posted to an address")
    mail: Mail | None = Field(default=None, description="attachments of e-mails")

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        given = [each for each in GROUPS if getattr(self, each) is not None]
        if self.kind == FOLDER and given:
            raise ValueError(f"a channel with the group {given[0]} is of the kind {given[0]}")
        if self.kind != FOLDER and (given != [self.kind] or self.receive or self.send):
            raise ValueError(
                f"a channel of the kind {self.kind} has the group {self.kind}, no other one, and "
                "no receive and no send beside it"
            )
        return self

    @property
    def group(self) -> Group | None:
        """The settings of its kind; ``None`` for a folder."""
        return None if self.kind == FOLDER else getattr(self, self.kind)

    @property
    def away(self) -> RemoteReceive | MailReceive | None:
        """What we fetch from somebody else's server; ``None`` where nothing is fetched."""
        group = self.group
        return group.receive if isinstance(group, Sftp | Ftps | Mail) else None

    @property
    def receives(self) -> bool:
        """Whether the partner's messages come this way."""
        return self.kind == "as2" or (self.group or self).receive is not None

    @property
    def silent(self) -> timedelta | None:
        """How long no file may come before that is an alarm."""
        receive = (self.group or self).receive
        return None if receive is None else receive.silent

    @property
    def sends(self) -> bool:
        """Whether messages for the partner go this way."""
        if self.as2 is not None:
            return self.as2.url is not None
        return (self.group or self).send is not None

    @property
    def name_template(self) -> str | None:
        """The template of the names of files that go this way; ``None`` where none goes."""
        send = (self.group or self).send
        return send.name if self.sends and send is not None else None
