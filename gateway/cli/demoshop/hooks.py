"""How the demo's shop calls the gateway: like WooCommerce, signed, once, and with no second try."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import time
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

PATIENCE = 20.0
"""Seconds that the shop waits for an answer."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook that was set up in the shop."""

    id: int
    topic: str
    address: str
    secret: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A call of the shop, and what it was answered."""

    topic: str
    headers: dict[str, str]
    body: bytes
    status: int
    milliseconds: float

    @property
    def id(self) -> str:
        """What the shop calls this delivery."""
        return self.headers.get("X-WC-Webhook-Delivery-ID", "")


def ping(hook: Hook) -> Delivery:
    """The first call of a new webhook: a form without a signature."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return call(hook.address, "ping", form, f"webhook_id={hook.id}".encode())


def deliver(hook: Hook, body: bytes, at: datetime) -> Delivery:
    """Tell the address about something. The id is made of webhook and second: it is none."""
    second = f"{hook.id}/{at:%Y-%m-%dT%H:%M:%S}"
    headers = {
        "Content-Type": "application/json",
        "X-WC-Webhook-Topic": hook.topic,
        "X-WC-Webhook-Delivery-ID": hashlib.sha256(second.encode()).hexdigest()[:32],
        "X-WC-Webhook-Signature": signature(body, hook.secret),
    }
    return call(hook.address, hook.topic, headers, body)


def signature(body: bytes, secret: str) -> str:
    """HMAC-SHA256 of the body, as base64."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def call(address: str, topic: str, headers: dict[str, str], body: bytes) -> Delivery:
    """One call; status 0 when nobody answers."""
    parts = urlsplit(address)
    began = time.perf_counter()
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.request("POST", parts.path, body, headers)
        answer = connection.getresponse()
        answer.read()
        status = answer.status
    except OSError:
        status = 0
    finally:
        connection.close()
    return Delivery(topic, headers, body, status, (time.perf_counter() - began) * 1000)
