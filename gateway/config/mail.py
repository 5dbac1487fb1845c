"""Settings of a channel by e-mail, attachments in and out: ``channels.<name>.mail``."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from gateway.config.as2values import Inside, MediaType
from gateway.config.closed import Closed, Text
from gateway.config.remote import Ready, RemotePath, Schedule
from gateway.config.secrets import SecretText
from gateway.config.values import (
    Duration,
    MailAddress,
    MailServer,
    NameTemplate,
    Size,
    is_here,
)


class MailServerLogin(Closed):
    """A mail server, and how we log in there."""

    server: MailServer = Field(description="host or host:port")
    security: Literal["tls", "starttls", "none"] = Field(
        default="tls", description="how the connection is protected"
    )
    ca: Inside | None = Field(
        default=None,
        description="file in the partner's folder with the authorities of the server; without it, "
        "those of the operating system",
    )
    user: Text | None = Field(default=None, description="user name at the server")
    password: SecretText | None = Field(
        default=None, description="a reference, never the password: ${env:NAME} or ${file:PATH}"
    )

    @model_validator(mode="after")
    def _protected(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password are given both, or neither of them")
        if self.password is not None and self.security == "none" and not self.local:
            raise ValueError("a password needs a protected connection: security starttls or tls")
        return self

    @property
    def local(self) -> bool:
        """Whether the server is on this machine (by its address)."""
        return is_here(self.server)


class Authentication(Closed):
    """What our own mail server has to have found out about a mail (RFC 8601)."""

    server: Text = Field(
        description="the name with which our mail server begins its Authentication-Results"
    )
    methods: tuple[Literal["dmarc", "dkim", "spf"], ...] = Field(
        default=("dmarc", "dkim"),
        description="one of these has to have passed for the domain of the sender",
        min_length=1,
    )


class MailReceive(Closed):
    """A mailbox that we read; its attachments are the files."""

    imap: MailServerLogin = Field(description="the IMAP server")
    folder: Text = Field(default="INBOX", description="folder of the mailbox")
    senders: tuple[Text, ...] = Field(
        description="addresses whose mails are read, *@example.com for all of a domain; others "
        "are left alone. A sender is no proof: see authentication",
        min_length=1,
    )
    authentication: Authentication | None = Field(
        default=None, description="only mails whose sender our mail server has confirmed"
    )
    match: Text = Field(default="*", description="pattern of the attachments that are taken")
    exclude: tuple[Text, ...] = Field(default=(), description="patterns that are left alone")
    schedule: Schedule = Schedule()
    after: Literal["delete", "move", "leave"] = Field(
        default="leave", description="what becomes of a mail whose attachments are ours"
    )
    move_to: RemotePath | None = Field(
        default=None, description="with after: move, the folder it is moved to"
    )
    max_size: Size = Field(default=50_000_000, gt=0, description="bytes of a mail")
    files: int = Field(default=200, ge=1, le=10_000, description="mails that one look takes")
    silent: Duration | None = Field(
        default=None, description="an alarm when no file has come for so long"
    )

    timeout: Duration = Field(
        default=timedelta(seconds=60), description="how long the server may not answer"
    )

    @property
    def ready(self) -> Ready:
        """A mail is whole when it is there."""
        return Ready(stable_for=timedelta(0), complete=False)

    @property
    def claim(self) -> None:
        """Nobody changes a mail: there is no need to move it away first."""

    @model_validator(mode="after")
    def _moved_somewhere(self) -> Self:
        if (self.after == "move") != (self.move_to is not None):
            raise ValueError("move_to is given with after: move, and only then")
        return self


class MailSend(Closed):
    """Files that leave as attachments."""

    smtp: MailServerLogin = Field(description="the SMTP server")
    sender: MailAddress = Field(description="address the mails come from")
    to: tuple[MailAddress, ...] = Field(description="addresses the mails go to", min_length=1)
    subject: NameTemplate = Field(
        default="{message} {control}", description="the template of the subject"
    )
    name: NameTemplate = Field(
        default="{message}_{control}.{ext}", description="the template of file names"
    )
    content_types: dict[Text, MediaType] = Field(
        default={}, description="content type by syntax (edifact, x12), where it is another one"
    )
    timeout: Duration = Field(
        default=timedelta(seconds=60), description="how long the server may not answer"
    )


class Mail(Closed):
    """Attachments of e-mails."""

    receive: MailReceive | None = Field(default=None, description="the mailbox that we read")
    send: MailSend | None = Field(default=None, description="where our mails go")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.receive is None and self.send is None:
            raise ValueError("receive or send is needed")
        return self
