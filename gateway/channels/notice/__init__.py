"""Telling people of alarms: by e-mail, and by HTTP.

A notice is built once and stored; here it is only carried, under a key that lets the receiver
recognise a repeat. It counts as told when the server took it. Failures:

- :class:`NoticeRefusedError`: the server will never take this notice, trying again is no use;
- any other ``OSError``: may work later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from gateway.channels.notice.failure import NoticeRefusedError
from gateway.config.operation import Alarms

__all__ = ["OUTLETS", "NoticeRefusedError"]

Outlet = Callable[[Alarms, Path, bytes, str, datetime], None]


def _email(settings: Alarms, root: Path, body: bytes, key: str, _at: datetime) -> None:
    from gateway.channels.notice import email  # noqa: PLC0415 (loaded when used)

    if settings.email is None:
        raise NoticeRefusedError("alarms.email is not set any more")
    email.send(settings.email, body, key, root)


def _webhook(settings: Alarms, root: Path, body: bytes, key: str, at: datetime) -> None:
    from gateway.channels.notice import webhook  # noqa: PLC0415 (httpx takes long to load)

    if settings.webhook is None:
        raise NoticeRefusedError("alarms.webhook is not set any more")
    webhook.send(settings.webhook, body, key, root, at)


OUTLETS: Mapping[str, Outlet] = {"email": _email, "webhook": _webhook}
"""How a notice leaves, by the outlet of its delivery: (settings, workspace, body, key, now)."""
