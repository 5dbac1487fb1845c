"""E-mail: the settings of a channel as a connection to its mailbox."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from gateway.channels.mail.directory import MailDir
from gateway.channels.mail.imap import PORTS, Imap
from gateway.channels.mail.mails import Rules
from gateway.channels.remote import ready
from gateway.channels.remote.directory import RemoteDir, Told, untold
from gateway.config import Workspace
from gateway.config.mail import MailReceive
from gateway.config.models import Channel
from gateway.pipeline.mail.servers import server_of


async def connect(
    workspace: Workspace, partner: str, name: str, channel: Channel, told: Told = untold
) -> RemoteDir:
    """Log in to the mailbox of a channel. Raises ``RemoteError``."""
    receive = None if channel.mail is None else channel.mail.receive
    if receive is None:
        raise ValueError(f"the channel {name} of {partner} reads no mailbox")
    thread = ThreadPoolExecutor(1, thread_name_prefix=f"imap {partner}/{name}")
    opened: list[Imap] = []

    def open_() -> None:
        server = server_of(workspace, partner, receive.imap, PORTS, receive.timeout)
        opened.append(Imap.open(server, told))

    try:
        await asyncio.wrap_future(thread.submit(open_))
    except BaseException:
        # when it is cancelled it goes on until its own timeouts; nobody uses what it opens then
        thread.submit(_close, opened)
        thread.shutdown(wait=False)
        raise
    return MailDir(opened[0], rules_of(receive), thread)


def rules_of(receive: MailReceive) -> Rules:
    """Which mails are taken."""
    vouching = receive.authentication
    patterns = ready.Rules.of(receive, receive.max_size)
    return Rules(
        senders=receive.senders,
        vouching=None if vouching is None else vouching.server,
        methods=() if vouching is None else vouching.methods,
        wanted=partial(_wanted, patterns),
        max_size=receive.max_size,
        files=receive.files,
    )


def _wanted(rules: ready.Rules, name: str) -> bool:
    """As the files of every server are judged."""
    left = any(pattern.match(name) for _, pattern in rules.exclude)
    return rules.match.match(name) is not None and not left


def _close(opened: list[Imap]) -> None:
    for each in opened:
        each.close()
