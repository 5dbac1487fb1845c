"""Bearer keys and the secrets of webhooks, looked up again every few seconds.

A key names its owner: a shop, or the ERP. A key that two own names nobody. Keys are compared by
their digests, so that no answer comes sooner the nearer a guess is.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic

from gateway.config import Workspace
from gateway.config.secrets import Secret, SecretError, resolve
from gateway.config.shops import Shop
from gateway.telemetry.secrets import mask

LOG = logging.getLogger(__name__)
FRESH = 5.0
"""Seconds until a secret is looked up again."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose key it is. ``shop``: empty for the ERP."""

    shop: str
    max_size: int
    rate: int

    @property
    def name(self) -> str:
        """``shop:acme-shop`` or ``erp``."""
        return f"shop:{self.shop}" if self.shop else "erp"


class Keys:
    """Of all shops of a workspace, and of its ERP."""

    def __init__(self, workspace: Workspace, clock: Callable[[], float] = monotonic) -> None:
        self._workspace = workspace
        self._clock = clock
        self._lock = threading.Lock()
        self._masked: set[str] = set()
        self._owners: dict[bytes, Owner] = {}
        self._asked = float("-inf")
        self._signing: dict[str, tuple[float, tuple[str, ...]]] = {}

    def owner(self, key: str) -> Owner | None:
        """Who has a key."""
        with self._lock:
            now = self._clock()
            if now - self._asked >= FRESH:
                self._owners, self._asked = self._looked_up(), now
            return self._owners.get(_digest(key)) if key else None

    def signing(self, shop: Shop) -> tuple[str, ...]:
        """What may have signed a webhook of a shop; nothing where nothing is set."""
        with self._lock:
            at, found = self._signing.get(shop.shop, (float("-inf"), ()))
            now = self._clock()
            if now - at >= FRESH:
                found = tuple(self._texts(_signing(shop), f"shop {shop.shop}"))
                self._signing[shop.shop] = (now, found)
            return found

    def _looked_up(self) -> dict[bytes, Owner]:
        owners: dict[bytes, Owner] = {}
        twice: set[bytes] = set()
        for secrets, where, owner in self._every():
            for text in self._texts(secrets, where):
                digest = _digest(text)
                if owners.setdefault(digest, owner) != owner:
                    LOG.error("a key of %s is one of %s, too: it counts for neither", where,
                              owners[digest].name)  # fmt: skip
                    twice.add(digest)
        return {digest: owner for digest, owner in owners.items() if digest not in twice}

    def _every(self) -> Iterator[tuple[Iterable[Secret], str, Owner]]:
        for name, shop in self._workspace.shops.items():
            if shop.api is not None:
                owner = Owner(name, shop.api.max_size, shop.api.rate)
                yield shop.api.keys, f"shop {name}", owner
        erp = self._workspace.settings.http.api
        if erp is not None:
            yield erp.keys, "http.api", Owner("", erp.max_size, erp.rate)

    def _texts(self, secrets: Iterable[Secret], where: str) -> Iterator[str]:
        for secret in secrets:
            try:
                text = resolve(secret, self._workspace.base).strip()
            except SecretError as failure:
                LOG.error("a secret of %s cannot be used: %s", where, failure)
                continue
            if text:
                if text not in self._masked:
                    mask(text)
                    self._masked.add(text)
                yield text


def _signing(shop: Shop) -> Iterator[Secret]:
    """Secrets that may have signed: those of its webhooks, and that of its app."""
    if shop.webhooks is not None:
        yield from shop.webhooks.secrets
    for group in (shop.shopify, shop.bigcommerce):
        if group is not None and group.client_secret is not None:
            yield group.client_secret


def _digest(key: str) -> bytes:
    return sha256(key.encode("utf-8", "surrogatepass")).digest()
