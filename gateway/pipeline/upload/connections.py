"""Connections to partners' addresses, as their channels are set; kept for one batch of files."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import ExitStack

from gateway.channels.http import Client, Endpoint, Tls, Unsent
from gateway.config import Workspace
from gateway.config.as2 import Login
from gateway.config.secrets import Secret, SecretError, resolve
from gateway.config.upload import HttpsSend
from gateway.pipeline.as2 import credentials
from gateway.problems import Problem
from gateway.telemetry.secrets import mask


class Connections:
    """One for each channel. Use as a context manager."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: dict[tuple[str, str], Client] = {}
        self._stack = ExitStack()

    def settings(self, partner: str, channel: str) -> HttpsSend:
        """Raises :class:`Unsent` where there is no such channel any more."""
        known = self._workspace.partners.get(partner)
        found = None if known is None else known.channels.get(channel)
        if found is None or found.https is None or found.https.send is None:
            raise Unsent("settings", f"{partner} has no channel {channel} by HTTPS any more")
        return found.https.send

    def to(self, partner: str, channel: str) -> Client:
        """The connection. Raises :class:`Unsent` where the settings do not allow one."""
        key = (partner, channel)
        known = self._open.get(key)
        if known is None:
            endpoint = endpoint_of(self._workspace, partner, self.settings(partner, channel))
            known = self._open[key] = self._stack.enter_context(Client(endpoint))
        return known

    def __enter__(self) -> Connections:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._stack.close()


def endpoint_of(workspace: Workspace, partner: str, settings: HttpsSend) -> Endpoint:
    """The address with all that belongs to it. Raises :class:`Unsent`."""
    http = settings.http
    loaded = credentials.tls(workspace, partner, http)
    for each in (loaded.client, loaded.authorities):
        if isinstance(each, Problem):
            raise Unsent("settings", each.sentence)
    assert not isinstance(loaded.client, Problem)
    assert not isinstance(loaded.authorities, Problem)
    return Endpoint(
        _address(workspace, settings),
        connect=http.connect_timeout,
        reply=http.timeout,
        chunked=http.chunked,
        tls=Tls(http.tls_min, loaded.authorities, frozenset(http.pins), loaded.client),
        authorization=None if http.login is None else _authorization(workspace, http.login),
    )


def _address(workspace: Workspace, settings: HttpsSend) -> str:
    if not isinstance(settings.url, Secret):
        return settings.url
    try:
        url = resolve(settings.url, workspace.base).strip()
    except SecretError as failure:
        raise Unsent("settings", str(failure)) from None
    mask(url)
    return url


def _authorization(workspace: Workspace, login: Login) -> Callable[[], str]:
    """Looks the secret up each time it is needed."""

    def header() -> str:
        if login.token is not None:
            return f"Bearer {resolve(login.token, workspace.base).strip()}"
        assert login.password is not None
        plain = f"{login.user}:{resolve(login.password, workspace.base)}".encode()
        return f"Basic {base64.b64encode(plain).decode('ascii')}"

    return header
