"""A notice by e-mail.

What is stored is the mail without its addresses: subject, date, text. From, To and the Message-ID
are added when it leaves, so a mail that waits goes to whom the settings name by then. The
Message-ID follows from key and text: a mail that leaves twice is recognised.

The connection is encrypted unless the settings say ``security: none``; the certificate of the
server is checked, and a server that offers no STARTTLS gets nothing. Repeated later: anything
but a refusal for good (5xx) of the sender, of every receiver, or of the text. A wrong password is
mended by a person, so it is tried again as well.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

from gateway.channels.notice.failure import NoticeRefusedError
from gateway.config.operation import Email
from gateway.config.secrets import resolve
from gateway.telemetry.secrets import mask

LOG = logging.getLogger(__name__)
SECONDS = 20.0
"""Longest wait for each answer of the server."""
PORTS = {"starttls": 587, "tls": 465, "none": 25}
_PERMANENT = 500


def send(email: Email, body: bytes, key: str, root: Path) -> None:
    """Hand a stored mail to the server.

    Returns when the server took it for at least one receiver; those it refused are logged.
    Raises :class:`NoticeRefusedError` or another ``OSError``.
    """
    mail = addressed(email, body, key)
    sender = parseaddr(email.sender)[1]
    receivers = [parseaddr(each)[1] for each in email.to]
    with _connected(email, root) as server:
        try:
            refused = server.send_message(mail, sender, receivers)
        except smtplib.SMTPRecipientsRefused as refusal:
            raise _failure(email, refusal.recipients.values()) from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refusal:
            raise _failure(email, [(refusal.smtp_code, refusal.smtp_error)]) from None
    for receiver, (code, text) in refused.items():
        LOG.warning(
            "%s did not take a notice for %s: %s", email.server, receiver, _said(code, text)
        )


def addressed(email: Email, body: bytes, key: str) -> EmailMessage:
    """The mail as it leaves."""
    mail = message_from_bytes(body, _class=EmailMessage, policy=policy.SMTP)
    domain = parseaddr(email.sender)[1].rpartition("@")[2]
    digest = hashlib.sha256(key.encode() + b"\n" + body).hexdigest()[:32]
    mail["From"] = email.sender
    mail["To"] = ", ".join(email.to)
    mail["Message-ID"] = f"<{digest}@{domain}>"
    return mail


@contextmanager
def _connected(email: Email, root: Path) -> Iterator[smtplib.SMTP]:
    """A session, encrypted and logged in as the settings say."""
    password = None if email.password is None else resolve(email.password, root)
    if password is not None:
        mask(password)
    host, port = _address(email)
    if email.security == "tls":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    try:
        if email.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if email.user is not None and password is not None:
            server.login(email.user, password)
        yield server
        # the mail is taken by now; how the server says goodbye changes nothing
        with suppress(OSError):
            server.quit()
    finally:
        server.close()


def _address(email: Email) -> tuple[str, int]:
    host, colon, port = email.server.rpartition(":")
    if not colon or not port.isdigit() or email.server.endswith("]"):
        host, port = email.server, str(PORTS[email.security])
    return host.removeprefix("[").removesuffix("]"), int(port)


def _failure(email: Email, answers: Iterable[tuple[int, bytes | str]]) -> Exception:
    """What refusals mean: for good when every one is."""
    known = list(answers)
    text = f"{email.server} says: {_said(*known[0])}"
    if all(code >= _PERMANENT for code, _ in known):
        return NoticeRefusedError(text)
    return ConnectionError(text)


def _said(code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(said.split())[:200]}"
