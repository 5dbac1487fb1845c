"""A notice by HTTP POST, signed as Standard Webhooks describes (standardwebhooks.com, 1.0.0).

Headers: ``webhook-id`` (the key and the start of the body's hash: the same for each attempt, and
another one at another gateway), ``webhook-timestamp`` (seconds, of this attempt) and, with a
secret, ``webhook-signature``: ``v1,`` and the base64 of HMAC-SHA256 over ``id.timestamp.body``.

Taken: any 2xx. Refused for good: 4xx, except 408 and 429. Anything else, a redirect as well (it is
not followed: it would carry the notice to where nobody said), is tried again. The answer's body
is not read. No failure names more of the address than its host: the rest may hold a token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import httpx

from gateway.channels.notice.failure import NoticeRefusedError
from gateway.config.operation import Webhook
from gateway.config.secrets import Secret, SecretError, resolve
from gateway.telemetry.secrets import mask

TIMEOUT = httpx.Timeout(15.0, connect=5.0)
"""Seconds."""
PREFIX = "whsec_"
_LATER = frozenset({408, 429})


def send(webhook: Webhook, body: bytes, key: str, root: Path, at: datetime) -> None:
    """Post a stored notice (JSON).

    Raises :class:`NoticeRefusedError` or another ``OSError``.
    """
    address = webhook.url
    if isinstance(address, Secret):
        address = resolve(address, root)
        mask(address)
    secret = None if webhook.secret is None else signing_key(webhook.secret, root)
    sent = headers(body, key, at, secret)
    url = _parsed(address)
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client,
            client.stream("POST", url, content=body, headers=sent) as answer,
        ):
            status = answer.status_code
    except httpx.HTTPError as error:
        # httpx names the system's or the protocol's error there, never the address
        reason = str(error) or type(error).__name__
        raise ConnectionError(f"{url.host} cannot be reached: {reason}") from None
    _judge(url.host, status)


def headers(body: bytes, key: str, at: datetime, secret: bytes | None) -> Mapping[str, str]:
    """The headers of one attempt."""
    id_ = f"{key}:{hashlib.sha256(body).hexdigest()[:12]}"
    stamp = str(int(at.timestamp()))
    found = {
        "content-type": "application/json",
        "user-agent": "edi-gateway",
        "webhook-id": id_,
        "webhook-timestamp": stamp,
    }
    if secret is not None:
        signed = hmac.digest(secret, f"{id_}.{stamp}.".encode() + body, "sha256")
        found["webhook-signature"] = f"v1,{base64.b64encode(signed).decode()}"
    return found


def signing_key(secret: Secret, root: Path) -> bytes:
    """The bytes that sign: the base64 after ``whsec_``. Raises :class:`SecretError`."""
    text = resolve(secret, root)
    mask(text)
    try:
        found = base64.b64decode(text.strip().removeprefix(PREFIX), validate=True)
    except ValueError:
        found = b""
    if not found:
        raise SecretError(f"{secret}: it is no {PREFIX} and base64, as Standard Webhooks needs it")
    return found


def _parsed(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address.strip())
        url.host.encode("idna")  # what a resolver would stumble over
    except (httpx.InvalidURL, UnicodeError):
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise SecretError("the address of the webhook is no http or https address")
    return url


def _judge(host: str, status: int) -> None:
    """What the answer means."""
    if 200 <= status < 300:
        return
    text = f"{host} answers {status}"
    if 300 <= status < 400:
        text += ", a redirect, which is not followed"
    if 400 <= status < 500 and status not in _LATER:
        raise NoticeRefusedError(text)
    raise ConnectionError(text)
