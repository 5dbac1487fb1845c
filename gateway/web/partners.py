"""Where partners call: each address with the application that serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

from gateway.pipeline.as2.receive.answer import said
from gateway.web.app import API, UPLOADS, WEBHOOKS, Application, for_partners, path_of
from gateway.web.as2 import As2
from gateway.web.exchange import reply
from gateway.web.upload import Uploads

if TYPE_CHECKING:
    from gateway.web.shops.api import Api
    from gateway.web.shops.webhooks import WebhookAddress


class Partners:
    """``/as2``, ``/in/…``, ``/shops/…`` and ``/api/…``, as far as somebody may call there."""

    def __init__(
        self,
        as2: As2 | None,
        uploads: Uploads | None,
        webhooks: WebhookAddress | None = None,
        api: Api | None = None,
    ) -> None:
        self.as2 = as2
        self.uploads = uploads
        self.webhooks = webhooks
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request for an address of the partners."""
        path = path_of(scope)
        serves: Application | None = self.as2
        if path.startswith(UPLOADS):
            serves = self.uploads
        elif path.startswith(WEBHOOKS):
            serves = self.webhooks
        elif path.startswith(API):
            serves = self.api
        await (serves or nothing_here)(scope, receive, send)

    def close(self) -> None:
        """Let what was begun end; begin nothing more."""
        for each in (self.as2, self.uploads, self.webhooks, self.api):
            if each is not None:
                each.close()


def partners_only(partners: Application) -> Application:
    """An application that serves nothing else."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await (partners if for_partners(scope) else nothing_here)(scope, receive, send)

    return application


async def nothing_here(_scope: Scope, _receive: Receive, send: Send) -> None:
    """404."""
    await reply(send, said(404, "nothing is here"), close=True)
