"""The settings of a channel by SFTP as a connection: references resolved, files read.

Secrets are resolved here, for this one connection, and are not kept; from then on they are masked
wherever they turn up.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gateway.channels.remote.directory import RemoteDir, Told, untold
from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp import client
from gateway.channels.sftp.endpoint import Key, Login, Pins, Prompt, Server
from gateway.config import Workspace
from gateway.config.models import Channel
from gateway.config.secrets import Secret, SecretError, resolve
from gateway.config.sftp import Sftp, SshKey, SshLogin, SshServer
from gateway.problems import Problem, problem
from gateway.telemetry.secrets import mask

MOST_BYTES = 1_000_000
"""Of a file with host keys or a certificate."""


async def connect(
    workspace: Workspace, partner: str, name: str, channel: Channel, told: Told = untold
) -> RemoteDir:
    """Log in to the server of a channel. Raises ``RemoteError``."""
    if channel.sftp is None:
        raise ValueError(f"the channel {name} of {partner} is none by SFTP")
    return await client.connect(server(workspace, partner, channel.sftp), told)


def server(workspace: Workspace, partner: str, settings: Sftp) -> Server:
    """The server of a channel. Raises ``RemoteError`` when a secret or file is not there."""
    of = _Reading(workspace, partner)
    return replace(
        recognisable(workspace, partner, settings),
        login=of.login(settings.login),
        transfers=settings.transfers,
        timeout=settings.timeout.total_seconds(),
        keepalive=settings.keepalive.total_seconds(),
    )


def recognisable(workspace: Workspace, partner: str, settings: Sftp) -> Server:
    """The server without what is needed to log in there: enough to ask for its host keys.

    Raises ``RemoteError``. A jump host is logged in to all the same.
    """
    of = _Reading(workspace, partner)
    nobody = Login(settings.login.user)
    return Server(
        settings.host,
        settings.port,
        of.pins(settings),
        nobody,
        settings.legacy,
        jump=None if settings.jump is None else of.server(settings.jump),
        proxy=settings.proxy,
        connect_timeout=settings.connect_timeout.total_seconds(),
    )


class _Reading:
    """What settings refer to, seen from the folder of a partner."""

    def __init__(self, workspace: Workspace, partner: str) -> None:
        self._workspace = workspace
        self._folder = workspace.partner_folder(partner)

    def server(self, settings: SshServer) -> Server:
        """A host on the way."""
        login = self.login(settings.login)
        return Server(settings.host, settings.port, self.pins(settings), login, settings.legacy)

    def pins(self, settings: SshServer) -> Pins:
        """What a server has to show."""
        if settings.known_hosts is None:
            return Pins(settings.host_keys)
        text = self._file(settings.known_hosts, "T302")
        return Pins(settings.host_keys, text, settings.known_hosts)

    def login(self, settings: SshLogin) -> Login:
        """Who we are there."""
        password = settings.password
        return Login(
            settings.user,
            tuple(map(self._key, settings.keys)),
            None if password is None else self._secret(password),
            tuple(Prompt(each.ask, self._secret(each.answer)) for each in settings.prompts),
            settings.agent,
        )

    def _key(self, settings: SshKey) -> Key:
        certificate = settings.certificate
        return Key(
            str(settings.key),
            self._secret(settings.key),
            None if settings.passphrase is None else self._secret(settings.passphrase),
            None if certificate is None else self._file(certificate, "T301"),
            certificate or "",
        )

    def _secret(self, reference: Secret) -> str:
        try:
            found = resolve(reference, self._workspace.base)
        except SecretError as failure:
            reason = str(failure).removeprefix(f"{reference}: ")
            raise _unusable(problem("T300", name=reference, reason=reason)) from None
        mask(found)
        return found

    def _file(self, written: str, code: str) -> str:
        """A text file in the partner's folder, also behind a link, but not outside of it."""
        try:
            return _text(self._folder, written)
        except (OSError, ValueError) as failure:
            reason = getattr(failure, "strerror", None) or str(failure)
            raise _unusable(problem(code, name=written, reason=reason)) from None


def _text(folder: Path, written: str) -> str:
    inside = folder.resolve()
    path = (inside / written).resolve()
    if not path.is_relative_to(inside):
        raise ValueError("it lies outside of the partner's folder")
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES // 1_000_000} MB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None


def _unusable(found: Problem) -> RemoteError:
    return RemoteError("settings", found)
