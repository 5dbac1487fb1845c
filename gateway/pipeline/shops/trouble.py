"""What a call that failed means: what kind of trouble it is, and when the shop is asked again."""

from __future__ import annotations

from datetime import timedelta

from gateway.channels.shops.session import (
    ShopAnswerError,
    ShopBusyError,
    ShopLoginError,
    ShopRefusedError,
    ShopUncertainError,
    ShopUnreachableError,
)
from gateway.config.secrets import SecretError
from gateway.pipeline.house import House

LOGIN, ANSWER, BUSY, NETWORK, SETTINGS = "login", "answer", "busy", "network", "settings"
_FIRST, _LAST = 10.0, 300.0
"""Seconds between attempts; each pause is twice the one before."""
_LONGEST = timedelta(hours=1)
"""A shop may ask for patience, but not for ever."""


def kind_of(failure: BaseException) -> str:
    """One word for what failed."""
    if isinstance(failure, ShopLoginError):
        return LOGIN
    if isinstance(failure, ShopAnswerError | ShopRefusedError):
        return ANSWER
    if isinstance(failure, ShopBusyError):
        return BUSY
    if isinstance(failure, SecretError):
        return SETTINGS
    if isinstance(failure, ShopUnreachableError | ShopUncertainError | TimeoutError):
        return NETWORK
    return NETWORK if isinstance(failure, ConnectionError) else SETTINGS


def pause(house: House, failure: BaseException, attempts: int) -> timedelta:
    """How long to wait after so many failures, this one included."""
    if isinstance(failure, ShopBusyError):
        return min(max(timedelta(seconds=failure.after), timedelta(seconds=1)), _LONGEST)
    seconds = min(_FIRST * 2 ** min(attempts - 1, 10), _LAST)
    return timedelta(seconds=seconds * (0.8 + 0.4 * house.dice()))
