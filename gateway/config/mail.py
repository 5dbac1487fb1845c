"""Settings of a channel by e-mail, attachments in and out: ``channels.<name>.mail``."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from gateway.config.operation import Closed, Text
from gateway.config.remote import Ready, RemotePath, Schedule
from gateway.config.secrets import SecretText
from gateway.config.values import Duration, MailAddress, MailServer, NameTemplate, Size


class MailServerLogin(Closed):
    """A mail server, and how we log in there."""

    server: MailServer = Field(description="host or host:port")
    security: Literal["tls", "starttls", "none"] = Field(
        default="tls", description="how the connection is protected"
    )
    user: Text | None = Field(default=None, description="user name at the server")
    password: SecretText | None = Field(
        default=None, description="a reference, never the password: ${env:NAME} or ${file:PATH}"
    )

    @model_validator(mode="after")
    def _protected(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password are given both, or neither of them")
        return self


class MailReceive(Closed):
    """A mailbox that we read; its attachments are the files."""

    imap: MailServerLogin = Field(description="the IMAP server")
    folder: Text = Field(default="INBOX", description="folder of the mailbox")
    senders: tuple[Text, ...] = Field(
        description="addresses whose mails are read, *@example.com for all of a domain; others "
        "are left alone",
        min_length=1,
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

    @property
    def ready(self) -> Ready:
        """A mail is whole when it is there."""
        return Ready(stable_for=timedelta(0), complete=False)

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


class Mail(Closed):
    """Attachments of e-mails."""

    receive: MailReceive | None = Field(default=None, description="the mailbox that we read")
    send: MailSend | None = Field(default=None, description="where our mails go")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.receive is None and self.send is None:
            raise ValueError("receive or send is needed")
        return self
