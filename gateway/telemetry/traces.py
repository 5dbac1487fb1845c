"""One trace for each file: intake, judging, delivery and answer, across steps and machines.

A row carries the W3C ``traceparent`` of the file it came in. Whoever works on the row opens a
:func:`span` with it. The trace is known to the log as well, with or without a collector.

Spans are made only when :func:`exporting` was called with a collector, or when the process was
started with an OpenTelemetry SDK of its own (``opentelemetry-instrument``). Otherwise nothing of
OpenTelemetry is imported and a span costs less than a microsecond. Spans go to the collector from
a thread of their own through a bounded queue: when the collector is slow or dead they are dropped.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gateway.telemetry.otel import Tracing

_PARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")
_CURRENT: ContextVar[str] = ContextVar("gateway_trace", default="")


class _Active:
    """Who makes spans; nobody, until a collector is named."""

    tracing: Tracing | None = None


def new_trace(token: Callable[[], str]) -> str:
    """The ``traceparent`` of a new file (55 characters). ``token``: the source of randomness."""
    seed = "/".join(token() for _ in range(3))
    name = hashlib.sha256(seed.encode()).hexdigest()
    return f"00-{name[:32]}-{name[32:48]}-01"


def ids_of(trace: str) -> tuple[int, int, int] | None:
    """Trace, span and flags of a ``traceparent``; ``None`` when it is none."""
    found = _PARENT.fullmatch(trace)
    if found is None:
        return None
    return int(found[1], 16), int(found[2], 16), int(found[3], 16)


def current_trace() -> str:
    """The ``traceparent`` of the work of this thread or task, empty when there is none."""
    return _CURRENT.get()


class span:  # noqa: N801 - used like a function: `with span("deliver", row.trace):`
    """A piece of work, as a context manager.

    ``trace``: of the row that is worked on; empty: of the work around it. ``first``: the work with
    which the trace begins, so the span gets the very number that all others name as their parent.
    Attributes with the value ``None`` or ``""`` are left out.
    """

    __slots__ = ("_attributes", "_first", "_name", "_span", "_token", "_trace")

    def __init__(
        self, name: str, trace: str = "", *, first: bool = False, **attributes: str | int | None
    ) -> None:
        self._name = name
        self._trace = trace
        self._first = first
        self._attributes = attributes
        self._token: Token[str] | None = None
        self._span: Any = None

    def __enter__(self) -> span:
        if self._trace:
            self._token = _CURRENT.set(self._trace)
        if _Active.tracing is not None:
            self._span = _Active.tracing.begin(
                self._name, self._trace, self._first, self._attributes
            )
        return self

    def add(self, **attributes: str | int | None) -> None:
        """What was learned about the work meanwhile."""
        if self._span is not None and _Active.tracing is not None:
            _Active.tracing.add(self._span, attributes)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._span is not None and _Active.tracing is not None:
            _Active.tracing.end(self._span, failure)
        if self._token is not None:
            _CURRENT.reset(self._token)


@contextmanager
def exporting(otlp: str | None, *, version: str, instance: str) -> Iterator[None]:
    """Spans are made meanwhile and sent to a collector (address, OTLP over HTTP).

    What is in the queue is sent at the end, for at most two seconds. Without an address nothing
    happens, unless the process was started with an OpenTelemetry SDK. Raises
    :class:`~gateway.telemetry.otel.TracesUnavailableError` when the SDK is not installed.
    """
    if otlp is None and "opentelemetry.sdk" not in sys.modules:
        yield
        return
    from gateway.telemetry.otel import Tracing  # noqa: PLC0415 (slow to load)

    tracing = Tracing(otlp, version=version, instance=instance)
    before, _Active.tracing = _Active.tracing, tracing
    try:
        yield
    finally:
        _Active.tracing = before
        tracing.stop()
