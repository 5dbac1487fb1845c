"""Mails as senders' programs write them."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage

ORDER = b"UNA:+.? 'UNB+UNOC:3+4012345000009:14+4098765000003:14+260302:0914+1'UNZ+0+1'"
SENDER = "edi@acme.example"


def mail(
    *files: tuple[str, bytes],
    sender: str = SENDER,
    id_: str | None = "<1@acme.example>",
    text: str | None = "Please find the order attached.\n",
    kind: str = "application/EDIFACT",
    **headers: str,
) -> bytes:
    """A mail with attachments."""
    made = EmailMessage(policy=policy.SMTP)
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made["From"] = sender
    made["To"] = "edi@our.example"
    made["Subject"] = "Order"
    made["Date"] = "Mon, 02 Mar 2026 09:14:00 +0100"
    if id_ is not None:
        made["Message-ID"] = id_
    if text is not None:
        made.set_content(text)
    main, _, sub = kind.partition("/")
    for name, content in files:
        made.add_attachment(content, maintype=main, subtype=sub, filename=name, cte="base64")
    made.set_boundary(f"b-{id_ or 'none'}".replace("<", "").replace(">", "").replace("@", "-"))
    return made.as_bytes()


def raw(text: str) -> bytes:
    """A mail written by hand, with the line ends of mails."""
    return text.replace("\n", "\r\n").encode("utf-8", "surrogateescape")
