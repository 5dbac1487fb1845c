"""Tokens that a server gives for a form with secrets in it (RFC 6749 §4.4, §6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from gateway.channels.shops.auth import Fetched, Open
from gateway.channels.shops.fields import opened
from gateway.channels.shops.session import ShopAnswerError, ShopLoginError, ShopRefusedError
from gateway.channels.shops.web import Terms, session
from gateway.telemetry.secrets import mask

LIVES = timedelta(minutes=5)
"""Of a token whose server does not say."""
_LONGEST = 24 * 3600
"""Seconds that a token is used without asking for another one, whatever its server says."""


def fetch(url: str, form: Mapping[str, str], timeout: timedelta) -> Fetched:
    """A token from the server at ``url``. The connection is given back at once.

    ``form``: ``grant_type`` and whatever it needs; its secrets are masked from then on. Raises
    ``ShopError``: a refusal is :class:`ShopLoginError`, whatever status it has.
    """
    for name, value in form.items():
        if "secret" in name or "token" in name:
            mask(value)
    calls = session(url, Open(), terms=Terms(timeout=timeout))
    try:
        answer = calls.call(
            "POST",
            "",
            body=urlencode(form).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            repeatable=True,
        )
    except ShopRefusedError as refused:
        raise ShopLoginError(refused.reason) from None
    finally:
        calls.close()
    told = opened(answer.body, "the token")
    token, lives = told.text("access_token"), told.number("expires_in")
    if token is None:
        raise ShopAnswerError("the server of tokens answers without a token")
    seconds = LIVES.total_seconds() if lives is None else min(max(int(lives), 1), _LONGEST)
    return Fetched(token, timedelta(seconds=seconds))
