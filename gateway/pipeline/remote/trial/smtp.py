"""The test of a mail server that mails are handed to: everything but the mail itself."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.utils import parseaddr

from gateway.channels.mail import smtp
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.step import Step
from gateway.pipeline.mail.servers import server_of
from gateway.pipeline.remote.trial.terms import Terms, failed, step_of
from gateway.problems import Problem, problem


def try_smtp(terms: Terms) -> Iterator[Step]:
    """Log in, and ask whether it would take a mail for all receivers; none is sent."""
    mail = terms.channel.mail
    assert mail is not None
    assert mail.send is not None
    send, told = mail.send, list[Step]()
    try:
        server = server_of(terms.workspace, terms.partner, send.smtp, smtp.PORTS, send.timeout)
        yield Step("settings", f"mails to {', '.join(send.to)} by {send.smtp.server}")
        with smtp.connected(server, lambda step, text: told.append(Step(step, text))) as session:
            sender, receivers = parseaddr(send.sender)[1], [parseaddr(to)[1] for to in send.to]
            found = _refused(session, server.host, terms.partner, sender, receivers)
    except RemoteError as failure:
        yield from told
        yield failed(step_of(failure, [each.name for each in told], "tls"), failure.problem)
        return
    yield from told
    if found is None:
        yield Step("write", f"a mail for {', '.join(receivers)} would be taken; none was sent")
    else:
        yield failed("write", found)


def _refused(
    session: smtplib.SMTP, host: str, partner: str, sender: str, receivers: list[str]
) -> Problem | None:
    try:
        return smtp.ready_for(session, host, partner, sender, receivers)
    except OSError as failure:
        return problem("T362", address=host, reason=failure.strerror or failure)
