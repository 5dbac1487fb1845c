"""The tokens of channels, looked up when they are needed and compared in constant time."""

from __future__ import annotations

import hmac
import logging
from hashlib import sha256

from gateway.config import Workspace
from gateway.config.secrets import Secret, SecretError, resolve
from gateway.config.upload import HttpsReceive
from gateway.telemetry.secrets import mask

LOG = logging.getLogger(__name__)


class Tokens:
    """Of all channels of a workspace that take uploads."""

    def __init__(self, workspace: Workspace) -> None:
        self._root = workspace.base
        self._channels = {
            (partner, name): channel.https.receive
            for partner, each in workspace.partners.items()
            for name, channel in each.channels.items()
            if channel.https is not None and channel.https.receive is not None
        }
        self._masked: set[bytes] = set()

    def settings(self, partner: str, channel: str, token: str) -> HttpsReceive | None:
        """Those of a channel, for whoever has one of its tokens.

        The digests are compared, all of them, so that no answer comes sooner the nearer a guess is.
        """
        known = self._channels.get((partner, channel))
        given, right = _digest(token), False
        for secret in () if known is None else known.tokens:
            digest = self._of(secret, f"{partner}/{channel}")
            right |= digest is not None and hmac.compare_digest(digest, given)
        return known if right and token else None

    def _of(self, secret: Secret, where: str) -> bytes | None:
        try:
            token = resolve(secret, self._root).strip()
        except SecretError as failure:
            LOG.error("a token of %s cannot be used: %s", where, failure)
            return None
        digest = _digest(token)
        if digest not in self._masked:
            mask(token)
            self._masked.add(digest)
        return digest


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
