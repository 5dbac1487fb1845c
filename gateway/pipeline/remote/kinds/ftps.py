"""FTPS: the settings of a channel, their secrets and certificates looked up, then connected."""

from __future__ import annotations

from gateway.channels.ftps.connect import connect as to_server
from gateway.channels.ftps.server import EXPLICIT, IMPLICIT, Server
from gateway.channels.remote.directory import RemoteDir, Told
from gateway.channels.remote.failure import RemoteError
from gateway.channels.tls import Tls
from gateway.config import Workspace
from gateway.config.ftps import Ftps
from gateway.config.models import Channel
from gateway.config.secrets import SecretError, resolve
from gateway.pipeline.as2 import credentials
from gateway.problems import Problem, problem


async def connect(
    workspace: Workspace, partner: str, name: str, channel: Channel, told: Told
) -> RemoteDir:
    """Logged in at the server of a channel. Raises ``RemoteError``."""
    assert channel.ftps is not None, name
    server = server_of(workspace, partner, channel.ftps)
    told("settings", "password and certificates are there")
    return await to_server(server, told)


def server_of(workspace: Workspace, partner: str, settings: Ftps) -> Server:
    """The server as plain values. Raises ``RemoteError`` where something of it is not there."""
    try:
        password = resolve(settings.password, workspace.base)
    except SecretError as failure:
        raise _unusable(settings, str(failure)) from None
    loaded = credentials.tls(workspace, partner, settings)
    if isinstance(loaded.client, Problem):
        raise _unusable(settings, loaded.client.sentence)
    if isinstance(loaded.authorities, Problem):
        raise _unusable(settings, loaded.authorities.sentence)
    implicit = settings.tls == "implicit"
    return Server(
        host=settings.host,
        port=settings.port or (IMPLICIT if implicit else EXPLICIT),
        user=settings.user,
        password=password,
        implicit=implicit,
        tls=Tls(
            minimum=settings.tls_min,
            authorities=loaded.authorities,
            pins=frozenset(settings.pins),
            ours=loaded.client,
        ),
        connect=settings.connect_timeout.total_seconds(),
        timeout=settings.timeout.total_seconds(),
    )


def _unusable(settings: Ftps, reason: str) -> RemoteError:
    return RemoteError("settings", problem("T430", host=settings.host, reason=reason))
