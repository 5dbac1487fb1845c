"""How Shopify is called: with a lasting token, or with tokens of a day that the app fetches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from gateway.channels.shops import tokens
from gateway.channels.shops.auth import Auth, Fetched, Header, Token
from gateway.channels.shops.session import Session
from gateway.channels.shops.shopify.graph import slow_down
from gateway.channels.shops.web import Clockwork, Terms, session
from gateway.config.secrets import Secret
from gateway.config.shops.shopify import Shopify

TOKENS = "/admin/oauth/access_token"
_HEADER = "X-Shopify-Access-Token"


def session_of(
    settings: Shopify, secrets: Callable[[Secret], str], clock: Callable[[], datetime]
) -> Session:
    """Calls of a store. Calls nothing yet."""
    return session(
        settings.url,
        _auth(settings, secrets, clock),
        terms=Terms(timeout=settings.timeout, slow_down=slow_down),
        clockwork=Clockwork(today=clock),
    )


def _auth(
    settings: Shopify, secrets: Callable[[Secret], str], clock: Callable[[], datetime]
) -> Auth:
    token, secret = settings.token, settings.client_secret
    if token is not None:
        return Header(_HEADER, lambda: secrets(token))

    def fetch() -> Fetched:
        form = {
            "grant_type": "client_credentials",
            "client_id": settings.client_id or "",
            "client_secret": secrets(secret) if secret is not None else "",
        }
        return tokens.fetch(f"{settings.url}{TOKENS}", form, settings.timeout)

    return Token(fetch, clock, header=_HEADER, before="")
