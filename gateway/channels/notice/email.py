"""A notice by e-mail.

What is stored is the mail without its addresses: subject, date, text. From, To and the Message-ID
are added when it leaves, so a mail that waits goes to whom the settings name by then. A mail for
somebody whom a partner's alert names has its To already. The
Message-ID follows from key and text: a mail that leaves twice is recognised.

The session is that of all mails (:mod:`gateway.channels.mail.smtp`): encrypted unless the settings
say ``security: none``. Repeated later: anything but a refusal for good (5xx) of the sender, of
every receiver, or of the text. A wrong password is mended by a person, so it is tried again as
well.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
from collections.abc import Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from pathlib import Path

from gateway.channels.mail.server import SECONDS, MailServer, address, said
from gateway.channels.mail.smtp import PERMANENT, PORTS, connected
from gateway.channels.notice.failure import NoticeRefusedError
from gateway.config.operation import Email
from gateway.config.secrets import resolve
from gateway.telemetry.secrets import mask

LOG = logging.getLogger(__name__)


def send(email: Email, body: bytes, key: str, root: Path) -> None:
    """Hand a stored mail to the server.

    Returns when the server took it for at least one receiver; those it refused are logged.
    Raises :class:`NoticeRefusedError` or another ``OSError``.
    """
    mail = addressed(email, body, key)
    sender = parseaddr(email.sender)[1]
    receivers = [address for _, address in getaddresses([str(mail["To"])])]
    with connected(_server(email, root)) as session:
        try:
            refused = session.send_message(mail, sender, receivers)
        except smtplib.SMTPRecipientsRefused as refusal:
            raise _failure(email, refusal.recipients.values()) from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refusal:
            raise _failure(email, [(refusal.smtp_code, refusal.smtp_error)]) from None
    for receiver, (code, text) in refused.items():
        LOG.warning(
            "%s did not take a notice for %s: %s %s", email.server, receiver, code, said(text)
        )


def addressed(email: Email, body: bytes, key: str) -> EmailMessage:
    """The mail as it leaves."""
    mail = message_from_bytes(body, _class=EmailMessage, policy=policy.SMTP)
    domain = parseaddr(email.sender)[1].rpartition("@")[2]
    digest = hashlib.sha256(key.encode() + b"\n" + body).hexdigest()[:32]
    mail["From"] = email.sender
    if mail["To"] is None:
        mail["To"] = ", ".join(email.to)
    mail["Message-ID"] = f"<{digest}@{domain}>"
    return mail


def _server(email: Email, root: Path) -> MailServer:
    """As plain values. Raises ``SecretError``."""
    password = None if email.password is None else resolve(email.password, root)
    if password is not None:
        mask(password)
    host, port = address(email.server, PORTS[email.security])
    return MailServer(
        host=host,
        port=port,
        security=email.security,
        user=email.user,
        password=password,
        seconds=SECONDS,
    )


def _failure(email: Email, answers: Iterable[tuple[int, bytes | str]]) -> Exception:
    """What refusals mean: for good when every one is."""
    known = list(answers)
    code, text = known[0]
    words = f"{email.server} says: {code} {said(text)}"
    if all(code >= PERMANENT for code, _ in known):
        return NoticeRefusedError(words)
    return ConnectionError(words)
