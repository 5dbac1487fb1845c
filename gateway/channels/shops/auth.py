"""How a call proves who makes it: keys, tokens that are fetched anew, signed requests.

Secrets are looked up when a call is made, and masked from then on in whatever is logged.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets as random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import quote, urlsplit

from gateway.telemetry.secrets import mask

Look = Callable[[], str]
"""Looks a secret up. May raise ``SecretError``."""
EARLY = timedelta(minutes=2)
"""So long before its end a token is fetched anew, or at half its life."""


class Auth(Protocol):
    """Adds what proves who calls."""

    def headers(self, method: str, url: str, query: Sequence[tuple[str, str]]) -> dict[str, str]:
        """Headers of one call. ``url``: without the query. May raise ``ShopError``."""

    def renew(self) -> bool:
        """The shop refused them (401): whether another try may be better."""


_SEEN: set[bytes] = set()
"""Digests of what is masked already: masking again what is known costs as much as the first."""


def _masked(value: str) -> str:
    digest = hashlib.sha256(value.encode()).digest()
    if digest not in _SEEN:
        mask(value)
        _SEEN.add(digest)
    return value


class Open:
    """Nothing proves who calls: the address does, or the body (servers of tokens)."""

    def headers(self, method: str, url: str, query: Sequence[tuple[str, str]]) -> dict[str, str]:
        """No header."""
        return {}

    def renew(self) -> bool:
        """There is nothing to be renewed."""
        return False


@dataclass(slots=True)
class Basic:
    """User and password (RFC 7617)."""

    user: Look
    password: Look
    is_key: bool = False
    """The user is a key, and as secret as a password."""

    def headers(self, method: str, url: str, query: Sequence[tuple[str, str]]) -> dict[str, str]:
        """``Authorization``."""
        user = _masked(self.user()) if self.is_key else self.user()
        pair = f"{user}:{_masked(self.password())}"
        return {"Authorization": "Basic " + _masked(base64.b64encode(pair.encode()).decode())}

    def renew(self) -> bool:
        """They do not change by themselves."""
        return False


@dataclass(slots=True)
class Header:
    """A key in a header of its own."""

    name: str
    value: Look

    def headers(self, method: str, url: str, query: Sequence[tuple[str, str]]) -> dict[str, str]:
        """That header."""
        return {self.name: _masked(self.value())}

    def renew(self) -> bool:
        """It does not change by itself."""
        return False


@dataclass(slots=True)
class Bearer:
    """A lasting token (RFC 6750)."""

    token: Look

    def headers(self, method: str, url: str, query: Sequence[tuple[str, str]]) -> dict[str, str]:
        """``Authorization``."""
        return {"Authorization": "Bearer " + _masked(self.token())}

    def renew(self) -> bool:
        """It does not change by itself."""
        return False


@dataclass(frozen=True, slots=True)
class Fetched:
    """A token, and how long it lives."""

    token: str = field(repr=False)
    lives: timedelta


@dataclass(slots=True)
class Token:
    """A token that is fetched, kept while it lives, and fetched anew."""

    fetch: Callable[[], Fetched]
    """Calls the server of tokens. May raise ``ShopError``."""
    clock: Callable[[], datetime]
    header: str = "Authorization"
    before: str = "Bearer "
    _kept: Fetched | None = field(default=None, repr=False)
    _until: datetime | None = None
    _fresh: bool = False
    """It was fetched and no call has used it yet."""

    def headers(self, method: str, url: str, query: Sequence[tuple[str, str]]) -> dict[str, str]:
        """The header with a token that still lives."""
        now = self.clock()
        if self._kept is None or self._until is None or now >= self._until:
            self._kept = self.fetch()
            mask(self._kept.token, passing=True)
            early = min(EARLY, self._kept.lives / 2)
            self._until = now + self._kept.lives - early
            self._fresh = True
        else:
            self._fresh = False
        return {self.header: self.before + self._kept.token}

    def renew(self) -> bool:
        """Throw it away, unless it was fetched for the very call that was refused."""
        tried, self._kept = self._fresh, None
        return not tried


@dataclass(slots=True)
class OAuth1:
    """Signed requests (RFC 5849): each carries a nonce and the time."""

    consumer_key: Look
    consumer_secret: Look
    clock: Callable[[], datetime]
    token: Look | None = None
    token_secret: Look | None = None
    hash: str = "sha256"
    in_query: bool = False
    """Whether the shop wants them in the address; then :meth:`headers` is empty."""
    nonce: Callable[[], str] = lambda: random.token_hex(12)

    def headers(self, method: str, url: str, query: Sequence[tuple[str, str]]) -> dict[str, str]:
        """``Authorization: OAuth …``."""
        if self.in_query:
            return {}
        signed = self.parameters(method, url, query)
        told = ", ".join(f'{_escaped(name)}="{_escaped(value)}"' for name, value in signed)
        return {"Authorization": f"OAuth {told}"}

    def parameters(
        self, method: str, url: str, query: Sequence[tuple[str, str]]
    ) -> list[tuple[str, str]]:
        """The parameters with their signature (RFC 5849 §3.4)."""
        ours = [
            ("oauth_consumer_key", self.consumer_key()),
            ("oauth_nonce", self.nonce()),
            ("oauth_signature_method", f"HMAC-{self.hash.upper()}"),
            ("oauth_timestamp", str(int(self.clock().timestamp()))),
            ("oauth_version", "1.0"),
        ]
        if self.token is not None:
            ours.append(("oauth_token", self.token()))
        base = signature_base(method, url, [*query, *ours])
        secret = "" if self.token_secret is None else _masked(self.token_secret())
        key = f"{_escaped(_masked(self.consumer_secret()))}&{_escaped(secret)}"
        digest = hmac.new(key.encode(), base.encode(), getattr(hashlib, self.hash)).digest()
        return [*ours, ("oauth_signature", base64.b64encode(digest).decode())]

    def renew(self) -> bool:
        """Keys do not change by themselves."""
        return False


def signature_base(method: str, url: str, parameters: Sequence[tuple[str, str]]) -> str:
    """What is signed (RFC 5849 §3.4.1): method, address, and all parameters in order."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    address = f"{parts.scheme}://{host}{port}{parts.path or '/'}"
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in parameters)
    normal = "&".join(f"{name}={value}" for name, value in pairs)
    return "&".join(map(_escaped, (method.upper(), address, normal)))


def _escaped(text: str) -> str:
    return quote(text, safe="-._~")
