"""Three pages for machines: is the process alive, can it work, what did it count.

``/health`` is for whoever restarts processes, ``/ready`` for whoever sends work, ``/metrics`` for
Prometheus. Each asks the process through :class:`~gateway.telemetry.status.Status` in a thread;
an answer that takes too long is a failure of its own, and never holds up another page.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import anyio
from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateway.telemetry.status import Status

LOG = logging.getLogger(__name__)
PATIENCE = 5.0
"""Seconds that an answer may take; those who ask give up after ten."""
AT_ONCE = 4
"""Askers of a page that are served at the same time; the others wait for their turn."""
AS2, UPLOADS = "/as2", "/in/"
WEBHOOKS, API = "/shops/", "/api/"
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
INDEX = """EDI gateway

/health   does this process turn?
/ready    can it work: database, archive, carrier?
/metrics  what it counted, for Prometheus
"""

T = TypeVar("T")
Page = Callable[[Request], Awaitable[Response]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
"""What serves requests (ASGI)."""


def app(
    status: Status, *, patience: float = PATIENCE, partners: Application | None = None
) -> Application:
    """The pages of a process. ``patience``: seconds for one answer.

    ``partners``: what serves partners and shops (:func:`for_partners`), where they call this port.
    """
    metrics = _Desk("metrics", patience)

    async def told(request: Request) -> Response:
        accept = request.headers.get("accept", "")
        found = await metrics.ask(lambda: status.metrics(accept))
        if isinstance(found, str):
            return PlainTextResponse(found + "\n", 503, HEADERS)
        text, content_type = found
        # a plain header: Starlette would add a character set to the negotiated type
        return Response(text, headers={**HEADERS, "Content-Type": content_type})

    async def index(_request: Request) -> Response:
        return PlainTextResponse(INDEX, headers=HEADERS)

    pages = Starlette(
        routes=[
            Route("/", index),
            Route("/health", _verdict("health", "alive", status.live, patience)),
            Route("/ready", _verdict("ready", "ready", status.ready, patience, status.runs)),
            Route("/metrics", told),
        ]
    )
    return pages if partners is None else _beside(pages, partners)


def _beside(pages: Application, partners: Application) -> Application:
    """Partners at their path, the pages at all others."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await (partners if for_partners(scope) else pages)(scope, receive, send)

    return application


def for_partners(scope: Scope) -> bool:
    """Whether a request is for an address of the partners, or of the shops."""
    path = path_of(scope)
    return path.rstrip("/") == AS2 or path.startswith((UPLOADS, WEBHOOKS, API))


def path_of(scope: Scope) -> str:
    """The path of a request; some name the whole address instead."""
    path: str = scope.get("path", "")
    if path.lower().startswith(("http://", "https://")):  # RFC 9112 §3.2.2
        path = "/" + path.partition("://")[2].partition("/")[2]
    return path


def _verdict(
    page: str,
    well: str,
    ask: Callable[[], list[str]],
    patience: float,
    more: Callable[[], Mapping[str, Any]] = dict,
) -> Page:
    """200 when nothing is wrong, else 503; both with the reasons as JSON."""
    desk = _Desk(page, patience)

    async def answer(_request: Request) -> Response:
        found = await desk.ask(ask)
        reasons = [found] if isinstance(found, str) else found
        verdict = {"status": f"not {well}" if reasons else well, "reasons": reasons}
        return JSONResponse({**verdict, **more()}, 503 if reasons else 200, HEADERS)

    return answer


class _Desk:
    """Where one page asks: in threads of its own, so that no page waits for another."""

    def __init__(self, page: str, patience: float) -> None:
        self._page = page
        self._patience = patience
        self._limiter: CapacityLimiter | None = None

    async def ask(self, question: Callable[[], T]) -> T | str:
        """The answer, or a sentence why there is none."""
        if self._limiter is None:
            self._limiter = CapacityLimiter(AT_ONCE)
        try:
            with anyio.fail_after(self._patience):
                return await to_thread.run_sync(
                    question, limiter=self._limiter, abandon_on_cancel=True
                )
        except TimeoutError:
            return f"no answer within {self._patience:g} seconds"
        except Exception as failure:
            LOG.exception("the page /%s failed", self._page)
            return f"the question itself failed: {type(failure).__name__}"
