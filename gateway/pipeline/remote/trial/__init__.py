"""A test of a channel, step by step, in words: what works, and what failed at which step.

Where files are sent, a small file with an obvious name is written, renamed, read back and removed;
nothing else is changed at the other side, and nothing is stored here. A message by AS2 is the one
exception: there the test *is* a message (:mod:`gateway.pipeline.as2.ping`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from gateway.channels.remote.step import Step
from gateway.config import Workspace
from gateway.config.channel import Channel
from gateway.pipeline.remote.trial.terms import Terms


def trial(
    workspace: Workspace,
    partner: str,
    name: str,
    *,
    token: str,
    clock: Callable[[], datetime],
    write: bool = True,
) -> Iterator[Step]:
    """Test a channel. ``token`` makes the name of the test file another one each time.

    ``write``: whether a file may be written at the other side. Raises ``KeyError`` where there is
    no such channel.
    """
    channel = workspace.partners[partner].channels[name]
    terms = Terms(workspace, partner, name, channel, token, clock, write)
    for steps in _ways(channel):
        yield from steps(terms)


def _ways(channel: Channel) -> list[Callable[[Terms], Iterator[Step]]]:
    """What is tested of a channel, by its kind."""
    # each loads what it needs when it is used
    if channel.kind == "folder":
        from gateway.pipeline.remote.trial.folder import try_folder  # noqa: PLC0415

        return [try_folder]
    if channel.kind in ("sftp", "ftps", "mail"):
        from gateway.pipeline.remote.trial.server import try_server  # noqa: PLC0415
        from gateway.pipeline.remote.trial.smtp import try_smtp  # noqa: PLC0415

        mail = channel.mail
        both = [try_server] if mail is None or mail.receive is not None else []
        return [*both, *([try_smtp] if mail is not None and mail.send is not None else [])]
    if channel.kind == "as2":
        from gateway.pipeline.remote.trial.as2 import try_as2  # noqa: PLC0415

        return [try_as2]
    if channel.kind == "https":
        from gateway.pipeline.remote.trial.https import try_https  # noqa: PLC0415

        return [try_https]
    from gateway.pipeline.remote.trial.mailbox import try_mailbox  # noqa: PLC0415

    return [try_mailbox]


__all__ = ["trial"]
