"""Connecting, by the kind of channel: one module for each protocol, loaded when it is used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from gateway.channels.remote.directory import RemoteDir, Told, untold
from gateway.config import Workspace
from gateway.config.models import Channel

Opener = Callable[[Workspace, str, str, Channel, Told], Awaitable[RemoteDir]]
"""Workspace, partner, name of the channel, channel, who hears of the steps → logged in.

Raises :class:`~gateway.channels.remote.failure.RemoteError`.
"""


async def connect(
    workspace: Workspace, partner: str, name: str, channel: Channel, told: Told = untold
) -> RemoteDir:
    """A new connection to the server of a channel. Raises ``RemoteError``."""
    return await OPENERS[channel.kind](workspace, partner, name, channel, told)


async def _sftp(
    workspace: Workspace, partner: str, name: str, channel: Channel, told: Told
) -> RemoteDir:
    from gateway.pipeline.remote.kinds import sftp  # noqa: PLC0415 (slow to load)

    return await sftp.connect(workspace, partner, name, channel, told)


async def _ftps(
    workspace: Workspace, partner: str, name: str, channel: Channel, told: Told
) -> RemoteDir:
    from gateway.pipeline.remote.kinds import ftps  # noqa: PLC0415 (slow to load)

    return await ftps.connect(workspace, partner, name, channel, told)


async def _mail(
    workspace: Workspace, partner: str, name: str, channel: Channel, told: Told
) -> RemoteDir:
    from gateway.pipeline.remote.kinds import mail  # noqa: PLC0415 (slow to load)

    return await mail.connect(workspace, partner, name, channel, told)


OPENERS: dict[str, Opener] = {"sftp": _sftp, "ftps": _ftps, "mail": _mail}
