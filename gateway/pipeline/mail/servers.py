"""The mail servers of a channel, with secrets and authorities looked up for one connection."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import timedelta

from gateway.channels.mail.server import MailServer, address, reason_of
from gateway.channels.remote.failure import RemoteError
from gateway.config import Workspace
from gateway.config.mail import MailServerLogin
from gateway.config.secrets import SecretError, resolve
from gateway.problems import problem
from gateway.telemetry.secrets import mask


def server_of(
    workspace: Workspace,
    partner: str,
    settings: MailServerLogin,
    ports: Mapping[str, int],
    timeout: timedelta,
) -> MailServer:
    """A server as plain values. Raises ``RemoteError`` (T458) when a secret or file is not there.

    ``ports``: by security, where the settings name none.
    """
    host, port = address(settings.server, ports[settings.security])
    password = None
    if settings.password is not None:
        try:
            password = resolve(settings.password, workspace.base)
        except SecretError as failure:
            raise _unusable("password", str(failure)) from None
        mask(password)
    context = _context(workspace, partner, settings)
    return MailServer(
        host=host,
        port=port,
        security=settings.security,
        user=settings.user,
        password=password,
        context=lambda: context,
        seconds=timeout.total_seconds(),
    )


def _context(workspace: Workspace, partner: str, settings: MailServerLogin) -> ssl.SSLContext:
    if settings.ca is None:
        return ssl.create_default_context()
    path = workspace.partner_folder(partner) / settings.ca
    try:
        return ssl.create_default_context(cadata=path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise _unusable(f"ca: {settings.ca}", reason_of(error)) from None


def _unusable(setting: str, reason: str) -> RemoteError:
    return RemoteError("settings", problem("T458", setting=setting, reason=reason))
