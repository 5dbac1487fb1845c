"""Connections to partners' servers, as their channels are set; kept for one batch of messages."""

from __future__ import annotations

import base64
from collections.abc import Callable
from types import TracebackType
from urllib.parse import urlsplit

from gateway.channels.as2.link import Link
from gateway.channels.as2.refusal import RefusedError
from gateway.channels.http import Client, Endpoint, Tls, Unsent
from gateway.config import Workspace
from gateway.config.as2 import Login
from gateway.config.secrets import resolve
from gateway.pipeline.as2.links import links_for


class Connections:
    """One connection for each address. Use as a context manager."""

    def __init__(self, workspace: Workspace) -> None:
        self.links = links_for(workspace)
        self._root = workspace.base
        self._open: dict[tuple[str, str, str], Client] = {}

    def to(self, link: Link, url: str = "") -> Client:
        """To the partner's address, or to one that he named for a receipt of ours.

        Raises :class:`Unsent` where the settings do not allow one.
        """
        url = url or link.url
        if not url:
            raise Unsent("settings", "the channel has no address (url)")
        key = (link.partner, link.channel, url)
        known = self._open.get(key)
        if known is None:
            known = self._open[key] = Client(self.endpoint(link, url))
        return known

    def endpoint(self, link: Link, url: str) -> Endpoint:
        """An address with what belongs to it.

        Who we are is told to the address of the channel only. What is known of its server (pin,
        our certificate for TLS) counts for other addresses of the same server, and for no other.

        Raises :class:`Unsent`.
        """
        http = self.links.settings(link).http
        near = _server(url) == _server(link.url)
        try:
            tls = Tls(
                minimum=http.tls_min,
                authorities=self.links.server_authorities(link),
                pins=frozenset(http.pins) if near else frozenset(),
                ours=self.links.client(link) if near else None,
            )
        except RefusedError as refused:
            raise Unsent("settings", refused.problem.sentence) from None
        itself = url == link.url
        return Endpoint(
            url,
            connect=http.connect_timeout,
            reply=http.timeout,
            chunked=link.chunked and itself,
            tls=tls,
            authorization=self._authorization(http.login) if itself and http.login else None,
        )

    def _authorization(self, login: Login) -> Callable[[], str]:
        """Looks the secret up each time it is needed."""
        root = self._root

        def header() -> str:
            if login.token is not None:
                return f"Bearer {resolve(login.token, root).strip()}"
            assert login.password is not None
            plain = f"{login.user}:{resolve(login.password, root)}".encode()
            return f"Basic {base64.b64encode(plain).decode('ascii')}"

        return header

    def __enter__(self) -> Connections:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self._open:
            self._open.popitem()[1].close()


def _server(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower()
