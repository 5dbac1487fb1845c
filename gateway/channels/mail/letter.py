"""The mail that carries a file: the same bytes each time it is written for the same delivery.

The Message-ID follows from the key of the delivery and the bytes of the file, so that a mail that
was sent twice because nobody knew whether it had arrived is recognised.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr
from hashlib import sha256

_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail holds."""

    sender: str
    to: Sequence[str]
    subject: str
    at: datetime
    """When the file was ready; with a time zone."""
    name: str
    content: bytes
    content_type: str
    """``application/EDIFACT``, with parameters where it has some; nothing: by the name."""
    key: str
    """Of the delivery."""

    @property
    def digest(self) -> str:
        """What tells it from every other one."""
        sha = sha256(self.content).hexdigest()
        return sha256(f"{self.key}\n{sha}".encode()).hexdigest()[:_DIGITS]

    @property
    def message_id(self) -> str:
        """``<digest@domain>``."""
        return f"<{self.digest}@{parseaddr(self.sender)[1].rpartition('@')[2]}>"


def written(letter: Letter) -> bytes:
    """The mail (RFC 5322), in lines of ASCII that end in CRLF."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = letter.sender
    mail["To"] = ", ".join(letter.to)
    mail["Subject"] = letter.subject
    mail["Date"] = letter.at
    mail["Message-ID"] = letter.message_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody is on holiday towards a program
    mail.set_content(f"{letter.name}\n")
    _attach(mail, letter)
    mail.set_boundary(f"edi-{letter.digest}")
    return mail.as_bytes()


def _attach(mail: EmailMessage, letter: Letter) -> None:
    whole = letter.content_type or mimetypes.guess_type(letter.name)[0] or ""
    kind, _, parameters = whole.partition(";")
    main, _, sub = kind.strip().partition("/")
    mail.add_attachment(
        letter.content,
        maintype=main or "application",
        subtype=sub or "octet-stream",
        cte="base64",
        filename=letter.name,
    )
    part = list(mail.iter_attachments())[-1]
    for each in parameters.split(";"):
        name, equals, value = each.strip().partition("=")
        if equals:
            part.set_param(name.strip(), value.strip().strip('"'))
